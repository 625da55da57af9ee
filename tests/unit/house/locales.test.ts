import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { causeCodes } from '../../../src/contract/cause.ts';

const locales = join(import.meta.dirname, '../../../resources/locales');
type Tree = { [key: string]: string | Tree };

function read(language: string, namespace: string): Tree {
  return JSON.parse(readFileSync(join(locales, language, namespace), 'utf8'));
}

function leaves(tree: Tree, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${prefix}${key}`, value] as [string, string]]
      : leaves(value, `${prefix}${key}.`),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map((m) => m[1]).sort();
const pluralless = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');

test('Vietnamese and English have the same namespaces', () => {
  expect(readdirSync(join(locales, 'en')).sort()).toEqual(readdirSync(join(locales, 'vi')).sort());
});

test.each(readdirSync(join(locales, 'vi')))(
  '%s: same keys and placeholders, nothing empty',
  (namespace) => {
    const vi = new Map(leaves(read('vi', namespace)));
    const en = new Map(leaves(read('en', namespace)));
    expect([...new Set([...en.keys()].map(pluralless))].sort()).toEqual(
      [...new Set([...vi.keys()].map(pluralless))].sort(),
    );
    for (const [key, text] of vi) {
      expect(text.trim(), key).not.toBe('');
      const other = en.get(key);
      if (other !== undefined) expect(placeholders(other), key).toEqual(placeholders(text));
    }
  },
);

test('every cause code has words and a hint', () => {
  const words = new Set(leaves(read('vi', 'cause.json')).map(([key]) => key));
  for (const code of causeCodes) {
    expect(words, code).toContain(`${code}.text`);
    expect(words, code).toContain(`${code}.hint`);
  }
});
