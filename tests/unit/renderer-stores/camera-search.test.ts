import { expect, test } from 'vitest';
import { fold, inOrder, listRows, matching } from '../../../renderer/stores/camera-search.ts';
import type { Camera } from '../../../src/contract/schemas.ts';
import { someCameras } from '../../renderer/screens/fakes.ts';

const camera = (name: string, siteName = 'Cơ sở', province = 'Tỉnh A'): Camera => ({
  id: name,
  name,
  siteId: siteName,
  siteName,
  province,
  placement: null,
  qualities: ['main'],
  address: 'rtsp://192.0.2.9/one',
  removable: false,
  refusal: null,
});

test('folding takes every Vietnamese diacritic away, đ and Đ too', () => {
  expect(fold('Đường Hà Nội, trạm ở phía Đông, Ngữ Kỵ')).toBe(
    'duong ha noi, tram o phia dong, ngu ky',
  );
});

test('composed and decomposed letters are the same', () => {
  expect(fold('Hà Nội'.normalize('NFD'))).toBe(fold('Hà Nội'.normalize('NFC')));
});

test('"Ha Noi" finds "Hà Nội" and "dong" finds "Đông", in name, site and province', () => {
  const cameras = [
    camera('Cổng Hà Nội'),
    camera('Sân', 'Trạm Đông Giang'),
    camera('Sảnh', 'X', 'Đồng Lĩnh'),
  ];
  expect(matching(cameras, 'Ha Noi').map((one) => one.name)).toEqual(['Cổng Hà Nội']);
  expect(matching(cameras, 'dong').map((one) => one.name)).toEqual(['Sân', 'Sảnh']);
});

test('every word has to be found, in any order', () => {
  const cameras = [camera('Cổng chính', 'Trạm Suối Hoa'), camera('Cổng phụ', 'Trạm Bến Lau')];
  expect(matching(cameras, 'hoa cong')).toHaveLength(1);
  expect(matching(cameras, '   ')).toHaveLength(2);
  expect(matching(cameras, 'cong khong')).toHaveLength(0);
});

test('an address is found too', () => {
  expect(matching([camera('Cổng')], '192.0.2.9')).toHaveLength(1);
});

test('what looks like a pattern is searched as text', () => {
  expect(matching([camera('Cổng (1)')], '(1')).toHaveLength(1);
  expect(matching([camera('Cổng')], '.*')).toHaveLength(0);
});

test('cameras are sorted by province, site and name, numbers by value', () => {
  const sorted = inOrder([
    camera('Phòng 10', 'Cơ sở 2'),
    camera('Phòng 9', 'Cơ sở 2'),
    camera('Phòng 1', 'Cơ sở 10'),
    camera('Phòng 1', 'Cơ sở 1', 'Tỉnh B'),
  ]);
  expect(sorted.map((one) => `${one.province} ${one.siteName} ${one.name}`)).toEqual([
    'Tỉnh A Cơ sở 2 Phòng 9',
    'Tỉnh A Cơ sở 2 Phòng 10',
    'Tỉnh A Cơ sở 10 Phòng 1',
    'Tỉnh B Cơ sở 1 Phòng 1',
  ]);
});

test('cameras without a province come last', () => {
  const sorted = inOrder([camera('Cổng', 'Cơ sở', ''), camera('Sân', 'Cơ sở', 'Tỉnh Z')]);
  expect(sorted.map((one) => one.name)).toEqual(['Sân', 'Cổng']);
});

test('two sites of one name stay two sites', () => {
  const twins = ['one', 'two', 'one', 'two'].map((siteId, index) => ({
    ...camera(`Cổng ${index}`),
    siteId,
  }));
  const rows = listRows(inOrder(twins), new Set());
  expect(rows.filter((row) => row.kind === 'site')).toHaveLength(2);
});

test('a closed group hides what is below it; one province needs no row of its own', () => {
  const cameras = inOrder(someCameras(48));
  const all = listRows(cameras, new Set());
  expect(all.filter((row) => row.kind === 'province')).toHaveLength(3);
  expect(all.filter((row) => row.kind === 'camera')).toHaveLength(48);
  const closed = listRows(cameras, new Set([all[0]?.key ?? '']));
  expect(closed[0]).toMatchObject({ kind: 'province', open: false, cameras: 16 });
  expect(closed[1]?.kind).toBe('province');
  const single = listRows([camera('Cổng')], new Set());
  expect(single.map((row) => row.kind)).toEqual(['site', 'camera']);
});

test('10,000 cameras are grouped, and each is there once', () => {
  const rows = listRows(inOrder(someCameras(10_000)), new Set());
  const keys = new Set(rows.map((row) => row.key));
  expect(keys.size).toBe(rows.length);
  expect(rows.filter((row) => row.kind === 'camera')).toHaveLength(10_000);
});
