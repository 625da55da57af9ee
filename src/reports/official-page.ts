import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import type { SurveyLetterhead } from '../contract/survey-schemas.ts';
import { dateParts } from './dates.ts';
import type { SurveyWords } from './survey-words.ts';

/**
 * A document in the layout of Decree 30/2020/NĐ-CP: A4, margins 30 mm at the binding side, names of
 * the authorities at the left, the nation's name and motto at the right, number, place and date, page
 * numbers, places to sign. Text is laid out in NFC with a font that is carried along, so that it
 * reads the same on every machine.
 */
export type PdfDocument = PDFKit.PDFDocument;

export interface PageOptions {
  readonly words: SurveyWords;
  readonly letterhead: SurveyLetterhead | null;
  readonly landscape: boolean;
  readonly title: string;
  readonly subtitle: string;
  /** Of the document, ms since 1970. */
  readonly at: number;
}

const mm = 72 / 25.4;
/** Two folders below the root, as a source and as a bundle. */
const fontsFolder = join(import.meta.dirname, '..', '..', 'resources', 'fonts');
const styles = ['regular', 'bold', 'italic', 'bold-italic'] as const;
let fonts: Map<string, Buffer> | null = null;

export const fontSizes = { body: 11, table: 9, small: 8.5, title: 14, head: 11.5 } as const;

export function openPage(options: PageOptions): PdfDocument {
  fonts ??= new Map(
    styles.map((style) => [style, readFileSync(join(fontsFolder, `tinos-${style}.ttf`))]),
  );
  const doc = new PDFDocument({
    size: 'A4',
    layout: options.landscape ? 'landscape' : 'portrait',
    margins: options.landscape
      ? { top: 20 * mm, bottom: 18 * mm, left: 20 * mm, right: 15 * mm }
      : { top: 20 * mm, bottom: 20 * mm, left: 25 * mm, right: 15 * mm },
    bufferPages: true,
    // Also keeps pdfkit from looking for its own fonts beside its source, which a bundle has not.
    font: fonts.get('regular') as unknown as string,
    info: {
      Title: plain(options.title),
      Creator: 'Vọng Gác',
      Producer: 'Vọng Gác',
      CreationDate: new Date(options.at),
    },
    lang: options.words.language === 'vi' ? 'vi-VN' : 'en',
    displayTitle: true,
  });
  for (const [style, data] of fonts) doc.registerFont(style, data);
  heading(doc, options);
  return doc;
}

/** Text as fonts have it: precomposed, without what no font draws. */
export function plain(text: string): string {
  return text.normalize('NFC').replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}

export function contentWidth(doc: PdfDocument): number {
  const { width, margins } = doc.page;
  return width - margins.left - margins.right;
}

export function contentBottom(doc: PdfDocument): number {
  return doc.page.height - doc.page.margins.bottom;
}

/** Head of a document's first page. */
export function heading(doc: PdfDocument, options: PageOptions): void {
  const { words, letterhead } = options;
  const { t } = words;
  const { left, top } = doc.page.margins;
  const width = contentWidth(doc);
  const leftWidth = width * 0.42;
  const rightX = left + width * 0.44;
  const rightWidth = width * 0.56;
  const size = options.landscape ? 12 : fontSizes.head;

  let leftY = top;
  if (letterhead?.superior) {
    doc.font('regular').fontSize(size);
    leftY = centred(doc, letterhead.superior.toLocaleUpperCase('vi'), left, leftY, leftWidth);
  }
  const agency = letterhead?.agency.toLocaleUpperCase('vi') || t('paper.agency');
  doc.font('bold').fontSize(size);
  leftY = centred(doc, agency, left, leftY, leftWidth);
  rule(doc, left + leftWidth / 2, leftY + 2, leftWidth / 3);
  doc.font('regular').fontSize(size);
  const number = letterhead?.number || '…………/……';
  leftY = centred(doc, t('paper.number', { number }), left, leftY + 8, leftWidth);

  let rightY = top;
  doc.font('bold').fontSize(size);
  rightY = centred(doc, t('paper.nation'), rightX, rightY, rightWidth);
  doc.fontSize(size + 0.5);
  const motto = plain(t('paper.motto'));
  const mottoWidth = doc.widthOfString(motto);
  rightY = centred(doc, motto, rightX, rightY, rightWidth);
  rule(doc, rightX + rightWidth / 2, rightY + 2, mottoWidth);
  doc.font('italic').fontSize(size);
  const { day = '', month = '', year = '' } = officialDate(options.at);
  const place = letterhead?.place || '……………';
  rightY = centred(
    doc,
    t('paper.placeDate', { place, day, month, year }),
    rightX,
    rightY + 8,
    rightWidth,
  );

  let y = Math.max(leftY, rightY) + 16;
  doc.font('bold').fontSize(fontSizes.title);
  y = centred(doc, options.title, left, y, width);
  if (options.subtitle) {
    doc.font('bold').fontSize(12);
    y = centred(doc, options.subtitle, left, y + 2, width);
  }
  rule(doc, left + width / 2, y + 3, 90);
  doc.x = left;
  doc.y = y + 14;
}

/** Days below 10 and the months 1 and 2 are written with a zero, others without (Decree 30/2020). */
function officialDate(at: number): Record<string, string> {
  const parts = dateParts(at);
  const month = Number(parts['month']);
  return { ...parts, month: month < 3 ? `0${month}` : String(month) };
}

/** Centred text; returns the y below it. */
function centred(doc: PdfDocument, text: string, x: number, y: number, width: number): number {
  doc.text(plain(text), x, y, { width, align: 'center' });
  return doc.y;
}

function rule(doc: PdfDocument, centre: number, y: number, width: number): void {
  doc
    .lineWidth(0.7)
    .moveTo(centre - width / 2, y)
    .lineTo(centre + width / 2, y)
    .stroke('#000');
}

/** `I. …`: a section's heading, never alone at the foot of a page. */
export function section(doc: PdfDocument, text: string, needed = 70): void {
  keepTogether(doc, needed);
  doc
    .font('bold')
    .fontSize(fontSizes.body + 1)
    .text(plain(text), doc.page.margins.left, doc.y + 4, { width: contentWidth(doc) });
  doc.y += 4;
}

/** Begins a new page where less than `height` points are left on this one. */
export function keepTogether(doc: PdfDocument, height: number): void {
  if (doc.y + height > contentBottom(doc)) doc.addPage();
}

export interface Signer {
  readonly title: string;
  readonly hint: string;
  readonly name: string;
}

/** Places to sign, side by side, kept together on one page. */
export function signatures(doc: PdfDocument, signers: readonly Signer[]): void {
  const height = 115;
  keepTogether(doc, height);
  const y = doc.y + 16;
  const width = contentWidth(doc) / signers.length;
  signers.forEach((signer, index) => {
    const x = doc.page.margins.left + index * width;
    doc.font('bold').fontSize(fontSizes.body + 1);
    let below = centred(doc, signer.title, x, y, width);
    doc.font('italic').fontSize(fontSizes.body - 0.5);
    below = centred(doc, signer.hint, x, below, width);
    doc.font('bold').fontSize(fontSizes.body + 1);
    if (signer.name) centred(doc, signer.name, x, below + 56, width);
  });
  doc.y = y + height - 16;
}

/** Numbers the pages and ends the document. */
export function finish(doc: PdfDocument, words: SurveyWords): Promise<Uint8Array> {
  const { count } = doc.bufferedPageRange();
  for (let index = 0; index < count; index++) {
    doc.switchToPage(index);
    const { margins, width, height } = doc.page;
    // Below the bottom margin, where pdfkit would begin a new page.
    doc.page.margins.bottom = 0;
    doc
      .font('italic')
      .fontSize(fontSizes.small)
      .fillColor('#333')
      .text(
        plain(words.t('paper.page', { page: index + 1, pages: count })),
        margins.left,
        height - 13 * mm,
        { width: width - margins.left - margins.right, align: 'right', lineBreak: false },
      )
      .fillColor('#000');
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
    doc.end();
  });
}
