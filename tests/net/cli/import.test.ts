import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockInstance } from '../../../src/host/instance-lock.ts';
import { runCommand } from '../../support/command.ts';
import { provinceSheet } from '../../support/province-sheet.ts';

let folder: string;
const data = () => join(folder, 'data');
const file = (name: string) => join(folder, name);
const vonggac = (...args: string[]) => runCommand([...args, '--data', data()]);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vonggac-import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a province’s list is looked at, imported, exported in each format and found the same', async () => {
  writeFileSync(file('ds.xlsx'), await provinceSheet());
  const look = await vonggac('import', file('ds.xlsx'), '--dry-run', '--json');
  expect(look.code).toBe(0);
  expect(JSON.parse(look.stdout)).toMatchObject({
    file: 'ds.xlsx',
    ok: true,
    outcome: 'planned',
    counts: { rows: 4, new: 4, error: 0, logins: 2 },
  });
  expect(existsSync(data())).toBe(false);

  const done = await vonggac('import', file('ds.xlsx'), '--no-logins', '--json');
  expect(done.code).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ ok: true, outcome: 'done', loginsKept: null });
  for (const format of ['xlsx', 'csv', 'json']) {
    const out = file(`out.${format}`);
    expect((await vonggac('export', '--format', format, out)).code, format).toBe(0);
    const again = await vonggac('import', out, '--dry-run', '--json');
    expect(JSON.parse(again.stdout).counts, format).toMatchObject({ rows: 4, same: 4 });
    expect(readFileSync(out).toString('latin1')).not.toContain('#1');
  }
  const spoken = look.stdout + look.stderr + done.stdout + done.stderr;
  expect(spoken).not.toMatch(/Bí-mật|Mật@khẩu/);
});

test('files that cannot be used, wrong rows and a running wall end with a code and words', async () => {
  writeFileSync(file('bad.csv'), 'a,b\n1,2\n');
  const bad = await vonggac('import', file('bad.csv'), '--json');
  expect(bad.code).toBe(2);
  const { error } = JSON.parse(bad.stdout);
  expect(error.code).toBe('input.sheet');
  expect(error.message).toContain('bad.csv');
  expect(error.message).not.toContain('{{');

  writeFileSync(
    file('wrong.csv'),
    'name,url,site\nC1,http://192.0.2.1/,S\nC2,rtsp://192.0.2.1/2,S\n',
  );
  const wrong = await vonggac('import', file('wrong.csv'), '--lang', 'en');
  expect(wrong.code).toBe(2);
  expect(wrong.stdout).toMatch(/^2\terror\tS \/ C1\tB "url": not a valid RTSP address/m);
  expect(wrong.stderr).toContain('1 rows have errors');
  const some = await vonggac('import', file('wrong.csv'), '--leave-out-errors', '--json');
  expect(JSON.parse(some.stdout)).toMatchObject({
    ok: true,
    outcome: 'done',
    counts: { error: 1 },
  });

  const lock = lockInstance(data());
  try {
    const running = await vonggac('import', file('wrong.csv'), '--leave-out-errors');
    expect(running.code).toBe(4);
    expect(running.stderr).toContain(String(process.pid));
    expect((await vonggac('export', '--format', 'csv', file('o.csv'))).code).toBe(0);
    expect((await vonggac('import', file('o.csv'), '--dry-run')).code).toBe(0);
  } finally {
    lock.release();
  }
  expect((await vonggac('export', file('o.csv'))).code).toBe(2);
  expect((await vonggac('export', '--format', 'pdf', file('o.pdf'))).code).toBe(2);
  expect((await vonggac('import', file('none.csv'))).code).toBe(2);
});
