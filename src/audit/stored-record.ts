import type { AuditRecord } from './audit.types.ts';
import type { FoundRecord } from './chain-check.ts';
import { detailsText, hashPattern } from './record-form.ts';

type Row = Readonly<Record<string, unknown>>;

/** For showing: what the columns hold, whether it is intact or not. */
export function recordOf(row: Row): AuditRecord {
  return {
    seq: Number(row['seq']),
    at: Number(row['at']),
    steady: Number(row['steady']),
    station: String(row['station']),
    operator:
      row['operator_id'] === null && row['operator_name'] === null
        ? null
        : { id: String(row['operator_id'] ?? ''), name: String(row['operator_name'] ?? '') },
    kind: String(row['kind']),
    camera: textOrNull(row['camera']),
    site: textOrNull(row['site']),
    screen: row['screen'] === null ? null : Number(row['screen']),
    outcome: String(row['outcome']),
    cause: textOrNull(row['cause']),
    details: readDetails(String(row['details'])) ?? {},
    prev: hexOf(row['prev']),
    hash: hexOf(row['hash']),
  };
}

/** For checking: content only where the columns hold exactly what such a record is stored as. */
export function foundInRow(row: Row): FoundRecord {
  const shown = recordOf(row);
  const { seq, at, prev, hash } = shown;
  const isNumbered = ['seq', 'at', 'steady', 'screen'].every((name) => {
    const value = row[name];
    return value === null || Number.isSafeInteger(Number(value as bigint));
  });
  const hasOperator = (row['operator_id'] === null) === (row['operator_name'] === null);
  const details = readDetails(String(row['details']));
  const isExact =
    isNumbered && hasOperator && details !== null && detailsText(details) === row['details'];
  const { hash: _, ...content } = shown;
  return { seq, at, prev, hash, content: isExact ? content : null };
}

/** What an exported file holds as a record. Whatever is not exactly one has no content. */
export function foundInJson(value: unknown): FoundRecord | null {
  if (typeof value !== 'object' || value === null) return null;
  const record = value as Record<string, unknown>;
  const { seq, at, prev, hash } = record;
  if (!Number.isSafeInteger(seq) || !isHash(prev) || !isHash(hash)) return null;
  const found = { seq: seq as number, at: Number.isFinite(at) ? (at as number) : null, prev, hash };
  const { hash: _, ...content } = record;
  const isExact =
    Object.keys(record).length === names.length && names.every((name) => name in record);
  const { operator, details } = record;
  const isPerson = operator === null || (isObject(operator) && Object.keys(operator).length === 2);
  const isRecord = isExact && isPerson && isObject(details);
  return { ...found, content: isRecord ? (content as unknown as FoundRecord['content']) : null };
}

const names = [
  'seq',
  'at',
  'steady',
  'station',
  'operator',
  'kind',
  'camera',
  'site',
  'screen',
  'outcome',
  'cause',
  'details',
  'prev',
  'hash',
];

const isHash = (value: unknown): value is string =>
  typeof value === 'string' && hashPattern.test(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOrNull = (value: unknown) => (value === null ? null : String(value));
const hexOf = (value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : '';

export function readDetails(text: string): AuditRecord['details'] | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? (value as AuditRecord['details']) : null;
  } catch {
    return null;
  }
}
