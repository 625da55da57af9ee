import type { ExportFormat } from '../contract/import-schemas.ts';

/** What makes a spreadsheet run the text of a CSV cell, also behind apostrophes of our own. */
const runs = /^'*[=+\-@\t\r＝＋－＠]/;
const guardedText = /^'(?='*[=+\-@\t\r＝＋－＠])/;
const guardedXlsx = /^'+[=+\-@\t\r＝＋－＠]/;

/**
 * In a CSV an apostrophe stands before whatever would be run, a phone number `+84…` too. In XLSX a cell
 * is a text by its type and never run; only what would lose an apostrophe when read gets one more.
 */
export function guardFormula(text: string, format: Exclude<ExportFormat, 'json'>): string {
  return (format === 'csv' ? runs : guardedXlsx).test(text) ? `'${text}` : text;
}

/** Takes off what `guardFormula` put on, or a person who knew the same trick. */
export function unguardFormula(text: string): string {
  return text.replace(guardedText, '');
}
