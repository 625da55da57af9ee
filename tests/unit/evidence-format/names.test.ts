import { expect, test } from 'vitest';
import { evidenceName, isSafeName, nameKey } from '../../../src/evidence-format/names.ts';

test.each([
  ['Cổng chính 16:30:05.png', 'du-lieu/Cổng chính 16_30_05.png'],
  ['Cổng chính.png'.normalize('NFD'), 'du-lieu/Cổng chính.png'],
  ['../../etc/passwd', 'du-lieu/_.._etc_passwd'],
  ['CON.png', 'du-lieu/_CON.png'],
  ['aux', 'du-lieu/_aux'],
  ['  . ', 'du-lieu/tep'],
  ['a\u202egnp.exe', 'du-lieu/a_gnp.exe'],
  ['ảnh. .png', 'du-lieu/ảnh.png'],
  ['\ud800.png', 'du-lieu/\ufffd.png'],
])('%s becomes a name that every system can write', (wanted, name) => {
  expect(evidenceName(wanted, new Set())).toBe(name);
  expect(isSafeName(name)).toBe(true);
});

test('names are unlike without regard to case, and their endings stay', () => {
  const taken = new Set<string>();
  const names = ['Ảnh.PNG', 'ảnh.png', 'ẢNH.png'].map((one) => evidenceName(one, taken));
  expect(names).toEqual(['du-lieu/Ảnh.PNG', 'du-lieu/ảnh (2).png', 'du-lieu/ẢNH (3).png']);
  expect(new Set(names.map(nameKey)).size).toBe(3);
});

test('long names are cut between letters', () => {
  const name = evidenceName(`${'ế'.normalize('NFD').repeat(200)}.mp4`, new Set());
  expect(new TextEncoder().encode(name).length).toBeLessThan(140);
  expect(name).toMatch(/^du-lieu\/ế+\.mp4$/);
});

test.each([
  '',
  '/a',
  'a/',
  'a//b',
  '../a',
  'a/..',
  'a/./b',
  'a\\b',
  'C:a',
  'a ',
  ' a',
  'a.',
  'nul.txt',
  'du-lieu/COM1.png',
  'e\u0301.png',
  'a\u0000b',
  'x'.repeat(241),
])('%j is not safe', (name) => {
  expect(isSafeName(name)).toBe(false);
});
