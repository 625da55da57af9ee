import { posix } from 'node:path';
import { limits } from './limits.ts';
import { SheetProblem } from './sheet-fault.ts';
import type { Merge, Table, TableRow } from './table.types.ts';
import { readDateFormats } from './xlsx-dates.ts';
import { SheetListener } from './xlsx-sheet.ts';
import { attribute, XmlScanner } from './xml-scanner.ts';
import { readZipDirectory, unpack, type ZipPart } from './zip-directory.ts';

/**
 * Reads one sheet of an XLSX workbook (ECMA-376 part 1, 18.3 and 18.4). A scanner of our own, because
 * files come from strangers: it holds no document, stops at the first row too many, and hears of
 * merged cells, which exceljs' streaming reader leaves out.
 */
export interface XlsxOptions {
  /** Null: the first sheet that is shown and not empty. */
  readonly sheet: string | null;
  readonly onRows?: (done: number) => void;
}

interface Package {
  readonly file: Buffer;
  readonly parts: Map<string, ZipPart>;
}

/** @throws {SheetProblem} */
export async function readXlsx(file: Buffer, options: XlsxOptions): Promise<Table> {
  if (file.length >= 8 && file.readUInt32BE(0) === 0xd0cf11e0) {
    // A compound file: an .xls of old, or an .xlsx under a password.
    const encrypted = file.includes(Buffer.from('EncryptedPackage', 'utf16le'));
    throw new SheetProblem(encrypted ? 'encrypted' : 'old-xls');
  }
  const archive: Package = { file, parts: readZipDirectory(file) };
  const workbook = await readWorkbook(archive);
  const names = workbook.sheets.map((sheet) => sheet.name);
  const wanted = options.sheet;
  if (wanted !== null && !names.includes(wanted)) throw new SheetProblem('no-sheet');
  const candidates =
    wanted === null
      ? workbook.sheets.filter((sheet) => !sheet.hidden)
      : workbook.sheets.filter((sheet) => sheet.name === wanted);
  if (candidates.length === 0) throw new SheetProblem('empty');
  const strings = await readSharedStrings(archive, workbook.strings);
  const dates = await readDateFormats(
    workbook.styles === null ? '' : await readWhole(archive, workbook.styles),
  );
  let read: { rows: TableRow[]; merges: Merge[] } = { rows: [], merges: [] };
  let sheet = candidates[0]!.name;
  for (const candidate of candidates) {
    const listener = new SheetListener({
      strings,
      isDate: (style) => dates.has(style),
      date1904: workbook.date1904,
      ...(options.onRows ? { onRows: options.onRows } : {}),
    });
    await scan(archive, candidate.part, listener, limits.unpackedBytes);
    read = listener;
    sheet = candidate.name;
    if (read.rows.length > 0) break;
  }
  if (read.rows.length === 0) throw new SheetProblem('empty');
  return {
    format: 'xlsx',
    encoding: null,
    delimiter: null,
    sheets: names,
    sheet,
    rows: read.rows,
    merges: read.merges,
    headings: null,
  };
}

interface Workbook {
  readonly sheets: readonly { name: string; hidden: boolean; part: string }[];
  readonly strings: string | null;
  readonly styles: string | null;
  readonly date1904: boolean;
}

async function readWorkbook(archive: Package): Promise<Workbook> {
  const root = await readRelations(archive, '_rels/.rels', '');
  const main = [...root.values()].find((relation) => relation.type.endsWith('/officeDocument'));
  const part = main?.target ?? 'xl/workbook.xml';
  const folder = posix.dirname(part);
  const relations = await readRelations(
    archive,
    posix.join(folder, '_rels', `${posix.basename(part)}.rels`),
    folder,
  );
  const sheets: { name: string; hidden: boolean; part: string }[] = [];
  let date1904 = false;
  await scan(
    archive,
    part,
    {
      open(name, attributes) {
        if (name === 'workbookPr') {
          date1904 = /^(1|true)$/.test(attribute(attributes, 'date1904') ?? '');
        }
        if (name !== 'sheet' || sheets.length >= limits.sheets) return;
        // `r:id`; some writers name the prefix otherwise.
        const relation = relations.get(attribute(attributes, 'id') ?? '');
        if (!relation?.type.endsWith('/worksheet')) return;
        sheets.push({
          name: (attribute(attributes, 'name') ?? '').slice(0, 200),
          hidden: (attribute(attributes, 'state') ?? 'visible') !== 'visible',
          part: relation.target,
        });
      },
      close() {},
      text() {},
    },
    limits.partBytes,
  );
  if (sheets.length === 0) throw new SheetProblem('not-xlsx', 'no worksheet');
  const typed = (end: string) =>
    [...relations.values()].find((relation) => relation.type.endsWith(end))?.target ?? null;
  return { sheets, strings: typed('/sharedStrings'), styles: typed('/styles'), date1904 };
}

async function readRelations(
  archive: Package,
  part: string,
  folder: string,
): Promise<Map<string, { type: string; target: string }>> {
  const relations = new Map<string, { type: string; target: string }>();
  if (!archive.parts.has(part.toLowerCase())) return relations;
  await scan(
    archive,
    part,
    {
      open(name, attributes) {
        if (name !== 'Relationship' || relations.size >= 10_000) return;
        const target = attribute(attributes, 'Target') ?? '';
        // Where another part or a web page is meant, nothing is fetched: only names in this archive.
        relations.set(attribute(attributes, 'Id') ?? '', {
          type: attribute(attributes, 'Type') ?? '',
          target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
        });
      },
      close() {},
      text() {},
    },
    limits.partBytes,
  );
  return relations;
}

async function readSharedStrings(archive: Package, part: string | null): Promise<string[]> {
  const strings: string[] = [];
  if (part === null || !archive.parts.has(part.toLowerCase())) return strings;
  let current = '';
  let inText = false;
  let phonetic = false;
  await scan(
    archive,
    part,
    {
      open(name) {
        if (name === 'si') current = '';
        else if (name === 'rPh') phonetic = true;
        else if (name === 't') inText = !phonetic;
      },
      close(name) {
        if (name === 't') inText = false;
        else if (name === 'rPh') phonetic = false;
        else if (name === 'si') {
          if (strings.length >= limits.sharedStrings) throw new SheetProblem('too-many');
          strings.push(current);
        }
      },
      text(text) {
        if (!inText) return;
        current += text;
        if (current.length > limits.cellLength * 2) throw new SheetProblem('cell-too-long');
      },
    },
    limits.partBytes,
  );
  return strings;
}

async function readWhole(archive: Package, part: string): Promise<string> {
  const entry = archive.parts.get(part.toLowerCase());
  if (!entry) return '';
  const chunks: Buffer[] = [];
  for await (const chunk of unpack(archive.file, entry, limits.partBytes / 4)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function scan(
  archive: Package,
  part: string,
  listener: ConstructorParameters<typeof XmlScanner>[0] & { readonly done?: boolean },
  maxBytes: number,
): Promise<void> {
  const entry = archive.parts.get(part.toLowerCase());
  if (!entry) throw new SheetProblem('not-xlsx', 'a part is missing');
  const scanner = new XmlScanner(listener);
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of unpack(archive.file, entry, maxBytes)) {
    scanner.push(decoder.decode(chunk, { stream: true }));
    if (listener.done) return;
  }
  scanner.push(decoder.decode());
}
