import type { ImportField, ImportReason } from '../contract/import-schemas.ts';

/** One row's cells as values, by field; blank cells are absent. */
export type RowValues = Map<ImportField, unknown>;

export type Say = (
  reason: ImportReason,
  field?: ImportField | null,
  value?: string | null,
  otherLine?: number | null,
) => void;

const warnings: ReadonlySet<ImportReason> = new Set([
  'forbidden-place',
  'login-to-vault',
  'placement-unset',
  'placement',
  'no-url',
  'email',
  'phone',
]);

export function isError(reason: ImportReason): boolean {
  return !warnings.has(reason);
}

export function text(values: RowValues, field: ImportField): string | null {
  const value = values.get(field);
  return typeof value === 'string' && value !== '' ? value : null;
}
