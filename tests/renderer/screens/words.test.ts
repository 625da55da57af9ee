/// <reference types="vite/client" />
import { expect, test } from 'vitest';
import { ageText, createWords, dateText, timeText } from '../../../renderer/i18n.ts';
import enConnect from '../../../resources/locales/en/connect.json';
import enRegister from '../../../resources/locales/en/register.json';
import en from '../../../resources/locales/en/wall.json';
import viConnect from '../../../resources/locales/vi/connect.json';
import viRegister from '../../../resources/locales/vi/register.json';
import vi from '../../../resources/locales/vi/wall.json';

const sources = import.meta.glob<string>('../../../renderer/screens/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

function flat(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[path, value]]);
  const all = new Map<string, string>();
  for (const [key, inner] of Object.entries(value as object)) {
    for (const [at, text] of flat(inner, path ? `${path}.${key}` : key)) all.set(at, text);
  }
  return all;
}

const plain = (keys: Iterable<string>) =>
  new Set([...keys].map((key) => key.replace(/_(one|other)$/u, '')));

const namespaces = [
  ['wall', vi, en],
  ['register', viRegister, enRegister],
  ['connect', viConnect, enConnect],
] as const;

test.each(namespaces)('%s: both languages have the same texts and values', (_, vi, en) => {
  const [inVi, inEn] = [flat(vi), flat(en)];
  expect(plain(inVi.keys())).toEqual(plain(inEn.keys()));
  const values = (text: string) =>
    [...text.matchAll(/\{\{(\w+)\}\}/gu)].map(([, name]) => name).sort();
  for (const [key, text] of inEn) {
    const other = inVi.get(key) ?? inVi.get(key.replace('_one', '_other')) ?? '';
    expect(values(other), key).toEqual(values(text));
  }
});

test.each(namespaces)('%s: English has a singular wherever it has a plural', (_name, _vi, en) => {
  const keys = [...flat(en).keys()];
  for (const key of keys.filter((each) => each.endsWith('_other'))) {
    expect(keys).toContain(key.replace('_other', '_one'));
  }
});

test('every text that a screen names exists', () => {
  const known = plain(flat(vi).keys());
  const named = Object.values(sources).flatMap((source) => [
    ...[...source.matchAll(/\bt\(\s*'([\w.]+)'/gu)].map(([, key]) => key),
    ...[...source.matchAll(/(?:text|group): '(help\.[\w.]+)'/gu)].map(([, key]) => key),
    ...[...source.matchAll(/one\('\w+', '(tile\.\w+)'\)/gu)].map(([, key]) => key),
  ]);
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((key) => !known.has(key ?? ''))).toEqual([]);
});

test('every text that a room names exists', () => {
  const known = new Map([
    ['r', plain(flat(viRegister).keys())],
    ['c', plain(flat(viConnect).keys())],
  ]);
  const wrong: string[] = [];
  let named = 0;
  for (const [file, source] of Object.entries(sources)) {
    for (const [, texts = '', key = ''] of source.matchAll(/\b([rc])\(\s*'([\w.-]+)'/gu)) {
      named++;
      if (!known.get(texts)?.has(key)) wrong.push(`${file} ${key}`);
    }
    // `${…}` stands for one of several: at least one text must begin and end like this.
    for (const [, texts = '', before = '', after = ''] of source.matchAll(
      /\b([rc])\(\s*`([\w.-]*)\$\{[^`]*?\}([\w.-]*)`/gu,
    )) {
      named++;
      const keys = [...(known.get(texts) ?? [])];
      if (!keys.some((key) => key.startsWith(before) && key.endsWith(after))) {
        wrong.push(`${file} ${before}…${after}`);
      }
    }
  }
  expect(named).toBeGreaterThan(300);
  expect(wrong).toEqual([]);
});

test.each(namespaces)('%s: no text is HTML, and Vietnamese is composed', (_, vi, en) => {
  for (const [key, text] of [...flat(vi), ...flat(en)]) {
    expect(text, key).not.toMatch(/<|&\w+;/u);
    expect(text, key).toBe(text.normalize('NFC'));
  }
});

test('ages name the largest full unit and are never rounded up', () => {
  const words = createWords('vi');
  expect(
    [0, 999, 12_400, 59_999, 60_000, 3_599_000, 3_600_000, 172_800_000].map((age) =>
      ageText(words, age),
    ),
  ).toEqual([
    '0 giây trước',
    '0 giây trước',
    '12 giây trước',
    '59 giây trước',
    '1 phút trước',
    '59 phút trước',
    '1 giờ trước',
    '2 ngày trước',
  ]);
});

test('dates and times are those of Viet Nam, as dd/MM/yyyy and HH:mm:ss', () => {
  const at = Date.UTC(2021, 5, 30, 17, 5, 9);
  expect(dateText(at)).toBe('01/07/2021');
  expect(timeText(at)).toBe('00:05:09');
});

test('numbers are written as the language writes them', () => {
  expect(createWords('vi').number(1234.5, 1)).toBe('1.234,5');
  expect(createWords('en').number(1234.5, 1)).toBe('1,234.5');
});

test('a value can neither choose options of the library nor nest another text', () => {
  const words = createWords('vi');
  const cause = {
    code: 'net.dns',
    params: { host: '$t(cause:internal.text)', lng: 'en', ns: 'wall' },
  } as const;
  expect(words.causeText(cause)).toBe('Không tìm thấy địa chỉ của máy $t(cause:internal.text).');
});
