import ExcelJS from 'exceljs';
import {
  accessFieldName,
  accessFieldText,
  accessStateOf,
  type OperatorTexts,
  plainDay,
  rightsText,
  type SiteNames,
  scopeText,
} from '../contract/access-words.ts';
import type { AccessChange, AccessFormat, OperatorRow } from '../contract/operator-schemas.ts';
import { csvText } from '../sheets/csv-text.ts';
import { guardFormula } from '../sheets/formula-guard.ts';
import { escaped } from '../sheets/write-table.ts';
import { minuteText } from './dates.ts';

export interface AccessPaper {
  readonly rows: readonly OperatorRow[];
  readonly sites: SiteNames;
  /** Since the last submission; null: there was none. */
  readonly changes: readonly AccessChange[] | null;
  /** `2021-06-25`, in Viet Nam. */
  readonly today: string;
  readonly t: OperatorTexts;
}

/** ECMA-376 part 1, 18.3.1.4: what a cell of a spreadsheet holds at most. */
const maxCell = 32_767;

const columns: readonly { readonly key: string; readonly width: number }[] = [
  { key: 'number', width: 6 },
  { key: 'fullName', width: 26 },
  { key: 'name', width: 20 },
  { key: 'role', width: 20 },
  { key: 'rights', width: 50 },
  { key: 'scope', width: 40 },
  { key: 'documentNumber', width: 22 },
  { key: 'documentDate', width: 14 },
  { key: 'validFrom', width: 14 },
  { key: 'validUntil', width: 14 },
  { key: 'state', width: 18 },
  { key: 'lastSignIn', width: 18 },
  { key: 'change', width: 34 },
];

/** The register of access as a table; of a removed operator the line that was submitted, at the end. */
export async function accessSheet(paper: AccessPaper, format: AccessFormat): Promise<Uint8Array> {
  const { t } = paper;
  const guard = (text: string) => guardFormula(text.slice(0, maxCell - 1), format);
  const head = columns.map(({ key }) => t(`column.${key}`));
  const lines = linesOf(paper).map((line) => line.map(guard));
  if (format === 'csv') return csvText([head, ...lines]);
  const book = new ExcelJS.Workbook();
  book.creator = 'Vọng Gác';
  addSheet(
    book,
    t('access.sheet'),
    columns.map(({ width }, at) => ({ header: head[at] ?? '', width })),
    lines,
  );
  if (paper.changes !== null) {
    addSheet(
      book,
      t('access.changeSheet'),
      [
        { header: t('column.what'), width: 14 },
        { header: t('column.fullName'), width: 26 },
        { header: t('column.name'), width: 20 },
        { header: t('column.field'), width: 20 },
        { header: t('column.before'), width: 44 },
        { header: t('column.after'), width: 44 },
      ],
      changeLines(paper.changes, paper).map((line) => line.map(guard)),
    );
  }
  return new Uint8Array(await book.xlsx.writeBuffer());
}

function addSheet(
  book: ExcelJS.Workbook,
  name: string,
  heads: { header: string; width: number }[],
  lines: readonly (readonly string[])[],
): void {
  const sheet = book.addWorksheet(name.slice(0, 31), {
    views: [{ state: 'frozen', ySplit: 1 }],
    pageSetup: { orientation: 'landscape', paperSize: 9, fitToPage: true, fitToHeight: 0 },
  });
  sheet.pageSetup.printTitlesRow = '1:1';
  sheet.columns = heads.map(({ header, width }) => ({
    header,
    width,
    // As text: nothing is run, and no number of a document becomes a date.
    style: { numFmt: '@', alignment: { wrapText: true, vertical: 'top' } },
  }));
  for (const line of lines)
    sheet.addRow(line.map((text) => (text === '' ? undefined : escaped(text))));
  const row = sheet.getRow(1);
  row.font = { bold: true };
  row.alignment = { wrapText: true, vertical: 'middle', horizontal: 'center' };
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: heads.length } };
}

function linesOf({ rows, sites, changes, today, t }: AccessPaper): string[][] {
  const changeOf = new Map((changes ?? []).map((change) => [change.entry.id, change]));
  const here = rows.map(({ operator, lastSignInAt }) => ({
    entry: operator,
    state: t(`state.${accessStateOf(operator, today)}`),
    lastSignIn: lastSignInAt === null ? t('never') : minuteText(lastSignInAt),
  }));
  const removed = (changes ?? [])
    .filter(({ what }) => what === 'removed')
    .map(({ entry }) => ({ entry, state: t('access.removed'), lastSignIn: '' }));
  return [...here, ...removed].map(({ entry, state, lastSignIn }, at) => [
    String(at + 1),
    entry.fullName,
    entry.name,
    t(`role.${entry.role}`),
    rightsText(entry.role, t),
    scopeText(entry.scope, sites, t),
    entry.document.number,
    plainDay(entry.document.date),
    plainDay(entry.validFrom),
    plainDay(entry.validUntil),
    state,
    lastSignIn,
    changeText(changeOf.get(entry.id), t),
  ]);
}

function changeText(change: AccessChange | undefined, t: OperatorTexts): string {
  if (!change) return '';
  if (change.what !== 'changed') return t(`access.${change.what}`);
  const fields = change.fields.map((field) => accessFieldName(field, t)).join(', ');
  return t('access.changedFields', { fields });
}

function changeLines(
  changes: readonly AccessChange[],
  { sites, t }: Pick<AccessPaper, 'sites' | 't'>,
): string[][] {
  return changes.flatMap(({ what, entry, before, fields }) => {
    const begin = [t(`access.${what}`), entry.fullName, entry.name];
    if (!before) {
      const about = `${t(`role.${entry.role}`)}; ${scopeText(entry.scope, sites, t)}`;
      return [[...begin, '', what === 'removed' ? about : '', what === 'added' ? about : '']];
    }
    return fields.map((field) => [
      ...begin,
      accessFieldName(field, t),
      accessFieldText(before, field, sites, t),
      accessFieldText(entry, field, sites, t),
    ]);
  });
}
