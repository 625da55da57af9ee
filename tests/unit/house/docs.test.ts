import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const documents = [...globSync('*.md', { cwd: root }), ...globSync('docs/**/*.md', { cwd: root })];
/** By a path that the compiler does not follow: this test is of Node, the screens are of the page. */
const { keyHelp } = (await import(join(root, 'renderer/screens/keys.ts'))) as {
  keyHelp: readonly { readonly lines: readonly { readonly keys: readonly string[] }[] }[];
};
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Markdown without fenced and inline code, where brackets are no links. */
function prose(path: string): string {
  return read(path)
    .replace(/^```.*?^```/gms, '')
    .replace(/`[^`\n]*`/g, '');
}

/** The anchors of a document's headings, as they are made on the usual forges. */
function anchors(path: string): string[] {
  return [...read(path).matchAll(/^#{1,6}\s+(.+?)\s*$/gm)].map(([, title]) =>
    (title as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinks(path: string): string[] {
  return [...prose(path).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target as string)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(root, to))) return true;
      return anchor !== undefined && !anchors(to).includes(anchor);
    });
}

test('there are documents', () => {
  expect(documents).toContain('README.md');
  expect(documents.length).toBeGreaterThan(8);
});

test.each(documents)('%s: every relative link and anchor is there', (path) => {
  expect(brokenLinks(path)).toEqual([]);
});

test('every key of the help has its line in the keyboard section of the manual', () => {
  const section = /^## Bàn phím$(.*?)^## /ms.exec(read('docs/manual.vi.md'))?.[1] ?? '';
  for (const { lines } of keyHelp) {
    for (const { keys } of lines) {
      for (const key of keys.filter((name) => name !== '…')) {
        expect(section, `key ${key}`).toContain(`\`${key}\``);
      }
    }
  }
});
