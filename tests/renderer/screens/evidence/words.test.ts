/// <reference types="vite/client" />
import { expect, test } from 'vitest';
import { momentOf, momentTyped } from '../../../../renderer/screens/evidence/evidence-words.ts';
import { replayKeyHelp } from '../../../../renderer/screens/evidence/replay-key-help.ts';
import en from '../../../../resources/locales/en/evidence.json';
import vi from '../../../../resources/locales/vi/evidence.json';
import {
  alterations,
  itemKinds,
  jobKinds,
  jobPhases,
} from '../../../../src/contract/evidence-schemas.ts';
import { gapReasons } from '../../../../src/contract/replay-schemas.ts';

const sources = import.meta.glob<string>('../../../../renderer/screens/evidence/*.{ts,tsx}', {
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
const [inVi, inEn] = [flat(vi.page), flat(en.page)];
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

test('every text that these screens name exists', () => {
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
  expect(named).toBeGreaterThan(120);
  expect(wrong).toEqual([]);
});

test('whatever the core may say has words', () => {
  const keys = [
    ...itemKinds.map((kind) => `kind.${kind}`),
    ...jobKinds.map((kind) => `job.kind.${kind}`),
    ...jobPhases.map((phase) => `job.phase.${phase}`),
    ...gapReasons.map((reason) => `gap.${reason}`),
    ...replayKeyHelp.map(({ text }) => text),
  ];
  expect(keys.filter((key) => !known.has(key))).toEqual([]);
  expect(alterations.filter((how) => !(how in vi.how))).toEqual([]);
});

test('a moment is read as people type it, in Viet Nam, and nothing else is one', () => {
  const at = Date.UTC(2026, 10, 21, 17, 5, 9, 250);
  expect(momentTyped(at)).toBe('22/11/2026 00:05:09.250');
  expect(momentOf(momentTyped(at))).toBe(at);
  expect(momentOf('22/11/2026 00:05')).toBe(Date.UTC(2026, 10, 21, 17, 5));
  for (const wrong of [
    '',
    '31/02/2026 10:00',
    '1/1/2026',
    '22/11/2026 24:00',
    '22/11/2026 10:61',
  ]) {
    expect(momentOf(wrong), wrong).toBeNull();
  }
});
