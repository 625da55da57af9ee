/**
 * RFC 4180, with the mark that tells Excel that it is UTF-8. Cells come guarded: see
 * `formula-guard.ts`.
 */
export function csvText(rows: readonly (readonly string[])[]): Uint8Array {
  const cell = (text: string) =>
    /[",;\t\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = rows.map((row) => row.map(cell).join(','));
  return Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`);
}
