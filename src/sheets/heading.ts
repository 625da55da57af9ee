import { createHash } from 'node:crypto';
import type { ImportColumn, ImportField, ImportMapping } from '../contract/import-schemas.ts';
import { plainName } from '../sites/camera-url.ts';
import { guessField } from './field-guess.ts';
import { plainWords } from './plain-words.ts';
import { SheetProblem } from './sheet-fault.ts';
import { columnLetter, type Merge, type Table, type TableRow } from './table.types.ts';

/** Where the heading stands, and what each column means. */
export interface Heading {
  /** Indexes into the table's rows; `to` is the first row of the body. JSON has `{0, 0}`. */
  readonly from: number;
  readonly to: number;
  readonly lines: { readonly from: number; readonly to: number } | null;
  readonly fingerprint: string;
  readonly columns: readonly HeadingColumn[];
}

export type HeadingColumn = Pick<ImportColumn, 'index' | 'letter' | 'heading' | 'field' | 'by'>;

/** What was remembered of a heading with this fingerprint, by column; null where it is new. */
export type Recall = (fingerprint: string) => ReadonlyMap<string, ImportField | null> | null;

/** Titles, coats of arms and mottos stand above the heading; it begins within so many rows. */
const searchedRows = 60;
const maxHeadingRows = 4;

/** @throws {SheetProblem} `no-heading`. */
export function findHeading(table: Table, mapping: ImportMapping | null, recall: Recall): Heading {
  const place = table.headings ? { from: 0, to: 0 } : findRows(table);
  const rows = table.rows.slice(place.from, place.to);
  const parts = table.headings
    ? table.headings.map((heading) => [heading])
    : headingParts(rows, table.merges, widthOf(table, place.to));
  const texts = parts.map((part) =>
    part
      .map(plainName)
      .filter((text) => text !== '')
      .join(' / '),
  );
  const fingerprint = createHash('sha256')
    .update(texts.map(plainWords).join('\n'))
    .digest('base64url')
    .slice(0, 32);
  const remembered = recall(fingerprint);
  const guesses = withoutDoubles(parts.map(guessField), texts);
  const columns = texts.map((text, index): HeadingColumn => {
    const heading = text.slice(0, 500);
    const base = { index, letter: table.headings ? '' : columnLetter(index), heading };
    const chosen = mapping?.find((choice) => choice.index === index);
    if (chosen) return { ...base, field: chosen.field, by: 'person' };
    const recalled = remembered?.get(heading);
    if (recalled !== undefined) return { ...base, field: recalled, by: 'remembered' };
    const field = guesses[index] ?? null;
    return { ...base, field, by: field === null ? null : 'synonym' };
  });
  const [first, last] = [rows[0], rows.at(-1)];
  return {
    ...place,
    lines: first && last ? { from: first.line, to: last.line } : null,
    fingerprint,
    columns,
  };
}

/** The rows that, read together as a heading, name the most fields. */
function findRows(table: Table): { from: number; to: number } {
  let best = { from: -1, to: -1, score: 0 };
  const last = Math.min(searchedRows, table.rows.length);
  for (let from = 0; from < last; from++) {
    if (!mayBeHeading(table.rows[from]!)) continue;
    for (let height = 1; height <= maxHeadingRows && from + height <= table.rows.length; height++) {
      const rows = table.rows.slice(from, from + height);
      if (height > 1 && !mayBeHeading(rows.at(-1)!)) break;
      const width = Math.max(...rows.map((row) => row.cells.length));
      const fields = headingParts(rows, table.merges, width).map(guessField);
      const score = new Set(fields.filter((field) => field !== null && field !== 'ignore')).size;
      // Of two that say the same the lower one: a title above the heading adds nothing to it.
      const fewer = score === best.score && height < best.to - best.from;
      if (score > best.score || fewer) best = { from, to: from + height, score };
    }
  }
  if (best.score >= 2 || (best.score === 1 && table.rows[best.from]!.cells.length <= 2))
    return upwards(best, table);
  // Nothing is known: then the first row of short texts is shown as the heading, for a person to map.
  const from = table.rows
    .slice(0, last)
    .findIndex((row) => mayBeHeading(row) && row.cells.filter((cell) => cell !== '').length >= 2);
  if (from < 0 || best.score === 0) throw new SheetProblem('no-heading');
  return { from, to: from + 1 };
}

/** With the rows above that are joined with it: they hold the words over groups of columns. */
function upwards({ from, to }: { from: number; to: number }, table: Table) {
  const first = table.rows[from]!.line;
  const top = Math.min(
    first,
    ...table.merges
      .filter((merge) => merge.fromLine < first && merge.toLine >= first)
      .map((merge) => merge.fromLine),
  );
  const above = table.rows.findIndex((row) => row.line >= top);
  return { from: to - above <= maxHeadingRows ? Math.min(above, from) : from, to };
}

/** A heading has short texts, no addresses and no figures but the numbers of columns. */
function mayBeHeading(row: TableRow): boolean {
  return row.cells.every(
    (cell) => cell.length <= 200 && !/:\/\/|\d{5,}|\d+\.\d+\.\d+\.\d+/.test(cell),
  );
}

/** For each column its cells from the top; a joined cell counts for every column it covers. */
function headingParts(
  rows: readonly TableRow[],
  merges: readonly Merge[],
  width: number,
): string[][] {
  const [first, last] = [rows[0]?.line ?? 0, rows.at(-1)?.line ?? 0];
  const cells = rows.map((row) => Array.from({ length: width }, (_, at) => row.cells[at] ?? ''));
  for (const merge of merges) {
    if (merge.toLine < first || merge.fromLine > last) continue;
    const text = rows.find((row) => row.line === merge.fromLine)?.cells[merge.fromColumn] ?? '';
    if (text === '') continue;
    rows.forEach((row, at) => {
      if (row.line < merge.fromLine || row.line > merge.toLine) return;
      for (let column = merge.fromColumn; column <= Math.min(merge.toColumn, width - 1); column++) {
        cells[at]![column] = text;
      }
    });
  }
  return Array.from({ length: width }, (_, column) => {
    const parts = cells.map((row) => row[column] ?? '').filter((text) => text.trim() !== '');
    return parts.filter((text, at) => text !== parts[at - 1]);
  });
}

function widthOf(table: Table, from: number): number {
  let width = 0;
  for (const row of table.rows.slice(Math.max(0, from - maxHeadingRows), from + 1000)) {
    width = Math.max(width, row.cells.length);
  }
  return width;
}

/**
 * One field is filled by one column, the first. A second focal point moves on to the next place, and
 * notes beside a camera are the camera's.
 */
function withoutDoubles(
  fields: readonly (ImportField | null)[],
  headings: readonly string[],
): (ImportField | null)[] {
  const taken = new Set<ImportField>();
  const cameras = fields.some((field) => field?.startsWith('camera.'));
  return fields.map((field, at) => {
    if (field === null || field === 'ignore') return field;
    const plain = /^(ghi chu|notes?|remarks)$/.test(plainWords(headings[at] ?? ''));
    let wanted: ImportField =
      field === 'site.notes' && plain && cameras ? 'camera.localNotes' : field;
    while (taken.has(wanted) && /^focal[12]/.test(wanted)) {
      wanted = wanted.replace(/^focal(\d)/, (_, n) => `focal${Number(n) + 1}`) as ImportField;
    }
    if (taken.has(wanted)) return null;
    taken.add(wanted);
    return wanted;
  });
}
