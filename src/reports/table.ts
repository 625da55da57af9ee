import {
  contentBottom,
  contentWidth,
  fontSizes,
  type PdfDocument,
  plain,
} from './official-page.ts';

/** A table whose heading is repeated on every page, and whose rows are never cut in two. */
export interface TableColumn {
  readonly heading: string;
  /** Share of the width, relative to the other columns. */
  readonly share: number;
  readonly align?: 'left' | 'center' | 'right';
}

export interface TableRow {
  readonly cells: readonly string[];
  readonly bold?: boolean;
  /** Behind the row; e.g. `#eeeeee`. Prints on a black-and-white printer. */
  readonly shade?: string;
}

const pad = 3;
const line = 0.5;

export function table(
  doc: PdfDocument,
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  fontSize: number = fontSizes.table,
): void {
  const all = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => (share / all) * contentWidth(doc));
  const left = doc.page.margins.left;

  const heightOf = (cells: readonly string[], font: string) => {
    doc.font(font).fontSize(fontSize);
    const heights = cells.map((cell, index) =>
      doc.heightOfString(fitted(doc, cell, widths[index]!), { width: widths[index]! - 2 * pad }),
    );
    return Math.max(...heights) + 2 * pad;
  };

  const draw = (row: TableRow, font: string, heading: boolean, y: number, height: number) => {
    let x = left;
    row.cells.forEach((cell, index) => {
      const width = widths[index]!;
      const shade = heading ? '#e6e6e6' : row.shade;
      if (shade) doc.rect(x, y, width, height).fill(shade);
      doc.lineWidth(line).rect(x, y, width, height).stroke('#000');
      doc.fillColor('#000').font(font).fontSize(fontSize);
      const text = fitted(doc, cell, width);
      const own = doc.heightOfString(text, { width: width - 2 * pad });
      // Headings stand in the middle of their cell, as printed tables have it.
      const top = heading ? y + (height - own) / 2 : y + pad;
      const align = heading ? 'center' : (columns[index]?.align ?? 'left');
      // Higher than any row can be: the text was measured, pdfkit shall not begin a page of its own.
      doc.text(text, x + pad, top, { width: width - 2 * pad, height: own + fontSize, align });
      x += width;
    });
    doc.x = left;
    doc.y = y + height;
  };

  const headings: TableRow = { cells: columns.map(({ heading }) => heading) };
  const headHeight = heightOf(headings.cells, 'bold');
  const drawHead = () => draw(headings, 'bold', true, doc.y, headHeight);
  const first = rows[0];
  const firstHeight = first ? heightOf(first.cells, first.bold ? 'bold' : 'regular') : 0;
  if (doc.y + headHeight + firstHeight > contentBottom(doc)) doc.addPage();
  drawHead();
  const most = contentBottom(doc) - doc.page.margins.top - headHeight;
  for (const row of rows) {
    const font = row.bold ? 'bold' : 'regular';
    // A cell longer than a page is cut at the page's end rather than lost beyond it.
    const height = Math.min(heightOf(row.cells, font), most);
    if (doc.y + height > contentBottom(doc)) {
      doc.addPage();
      drawHead();
    }
    draw(row, font, false, doc.y, height);
  }
  doc.y += 8;
}

/** Words longer than their column (addresses, serial numbers) are broken where they must be. */
function fitted(doc: PdfDocument, text: string, width: number): string {
  const room = width - 2 * pad;
  return plainLines(text)
    .split(/(\s+)/)
    .map((word) => (doc.widthOfString(word) <= room ? word : broken(doc, word, room)))
    .join('');
}

function broken(doc: PdfDocument, word: string, room: number): string {
  let out = '';
  let lineText = '';
  for (const letter of word) {
    if (lineText !== '' && doc.widthOfString(lineText + letter) > room) {
      out += `${lineText}\n`;
      lineText = letter;
    } else lineText += letter;
  }
  return out + lineText;
}

function plainLines(text: string): string {
  return text.slice(0, 4000).split('\n').map(plain).join('\n');
}
