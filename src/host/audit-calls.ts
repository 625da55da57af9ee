import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenAuditLog } from '../audit/audit-log.ts';
import { openReadingRoom } from '../audit/reading-room.ts';
import { type auditCalls, wholeFilter } from '../contract/audit-schemas.ts';
import type { EventValue, Language } from '../contract/schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import type { Operators } from '../operators/operators.types.ts';
import { dateParts } from '../reports/dates.ts';
import { Fault } from '../std/fault.ts';

export type AuditHandlers = Pick<CallHandlers, keyof typeof auditCalls>;

export interface AuditDeskOptions {
  readonly audit: OpenAuditLog;
  readonly dataDir: string | null;
  readonly operators: Pick<Operators, 'current'>;
  readonly language: () => Language;
  /** Of the workstation's signing key, base64 of 32 bytes, or null. */
  readonly publicKey: () => Promise<string | null>;
  readonly onChange: (value: EventValue<'audit.changed'>) => void;
}

/** The audit as pages read it; all pages share one desk. */
export interface AuditDesk extends AuditHandlers {
  close(): void;
}

const pieceBytes = 1024 * 1024;
const fileKeptMs = 5 * 60_000;
const maxFiles = 4;
const tellEveryMs = 1000;
const fileWords = { vi: 'nhat-ky', en: 'audit' } as const;

interface ExportFile {
  readonly path: string;
  readonly size: number;
  usedAt: number;
}

export function createAuditDesk(options: AuditDeskOptions): AuditDesk {
  const { audit, operators } = options;
  const room = openReadingRoom({ dataDir: options.dataDir, database: () => audit.database });
  const files = new Map<string, ExportFile>();
  let folder: string | null = null;
  let telling: NodeJS.Timeout | undefined;

  const offChange = audit.onChange(() => {
    telling ??= setTimeout(() => {
      telling = undefined;
      options.onChange({ seq: audit.head()?.seq ?? 0, warning: audit.warning });
    }, tellEveryMs).unref();
  });

  const who = () => {
    const operator = operators.current()?.operator;
    return operator ? { id: operator.id, name: operator.name } : null;
  };

  const dropOld = () => {
    for (const [id, { path, usedAt }] of files) {
      if (Date.now() - usedAt <= fileKeptMs && files.size < maxFiles) continue;
      files.delete(id);
      rmSync(path, { force: true });
    }
  };
  const sweep = setInterval(() => {
    for (const [id, { path, usedAt }] of files) {
      if (Date.now() - usedAt <= fileKeptMs) continue;
      files.delete(id);
      rmSync(path, { force: true });
    }
  }, 60_000).unref();

  return {
    'audit.page': async ({ filter, upTo, offset, limit }) => {
      audit.flush();
      return room.ask({ job: 'page', filter: wholeFilter(filter), upTo, offset, limit });
    },

    'audit.people': async () => {
      audit.flush();
      return room.ask({ job: 'people' });
    },

    'audit.coverage': async (query) => {
      audit.flush();
      return room.ask({ job: 'coverage', ...query });
    },

    'audit.verify': async () => {
      audit.flush();
      const verdict = await room.ask({ job: 'verify', publicKey: await options.publicKey() });
      audit.write({
        kind: 'audit.verify',
        operator: who(),
        outcome: verdict.intact ? 'done' : 'failed',
        details: { records: verdict.records, problems: verdict.problemCount },
      });
      return { ...verdict, problems: [...verdict.problems] };
    },

    'audit.export': async ({ filter, format }) => {
      // Written first: the file itself tells that it was taken out.
      audit.write({ kind: 'audit.export', operator: who(), details: { format } });
      audit.flush();
      dropOld();
      folder ??= mkdtempSync(join(tmpdir(), 'vonggac-audit-'));
      const exportId = randomUUID();
      const path = join(folder, exportId);
      const now = Date.now();
      const language = options.language();
      const { records, size } = await room.ask({
        job: 'export',
        filter: wholeFilter(filter),
        format,
        language,
        now,
        file: path,
      });
      files.set(exportId, { path, size, usedAt: Date.now() });
      const { year, month, day } = dateParts(now);
      return {
        exportId,
        fileName: `${fileWords[language]}-${year}${month}${day}.${format}`,
        mediaType: format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json',
        size,
        records,
      };
    },

    'audit.download': async ({ exportId, offset }) => {
      const file = files.get(exportId);
      if (!file || offset > file.size) throw new Fault('input.unknown', 'no such file');
      file.usedAt = Date.now();
      const length = Math.min(pieceBytes, file.size - offset);
      const bytes = Buffer.alloc(length);
      const handle = await open(file.path, 'r');
      try {
        await handle.read(bytes, 0, length, offset);
      } finally {
        await handle.close();
      }
      const end = offset + length;
      return { base64: bytes.toString('base64'), next: end < file.size ? end : null };
    },

    close() {
      offChange();
      clearTimeout(telling);
      clearInterval(sweep);
      room.close();
      files.clear();
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The handlers of one connection: all pages share one desk. */
export function auditHandlers(desk: AuditDesk): AuditHandlers {
  const { close: _, ...handlers } = desk;
  return handlers;
}
