import type { SurveyLetterhead, SurveyRow } from '../contract/survey-schemas.ts';
import { countRows } from '../survey/survey-run.ts';
import { dayText, minuteText } from './dates.ts';
import {
  contentWidth,
  finish,
  fontSizes,
  heading,
  keepTogether,
  openPage,
  type PdfDocument,
  plain,
  section,
  signatures,
} from './official-page.ts';
import {
  areaText,
  bySite,
  deviceText,
  obstacles,
  ptzText,
  recordingText,
  streamText,
  verdictText,
} from './survey-cells.ts';
import type { SurveyWords } from './survey-words.ts';
import { table } from './table.ts';

export interface SurveyPaper {
  readonly words: SurveyWords;
  readonly letterhead: SurveyLetterhead | null;
  /** Date of the document, ms since 1970. */
  readonly at: number;
}

/** "Phiếu khảo sát": the cameras of each site, what was found and what is to be done, as PDF. */
export function surveySheets(rows: readonly SurveyRow[], paper: SurveyPaper): Promise<Uint8Array> {
  const { words } = paper;
  const sites = bySite(rows);
  const options = (site: readonly SurveyRow[]) => ({
    words,
    letterhead: paper.letterhead,
    landscape: true,
    title: words.t('paper.sheet'),
    subtitle: site[0]?.siteName ? words.t('paper.sheetOf', { site: site[0].siteName }) : '',
    at: paper.at,
  });
  const doc = openPage(options(sites[0] ?? []));
  sites.forEach((site, index) => {
    if (index > 0) {
      doc.addPage();
      heading(doc, options(site));
    }
    sheet(doc, site, paper);
  });
  return finish(doc, words);
}

function sheet(doc: PdfDocument, rows: readonly SurveyRow[], paper: SurveyPaper): void {
  const { words, letterhead } = paper;
  const { t } = words;
  general(doc, rows, words);

  section(doc, t('paper.cameras'));
  table(
    doc,
    [
      { heading: t('column.number'), share: 3.5, align: 'center' },
      { heading: t('column.camera'), share: 14 },
      { heading: t('column.device'), share: 15 },
      { heading: t('column.main'), share: 15 },
      { heading: t('column.sub'), share: 15 },
      { heading: t('column.ptz'), share: 9 },
      { heading: t('column.recording'), share: 10 },
      { heading: t('column.verdict'), share: 10, align: 'center' },
    ],
    rows.map((row, index) => ({
      cells: [
        String(index + 1),
        row.address ? `${row.cameraName}\n${row.address}` : row.cameraName,
        deviceText(row, words),
        streamText(row.main, words),
        streamText(row.sub, words),
        ptzText(row, words),
        recordingText(row, words),
        verdictText(row, words),
      ],
      ...(row.verdict === 'cannot-connect' ? { shade: '#f2f2f2' } : {}),
    })),
  );

  section(doc, t('paper.obstacles'));
  const troubled = rows.filter((row) => obstacles(row).length > 0);
  if (troubled.length === 0) note(doc, t('paper.noObstacles'));
  else {
    table(
      doc,
      [
        { heading: t('column.number'), share: 3.5, align: 'center' },
        { heading: t('column.camera'), share: 16 },
        { heading: t('column.obstacles'), share: 32 },
        { heading: t('column.next'), share: 40 },
      ],
      troubled.flatMap((row) =>
        obstacles(row).map((reason, index) => {
          const { message, next } = words.reason(reason);
          const number = String(rows.indexOf(row) + 1);
          return {
            cells: [index === 0 ? number : '', index === 0 ? row.cameraName : '', message, next],
          };
        }),
      ),
    );
  }
  keepTogether(doc, 140);
  note(doc, t('paper.byHand'));
  signatures(doc, [
    { title: t('paper.siteSigner'), hint: t('paper.signSeal'), name: '' },
    { title: t('paper.surveyor'), hint: t('paper.signHere'), name: '' },
    {
      title: letterhead?.signerTitle.toLocaleUpperCase('vi') || t('paper.head'),
      hint: t('paper.signSeal'),
      name: letterhead?.signerName ?? '',
    },
  ]);
}

function general(doc: PdfDocument, rows: readonly SurveyRow[], words: SurveyWords): void {
  const { t } = words;
  const first = rows[0];
  const times = rows.map(({ at }) => at).filter((at) => at !== null);
  const { pass, usable, cannotConnect: cannot } = countRows(rows);
  section(doc, t('paper.general'));
  const lines: [string, string][] = [
    [t('paper.site'), first?.siteName ?? ''],
    [t('paper.area'), (first && areaText(first)) || '………………'],
    [
      t('paper.surveyedAt'),
      times.length === 0 ? '………………' : span(Math.min(...times), Math.max(...times)),
    ],
    [t('paper.cameraCount'), `${rows.length} (${t('paper.summary', { pass, usable, cannot })})`],
  ];
  for (const [label, value] of lines) labelled(doc, label, value);
  doc.y += 4;
}

function span(from: number, to: number): string {
  if (minuteText(from) === minuteText(to)) return minuteText(from);
  // The day is said once where it is the same.
  const end = dayText(from) === dayText(to) ? minuteText(to).slice(-5) : minuteText(to);
  return `${minuteText(from)} – ${end}`;
}

export function labelled(doc: PdfDocument, label: string, value: string): void {
  const { left } = doc.page.margins;
  const { y } = doc;
  const indent = 105;
  doc
    .font('regular')
    .fontSize(fontSizes.body)
    .text(plain(`- ${label}:`), left, y, { width: indent });
  doc.font('bold').text(plain(value), left + indent, y, { width: contentWidth(doc) - indent });
  doc.x = left;
  doc.y += 2;
}

export function note(doc: PdfDocument, text: string): void {
  doc
    .font('italic')
    .fontSize(fontSizes.body - 0.5)
    .text(plain(text), doc.page.margins.left, doc.y, { width: contentWidth(doc) });
  doc.y += 4;
}
