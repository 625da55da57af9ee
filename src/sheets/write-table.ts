import ExcelJS from 'exceljs';
import { type ExportFormat, type ImportField, importFields } from '../contract/import-schemas.ts';
import type { Language } from '../contract/schemas.ts';
import type { Cells } from './cells.ts';
import { csvText } from './csv-text.ts';
import { guardFormula } from './formula-guard.ts';
import { headingOf, sheetName } from './sheet-words.ts';

/** The columns of an exported table: every field but those that hold logins. */
export const exportedFields: readonly ImportField[] = importFields.filter(
  (field) => field !== 'ignore' && !field.startsWith('login.'),
);

/**
 * A table that spreadsheets open. In a CSV an apostrophe stands before whatever a spreadsheet would
 * run as a formula; reading takes it off again. In XLSX every cell is a text, which is never run.
 */
export class TableWriter {
  readonly #format: Exclude<ExportFormat, 'json'>;
  readonly #language: Language;
  readonly #rows: string[][] = [];

  constructor(format: Exclude<ExportFormat, 'json'>, language: Language) {
    this.#format = format;
    this.#language = language;
  }

  add(cells: Cells): void {
    const format = this.#format;
    this.#rows.push(
      exportedFields.map((field) => {
        const text = guardFormula(cells[field] ?? '', format);
        return format === 'xlsx' ? escaped(text) : text;
      }),
    );
  }

  finish(): Promise<Uint8Array> | Uint8Array {
    const headings = exportedFields.map((field) => headingOf(field, this.#language));
    return this.#format === 'csv' ? csvText([headings, ...this.#rows]) : this.#xlsx(headings);
  }

  async #xlsx(headings: readonly string[]): Promise<Uint8Array> {
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet(sheetName(this.#language), {
      views: [{ state: 'frozen', ySplit: 1 }],
    });
    sheet.columns = headings.map((heading, at) => ({
      header: heading,
      width: Math.min(40, Math.max(10, heading.length + 2)),
      // As text: a spreadsheet takes no zero from a phone number that is typed later.
      style: { numFmt: '@' },
      hidden: /\.(id|hubId|revision)$/.test(exportedFields[at] ?? ''),
    }));
    sheet.getRow(1).font = { bold: true };
    for (const row of this.#rows) sheet.addRow(row.map((text) => (text === '' ? undefined : text)));
    return new Uint8Array(await workbook.xlsx.writeBuffer());
  }
}

/** ECMA-376 part 1, 22.9.2.19: what looks like an escaped character is escaped itself. */
export function escaped(text: string): string {
  return text.replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_');
}
