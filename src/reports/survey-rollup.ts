import type { SurveyReason, SurveyRow } from '../contract/survey-schemas.ts';
import { countRows } from '../survey/survey-run.ts';
import { finish, keepTogether, openPage, section, signatures } from './official-page.ts';
import { areaText, bySite, figure, obstacles } from './survey-cells.ts';
import { note, type SurveyPaper } from './survey-sheet.ts';
import type { SurveyWords } from './survey-words.ts';
import { type TableRow, table } from './table.ts';

/** "Bảng tổng hợp": the sites of a survey, their obstacles, and what cannot be connected, as PDF. */
export function surveyRollup(rows: readonly SurveyRow[], paper: SurveyPaper): Promise<Uint8Array> {
  const { words, letterhead } = paper;
  const { t } = words;
  const sites = bySite(rows);
  const doc = openPage({
    words,
    letterhead,
    landscape: false,
    title: t('paper.rollup'),
    subtitle: t('paper.rollupOf', { sites: sites.length, cameras: rows.length }),
    at: paper.at,
  });

  section(doc, t('paper.bySite'));
  table(
    doc,
    [
      { heading: t('column.number'), share: 5.5, align: 'center' },
      { heading: t('column.site'), share: 24 },
      { heading: t('paper.area'), share: 20 },
      { heading: t('column.total'), share: 8, align: 'right' },
      { heading: t('column.pass'), share: 8, align: 'right' },
      { heading: t('column.usable'), share: 8, align: 'right' },
      { heading: t('column.cannotConnect'), share: 10, align: 'right' },
      { heading: t('column.share'), share: 10, align: 'right' },
    ],
    [
      ...sites.map((site, index) => ({
        cells: [
          String(index + 1),
          site[0]?.siteName ?? '',
          site[0] ? areaText(site[0]) : '',
          ...countCells(site, words),
        ],
      })),
      { cells: ['', t('total'), '', ...countCells(rows, words)], bold: true, shade: '#f2f2f2' },
    ],
  );

  section(doc, t('paper.byReason'));
  const reasons = reasonRows(rows, words);
  if (reasons.length === 0) note(doc, t('paper.noObstacles'));
  else {
    table(
      doc,
      [
        { heading: t('column.number'), share: 5.5, align: 'center' },
        { heading: t('column.obstacles'), share: 32 },
        { heading: t('paper.cameraCount'), share: 9, align: 'right' },
        { heading: t('column.next'), share: 47 },
      ],
      reasons,
    );
  }

  section(doc, t('paper.unconnected'));
  const dark = rows.filter(({ verdict }) => verdict === 'cannot-connect');
  if (dark.length === 0) note(doc, t('paper.noUnconnected'));
  else {
    table(
      doc,
      [
        { heading: t('column.number'), share: 5.5, align: 'center' },
        { heading: t('column.site'), share: 22 },
        { heading: t('column.camera'), share: 22 },
        { heading: t('column.reasons'), share: 44 },
      ],
      dark.map((row, index) => ({
        cells: [
          String(index + 1),
          row.siteName,
          row.address ? `${row.cameraName}\n${row.address}` : row.cameraName,
          row.reasons
            .filter(({ weight }) => weight === 'blocks')
            .map((reason) => words.reason(reason).message)
            .join('\n'),
        ],
      })),
    );
  }
  keepTogether(doc, 140);
  note(doc, t('paper.byHand'));
  signatures(doc, [
    { title: t('paper.compiler'), hint: t('paper.signHere'), name: '' },
    {
      title: letterhead?.signerTitle.toLocaleUpperCase('vi') || t('paper.head'),
      hint: t('paper.signSeal'),
      name: letterhead?.signerName ?? '',
    },
  ]);
  return finish(doc, words);
}

function countCells(rows: readonly SurveyRow[], words: SurveyWords): string[] {
  const { total, pass, usable, cannotConnect } = countRows(rows);
  const share = total === 0 ? 0 : ((pass + usable) / total) * 100;
  return [total, pass, usable, cannotConnect].map(String).concat(`${figure(share, words)} %`);
}

/** Each obstacle once, with the number of cameras that have it, the most frequent first. */
function reasonRows(rows: readonly SurveyRow[], words: SurveyWords): TableRow[] {
  const found = new Map<string, { reason: SurveyReason; cameras: number }>();
  for (const row of rows) {
    for (const reason of obstacles(row)) {
      const known = found.get(reason.code);
      if (known) known.cameras++;
      else found.set(reason.code, { reason, cameras: 1 });
    }
  }
  return [...found.values()]
    .sort((a, b) => b.cameras - a.cameras)
    .map(({ reason, cameras }, index) => ({
      cells: [
        String(index + 1),
        words.t(`rollup.${reason.code}`),
        String(cameras),
        words.t(`reason.${reason.code}.next`, reason.params),
      ],
    }));
}
