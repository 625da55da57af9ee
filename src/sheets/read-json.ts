import * as z from 'zod/mini';
import { importFields } from '../contract/import-schemas.ts';
import { device, registerCamera, site } from '../contract/register-schemas.ts';
import { type Cells, cameraCells, deviceCells, siteCells } from './cells.ts';
import { guardFormula } from './formula-guard.ts';
import { limits } from './limits.ts';
import { decodeText } from './read-text.ts';
import { SheetProblem } from './sheet-fault.ts';
import type { Table, TableRow } from './table.types.ts';

/** The name in a JSON export that says what it is; `version` grows when its shape changes. */
export const exportFormat = 'vonggac-register';
export const exportVersion = 1;

const exported = z.object({
  format: z.literal(exportFormat),
  version: z.number().check(z.lte(exportVersion)),
  sites: z.array(site).check(z.maxLength(limits.rows)),
  devices: z.array(device).check(z.maxLength(limits.rows)),
  cameras: z.array(registerCamera).check(z.maxLength(limits.rows)),
});

/**
 * Reads JSON: our own export, or a list of flat objects whose keys are headings (`[{"name", "url"}]`,
 * or such a list as the value of any one key).
 * @throws {SheetProblem} `not-json`, `wrong-shape`, `too-many`, `too-wide`, `cell-too-long`, `empty`.
 */
export function readJson(bytes: Uint8Array): Table {
  const { text, encoding } = decodeText(bytes);
  if (text.trim() === '') throw new SheetProblem('empty');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SheetProblem('not-json');
  }
  const own = isObject(value) && value['format'] === exportFormat;
  const lists = own ? [] : listsIn(value);
  const { headings, rows } = own ? exportedRows(value) : listedRows(lists, text);
  if (rows.length === 0) throw new SheetProblem('empty');
  return {
    format: 'json',
    encoding,
    delimiter: null,
    sheets: [],
    sheet: null,
    rows,
    merges: [],
    headings,
  };
}

/** Every camera with its site and device; then devices and sites that have none. */
function exportedRows(value: unknown): { headings: string[]; rows: TableRow[] } {
  const parsed = exported.safeParse(value);
  if (!parsed.success) throw new SheetProblem('wrong-shape', String(parsed.error.issues[0]?.path));
  const { sites, devices, cameras } = parsed.data;
  const headings = importFields.filter((field) => field !== 'ignore');
  const siteOf = new Map(sites.map((row) => [row.id, row]));
  const deviceOf = new Map(devices.map((row) => [row.id, row]));
  const rows: TableRow[] = [];
  const add = (cells: Cells) => {
    const line = rows.length + 1;
    if (line > limits.rows) throw new SheetProblem('too-many');
    // As in a workbook: an apostrophe that belongs to the text is not taken for a guard.
    const texts = headings.map((field) => guardFormula(cells[field] ?? '', 'xlsx'));
    rows.push({ line, cells: texts });
  };
  const place = (id: string) => {
    const row = siteOf.get(id);
    if (!row) throw new SheetProblem('wrong-shape', 'a row of no site');
    return siteCells(row, 'en');
  };
  const named = new Set<string>();
  for (const row of cameras) {
    const behind = row.deviceId === null ? undefined : deviceOf.get(row.deviceId);
    named.add(row.siteId);
    if (behind) named.add(behind.id);
    add({
      ...place(row.siteId),
      ...(behind ? deviceCells(behind, 'en') : {}),
      ...cameraCells(row, 'en'),
    });
  }
  for (const row of devices) {
    if (named.has(row.id)) continue;
    named.add(row.siteId);
    add({ ...place(row.siteId), ...deviceCells(row, 'en') });
  }
  for (const row of sites) if (!named.has(row.id)) add(siteCells(row, 'en'));
  return { headings, rows };
}

function listsIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (isObject(value)) {
    const lists = Object.values(value).filter(Array.isArray);
    if (lists.length === 1) return lists[0] as unknown[];
  }
  throw new SheetProblem('wrong-shape');
}

function listedRows(
  list: readonly unknown[],
  text: string,
): { headings: string[]; rows: TableRow[] } {
  if (list.length > limits.rows) throw new SheetProblem('too-many');
  const headings: string[] = [];
  const columns = new Map<string, number>();
  const lines = objectLines(text);
  const rows = list.map((item, at): TableRow => {
    if (!isObject(item)) throw new SheetProblem('wrong-shape', `item ${at + 1}`);
    const cells: string[] = [];
    for (const [key, value] of Object.entries(item)) {
      let column = columns.get(key);
      if (column === undefined) {
        if (headings.length >= limits.columns) throw new SheetProblem('too-wide');
        column = headings.push(key.slice(0, 500)) - 1;
        columns.set(key, column);
      }
      const cell =
        typeof value === 'string'
          ? value
          : typeof value === 'number' || typeof value === 'boolean'
            ? String(value)
            : '';
      if (cell.length > limits.cellLength) throw new SheetProblem('cell-too-long');
      while (cells.length < column) cells.push('');
      cells[column] = cell;
    }
    return { line: lines[at] ?? at + 1, cells };
  });
  return { headings, rows: rows.filter((row) => row.cells.some((cell) => cell.trim() !== '')) };
}

/** The line on which each object of the outermost list begins; `text` is known to be JSON. */
function objectLines(text: string): number[] {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  let listDepth = -1;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === 0x0a) line++;
    else if (letter === 0x22) {
      // A text: to its closing quote; JSON has no line breaks inside.
      for (at++; text.charCodeAt(at) !== 0x22; at++) if (text.charCodeAt(at) === 0x5c) at++;
    } else if (letter === 0x5b || letter === 0x7b) {
      depth++;
      if (letter === 0x5b && listDepth < 0) listDepth = depth;
      else if (letter === 0x7b && depth === listDepth + 1) lines.push(line);
    } else if (letter === 0x5d || letter === 0x7d) depth--;
  }
  return lines;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
