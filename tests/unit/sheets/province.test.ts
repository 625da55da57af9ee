import { expect, test } from 'vitest';
import { readFile } from '../../../src/sheets/read-file.ts';
import { provinceSheet } from '../../support/province-sheet.ts';

test('a province’s workbook is understood: titles, joined headings, group rows, joined sites, footer', async () => {
  const reading = await readFile(await provinceSheet(), {
    fileName: 'ds.xlsx',
    sheet: null,
    mapping: null,
    recall: () => null,
  });
  expect(reading.heading.lines).toEqual({ from: 5, to: 6 });
  expect(reading.heading.columns.map(({ field }) => field)).toEqual([
    'ignore',
    'site.name',
    'focal1.name',
    'focal1.title',
    'focal1.phone',
    'camera.name',
    'camera.placement',
    'camera.url',
    'login.user',
    'login.password',
    null,
  ]);
  const { rows, sites } = reading.records;
  expect(sites.map(({ fields }) => fields)).toEqual([
    { name: 'Trường Cao đẳng Sông Xanh', province: 'Tỉnh Sơn Hải', district: 'Huyện Bình Nam' },
    { name: 'Trung đoàn BB999', province: 'Tỉnh Sơn Hải', district: 'Thị xã Đông Kha' },
  ]);
  expect(sites[0]!.parts.focal).toEqual([
    { name: 'Lê Văn Mẫu', title: 'Phó phòng', phone: '0912345678' },
  ]);
  expect(rows.map(({ line, camera }) => [line, camera?.fields])).toEqual([
    [10, { name: 'Cổng chính', placement: 'gate', url: 'rtsp://192.0.2.10/ch1' }],
    [11, { name: 'Tầng 1', placement: 'corridor', url: 'rtsp://192.0.2.10/ch2' }],
    [12, { name: 'Phòng tắm', placement: 'inside-bathroom', url: 'rtsp://192.0.2.10/ch3' }],
    [
      14,
      {
        name: '<script>alert(1)</script>',
        placement: 'yard',
        url: 'rtsp://192.0.2.20:8554/live',
      },
    ],
  ]);
  expect(rows.map(({ login }) => login)).toEqual([
    { user: 'admin', password: 'Bí-mật#1' },
    null,
    null,
    { user: 'kt', password: 'Mật@khẩu' },
  ]);
  expect(JSON.stringify(reading.samples)).not.toMatch(/mật/i);
});
