import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lockInstance } from '../../../src/host/instance-lock.ts';
import {
  buildShell,
  ShellUnderTest,
  temporaryFolder,
  until,
} from '../../support/electron/shell-under-test.ts';

const fixturePage = fileURLToPath(new URL('../../support/electron/fixture-page', import.meta.url));
const left = { id: 1, bounds: { x: 0, y: 0, width: 1280, height: 720 } };
const right = { id: 2, bounds: { x: 1280, y: 0, width: 1920, height: 1080 } };

describe('the Electron shell heals itself', () => {
  let dist: string;
  let data: ReturnType<typeof temporaryFolder>;
  let shell: ShellUnderTest;
  const state = () => shell.ask('state');
  /** What the core answered over the newest ports of a window: its process number and the screen. */
  const hello = async (window = 0, of = shell): Promise<{ pid: number; screen: number }> => {
    const answer = await until(`hello in window ${window}`, () =>
      of.page('globalThis.pairs?.at(-1)?.answers[0]', window),
    );
    return { pid: Number(answer.result.version), screen: answer.result.screen };
  };

  beforeAll(async () => {
    dist = await buildShell({ core: 'tests/support/electron/tiny-core.ts', page: fixturePage });
  });
  beforeEach(async () => {
    data = temporaryFolder();
    shell = new ShellUnderTest(dist, data.path);
    await hello();
  });
  afterEach(async () => {
    await shell.stop();
    data.remove();
  });
  afterAll(() => rmSync(dist, { recursive: true, force: true }));

  test('a killed core is started again and the page, untouched, is connected to it', async () => {
    const before = await hello();
    await shell.page('void (globalThis.untouched = true)');
    process.kill(before.pid, 'SIGKILL');
    await until('new ports', () => shell.page('pairs.length === 2'));
    const after = await hello();
    expect(after.pid).not.toBe(before.pid);
    expect((await state()).core).toBe(after.pid);
    expect(await shell.page('untouched')).toBe(true);
    // The page learned of it by its old port, not by waiting.
    expect(await shell.page('portsClosed')).toBe(1);
    // And again: the second time is no different.
    process.kill(after.pid, 'SIGKILL');
    await until('third ports', () => shell.page('pairs.length === 3'));
    expect((await hello()).pid).not.toBe(after.pid);
  });

  test('a core that hangs is ended and replaced', async () => {
    const before = await hello();
    process.kill(before.pid, 'SIGSTOP');
    await until('another core', async () => (await hello()).pid !== before.pid, 50_000);
    expect(shell.log).toContain('core is silent');
  });

  test('a crashed page is loaded again with new ports and the operator is told', async () => {
    const { core } = await state();
    await shell.page('void (globalThis.before = true)');
    await shell.ask('crash', { window: 0 });
    await until('a new document', () => shell.page('!globalThis.before && pairs.length === 1'));
    expect((await hello()).pid).toBe(core);
    // The core's ends of the dead page's ports are closed, so nothing is streamed to nobody.
    await until('old wire closed', async () => shell.log.includes('control wire closed'));
    expect(shell.log).toContain('page ended (crashed)');
    await until('the warning', async () => shell.log.includes('warned warning.browser-restarted'));
  });

  test('a page that hangs is ended and loaded again', async () => {
    await shell.page('void (globalThis.before = true)');
    await shell.page('void setTimeout(() => { for (;;); })');
    await until(
      'a new document',
      () => shell.page('globalThis.before === undefined && pairs.length === 1'),
      55_000,
    );
    expect(shell.log).toContain('page is silent');
  });

  test('a page that leaves and comes back closes its old ports', async () => {
    await shell.page('location.reload()');
    await until('old wire closed', async () => shell.log.includes('control wire closed'));
    await hello();
    expect(await shell.page('pairs.length')).toBe(1);
  });

  test('each display gets its window, at its bounds and with its own screen', async () => {
    await shell.ask('plug', { displays: [left, right] });
    expect((await hello(1)).screen).toBe(1);
    const { windows } = await state();
    expect(windows.map(({ url, bounds }) => ({ url, bounds }))).toEqual([
      { url: 'app://vonggac/?screen=0', bounds: left.bounds },
      { url: 'app://vonggac/?screen=1', bounds: right.bounds },
    ]);
    const { core } = await state();
    process.kill(core ?? 0, 'SIGKILL');
    await until('both reconnected', async () => {
      const pids = [(await hello(0)).pid, (await hello(1)).pid];
      return pids[0] === pids[1] && pids[0] !== core;
    });
  });

  test('a display that goes takes its window along, and finds its screen when it comes back', async () => {
    await shell.ask('plug', { displays: [left, right] });
    await hello(1);
    await shell.ask('plug', { displays: [right] });
    await until('one window', async () => (await state()).windows.length === 1);
    expect((await state()).windows[0]).toMatchObject({
      url: 'app://vonggac/?screen=1',
      bounds: right.bounds,
    });
    await shell.ask('plug', { displays: [right, left] });
    await until('screen 0 again', async () => (await hello(1)).screen === 0);
  });

  test('the last window outlives its display and moves to the next', async () => {
    await shell.page('void (globalThis.untouched = true)');
    await shell.ask('plug', { displays: [] });
    expect((await state()).windows).toHaveLength(1);
    await shell.ask('plug', { displays: [right] });
    expect((await state()).windows[0]).toMatchObject({ bounds: right.bounds, fullScreen: true });
    expect(await shell.page('untouched')).toBe(true);
  });

  test('a display that changes its resolution takes its window with it', async () => {
    const smaller = { id: 1, bounds: { x: 0, y: 0, width: 1024, height: 768 } };
    await shell.ask('plug', { displays: [smaller] });
    expect((await state()).windows[0]?.bounds).toEqual(smaller.bounds);
    await until('the page is as large', () => shell.page('outerWidth === 1024'));
  });

  test('a second start on the same data ends and brings the first to the front', async () => {
    const second = new ShellUnderTest(dist, data.path);
    expect(await second.exited).toBe(0);
    expect(second.log).toContain('đang chạy');
    await until('focus', async () => (await state()).windows[0]?.raised === 1);
    // On other data it is another wall.
    const other = temporaryFolder();
    const third = new ShellUnderTest(dist, other.path);
    expect((await hello(0, third)).screen).toBe(0);
    await third.stop();
    other.remove();
  });

  test('Ctrl+Q ends all of it: the core closes first, nothing stays behind', async () => {
    const { core, chromium } = await state();
    // The answer may be lost with the process.
    shell.ask('press', { window: 0, key: 'q', control: true }).catch(() => {});
    expect(await shell.exited).toBe(0);
    expect(shell.log).toContain('core closed');
    for (const pid of [core, chromium]) await until('gone', async () => !isRunning(pid ?? 0));
  });

  test('closing the last window ends the program', async () => {
    shell.ask('close', { window: 0 }).catch(() => {});
    expect(await shell.exited).toBe(0);
  });

  test('SIGTERM ends it as tidily', async () => {
    process.kill(shell.pid, 'SIGTERM');
    expect(await shell.exited).toBe(0);
    expect(shell.log).toContain('core closed');
  });

  test('a core whose start fails is tried again, with the reason in the log', async () => {
    await shell.stop();
    writeFileSync(join(data.path, 'fail-to-start'), '');
    shell = new ShellUnderTest(dist, data.path);
    await until('two attempts', async () => shell.log.split('core failed').length > 2);
    expect(shell.log).toContain('the disk is on fire');
    rmSync(join(data.path, 'fail-to-start'));
    await hello();
  });

  test('where another program holds the data folder, it says so and ends', async () => {
    await shell.stop();
    const lock = lockInstance(data.path);
    shell = new ShellUnderTest(dist, data.path);
    expect(await shell.exited).toBe(1);
    expect(shell.log).toContain('another program uses this data folder');
    lock.release();
  });

  test('nothing in the process list, the log or the page is a secret or a token', async () => {
    const { core, chromium } = await state();
    for (const pid of [shell.pid, core ?? 0, chromium ?? 0]) {
      const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      expect(argv).not.toMatch(/token|cookie|password|secret|remote-debugging-port/i);
    }
    expect(await shell.page('location.href + document.cookie')).not.toMatch(/token|cookie|secret/i);
  });
});

function isRunning(pid: number): boolean {
  try {
    // A zombie still answers to signal 0.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
