/// <reference types="vite/client" />
import { expect, test } from 'vitest';
import { ptzKeyHelp } from '../../../../renderer/screens/ptz/ptz-key-help.ts';
import { dockParts } from '../../../../renderer/stores/ptz/ptz-store.ts';
import en from '../../../../resources/locales/en/ptz.json';
import vi from '../../../../resources/locales/vi/ptz.json';
import { ptzLacks, ptzNotices } from '../../../../src/contract/ptz-schemas.ts';

const sources = import.meta.glob<string>('../../../../renderer/screens/ptz/*.{ts,tsx}', {
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
const [inVi, inEn] = [flat(vi), flat(en)];
const known = plain(inVi.keys());

test('both languages have the same texts with the same values', () => {
  expect(plain(inEn.keys())).toEqual(known);
  const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/gu)].map(([, name]) => name);
  for (const [key, text] of inEn) {
    const other = inVi.get(key) ?? inVi.get(key.replace('_one', '_other')) ?? '';
    expect(values(other).sort(), key).toEqual(values(text).sort());
    expect(other, key).toBe(other.normalize('NFC'));
    expect(`${text}${other}`, key).not.toMatch(/<|&\w+;/u);
  }
  for (const key of inEn.keys()) {
    if (key.endsWith('_other')) expect(inEn.has(key.replace('_other', '_one')), key).toBe(true);
  }
});

test('every text that steering names exists', () => {
  const wrong: string[] = [];
  let named = 0;
  for (const [file, source] of Object.entries(sources)) {
    for (const [, key = ''] of source.matchAll(/\bp\(\s*'([\w.-]+)'/gu)) {
      named++;
      if (!known.has(key)) wrong.push(`${file} ${key}`);
    }
    for (const [, before = '', after = ''] of source.matchAll(
      /\bp\(\s*`([\w.-]*)\$\{[^`]*?\}([\w.-]*)`/gu,
    )) {
      named++;
      if (![...known].some((key) => key.startsWith(before) && key.endsWith(after))) {
        wrong.push(`${file} ${before}…${after}`);
      }
    }
  }
  expect(named).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

test('whatever the core may say of a camera has words', () => {
  const keys = [
    ...ptzLacks.map((lack) => `lack.${lack}`),
    ...ptzNotices.map((notice) => `notice.${notice}`),
    ...dockParts.map((part) => `part.${part}`),
    ...ptzKeyHelp.map(({ text }) => text),
  ];
  expect(keys.filter((key) => !known.has(key))).toEqual([]);
});
