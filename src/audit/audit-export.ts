import { closeSync, openSync, writeSync } from 'node:fs';
import enAudit from '../../resources/locales/en/audit.json' with { type: 'json' };
import viAudit from '../../resources/locales/vi/audit.json' with { type: 'json' };
import type { AuditFilter, AuditFormat } from '../contract/audit-schemas.ts';
import type { Language } from '../contract/schemas.ts';
import { guardFormula } from '../sheets/formula-guard.ts';
import type { AuditHead, AuditRecord } from './audit.types.ts';
import type { AuditReader } from './audit-reader.ts';
import { detailsText } from './record-form.ts';

export const exportFormat = 'vonggac-audit-export-1';

export interface ExportOptions {
  readonly filter: AuditFilter;
  readonly format: AuditFormat;
  readonly language: Language;
  /** Unix ms. */
  readonly now: number;
  /** Written anew, for its owner only. */
  readonly file: string;
}

export interface ExportDone {
  readonly records: number;
  readonly size: number;
}

const chunkLength = 256 * 1024;

/** Writes what the filter lets through to a file, piece by piece. @throws as the disk does. */
export function writeExport(reader: AuditReader, options: ExportOptions): ExportDone {
  const descriptor = openSync(options.file, 'w', 0o600);
  let records = 0;
  let size = 0;
  let held = '';
  const put = (text: string, atOnce = false) => {
    held += text;
    if (held.length < chunkLength && !atOnce) return;
    const bytes = Buffer.from(held, 'utf8');
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    size += bytes.length;
    held = '';
  };
  try {
    records = options.format === 'csv' ? csv(reader, options, put) : json(reader, options, put);
    put('', true);
  } finally {
    closeSync(descriptor);
  }
  return { records, size };
}

type Put = (text: string) => void;

/** Of times only, everything between is in it: the chain can be followed from end to end. */
function isStretch({ from: _, to: __, ...others }: AuditFilter): boolean {
  return Object.values(others).every(
    (value) =>
      value === null || (typeof value === 'object' ? value.length === 0 : value.trim() === ''),
  );
}

function json(reader: AuditReader, { filter, now }: ExportOptions, put: Put): number {
  const bounds = reader.bounds(filter);
  const complete = isStretch(filter);
  const head = reader.head();
  const first = bounds?.first ?? 1;
  const end = bounds?.last ?? 0;
  const about = {
    format: exportFormat,
    exportedAt: new Date(now).toISOString(),
    complete,
    filter,
    first,
    chainHead: head,
    anchors: reader.anchors().filter(({ seq }) => seq >= first && seq <= end),
  };
  put(`${JSON.stringify(about).slice(0, -1)},"records":[`);
  let count = 0;
  let last: AuditHead | null = null;
  for (const record of complete ? reader.range(first, end) : reader.records(filter)) {
    put(`${count++ === 0 ? '\n' : ',\n'}${JSON.stringify(record)}`);
    last = { seq: record.seq, hash: record.hash };
  }
  put(`\n],"last":${JSON.stringify(last)}}\n`);
  return count;
}

const columns = [
  'seq',
  'time',
  'at',
  'steady',
  'station',
  'operatorId',
  'operator',
  'kind',
  'kindText',
  'camera',
  'site',
  'screen',
  'outcome',
  'cause',
  'details',
  'prev',
  'hash',
] as const;

function csv(reader: AuditReader, { filter, language }: ExportOptions, put: Put): number {
  const words = language === 'vi' ? viAudit : enAudit;
  const line = (cells: readonly string[]) => `${cells.map(csvCell).join(',')}\r\n`;
  // The mark tells Excel that it is UTF-8.
  put(`\ufeff${line(columns.map((column) => words.column[column]))}`);
  let count = 0;
  for (const record of reader.records(filter)) {
    put(line(csvCells(record, words)));
    count++;
  }
  return count;
}

function csvCells(record: AuditRecord, words: typeof viAudit): string[] {
  const { operator, screen } = record;
  return [
    String(record.seq),
    localTime(record.at),
    String(record.at),
    String(record.steady),
    record.station,
    operator?.id ?? '',
    operator?.name ?? '',
    record.kind,
    kindText(words, record.kind),
    record.camera ?? '',
    record.site ?? '',
    screen === null ? '' : String(screen),
    words.outcome[record.outcome as keyof typeof words.outcome] ?? record.outcome,
    record.cause ?? '',
    Object.keys(record.details).length === 0 ? '' : detailsText(record.details),
    record.prev,
    record.hash,
  ];
}

function csvCell(text: string): string {
  const guarded = guardFormula(text, 'csv');
  return /[",;\t\r\n']|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

function kindText(words: typeof viAudit, kind: string): string {
  const [group = '', name = ''] = kind.split('.');
  const found = (words.kind as Record<string, string | Record<string, string>>)[group];
  return typeof found === 'string' ? found : (found?.[name] ?? kind);
}

const localParts = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Ho_Chi_Minh',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** `2026-11-22 10:07:47`, which spreadsheets read as a moment. */
function localTime(at: number): string {
  return Number.isFinite(at) && Math.abs(at) < 8e15 ? localParts.format(at) : '';
}
