import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { AuditLog } from '../audit/audit.types.ts';
import type { ScopeSite } from '../contract/operator-schemas.ts';
import type { Language } from '../contract/schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import { AccessSubmissions, accessChanges, entryOf } from '../operators/access-register.ts';
import type { Operators } from '../operators/operators.types.ts';
import { dayOf } from '../operators/scope.ts';
import { accessTexts } from '../reports/access-words.ts';
import { dateParts } from '../reports/dates.ts';
import type { Register } from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';

type Names = 'operators.access' | 'operators.exportAccess' | 'operators.downloadAccess';
export type AccessHandlers = Pick<CallHandlers, Names>;

export interface AccessDeskOptions {
  readonly database: DatabaseSync;
  readonly operators: Pick<Operators, 'list' | 'current'>;
  readonly register: Pick<Register, 'site'>;
  readonly audit: Pick<AuditLog, 'write'>;
  readonly language: () => Language;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** The register of access; all pages share one desk. */
export interface AccessDesk extends AccessHandlers {
  close(): void;
}

const pieceBytes = 1024 * 1024;
const keptMs = 5 * 60_000;
const maxFiles = 4;
const mediaTypes = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv;charset=utf-8',
} as const;

export function createAccessDesk(options: AccessDeskOptions): AccessDesk {
  const { operators, register, now = Date.now } = options;
  const submissions = new AccessSubmissions(options);
  const files = new Map<string, { bytes: Uint8Array; usedAt: number }>();

  const view = () => {
    const rows = operators.list();
    const last = submissions.last();
    const changes = last
      ? accessChanges(
          last.entries,
          rows.map(({ operator }) => entryOf(operator)),
        )
      : null;
    const scopes = [
      ...rows.map(({ operator }) => operator.scope),
      ...(changes ?? []).flatMap(({ entry, before }) => [
        entry.scope,
        ...(before ? [before.scope] : []),
      ]),
    ];
    const ids = new Set(scopes.flatMap((scope) => (scope === 'all' ? [] : scope.sites)));
    const sites = [...ids].flatMap((id): ScopeSite[] => {
      const site = register.site(id);
      if (!site) return [];
      const { name, province, district } = site;
      return [{ id, name, province, district }];
    });
    return { rows, last, changes, sites };
  };

  const sweep = (most: number) => {
    for (const [id, { usedAt }] of [...files]) {
      if (now() - usedAt > keptMs || files.size > most) files.delete(id);
    }
  };
  const timer = setInterval(() => sweep(maxFiles), 60_000).unref();

  return {
    'operators.access': () => {
      const { rows, last, changes, sites } = view();
      const submission = last && { at: last.at, by: last.by, fileName: last.fileName };
      return { rows, sites, submission, changes: changes ?? [] };
    },

    'operators.exportAccess': async ({ format, submitted }) => {
      const { rows, changes, sites } = view();
      const operator = operators.current()?.operator;
      const at = now();
      const t = accessTexts(options.language());
      // What makes XLSX is large, and a wall that exports nothing does without.
      const { accessSheet } = await import('../reports/access-sheet.ts');
      const bytes = await accessSheet(
        {
          rows,
          sites: new Map(sites.map((site) => [site.id, site])),
          changes,
          today: dayOf(at),
          t,
        },
        format,
      );
      const { year, month, day } = dateParts(at);
      const fileName = `${t('access.file')}-${year}${month}${day}.${format}`;
      if (submitted) {
        const entries = rows.map((row) => entryOf(row.operator));
        submissions.add({ at, by: operator?.name ?? '', fileName, entries });
      }
      options.audit.write({
        kind: 'operator.access',
        operator: operator ? { id: operator.id, name: operator.name } : null,
        details: { format, file: fileName, records: rows.length, submitted },
      });
      sweep(maxFiles - 1);
      const exportId = randomUUID();
      files.set(exportId, { bytes, usedAt: at });
      return { exportId, fileName, mediaType: mediaTypes[format], size: bytes.length };
    },

    'operators.downloadAccess': ({ exportId, offset }) => {
      const file = files.get(exportId);
      if (!file || offset > file.bytes.length) throw new Fault('input.unknown', 'no such file');
      file.usedAt = now();
      const end = Math.min(file.bytes.length, offset + pieceBytes);
      const base64 = Buffer.from(file.bytes.subarray(offset, end)).toString('base64');
      return { base64, next: end < file.bytes.length ? end : null };
    },

    close() {
      clearInterval(timer);
      files.clear();
    },
  };
}

/** The handlers of one connection: all pages share one desk. */
export function accessHandlers(desk: AccessDesk): AccessHandlers {
  const { close: _, ...handlers } = desk;
  return handlers;
}
