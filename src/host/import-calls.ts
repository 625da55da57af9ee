import { randomUUID } from 'node:crypto';
import {
  type ImportOutcome,
  type ImportPreview,
  type ImportRow,
  type ImportStage,
  type importCalls,
  importPieceBytes,
  maxImportBytes,
} from '../contract/import-schemas.ts';
import type { EventValue, Language } from '../contract/schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import type { Operators } from '../operators/operators.types.ts';
import { exportRegister } from '../sheets/export-register.ts';
import type { HeadingMemory } from '../sheets/heading-memory.ts';

import { type ImportPlan, planImport } from '../sheets/plan.ts';
import type { Reading } from '../sheets/read-file.ts';
import { type KeepLogin, runImport } from '../sheets/run-import.ts';
import { sheetFault } from '../sheets/sheet-fault.ts';
import { readSheet } from '../sheets/sheet-jobs.ts';
import { plainName } from '../sites/camera-url.ts';
import type { Register } from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';

import { allowedPart, importSubjects } from './import-subjects.ts';

export type ImportHandlers = Pick<CallHandlers, keyof typeof importCalls>;

export interface ImportDeskOptions {
  readonly register: Register;
  readonly memory: HeadingMemory;
  /** Name of the operator of the moment, for the journal. */
  readonly who: string;
  readonly operators: Pick<Operators, 'require' | 'may'>;
  readonly language: () => Language;
  /** Takes a login into the vault and lets its cameras be tried with it. */
  readonly keepLogin: KeepLogin;
  readonly log: Logger;
  readonly onProgress: (progress: EventValue<'imports.progress'>) => void;
}

/** The files that pages brought to be imported, and those made for them; one desk for the core. */
export interface ImportDesk extends ImportHandlers {
  close(): void;
}

interface Upload {
  readonly id: string;
  readonly fileName: string;
  readonly bytes: Buffer;
  received: number;
  /** What is under way for it; a new one ends the one before. */
  work: AbortController | null;
  planned: Planned | null;
}

interface Planned {
  readonly id: string;
  readonly reading: Reading;
  readonly plan: ImportPlan;
}

interface MadeFile {
  readonly bytes: Uint8Array;
  timer: NodeJS.Timeout;
}

const maxUploads = 4;
const maxExports = 4;
const exportKeptMs = 5 * 60_000;
const progressEveryMs = 100;

export function createImportDesk(options: ImportDeskOptions): ImportDesk {
  const { register, memory, operators, log } = options;
  const uploads = new Map<string, Upload>();
  const made = new Map<string, MadeFile>();

  const drop = (id: string) => {
    uploads.get(id)?.work?.abort();
    uploads.delete(id);
  };
  const letGo = (id: string) => {
    clearTimeout(made.get(id)?.timer);
    made.delete(id);
  };
  const keptFor = (id: string) => setTimeout(() => letGo(id), exportKeptMs).unref();
  const uploaded = (id: string): Upload => {
    const upload = uploads.get(id);
    if (!upload) throw sheetFault('gone', '');
    return upload;
  };
  const planned = (planId: string): { upload: Upload; planned: Planned } => {
    for (const upload of uploads.values()) {
      if (upload.planned?.id === planId) return { upload, planned: upload.planned };
    }
    throw sheetFault('gone', '');
  };

  /** Runs one piece of work for an upload at a time, with its progress told now and then. */
  const working = async <T>(
    upload: Upload,
    work: (signal: AbortSignal, tell: Tell) => Promise<T>,
  ): Promise<T> => {
    upload.work?.abort();
    const control = new AbortController();
    upload.work = control;
    let told = 0;
    const tell: Tell = (stage, done, total) => {
      const now = performance.now();
      if (now - told < progressEveryMs && done !== total) return;
      told = now;
      options.onProgress({ uploadId: upload.id, stage, done, total });
    };
    try {
      return await work(control.signal, tell);
    } catch (error) {
      if (control.signal.aborted) throw new Fault('input.cancelled', 'stopped as asked');
      throw error;
    } finally {
      if (upload.work === control) upload.work = null;
    }
  };

  return {
    'imports.upload': ({ uploadId, fileName, offset, size, base64 }) => {
      const piece = Buffer.from(base64, 'base64');
      if (uploadId === null) {
        if (!(Number.isInteger(size) && size >= 0) || size > maxImportBytes) {
          throw sheetFault('too-large', fileName);
        }
        for (const id of [...uploads.keys()].slice(0, uploads.size - maxUploads + 1)) drop(id);
      }
      const upload: Upload =
        uploadId === null
          ? {
              id: randomUUID(),
              fileName: plainName(fileName).slice(0, 200),
              bytes: Buffer.alloc(size),
              received: 0,
              work: null,
              planned: null,
            }
          : uploaded(uploadId);
      if (offset !== upload.received || offset + piece.length > upload.bytes.length) {
        throw new Fault('input.value', 'a piece out of order', { field: 'offset' });
      }
      piece.copy(upload.bytes, offset);
      upload.received += piece.length;
      uploads.set(upload.id, upload);
      return {
        uploadId: upload.id,
        received: upload.received,
        complete: upload.received === upload.bytes.length,
      };
    },

    'imports.preview': ({ uploadId, sheet, mapping }) => {
      const upload = uploaded(uploadId);
      if (upload.received < upload.bytes.length) {
        throw new Fault('input.value', 'the file is not whole yet', { field: 'uploadId' });
      }
      return working(upload, async (signal, tell) => {
        const reading = await readSheet({
          bytes: upload.bytes,
          fileName: upload.fileName,
          sheet,
          mapping,
          remembered: memory.all(),
          signal,
          onProgress: (done, total) => tell('reading', done, total),
        });
        const plan = await planImport({
          records: reading.records,
          columns: reading.heading.columns,
          register,
          language: options.language(),
          who: options.who,
          subject: upload.fileName,
          signal,
          onProgress: (done, total) => tell('checking', done, total),
        });
        upload.planned = { id: randomUUID(), reading, plan };
        return previewOf(upload, upload.planned);
      });
    },

    'imports.rows': ({ planId, verdict, offset, limit }) => {
      const { rows } = planned(planId).planned.plan;
      const wanted = verdict === null ? rows : rows.filter((row) => row.verdict === verdict);
      const from = Math.max(0, Math.trunc(offset));
      const count = Math.min(500, Math.max(0, Math.trunc(limit)));
      return { total: wanted.length, rows: wanted.slice(from, from + count) };
    },

    'imports.run': ({ planId, leaveOutErrors }) => {
      const { upload, planned: taken } = planned(planId);
      const { plan, reading } = taken;
      operators.require('register.edit', importSubjects(plan));
      if (plan.logins.size > 0) operators.require('logins.change');
      return working(upload, async (signal, tell): Promise<ImportOutcome> => {
        const outcome = await runImport({
          plan,
          register,
          who: options.who,
          subject: upload.fileName,
          leaveOutErrors,
          keepLogin: options.keepLogin,
          signal,
          onProgress: (done, total) => tell('writing', done, total),
        });
        if (outcome.outcome === 'conflict') {
          log.warn('an import met a register that was changed meanwhile', {
            file: upload.fileName,
          });
          return { outcome: 'conflict', rows: conflictRows(plan, outcome.rows) };
        }
        memory.remember(reading.heading.fingerprint, reading.heading.columns);
        uploads.delete(upload.id);
        const { new: added, changed, error } = plan.counts;
        log.info('a file was imported', { file: upload.fileName, added, changed, leftOut: error });
        return {
          outcome: 'done',
          counts: plan.counts,
          skipped: error,
          loginsKept: keptPlace(outcome.loginsKept),
          changeId: outcome.change?.id ?? null,
        };
      });
    },

    'imports.cancel': ({ uploadId }) => {
      drop(uploadId);
      return {};
    },

    'imports.mappings': ({ forget }) => {
      if (forget !== undefined) memory.forget(forget);
      return memory.all();
    },

    'exports.start': async ({ format }) => {
      const file = await exportRegister({
        register: allowedPart(register, operators),
        format,
        language: options.language(),
      });
      const exportId = randomUUID();
      for (const id of [...made.keys()].slice(0, made.size - maxExports + 1)) letGo(id);
      made.set(exportId, { bytes: file.bytes, timer: keptFor(exportId) });
      return {
        exportId,
        fileName: file.fileName,
        mediaType: file.mediaType,
        size: file.bytes.length,
      };
    },

    'exports.download': ({ exportId, offset }) => {
      const file = made.get(exportId);
      if (!file) throw new Fault('input.unknown', 'no such export');
      clearTimeout(file.timer);
      file.timer = keptFor(exportId);
      const from = Math.max(0, Math.trunc(offset));
      const piece = file.bytes.subarray(from, from + importPieceBytes);
      const next = from + piece.length;
      return {
        base64: Buffer.from(piece).toString('base64'),
        next: next < file.bytes.length ? next : null,
      };
    },

    close() {
      for (const id of [...uploads.keys()]) drop(id);
      for (const id of [...made.keys()]) letGo(id);
    },
  };
}

type Tell = (stage: ImportStage, done: number, total: number | null) => void;

/** The handlers of one connection: all pages share one desk. */
export function importHandlers(desk: ImportDesk): ImportHandlers {
  const { close: _, ...handlers } = desk;
  return handlers;
}

function previewOf(upload: Upload, { id, reading, plan }: Planned): ImportPreview {
  const { table, heading, samples } = reading;
  return {
    uploadId: upload.id,
    planId: id,
    fileName: upload.fileName,
    format: table.format,
    encoding: table.encoding,
    delimiter: table.delimiter,
    sheets: [...table.sheets],
    sheet: table.sheet,
    headingRows: heading.lines,
    columns: heading.columns.map((column) => ({
      ...column,
      samples: [...(samples[column.index] ?? [])],
    })),
    counts: plan.counts,
    rows: plan.rows.filter((row) => row.verdict !== 'same').slice(0, 200),
  };
}

function conflictRows(plan: ImportPlan, at: readonly number[]): ImportRow[] {
  return at.slice(0, 200).flatMap((index) => {
    const row = plan.rows[index];
    if (!row) return [];
    const problem = { reason: 'conflict', field: null, column: null, value: null, otherLine: null };
    return [
      { ...row, verdict: 'error', problems: [...row.problems, problem].slice(0, 50) } as ImportRow,
    ];
  });
}

function keptPlace(text: string | null): 'keychain' | 'passphrase' | 'memory' | null {
  return text === 'keychain' || text === 'passphrase' || text === 'memory' ? text : null;
}
