import type { ImportMapping } from '../contract/import-schemas.ts';
import { bodyRows } from './body.ts';
import { findHeading, type Heading, type Recall } from './heading.ts';
import { limits } from './limits.ts';
import { readJson } from './read-json.ts';
import { RecordReader } from './read-records.ts';
import { readText } from './read-text.ts';
import { readXlsx } from './read-xlsx.ts';
import type { Records } from './records.types.ts';
import { SheetProblem } from './sheet-fault.ts';
import type { Table } from './table.types.ts';

export interface ReadOptions {
  readonly fileName: string;
  readonly sheet: string | null;
  readonly mapping: ImportMapping | null;
  readonly recall: Recall;
  readonly onProgress?: (done: number, total: number | null) => void;
}

/** A file as it was understood, before the register is asked. */
export interface Reading {
  readonly table: Omit<Table, 'rows' | 'merges' | 'headings'>;
  readonly heading: Heading;
  /** By column, up to three values from the body. */
  readonly samples: readonly (readonly string[])[];
  readonly records: Records;
}

/** What a file is, is told by its bytes; its name only decides where they do not. */
export async function readFile(bytes: Buffer, options: ReadOptions): Promise<Reading> {
  const { fileName, sheet, mapping, recall, onProgress } = options;
  if (bytes.length === 0) throw new SheetProblem('empty');
  if (bytes.length > limits.fileBytes) throw new SheetProblem('too-large');
  const table = await readTable(bytes, fileName, sheet, (done) => onProgress?.(done, null));
  const heading = findHeading(table, mapping, recall);
  const body = bodyRows(table, heading);
  if (body.length > limits.rows) throw new SheetProblem('too-many');
  if (body.length === 0) throw new SheetProblem('nothing');
  const reader = new RecordReader(heading.columns);
  body.forEach((row, at) => {
    reader.read(row);
    if (at % 1000 === 999) onProgress?.(at + 1, body.length);
  });
  const samples = heading.columns.map(({ index, field }) => {
    const found: string[] = [];
    for (const { cells } of body) {
      const cell = cells[index]?.replaceAll(/\s+/g, ' ').trim() ?? '';
      if (cell === '' || found.includes(cell)) continue;
      found.push(cell);
      if (found.length === 3) break;
    }
    return found.map((cell) => sampleText(cell, field));
  });
  const { format, encoding, delimiter, sheets, sheet: read } = table;
  return {
    table: { format, encoding, delimiter, sheets, sheet: read },
    heading,
    samples,
    records: reader.records,
  };
}

function readTable(
  bytes: Buffer,
  fileName: string,
  sheet: string | null,
  onRows: (done: number) => void,
): Promise<Table> | Table {
  const start = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  if (start === 0x504b0304 || start === 0x504b0506 || start === 0xd0cf11e0) {
    return readXlsx(bytes, { sheet, onRows });
  }
  if (/\.xlsx$/i.test(fileName)) throw new SheetProblem('not-xlsx');
  const first = bytes
    .subarray(0, 200)
    .toString('latin1')
    .replace(/[\s\0\xef\xbb\xbf\xff\xfe]/g, '')[0];
  if (/\.json$/i.test(fileName) || first === '{' || first === '[') return readJson(bytes);
  return readText(bytes, onRows);
}

/** Logins are not shown to whoever stands before the screen, wherever they stand. */
function sampleText(cell: string, field: string | null): string {
  if (field === 'login.password') return '•••';
  return cell.replace(/(:\/\/)[^/@\s]*@/g, '$1•••@').slice(0, 200);
}
