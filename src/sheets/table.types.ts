/** A table as it stands in a file: cells as text, nothing interpreted but numbers and dates. */
export interface Table {
  readonly format: 'xlsx' | 'csv' | 'json';
  /** Null for XLSX. */
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly sheets: readonly string[];
  readonly sheet: string | null;
  /** Rows with at least one cell that is not empty, in their order. */
  readonly rows: readonly TableRow[];
  /** Cells that were joined; only XLSX knows them. */
  readonly merges: readonly Merge[];
  /** JSON: the names of the fields are known, there is no heading to look for. */
  readonly headings: readonly string[] | null;
}

export interface TableRow {
  /** From 1: the row's number in the sheet, the line in a text file. */
  readonly line: number;
  /** By column, from 0; empty cells are `''`. */
  readonly cells: string[];
}

/** From and to, both included; lines from 1, columns from 0. */
export interface Merge {
  readonly fromLine: number;
  readonly toLine: number;
  readonly fromColumn: number;
  readonly toColumn: number;
}

/** `A`, `Z`, `AA` … as a spreadsheet names its columns. */
export function columnLetter(index: number): string {
  let text = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    text = String.fromCharCode(65 + ((rest - 1) % 26)) + text;
  }
  return text;
}
