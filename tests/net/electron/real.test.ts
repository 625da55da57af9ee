/**
 * The same as `product.test.ts`, in Electron itself, where its binary is: what the stand-in cannot
 * prove. Elsewhere these tests show as skipped with the reason; `REQUIRE_ELECTRON=1` makes that a
 * failure.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findElectron } from '../../../src/cli/find-electron.ts';
import { bundledShell, temporaryFolder, until } from '../../support/electron/shell-under-test.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// Tests may run as root, without the sandbox.
const electron = findElectron(root, { uid: undefined });
const required = process.env['REQUIRE_ELECTRON'] === '1';
const title =
  electron.path === null
    ? `real Electron (skipped: ${electron.reason}, looked at ${electron.looked})`
    : `real Electron at ${electron.path}`;

test.runIf(required)('REQUIRE_ELECTRON=1: there is an Electron binary', () => {
  expect(electron).toMatchObject({ reason: null });
});

describe.skipIf(electron.path === null)(title, () => {
  const data = temporaryFolder();
  const args = [
    join(bundledShell, 'electron', 'main.cjs'),
    `--vonggac-data=${data.path}`,
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  let display: ChildProcess | null = null;
  const env = { ...process.env } as Record<string, string>;
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    if (process.platform === 'linux' && !process.env['DISPLAY']) {
      display = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x720x24'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const number = await new Promise<string>((resolve, reject) => {
        display?.once('error', reject);
        display?.stdout?.once('data', (line) => resolve(String(line).trim()));
      });
      env['DISPLAY'] = `:${number}`;
    }
    const executablePath = electron.path ?? '';
    app = await _electron.launch({ executablePath, args, env });
    page = await app.firstWindow();
  });
  afterAll(async () => {
    await app?.close();
    display?.kill();
    data.remove();
  });

  const presented = () =>
    page.evaluate(`(() => {
      for (const video of document.querySelectorAll('video')) {
        if (video.counted) continue;
        video.counted = true;
        globalThis.shown ??= 0;
        const count = () => { globalThis.shown++; video.requestVideoFrameCallback(count); };
        video.requestVideoFrameCallback(count);
      }
      return globalThis.shown ?? 0;
    })()`) as Promise<number>;

  test('the page has its own isolated origin and moving pictures', async () => {
    expect(await page.evaluate('location.origin')).toBe('app://vonggac');
    expect(await page.evaluate('isSecureContext && crossOriginIsolated')).toBe(true);
    await until('pictures', async () => (await presented()) > 30, 90_000);
  }, 120_000);

  test('the page sees nothing of Node or Electron', async () => {
    const names = ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'];
    const seen = await page.evaluate(`${JSON.stringify(names)}.filter((n) => n in globalThis)`);
    expect(seen).toEqual([]);
  });

  test('the page opens no window, leaves for nowhere and is granted nothing', async () => {
    expect(await page.evaluate('window.open("https://elsewhere.invalid/") === null')).toBe(true);
    await page.evaluate('void (location.href = "https://elsewhere.invalid/")');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(page.url()).toBe('app://vonggac/?screen=0');
    expect(
      await page.evaluate(
        'navigator.permissions.query({ name: "geolocation" }).then((p) => p.state)',
      ),
    ).toBe('denied');
    const answers = await page.evaluate(
      `Promise.all(['/..%2felectron%2fmain.cjs', '/index.html'].map((p) => fetch(p).then((r) => r.status)))`,
    );
    expect(answers).toEqual([404, 200]);
  });

  test('the display is kept awake', async () => {
    expect(await app.evaluate(({ powerSaveBlocker }) => powerSaveBlocker.isStarted(0))).toBe(true);
  });

  test('a killed core comes back and so do the pictures', async () => {
    const core = () =>
      app.evaluate(
        ({ app: main }) =>
          main.getAppMetrics().find(({ serviceName }) => serviceName === 'node.mojom.NodeService')
            ?.pid,
      );
    const before = await until('the core', core);
    process.kill(before ?? 0, 'SIGKILL');
    await until('another core', async () => {
      const after = await core();
      return after !== undefined && after !== before;
    });
    const shown = await presented();
    await until('pictures again', async () => (await presented()) > shown + 30, 60_000);
  }, 120_000);

  test('a second start ends at once', async () => {
    const second = spawn(electron.path ?? '', args, { env, stdio: 'ignore' });
    const code = await new Promise((resolve) => second.once('exit', resolve));
    expect(code).toBe(0);
  });
});
