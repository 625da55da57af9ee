import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLog } from '../../../src/host/log.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vonggac-log-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the log', () => {
  it('writes JSON lines with the fields of its children', async () => {
    const file = openLog({ dataDir });
    file.log.child({ room: 'rtsp', camera: 'c1' }).warn('thử', { attempt: 3 });
    await file.close();
    expect(linesOf(file.path!)[0]).toMatchObject({
      level: 'warn',
      room: 'rtsp',
      camera: 'c1',
      attempt: 3,
      msg: 'thử',
    });
    expect(statSync(file.path!).mode & 0o077).toBe(0);
  });

  it('never writes a secret, wherever it stands, and every line stays JSON', async () => {
    const file = openLog({ dataDir });
    file.log.info('open rtsp://admin:hunter2@192.0.2.7/1 password="hunter2 hunter2"');
    file.log.info('{"password":"hunter2"} Authorization: Basic hunter2', {
      password: 'hunter2',
      accessToken: 'hunter2',
      url: 'rtsp://u:hunter2@192.0.2.7/',
      header: 'WWW-Authorization: Digest response="hunter2"',
    });
    file.log.child({ sessionCookie: 'hunter2' }).error('x');
    await file.close();
    expect(readFileSync(file.path!, 'utf8')).not.toContain('hunter2');
    expect(linesOf(file.path!)).toHaveLength(3);
  });

  it('keeps a bounded number of files of a bounded size, and loses no recent line', async () => {
    const file = openLog({ dataDir, maxBytes: 10_000, olderFiles: 2 });
    for (let n = 0; n < 500; n++) {
      file.log.info('a line that fills the file', { n });
      if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await file.close();
    const folder = join(dataDir, 'log');
    const names = readdirSync(folder).sort();
    expect(names).toEqual(['vonggac.log', 'vonggac.log.1', 'vonggac.log.2']);
    for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(10_000);
    const kept = ['vonggac.log.2', 'vonggac.log.1', 'vonggac.log'].flatMap((name) =>
      linesOf(join(folder, name)).map((line) => line['n'] as number),
    );
    expect(kept.at(-1)).toBe(499);
    expect(kept).toEqual(Array.from(kept, (_, index) => kept[0]! + index));
    const again = openLog({ dataDir, maxBytes: 10_000, olderFiles: 2 });
    again.log.info('more');
    await again.close();
    expect(linesOf(again.path!).at(-1)?.['msg']).toBe('more');
  });

  it('does without a file where the folder cannot be made', async () => {
    writeFileSync(join(dataDir, 'plain'), '');
    const file = openLog({ dataDir: join(dataDir, 'plain') });
    expect(file.path).toBeNull();
    file.log.error('still no throw');
    await file.close();
  });

  it('goes on where the file itself cannot be opened', async () => {
    mkdirSync(join(dataDir, 'log', 'vonggac.log'), { recursive: true });
    const file = openLog({ dataDir });
    for (let n = 0; n < 10; n++) file.log.error('still no throw');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await file.close();
  });
});
