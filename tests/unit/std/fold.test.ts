import { expect, test } from 'vitest';
import { fold, foldedWords, vietnameseSortKey } from '../../../src/std/fold.ts';

test('folding leaves no diacritics, in whatever form they come, and makes đ a d', () => {
  expect(fold('Đèo Thông ƯỚC lễ')).toBe('deo thong uoc le');
  expect(fold('Ước'.normalize('NFD'))).toBe(fold('Ước'.normalize('NFC')));
  expect(foldedWords('  Hành\tlang  ')).toEqual(['hanh', 'lang']);
});

test('sort keys put names as a Vietnamese list does', () => {
  const names = [
    'Ân Thi',
    'An Hải',
    'Ăn Sơn',
    'Azô',
    'Đồng',
    'Dung',
    'Em',
    'Ô Môn',
    'Ông',
    'Ơn',
    'Oz',
  ];
  const byKey = (a: string, b: string) => (vietnameseSortKey(a) < vietnameseSortKey(b) ? -1 : 1);
  const collator = new Intl.Collator('vi');
  expect([...names].sort(byKey)).toEqual([...names].sort(collator.compare));
});

test('sort keys put numbers by value, and tones last', () => {
  const sorted = ['Cam 10', 'Cam 2', 'Cảm 1', 'Cam 002b'].sort((a, b) =>
    vietnameseSortKey(a) < vietnameseSortKey(b) ? -1 : 1,
  );
  expect(sorted).toEqual(['Cảm 1', 'Cam 2', 'Cam 002b', 'Cam 10']);
});
