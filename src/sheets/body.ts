import type { Heading } from './heading.ts';
import { plainWords } from './plain-words.ts';
import type { Table, TableRow } from './table.types.ts';

/** A row below the heading, with what the rows around it say of its place. */
export interface BodyRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** From the group rows above, `''` where there was none. */
  readonly province: string;
  readonly district: string;
  readonly siteGroup: string;
}

const footer =
  /^(tong cong|tong so|tong|cong|nguoi lap|nguoi lap bieu|thu truong|ghi chu|noi nhan|ngay \d+ thang|xac nhan|thu ky|total)\b/;
const provinceWords = /^(tinh|thanh pho|tp)\b/;
const districtWords = /^(huyen|quan|thi xa|tx|thi tran|thanh pho thuoc tinh|thanh pho|tp)\b/;

/**
 * The rows of the body: without the row that numbers the columns and without footers; joined cells
 * filled downwards; group rows (`I. Huyện Sơn Nam`) understood as the place of the rows below them.
 */
export function bodyRows(table: Table, heading: Heading): BodyRow[] {
  const field = (name: string) => heading.columns.findIndex((column) => column.field === name);
  const [provinceColumn, districtColumn] = [field('site.province'), field('site.district')];
  const siteColumn = field('site.name');
  const ignored = new Set(
    heading.columns.filter((column) => column.field === 'ignore').map((column) => column.index),
  );
  const fills = downwardFills(table);
  const wide = wideRows(table);
  const rows: BodyRow[] = [];
  let [province, district, siteGroup] = ['', '', ''];
  const used = new Set(
    heading.columns.filter((column) => column.field !== null).map((column) => column.index),
  );
  for (let at = heading.to; at < table.rows.length; at++) {
    const row = table.rows[at]!;
    if (table.headings === null) {
      if (at === heading.to && numbersColumns(row)) continue;
      const group = groupText(row, ignored);
      if (group !== null) {
        const words = plainWords(bare(group));
        if (footer.test(words)) continue;
        const column = row.cells.indexOf(group);
        const place = column !== provinceColumn && column !== districtColumn;
        // A city is a province of its own, or one of a province that is already named.
        if (place && provinceWords.test(words) && (words.startsWith('tinh') || province === '')) {
          [province, district, siteGroup] = [bare(group), '', ''];
          continue;
        }
        if (place && districtWords.test(words)) {
          [district, siteGroup] = [bare(group), ''];
          continue;
        }
        if (siteColumn < 0 && (wide.has(row.line) || !used.has(column))) {
          siteGroup = bare(group);
          continue;
        }
      }
    }
    const fill = fills.get(row.line);
    const cells = fill ? row.cells.slice() : row.cells;
    for (const [column, text] of fill ?? []) {
      while (cells.length <= column) cells.push('');
      cells[column] ||= text;
    }
    rows.push({ line: row.line, cells, province, district, siteGroup });
  }
  return rows;
}

/** The one text of a row that holds nothing else but a number; null for ordinary rows. */
function groupText(row: TableRow, ignored: ReadonlySet<number>): string | null {
  let found: string | null = null;
  for (const [column, cell] of row.cells.entries()) {
    const text = cell.trim();
    if (text === '' || text === found) continue;
    if (ignored.has(column) && /^([ivxlc]+|[a-z]|\d{1,4})[.)]?$/i.test(text)) continue;
    if (found !== null) return null;
    found = cell;
  }
  return found;
}

/** `I. Huyện Sơn Nam:` → `Huyện Sơn Nam`. */
function bare(text: string): string {
  return text
    .trim()
    .replace(/^([IVXLC]+|[A-Z]|\d{1,3})\s*[.)/-]\s*/, '')
    .replace(/\s*:$/, '');
}

/** `(1) (2) (3)` below the heading of an official form. */
function numbersColumns(row: TableRow): boolean {
  const cells = row.cells.filter((cell) => cell.trim() !== '').map((cell) => cell.trim());
  return (
    cells.length >= 3 &&
    cells.every((cell) => /^\(?\d{1,2}\)?$/.test(cell)) &&
    cells.every((cell, at) => at === 0 || figure(cell) === figure(cells[at - 1]!) + 1)
  );
}

function figure(text: string): number {
  return Number(text.replace(/\D/g, ''));
}

/** What stands in the cell at the top of each cell joined downwards, by line and column. */
function downwardFills(table: Table): Map<number, [number, string][]> {
  const byLine = new Map(table.rows.map((row) => [row.line, row]));
  const fills = new Map<number, [number, string][]>();
  let total = 0;
  for (const merge of table.merges) {
    const text = byLine.get(merge.fromLine)?.cells[merge.fromColumn] ?? '';
    if (text === '') continue;
    for (let line = merge.fromLine + 1; line <= merge.toLine; line++) {
      // Only rows that are there; and a file of nothing but merges is not followed for ever.
      if (++total > 2_000_000) return fills;
      if (!byLine.has(line)) continue;
      const list = fills.get(line) ?? [];
      list.push([merge.fromColumn, text]);
      fills.set(line, list);
    }
  }
  return fills;
}

/** Lines with a cell joined over several columns. */
function wideRows(table: Table): Set<number> {
  return new Set(
    table.merges
      .filter((merge) => merge.toColumn > merge.fromColumn && merge.fromLine === merge.toLine)
      .map((merge) => merge.fromLine),
  );
}
