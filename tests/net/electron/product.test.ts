import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bundledShell,
  ShellUnderTest,
  temporaryFolder,
  until,
} from '../../support/electron/shell-under-test.ts';

/** The bundles as they are shipped: the real core with the demonstration, and the real page. */
describe('the product in the Electron shell on the stand-in', () => {
  const data = temporaryFolder();
  let shell: ShellUnderTest;
  /** Frames that videos of the page have shown since they were first asked for. */
  const presented = () =>
    shell.page(`(() => {
      for (const video of document.querySelectorAll('video')) {
        if (video.counted) continue;
        video.counted = true;
        globalThis.shown ??= 0;
        const count = () => { globalThis.shown++; video.requestVideoFrameCallback(count); };
        video.requestVideoFrameCallback(count);
      }
      return globalThis.shown ?? 0;
    })()`);

  beforeAll(async () => {
    if (!existsSync(join(bundledShell, 'electron', 'main.cjs'))) {
      throw new Error('there are no bundles: npm run bundle');
    }
    shell = new ShellUnderTest(bundledShell, data.path, ['--vonggac-lang=vi']);
    await until('the page', () => shell.page('document.readyState === "complete"'));
  });
  afterAll(async () => {
    await shell?.stop();
    data.remove();
  });

  test('with nothing configured the demonstration is on the wall, with moving pictures', async () => {
    await until('the language of the core', () =>
      shell.page('document.documentElement.lang === "vi"'),
    );
    const first = await until('pictures', presented, 60_000);
    await until('more pictures', async () => (await presented()) > first + 30, 60_000);
  }, 130_000);

  test('after the core was killed the pictures come back by themselves', async () => {
    const { core } = await shell.ask('state');
    process.kill(core ?? 0, 'SIGKILL');
    await until('another core', async () => {
      const next = (await shell.ask('state')).core;
      return next !== null && next !== core;
    });
    const before = await presented();
    await until('pictures again', async () => (await presented()) > before + 30, 60_000);
  }, 130_000);

  test('after the page crashed the pictures come back by themselves', async () => {
    await shell.ask('crash', { window: 0 });
    await until('pictures again', async () => (await presented()) > 30, 90_000);
  }, 130_000);

  test('the password of the demonstration is in no log', async () => {
    for (const file of ['log/vonggac.log', 'electron/log/vonggac.log']) {
      const text = readFileSync(join(data.path, file), 'utf8');
      expect(text).not.toMatch(/rtsp:\/\/[^\s"/*]+:[^\s"/*]+@/);
      expect(text).not.toMatch(/"password":"(?!\*\*\*)/);
    }
  });

  test('ends tidily', async () => {
    expect(await shell.stop()).toBe(0);
  });
});
