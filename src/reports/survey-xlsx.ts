import ExcelJS from 'exceljs';
import type { SurveyRow, SurveyStream } from '../contract/survey-schemas.ts';
import { timeZone } from './dates.ts';
import { codecName, ptzText, verdictText } from './survey-cells.ts';
import type { SurveyWords } from './survey-words.ts';

type Cell = string | number | Date | null;

/** The table of a survey as XLSX: one line per camera, every figure in a column of its own. */
export async function surveyXlsx(
  rows: readonly SurveyRow[],
  words: SurveyWords,
): Promise<Uint8Array> {
  const { t } = words;
  const book = new ExcelJS.Workbook();
  book.creator = 'Vọng Gác';
  const sheet = book.addWorksheet(t('file.table').slice(0, 31), {
    views: [{ state: 'frozen', ySplit: 1, xSplit: 5 }],
    pageSetup: { orientation: 'landscape', paperSize: 9, fitToPage: true, fitToHeight: 0 },
  });
  sheet.pageSetup.printTitlesRow = '1:1';
  const columns = columnsOf(words);
  sheet.columns = columns.map(({ key, width }) => ({ header: t(`column.${key}`), key, width }));
  rows.forEach((row, index) => {
    sheet.addRow(columns.map(({ value }) => safe(value(row, index))));
  });
  const head = sheet.getRow(1);
  head.font = { bold: true };
  head.alignment = { wrapText: true, vertical: 'middle', horizontal: 'center' };
  head.height = 32;
  for (const key of ['recordingOldest', 'at']) {
    sheet.getColumn(key).numFmt = key === 'at' ? 'dd/mm/yyyy hh:mm' : 'dd/mm/yyyy';
  }
  for (const key of ['reasons', 'next'])
    sheet.getColumn(key).alignment = { wrapText: true, vertical: 'top' };
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: columns.length } };
  return new Uint8Array(await book.xlsx.writeBuffer());
}

interface Column {
  readonly key: string;
  readonly width: number;
  readonly value: (row: SurveyRow, index: number) => Cell;
}

function columnsOf(words: SurveyWords): Column[] {
  const { t } = words;
  const column = (key: string, width: number, value: Column['value']): Column => ({
    key,
    width,
    value,
  });
  const of = (pick: (stream: SurveyStream) => Cell, which: 'main' | 'sub') => (row: SurveyRow) => {
    const stream = row[which];
    return stream && !stream.cause ? pick(stream) : null;
  };
  const yesNo = (value: boolean | null) => (value === null ? null : t(value ? 'yes' : 'no'));
  const reasons = (row: SurveyRow, part: 'message' | 'next') =>
    row.reasons
      .filter(({ weight }) => part === 'message' || weight !== 'note')
      .map((reason) => words.reason(reason)[part])
      .join('\n');
  return [
    column('number', 6, (_, index) => index + 1),
    column('province', 18, (row) => row.province),
    column('district', 18, (row) => row.district),
    column('site', 28, (row) => row.siteName),
    column('camera', 28, (row) => row.cameraName),
    column('address', 22, (row) => row.address),
    column('verdict', 18, (row) => verdictText(row, words)),
    column('reasons', 50, (row) => reasons(row, 'message')),
    column('next', 50, (row) => reasons(row, 'next')),
    column('manufacturer', 16, (row) => row.device?.manufacturer ?? null),
    column('model', 20, (row) => row.device?.model ?? null),
    column('firmware', 16, (row) => row.device?.firmware ?? null),
    column('serial', 24, (row) => row.device?.serial ?? null),
    column('onvif', 10, (row) => (row.onvif ? row.onvif.version || t('yes') : t('no'))),
    column('services', 26, (row) => row.onvif?.services.join(', ') ?? null),
    column('login', 14, (row) => row.main?.auth ?? row.onvif?.auth ?? null),
    column('clock', 12, (row) => row.clock && Math.round(row.clock.offsetMs / 1000)),
    column(
      'mainCodec',
      10,
      of((stream) => codecName(stream.codec), 'main'),
    ),
    column(
      'mainSize',
      12,
      of((stream) => `${stream.width}×${stream.height}`, 'main'),
    ),
    column(
      'mainFps',
      10,
      of((stream) => stream.fps, 'main'),
    ),
    column(
      'mainKbps',
      10,
      of((stream) => stream.kbps, 'main'),
    ),
    column(
      'mainGop',
      10,
      of((stream) => stream.gopSeconds, 'main'),
    ),
    column(
      'mainLoss',
      10,
      of((stream) => stream.lossPercent, 'main'),
    ),
    column(
      'subCodec',
      10,
      of((stream) => codecName(stream.codec), 'sub'),
    ),
    column(
      'subSize',
      12,
      of((stream) => `${stream.width}×${stream.height}`, 'sub'),
    ),
    column(
      'subFps',
      10,
      of((stream) => stream.fps, 'sub'),
    ),
    column(
      'subKbps',
      10,
      of((stream) => stream.kbps, 'sub'),
    ),
    column('subSmaller', 10, (row) => yesNo(row.subSmaller)),
    column('ptz', 26, (row) => (row.onvif ? ptzText(row, words) : null)),
    column('recordingOldest', 14, (row) => localDate(row.recording?.oldest ?? null)),
    column('certificate', 30, (row) => row.certificate?.fingerprint ?? null),
    column('certificateSubject', 24, (row) => row.certificate?.subject ?? null),
    column('certificateFrom', 14, (row) => localDate(row.certificate?.validFrom ?? null)),
    column('certificateUntil', 14, (row) => localDate(row.certificate?.validUntil ?? null)),
    column('at', 18, (row) => localDate(row.at)),
  ];
}

/**
 * What a device says may begin like a formula. Excel keeps text cells of a file as text, but what is
 * saved from there as CSV and opened again is not: an apostrophe goes before it, as Excel shows it.
 */
function safe(value: Cell): Cell {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}

/** Spreadsheets know no time zones: the clock on the wall in Viet Nam is written. */
function localDate(unixMs: number | null): Date | null {
  if (unixMs === null) return null;
  const local = new Date(unixMs).toLocaleString('sv-SE', { timeZone });
  return new Date(`${local.replace(' ', 'T')}Z`);
}
