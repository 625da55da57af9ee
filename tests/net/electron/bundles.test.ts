import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, matchesGlob, relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { rootDir } from '../../../src/cli/paths.ts';

/**
 * The files that the core looks for beside its bundle, as the bundle itself names them, for the command
 * line (`dist/node`) and the Electron shell (`dist/electron`), and whether a package carries them.
 */
const bundles = [
  ['the command line', 'dist/node/cli.mjs'],
  ['the Electron shell', 'dist/electron/core.mjs'],
] as const;
/** Of pdfkit, for PDF/A alone, which is not made here. */
const unused = ['data/sRGB_IEC61966_2_1.icc'];

function lookedFor(bundle: string): string[] {
  const folder = dirname(join(rootDir, bundle));
  const text = readFileSync(join(rootDir, bundle), 'utf8');
  // The first name is that of the source, the second that of the bundle.
  const beside = [...text.matchAll(/new URL\(([^()]*), ?import\.meta\.url\)/g)]
    .map(([, words = '']) => /"([^"]+)"\s*$/.exec(words)?.[1] ?? '')
    .filter((name) => name.startsWith('./'));
  const above = [...text.matchAll(/join\w*\(import\.meta\.dirname,((?: ?"[^"]+",?)+)/g)].map(
    ([, words = '']) => join(...[...words.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word)),
  );
  return [...new Set([...beside, ...above])]
    .map((name) => relative(rootDir, join(folder, name)))
    .filter((name) => name !== '' && !unused.some((part) => name.endsWith(part)));
}

/** The rules of electron-builder.yml; the last that fits a file decides. */
function isPackaged(file: string): boolean {
  const text = readFileSync(join(rootDir, 'electron-builder.yml'), 'utf8');
  const rules = [...(/^files:\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? '').matchAll(/- '?([^'\n]+)/g)];
  let taken = false;
  for (const [, rule = ''] of rules) {
    if (matchesGlob(file, rule.replace(/^!/, ''))) taken = !rule.startsWith('!');
  }
  return taken;
}

describe.each(bundles)('the bundle of %s', (_, bundle) => {
  const folder = dirname(join(rootDir, bundle));

  test('finds every file that it looks for', () => {
    const files = lookedFor(bundle);
    const names = files.map((file) => basename(file));
    // The search itself sees something.
    expect(names).toEqual(
      expect.arrayContaining([
        'audit-worker.mjs',
        'sheet-worker.mjs',
        'ptz-watchman.mjs',
        'verifier',
        'fonts',
      ]),
    );
    expect(files.filter((file) => !existsSync(join(rootDir, file)))).toEqual([]);
  });

  test('has a reader of the audit that starts', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'vonggac-bundles-'));
    const worker = new Worker(join(folder, 'audit-worker.mjs'), {
      workerData: { dataDir },
      env: {},
    });
    try {
      const failure = await new Promise((resolve) => worker.on('error', resolve));
      // It came as far as looking into the folder.
      expect(failure).toMatchObject({ message: 'there is no audit yet' });
    } finally {
      await worker.terminate();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  test('has a reader of sheets that starts', async () => {
    const worker = new Worker(join(folder, 'sheet-worker.mjs'), { env: {} });
    const failed: unknown[] = [];
    worker.on('error', (error) => failed.push(error));
    await new Promise((resolve) => worker.on('online', resolve));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await worker.terminate();
    expect(failed).toEqual([]);
  });

  test('has a watchman that ends when nothing moves and its core is gone', async () => {
    const child = spawn(process.execPath, [join(folder, 'ptz-watchman.mjs')], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: {},
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stdin.end();
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect({ code, said }).toEqual({ code: 0, said: '' });
  });
});

test('a package of the Electron shell carries all of them', () => {
  const files = [
    ...lookedFor('dist/electron/core.mjs').map((file) =>
      /\.\w+$/.test(file) ? file : `${file}/x.html`,
    ),
    'dist/verifier/verify.html',
    'dist/electron/main.cjs',
    'dist/electron/preload.cjs',
    'dist/page/index.html',
    'resources/demo/clips.json',
  ];
  expect(files.filter((file) => !isPackaged(file))).toEqual([]);
  expect(isPackaged('src/host/create-host.ts')).toBe(false);
  expect(isPackaged('dist/electron/core.mjs.map')).toBe(false);
});
