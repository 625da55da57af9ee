import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';
import { surveyRollup } from '../../../src/reports/survey-rollup.ts';
import { surveySheets } from '../../../src/reports/survey-sheet.ts';
import { surveyWords } from '../../../src/reports/survey-words.ts';
import { surveyXlsx } from '../../../src/reports/survey-xlsx.ts';
import { pdfText } from '../../support/pdf-text.ts';
import { provinceRows, surveyedAt } from '../../support/survey-rows.ts';

const words = surveyWords('vi');
const letterhead = {
  superior: 'Ban Chỉ đạo phòng, chống dịch tỉnh An Hải',
  agency: 'Trung tâm Giám sát cách ly',
  number: '12/PKS-TTGS',
  place: 'An Hải',
  signerTitle: 'Giám đốc Trung tâm',
  signerName: 'Nguyễn Thị Ngữ',
};
const paper = { words, letterhead, at: surveyedAt };
const pages = (text: string) => text.split('\f').slice(0, -1);
const flat = (text: string) => text.replaceAll(/\s+/g, ' ');

test('the survey sheet has the official head, what was found, and places to sign', async () => {
  const pdf = await surveySheets(provinceRows(1, 14), paper);
  expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-');
  const text = pdfText(pdf);
  expect(text).not.toContain('\ufffd');
  for (const line of [
    'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
    'Độc lập - Tự do - Hạnh phúc',
    'BAN CHỈ ĐẠO PHÒNG, CHỐNG DỊCH TỈNH AN HẢI',
    'TRUNG TÂM GIÁM SÁT CÁCH LY',
    'Số: 12/PKS-TTGS',
    // A month above 2 is written without a zero.
    'An Hải, ngày 25 tháng 6 năm 2021',
    'PHIẾU KHẢO SÁT CAMERA GIÁM SÁT',
    'Cơ sở: Ký túc xá Trường Quân sự số 1',
    'Hikvision DS-7608NI-K2',
    'SN 404705923918060213',
    'FW 5.10',
    'H.264 1920×1080',
    'Không kết nối được',
    'GIÁM ĐỐC TRUNG TÂM',
    'Nguyễn Thị Ngữ',
  ]) {
    expect(flat(text), line).toContain(line);
  }
});

test('headings of a table are repeated, and every page has its number', async () => {
  const all = pages(pdfText(await surveySheets(provinceRows(1, 40), paper)));
  expect(all.length).toBeGreaterThan(3);
  all.forEach((page, index) => {
    expect(page).toContain(`Trang ${index + 1}/${all.length}`);
  });
  // 40 rows need several pages, and the second one begins with the heading.
  expect(all[1]!.indexOf('STT')).toBeLessThan(20);
  // No row is lost between pages.
  const text = all.join('');
  for (let camera = 1; camera <= 40; camera++) expect(text).toContain(`10.20.0.${9 + camera}:554`);
});

test('each site has a sheet of its own', async () => {
  const all = pages(pdfText(await surveySheets(provinceRows(3, 2), paper)));
  const titles = all.filter((page) => page.includes('PHIẾU KHẢO SÁT'));
  expect(titles).toHaveLength(3);
  expect(titles[2]).toContain('Khách sạn Sông Ước số 3');
});

test('the roll-up counts sites and obstacles and lists what is dark', async () => {
  const rows = provinceRows(24, 5);
  const text = flat(pdfText(await surveyRollup(rows, paper)));
  expect(text).not.toContain('\ufffd');
  expect(text).toContain('BẢNG TỔNG HỢP KẾT QUẢ KHẢO SÁT CAMERA GIÁM SÁT');
  expect(text).toContain('24 cơ sở, 120 camera');
  const dark = rows.filter(({ verdict }) => verdict === 'cannot-connect').length;
  const good = rows.length - dark;
  expect(text).toMatch(new RegExp(`Cộng 120 \\d+ \\d+ ${dark} `));
  expect(text).toContain(
    `${new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 1 }).format((good / 120) * 100)} %`,
  );
  expect(text).toContain('Không tới được qua mạng');
});

test('names in decomposed letters, and without an end, are printed', async () => {
  const [row] = provinceRows(1, 1);
  const long = `${'Đường dẫn rất dài '.repeat(300)}`;
  const odd = {
    ...row!,
    siteName: 'Cơ sở Ngữ'.normalize('NFD'),
    cameraName: long,
    device: { manufacturer: '\u202eX\u0007', model: 'W'.repeat(190), firmware: '', serial: '' },
  };
  const text = pdfText(await surveySheets([odd], { ...paper, letterhead: null }));
  expect(text).toContain('Cơ sở: Cơ sở Ngữ');
  expect(flat(text)).toContain('Đường dẫn rất dài');
  expect(pages(text).length).toBeLessThan(6);
});

test('the table as XLSX holds every figure, and no device writes a formula into it', async () => {
  const rows = provinceRows(2, 7);
  rows[0] = {
    ...rows[0]!,
    device: {
      manufacturer: '=HYPERLINK("x")',
      model: '+1',
      firmware: '5.10',
      serial: '404705923918060213',
    },
  };
  const book = new ExcelJS.Workbook();
  await book.xlsx.load((await surveyXlsx(rows, words)).buffer as ArrayBuffer);
  const sheet = book.worksheets[0]!;
  const headings = (sheet.getRow(1).values as string[]).slice(1);
  const cell = (row: number, heading: string) =>
    sheet.getRow(row + 2).getCell(headings.indexOf(heading) + 1).value;
  expect(sheet.rowCount).toBe(15);
  expect(cell(0, 'Camera')).toBe('Cổng chính 1');
  expect(cell(0, 'Hãng')).toBe(`'=HYPERLINK("x")`);
  expect(cell(0, 'Kiểu máy')).toBe("'+1");
  // Strings stay strings: not 5.1, and no digit of the serial number is lost.
  expect(cell(0, 'Phần mềm')).toBe('5.10');
  expect(cell(0, 'Số sê-ri')).toBe('404705923918060213');
  expect(cell(0, 'Luồng chính: kbit/s')).toBe(2048);
  expect(cell(0, 'Kết luận')).toBe('Đạt');
  expect(cell(3, 'Kết luận')).toBe('Không kết nối được');
  expect(cell(3, 'Lý do')).toContain('Không tới được camera');
  // The clock on the wall in Viet Nam.
  expect((cell(0, 'Khảo sát lúc') as Date).toISOString()).toBe('2021-06-25T09:30:00.000Z');
});

test('English words make an English sheet', async () => {
  const text = pdfText(
    await surveySheets(provinceRows(1, 2), { ...paper, words: surveyWords('en') }),
  );
  expect(text).toContain('CAMERA SURVEY SHEET');
  expect(text).toContain('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM');
});
