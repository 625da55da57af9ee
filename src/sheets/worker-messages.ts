import type { ExportFormat, ImportField, ImportMapping } from '../contract/import-schemas.ts';
import type { Language } from '../contract/schemas.ts';
import type { Cells } from './cells.ts';
import type { Reading } from './read-file.ts';
import type { DeviceDraft, ImportRecord, SiteDraft } from './records.types.ts';
import type { SheetReason } from './sheet-fault.ts';

/** Core → worker, once at its start: one job, then it ends. */
export type WorkerJob =
  | {
      readonly job: 'read';
      readonly bytes: Uint8Array;
      readonly fileName: string;
      readonly sheet: string | null;
      readonly mapping: ImportMapping | null;
      readonly remembered: readonly {
        readonly fingerprint: string;
        readonly columns: readonly { heading: string; field: ImportField | null }[];
      }[];
    }
  | {
      readonly job: 'write';
      readonly format: Exclude<ExportFormat, 'json'>;
      readonly language: Language;
    };

/** Core → worker: rows to be written, a slice at a time; null after the last. */
export type WorkerRows = readonly Cells[] | null;

/**
 * Worker → core. What was read comes in slices, so that taking it over never keeps the core's streams
 * from being served.
 */
export type WorkerNews =
  | { readonly news: 'progress'; readonly done: number; readonly total: number | null }
  | { readonly news: 'rows'; readonly rows: readonly ImportRecord[] }
  | { readonly news: 'sites'; readonly sites: readonly SiteDraft[] }
  | { readonly news: 'devices'; readonly devices: readonly DeviceDraft[] }
  | { readonly news: 'read'; readonly reading: Omit<Reading, 'records'> }
  | { readonly news: 'written'; readonly bytes: Uint8Array }
  | { readonly news: 'problem'; readonly reason: SheetReason; readonly message: string }
  | { readonly news: 'failed'; readonly message: string };
