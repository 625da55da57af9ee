import { attribute, XmlScanner } from './xml-scanner.ts';

/** Built-in formats that show a date (ECMA-376 part 1, 18.8.30, and those of East Asian locales). */
const builtIn = (id: number) =>
  (id >= 14 && id <= 22) ||
  (id >= 27 && id <= 36) ||
  (id >= 45 && id <= 47) ||
  (id >= 50 && id <= 58);

/** The cell styles of a workbook's `styles.xml` whose numbers are dates. */
export async function readDateFormats(styles: string): Promise<Set<number>> {
  const custom = new Set<number>();
  const dates = new Set<number>();
  let inCellFormats = false;
  let style = 0;
  new XmlScanner({
    open(name, attributes) {
      if (name === 'numFmt') {
        const code = attribute(attributes, 'formatCode') ?? '';
        if (isDateFormat(code)) custom.add(Number(attribute(attributes, 'numFmtId')));
      } else if (name === 'cellXfs') inCellFormats = true;
      else if (name === 'xf' && inCellFormats) {
        const id = Number(attribute(attributes, 'numFmtId') ?? 0);
        if (builtIn(id) || custom.has(id)) dates.add(style);
        style++;
      }
    },
    close(name) {
      if (name === 'cellXfs') inCellFormats = false;
    },
    text() {},
  }).push(styles);
  return dates;
}

/** Whether a format shows a day, month or year: outside quotes, brackets and escapes. */
function isDateFormat(code: string): boolean {
  const plain = code.slice(0, 255).replace(/"[^"]*"|\[[^\]]*\]|\\./g, '');
  return /[dy]/i.test(plain) || /m[^0#]*[/-]|[/-][^0#]*m/i.test(plain);
}

/** `2021-06-25`, with a time where it is not midnight; null outside what a calendar holds. */
export function dateText(serial: number, date1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0 || serial > 2_958_465) return null;
  // Serial 60 is the 29th of February 1900, which never was: later days count from a day earlier.
  const epoch = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  const iso = new Date(epoch + Math.round(serial * 86_400) * 1000).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' ');
}
