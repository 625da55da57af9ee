import { limits } from './limits.ts';
import { SheetProblem } from './sheet-fault.ts';
import type { Table, TableRow } from './table.types.ts';

/**
 * Reads CSV as offices write it: `,` `;` or tab, fields in quotes with line breaks, UTF-8 with and
 * without mark, UTF-16, and Windows-1258 where it is not UTF-8. RFC 4180, but forgiving: a quote in the
 * middle of a field is a letter.
 */
export function readText(bytes: Uint8Array, onRows?: (done: number) => void): Table {
  const { text, encoding } = decodeText(bytes);
  const rows: TableRow[] = [];
  const delimiter = delimiterOf(text);
  parseText(text, delimiter, (row) => {
    if (rows.length >= limits.rows + 100) throw new SheetProblem('too-many');
    rows.push(row);
    if (rows.length % 1000 === 0) onRows?.(rows.length);
  });
  if (rows.length === 0) throw new SheetProblem('empty');
  return {
    format: 'csv',
    encoding,
    delimiter,
    sheets: [],
    sheet: null,
    rows,
    merges: [],
    headings: null,
  };
}

/** @throws {SheetProblem} `encoding`. */
export function decodeText(bytes: Uint8Array): { text: string; encoding: string } {
  const encoding = encodingOf(bytes);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    if (encoding !== 'utf-8') throw new SheetProblem('encoding');
    return decodeOldText(bytes);
  }
  refuseBinary(text);
  return { text: text.replace(/^\ufeff/, ''), encoding };
}

/** Vietnamese Windows of old: letters first, then their tone as a combining character. */
function decodeOldText(bytes: Uint8Array): { text: string; encoding: string } {
  const text = new TextDecoder('windows-1258').decode(bytes);
  refuseBinary(text);
  return { text: text.normalize('NFC'), encoding: 'windows-1258' };
}

/** Text has no zero bytes and hardly any control characters: what has is some other kind of file. */
function refuseBinary(text: string): void {
  const start = text.slice(0, 65_536);
  if (start.includes('\0')) throw new SheetProblem('encoding');
  const controls = start.match(/[\x01-\x08\x0e-\x1f\x7f\ufffd]/g)?.length ?? 0;
  if (controls > 16 && controls > start.length / 200) throw new SheetProblem('encoding');
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark: the first letters of a list are partly ASCII, so zero bytes fall on one side.
  const start = bytes.subarray(0, 400);
  const zeros = [0, 0];
  start.forEach((byte, at) => {
    if (byte === 0) zeros[at & 1]!++;
  });
  if (zeros[1]! > start.length / 8 && zeros[0]! < start.length / 50) return 'utf-16le';
  if (zeros[0]! > start.length / 8 && zeros[1]! < start.length / 50) return 'utf-16be';
  return 'utf-8';
}

/** The sign that parts the first lines into the most, and the most equal, fields. */
function delimiterOf(text: string): string {
  // Excel's own hint, a first line of its own.
  const hint = /^sep=(.)\r?\n/i.exec(text)?.[1];
  if (hint !== undefined) return hint;
  const head = text.slice(0, 20_000);
  let best = { sign: ',', score: 0 };
  for (const sign of [',', ';', '\t']) {
    const widths: number[] = [];
    try {
      parseText(head, sign, (row) => widths.length < 30 && widths.push(row.cells.length));
    } catch {
      continue;
    }
    // Titles above the heading have one field: what counts is the width that most rows share.
    const shares = new Map<number, number>();
    for (const width of widths) if (width > 1) shares.set(width, (shares.get(width) ?? 0) + width);
    const score = Math.max(0, ...shares.values());
    if (score > best.score) best = { sign, score };
  }
  return best.sign;
}

/** Every record that is not empty, with the line on which it begins. */
function parseText(text: string, delimiter: string, onRow: (row: TableRow) => unknown): void {
  let at = text.length > 5 && /^sep=.\r?\n/i.test(text) ? text.indexOf('\n') + 1 : 0;
  let line = at > 0 ? 2 : 1;
  const length = text.length;
  const sign = delimiter.charCodeAt(0);
  while (at < length) {
    const begun = line;
    const cells: string[] = [];
    let filled = false;
    for (;;) {
      let cell: string;
      let start = at;
      while (text.charCodeAt(start) === 0x20) start++;
      if (text.charCodeAt(start) === 0x22) {
        const end = closingQuote(text, start + 1);
        cell = text.slice(start + 1, end).replaceAll('""', '"');
        for (let i = cell.indexOf('\n'); i >= 0; i = cell.indexOf('\n', i + 1)) line++;
        at = end + 1;
        // Whatever stands between the closing quote and the next sign.
        while (at < length && !isEnd(text.charCodeAt(at), sign)) cell += text[at++];
      } else {
        start = at;
        while (at < length && !isEnd(text.charCodeAt(at), sign)) at++;
        cell = text.slice(start, at);
      }
      cell = cell.trim();
      if (cell.length > limits.cellLength) throw new SheetProblem('cell-too-long');
      if (cell !== '') {
        if (cells.length >= limits.columns) throw new SheetProblem('too-wide');
        filled = true;
      }
      if (cells.length < limits.columns) cells.push(cell);
      if (at >= length || text.charCodeAt(at) !== sign) break;
      at++;
    }
    if (text.charCodeAt(at) === 0x0d) at++;
    if (text.charCodeAt(at) === 0x0a) at++;
    line++;
    if (filled) {
      while (cells.at(-1) === '') cells.pop();
      onRow({ line: begun, cells });
    }
  }
}

function isEnd(code: number, sign: number): boolean {
  return code === sign || code === 0x0a || code === 0x0d;
}

/** Where the quote closes that opened before `from`; the end of the text where it never does. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== 0x22) return at;
    if (at - from > limits.cellLength * 2) throw new SheetProblem('cell-too-long');
  }
  if (text.length - from > limits.cellLength) throw new SheetProblem('not-csv');
  return text.length;
}
