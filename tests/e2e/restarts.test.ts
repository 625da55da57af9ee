import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { pageDir } from '../../src/cli/paths.ts';
import { startDemoCentre } from '../../src/demo/centre.ts';
import { openCentre } from '../../src/host/open-centre.ts';
import { startKiosk } from '../../src/kiosk/start-kiosk.ts';
import { silentLog } from '../../src/std/log.ts';
import { runCommand, startCommand } from '../support/command.ts';
import { descendants, processList } from '../support/process-list.ts';
import { everyLook, looks, startTestWall, until } from '../support/running-wall.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'vonggac-e2e-'));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('a crashed page is loaded again and every tile is live again', async () => {
  const centre = await startDemoCentre({ cameras: 4, faults: false, log: silentLog });
  cleanups.push(() => centre.close());
  const wall = await startTestWall(centre.cameras);
  cleanups.push(() => wall.close());
  await until(
    'live',
    () => everyLook(wall, centre.cameras, 'live'),
    60,
    () => [...looks(wall)],
  );
  const before = (await wall.kiosk.evaluate('performance.timeOrigin')) as number;
  await wall.kiosk.send('Page.crash').catch(() => {});
  await until(
    'another page',
    async () => {
      const now = await wall.kiosk.evaluate('performance.timeOrigin').catch(() => before);
      return now !== before;
    },
    60,
  );
  const since = Date.now();
  let reported = 0;
  wall.host.onReport(() => {
    reported++;
  });
  await until('reports of the new page', () => reported > 3, 60);
  await until(
    'live again',
    () => everyLook(wall, centre.cameras, 'live'),
    60,
    () => [...looks(wall), since],
  );
});

test('a killed core leaves no browser behind, and the wall comes back as it was', async () => {
  const data = folder();
  const first = startCommand(['start', '--data', data, '--headless', '--size', '1280x720']);
  cleanups.push(() => first.child.kill('SIGKILL'));
  await until('status', () => /\/16 /.test(first.output()), 90, first.output);
  const browsers = descendants(first.child.pid as number).filter(({ line }) => /chrom/i.test(line));
  expect(browsers.length).toBeGreaterThan(0);

  const second = await runCommand(['start', '--data', data, '--headless']);
  expect(second.code).toBe(4);
  expect(second.stderr).toContain(String(first.child.pid));

  first.child.kill('SIGKILL');
  await first.ended;
  await until(
    'no browser',
    () => {
      const alive = new Set(processList().map(({ pid }) => pid));
      return browsers.every(({ pid }) => !alive.has(pid));
    },
    20,
    () => processList().filter(({ pid }) => browsers.some((browser) => browser.pid === pid)),
  );

  const again = startCommand([
    'start',
    '--data',
    data,
    '--headless',
    '--size',
    '1280x720',
    '--lang',
    'en',
  ]);
  cleanups.push(() => again.child.kill('SIGKILL'));
  await until('status again', () => /tiles live/.test(again.output()), 90, again.output);
  await until(
    'picture',
    () => {
      try {
        return readFileSync(join(data, 'wall.png')).length > 10_000;
      } catch {
        return false;
      }
    },
    60,
  );
  again.child.kill('SIGINT');
  expect((await again.ended).code).toBe(0);
  const log = readFileSync(join(data, 'log', 'vonggac.log'), 'utf8');
  for (const line of log.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
});

test('layout, selection and language survive a restart', async () => {
  const dataDir = folder();
  const open = async () => {
    const centre = await openCentre({
      dataDir,
      shell: 'kiosk',
      language: null,
      cameras: [],
      demo: 'empty',
      wall: null,
      screens: 1,
      warnings: [],
      log: silentLog,
    });
    const kiosk = await startKiosk({
      host: centre,
      pageDir,
      dataDir,
      headless: true,
      size: { width: 1280, height: 720 },
      log: silentLog,
    });
    return { centre, kiosk };
  };
  const press = (code: string) =>
    `document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { code: '${code}', key: 'x', bubbles: true, cancelable: true }))`;
  const tiles = `document.querySelectorAll('[data-tile]').length`;
  const cameras = `[...document.querySelectorAll('[data-tile]')].map((tile) => tile.dataset.camera ?? '').join()`;

  const first = await open();
  cleanups.push(() => first.kiosk.close().then(() => first.centre.close()));
  await until('sixteen tiles', async () => (await first.kiosk.evaluate(tiles)) === 16, 60);
  await first.kiosk.evaluate(press('Digit9'));
  await until('1+5', async () => (await first.kiosk.evaluate(tiles)) === 6, 20);
  await first.kiosk.evaluate(press('Delete'));
  await first.kiosk.evaluate(press('KeyG'));
  await until(
    'English',
    async () => (await first.kiosk.evaluate('document.documentElement.lang')) === 'en',
    20,
  );
  const left = await first.kiosk.evaluate(cameras);
  // Saving waits a moment, so that dragging does not write on every move.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await first.kiosk.close();
  await first.centre.close();
  cleanups.length = 1;

  const second = await open();
  cleanups.push(() => second.kiosk.close().then(() => second.centre.close()));
  await until('six tiles again', async () => (await second.kiosk.evaluate(tiles)) === 6, 60);
  expect(await second.kiosk.evaluate('document.documentElement.lang')).toBe('en');
  expect(await second.kiosk.evaluate(cameras)).toBe(left);
  expect(String(left).split(',')[0]).toBe('');
});
