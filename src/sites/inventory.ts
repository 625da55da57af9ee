import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { Fault } from '../std/fault.ts';
import { cameraFromUrl, maxNameLength, plainName } from './camera-url.ts';
import type { SiteCamera } from './site-camera.types.ts';

/**
 * Inventory files: JSON `[{"name","url","subUrl"?,"site"?,"onvif"?}]`, or CSV with those headings (`,`,
 * `;` or tab); `onvif` is the address of the device service where it is not at a usual port. What is wrong is told with its line; nothing of a row is repeated, it may hold a login.
 */
export const maxInventoryRows = 50_000;
export const maxInventoryBytes = 64 * 1024 * 1024;

/** What can be wrong; the words are `inventory.<reason>` in `shell.json`. */
export type WrongReason =
  | 'too-large'
  | 'too-many'
  | 'unreadable'
  | 'encoding'
  | 'empty'
  | 'not-json'
  | 'not-a-list'
  | 'not-an-object'
  | 'not-csv'
  | 'no-url-column'
  | 'not-text'
  | 'too-long'
  | 'url-missing'
  | 'url';

interface Row {
  readonly line: number;
  readonly name: unknown;
  readonly url: unknown;
  readonly subUrl: unknown;
  readonly site: unknown;
  readonly onvif: unknown;
}

/**
 * Reads an inventory file from disk.
 * @throws {Fault} `input.inventory`, see `readInventory`.
 */
export async function readInventoryFile(path: string): Promise<SiteCamera[]> {
  const fileName = basename(path);
  let bytes: Uint8Array;
  try {
    if ((await stat(path)).size > maxInventoryBytes) throw wrong(fileName, 1, 'too-large');
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw wrong(fileName, 1, 'unreadable');
  }
  return readInventory(decodeInventory(bytes, fileName), fileName);
}

/**
 * UTF-8, or UTF-16 as spreadsheets write it, with or without a byte order mark.
 * @throws {Fault} `input.inventory` for any other encoding.
 */
export function decodeInventory(bytes: Uint8Array, fileName: string): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw wrong(fileName, 1, 'encoding');
  }
}

/**
 * The cameras of an inventory, in its order. Two rows with one URL stay two cameras.
 * @throws {Fault} `input.inventory` with `params.line` (from 1), `params.file`,
 *   `params.reason`, `params.field` where one is to blame, and the number of wrong rows as
 *   `params.errors`.
 */
export function readInventory(text: string, fileName: string): SiteCamera[] {
  if (text.length > maxInventoryBytes) throw wrong(fileName, 1, 'too-large');
  const plain = text.replace(/^\ufeff/, '');
  const isJson = /\.json$/i.test(fileName) || /^\s*[[{]/.test(plain);
  const rows = isJson ? jsonRows(plain, fileName) : csvRows(plain, fileName);
  const cameras: SiteCamera[] = [];
  const seen = new Map<string, number>();
  let first: Fault | null = null;
  let errors = 0;
  for (const row of rows) {
    try {
      const camera = cameraOf(row, fileName);
      const times = (seen.get(camera.id) ?? 0) + 1;
      seen.set(camera.id, times);
      cameras.push(times === 1 ? camera : { ...camera, id: `${camera.id}-${times}` });
    } catch (error) {
      errors++;
      first ??= Fault.from(error);
    }
  }
  if (first) throw new Fault(first.code, first.message, { ...first.params, errors });
  return cameras;
}

function cameraOf(row: Row, fileName: string): SiteCamera {
  const text = (field: 'name' | 'url' | 'subUrl' | 'site' | 'onvif'): string => {
    const value = row[field] ?? '';
    if (typeof value !== 'string') throw wrong(fileName, row.line, 'not-text', field);
    return value;
  };
  const [name, site] = [plainName(text('name')), plainName(text('site'))];
  if (name.length > maxNameLength) throw wrong(fileName, row.line, 'too-long', 'name');
  if (site.length > maxNameLength) throw wrong(fileName, row.line, 'too-long', 'site');
  if (text('url').trim() === '') throw wrong(fileName, row.line, 'url-missing', 'url');
  for (const field of ['url', 'subUrl'] as const) {
    if (text(field).trim() === '') continue;
    try {
      cameraFromUrl(text(field));
    } catch {
      throw wrong(fileName, row.line, 'url', field);
    }
  }
  const onvif = text('onvif').trim();
  if (onvif !== '' && !isDeviceAddress(onvif)) throw wrong(fileName, row.line, 'url', 'onvif');
  const camera = cameraFromUrl(text('url'), { name, site, subUrl: text('subUrl') });
  return onvif === '' ? camera : { ...camera, onvif };
}

/** HTTP, and without a login: that of the stream is used. */
function isDeviceAddress(text: string): boolean {
  try {
    const { protocol, username, password } = new URL(text);
    return /^https?:$/.test(protocol) && username === '' && password === '';
  } catch {
    return false;
  }
}

function jsonRows(text: string, fileName: string): Row[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const line = lineAt(text, position === undefined ? text.length : Number(position));
    throw wrong(fileName, line, 'not-json');
  }
  if (!Array.isArray(value)) throw wrong(fileName, 1, 'not-a-list');
  if (value.length > maxInventoryRows) throw tooMany(fileName);
  const lines = elementLines(text);
  return value.map((item: unknown, index) => {
    const line = lines[index] ?? 1;
    if (item === null || typeof item !== 'object' || Array.isArray(item)) {
      throw wrong(fileName, line, 'not-an-object');
    }
    const { name, url, subUrl, site, onvif } = item as Record<string, unknown>;
    return { line, name, url, subUrl, site, onvif };
  });
}

/** The line on which each element of the outermost list begins; `text` is known to be JSON. */
function elementLines(text: string): number[] {
  const lines: number[] = [];
  let [line, depth, inText, awaiting] = [1, 0, false, false];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '\n') line++;
    if (inText) {
      if (letter === '\\') at++;
      else if (letter === '"') inText = false;
      continue;
    }
    if (awaiting && !/[\s\],]/.test(letter)) {
      lines.push(line);
      awaiting = false;
    }
    if (letter === '"') inText = true;
    else if (letter === '[' || letter === '{') {
      depth++;
      if (depth === 1) awaiting = true;
    } else if (letter === ']' || letter === '}') depth--;
    else if (letter === ',' && depth === 1) awaiting = true;
  }
  return lines;
}

const headings = ['name', 'url', 'subUrl', 'site', 'onvif'] as const;

function csvRows(text: string, fileName: string): Row[] {
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 100_000,
      to: maxInventoryRows + 2,
    }) as unknown as typeof records;
  } catch (error) {
    const line = error instanceof CsvError ? Number(error['lines'] ?? 1) : 1;
    throw wrong(fileName, line, 'not-csv');
  }
  const heading = records[0];
  if (!heading) throw wrong(fileName, 1, 'empty');
  if (records.length > maxInventoryRows + 1) throw tooMany(fileName);
  const names = heading.record.map((name) => name.trim().toLowerCase());
  const columns = headings.map((name) => names.indexOf(name.toLowerCase()));
  if (columns[1] === -1) throw wrong(fileName, 1, 'no-url-column', 'url');
  return records.slice(1).map(({ record, info }) => {
    const [name, url, subUrl, site, onvif] = columns.map((column) => record[column]);
    return { line: lineOf(record, info.lines), name, url, subUrl, site, onvif };
  });
}

/** The line on which a record begins: fields in quotes may hold line breaks. */
function lineOf(record: readonly string[], lastLine: number): number {
  const breaks = record.reduce((sum, field) => sum + (field.match(/\n/g)?.length ?? 0), 0);
  return Math.max(1, lastLine - breaks);
}

/** The one of `,`, `;` and tab that stands most often in the heading line. */
function delimiterOf(text: string): string {
  const heading = text.slice(0, 10_000).trimStart().split(/\r?\n/, 1)[0] ?? '';
  const counts = [',', ';', '\t'].map((sign) => [sign, heading.split(sign).length] as const);
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark: both formats begin with an ASCII letter, so the zero byte tells.
  if (bytes.length >= 2 && first === 0 && second !== 0) return 'utf-16be';
  if (bytes.length >= 2 && first !== 0 && second === 0) return 'utf-16le';
  return 'utf-8';
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

function tooMany(fileName: string): Fault {
  return wrong(fileName, maxInventoryRows + 1, 'too-many');
}

function wrong(fileName: string, line: number, reason: WrongReason, field?: string): Fault {
  const file = plainName(fileName).slice(0, 200);
  return new Fault('input.inventory', `${file}, line ${line}: ${reason}`, {
    file,
    line,
    reason,
    ...(field === undefined ? {} : { field }),
  });
}
