import { maxImportBytes } from '../contract/import-schemas.ts';

/** Bounds of what a file may hold. A province's list is far below all of them. */
export const limits = {
  /** Bytes of the file itself. */
  fileBytes: maxImportBytes,
  /** Rows below the heading; as many as an inventory may have cameras. */
  rows: 50_000,
  columns: 500,
  /** What one cell of a spreadsheet can hold. */
  cellLength: 32_767,
  /** Bytes of all parts of a workbook together, as its directory declares them and as they come out. */
  unpackedBytes: 768 * 1024 * 1024,
  /** Bytes of one part that must be held whole: shared texts, styles. */
  partBytes: 192 * 1024 * 1024,
  zipEntries: 10_000,
  sharedStrings: 2_000_000,
  merges: 200_000,
  sheets: 200,
} as const;
