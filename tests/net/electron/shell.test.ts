import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildShell,
  ShellUnderTest,
  temporaryFolder,
  until,
} from '../../support/electron/shell-under-test.ts';

const fixturePage = fileURLToPath(new URL('../../support/electron/fixture-page', import.meta.url));

describe('the Electron shell on the stand-in', () => {
  const data = temporaryFolder();
  let dist: string;
  let shell: ShellUnderTest;
  const hello = (window = 0, pair = 'at(-1)') =>
    until(`hello answered in window ${window}`, () =>
      shell.page(`globalThis.pairs?.${pair}?.answers[0]`, window),
    );

  beforeAll(async () => {
    dist = await buildShell({ core: 'tests/support/electron/tiny-core.ts', page: fixturePage });
    shell = new ShellUnderTest(dist, data.path, ['--vonggac-lang=en']);
    await hello();
  });
  afterAll(async () => {
    await shell?.stop();
    rmSync(dist, { recursive: true, force: true });
    data.remove();
  });

  test('opens a bare window on the display with the page at its own origin', async () => {
    const { windows } = await shell.ask('state');
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({
      url: 'app://vonggac/?screen=0',
      bounds: { x: 0, y: 0, width: 1280, height: 720 },
      fullScreen: true,
    });
    expect(await shell.page('getComputedStyle(document.querySelector("p")).color')).toBe(
      'rgb(1, 2, 3)',
    );
  });

  test('a call of the page is answered by the core in its own process', async () => {
    const answer = await hello();
    const { core } = await shell.ask('state');
    expect(answer).toMatchObject({ t: 'ok', id: 1, result: { shell: 'electron', language: 'en' } });
    expect(answer.result.version).toBe(String(core));
    expect(core).not.toBe(shell.pid);
  });

  test('one pair of ports comes with one load, and its screen with it', async () => {
    expect(
      await shell.page('pairs.map(({ screen, origin }) => [screen, origin === location.origin])'),
    ).toEqual([[0, true]]);
  });

  test('the media port works in a worker, and bytes come back unchanged', async () => {
    expect(await shell.page('echo([0, 1, 127, 128, 255])')).toEqual([0, 1, 127, 128, 255]);
  });

  test('the page sees nothing of Node, Electron or the preload', async () => {
    const names = [
      'require',
      'process',
      'module',
      'Buffer',
      'ipcRenderer',
      'electron',
      '__standIn',
    ];
    expect(
      await shell.page(`${JSON.stringify(names)}.filter((name) => name in globalThis)`),
    ).toEqual([]);
    // The preload's world is there, and is another one.
    expect(await shell.preload('typeof __standIn')).toBe('object');
    expect(await shell.preload('typeof globalThis.pairs')).toBe('undefined');
  });

  test('windows are sandboxed, isolated and without Node', async () => {
    const { windows, sandboxed } = await shell.ask('state');
    expect(sandboxed).toBe(true);
    expect(windows[0]?.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      backgroundThrottling: false,
    });
  });

  test('the display is kept awake and Chromium does not throttle what is covered', async () => {
    const { blockers, switches, menus } = await shell.ask('state');
    expect(blockers).toEqual(['prevent-display-sleep']);
    expect(switches).toEqual(
      expect.arrayContaining([
        '--disable-background-timer-throttling',
        '--disable-renderer-backgrounding',
        '--disable-backgrounding-occluded-windows',
      ]),
    );
    expect(menus).toEqual([null]);
  });

  test('the page cannot navigate away', async () => {
    await shell.page('void (location.href = "https://elsewhere.invalid/")');
    await until('refusal in the log', async () => shell.log.includes('navigation refused'));
    expect(await shell.page('pairs.length')).toBe(1);
    expect((await shell.ask('state')).windows[0]?.url).toBe('app://vonggac/?screen=0');
  });

  test('the page cannot open a window', async () => {
    await shell.page('void window.open("https://elsewhere.invalid/")');
    await until('the new window gone', async () => (await shell.ask('state')).pages === 1);
    expect(shell.log).toContain('new window refused');
  });

  test('redirects, frames and webviews that lead elsewhere are prevented, our own page is not', async () => {
    const prevented = (event: string, url?: string) =>
      shell.ask('prevented', { window: 0, event, url });
    for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      for (const url of [
        'https://elsewhere.invalid/',
        'file:///etc/passwd',
        'app://elsewhere/',
        'app://user@vonggac/',
        'not a url',
      ]) {
        expect([event, url, await prevented(event, url)]).toEqual([event, url, true]);
      }
      expect(await prevented(event, 'app://vonggac/?screen=0')).toBe(false);
    }
    expect(await prevented('will-attach-webview')).toBe(true);
    expect(await prevented('will-prevent-unload')).toBe(true);
  });

  test('every permission is refused, asked for or checked', async () => {
    for (const name of ['media', 'geolocation', 'notifications', 'hid', 'usb', 'openExternal']) {
      expect(await shell.ask('permission', { name })).toEqual({
        request: false,
        check: false,
        device: false,
      });
    }
    expect(
      await shell.page('navigator.permissions.query({ name: "geolocation" }).then((p) => p.state)'),
    ).toBe('denied');
    expect(
      await shell.page(
        'navigator.mediaDevices.getUserMedia({ audio: true }).then(() => "granted", (e) => e.name)',
      ),
    ).toBe('NotAllowedError');
  });

  test('a message of a foreign sender gets no ports, one of our own page does', async () => {
    const pairs = () => shell.page('pairs.length');
    const before = await pairs();
    const channel = 'vonggac:ready';
    const foreign = [
      { url: 'https://elsewhere.invalid/', frame: 'main' },
      { url: 'app://vonggac/', frame: 'inner' },
      { url: 'app://vonggac/', frame: 'gone' },
    ] as const;
    for (const { url, frame } of foreign)
      await shell.ask('ipc', { window: 0, channel, url, frame });
    const refusals = () => shell.log.split('foreign sender refused').length - 1;
    await until('three refusals', async () => refusals() === 3);
    expect(await pairs()).toBe(before);
    await shell.ask('ipc', { window: 0, channel, url: 'app://vonggac/', frame: 'main' });
    await until('a new pair', async () => (await pairs()) === before + 1);
  });

  test('a page that asks gets a new pair of ports', async () => {
    const before = await shell.page('pairs.length');
    await shell.page('window.postMessage({ type: "vonggac-ports-wanted" }, location.origin)');
    await until('a new pair', async () => (await shell.page('pairs.length')) === before + 1);
    await hello();
  });

  test('Ctrl+Q and F11 are the shell’s keys, all others are the page’s', async () => {
    expect(await shell.ask('press', { window: 0, key: 'r', control: true })).toBe(false);
    expect(await shell.ask('press', { window: 0, key: 'F11' })).toBe(true);
    expect((await shell.ask('state')).windows[0]?.fullScreen).toBe(false);
    expect(await shell.ask('press', { window: 0, key: 'F11' })).toBe(true);
  });

  describe('app://', () => {
    test('answers with the content security policy and the isolation headers', async () => {
      const { status, headers } = await shell.ask('request', {
        url: 'app://vonggac/',
        method: 'GET',
      });
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      const policy = headers['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("require-trusted-types-for 'script'; trusted-types vonggac");
      expect(policy).not.toContain('unsafe');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      expect(headers['x-content-type-options']).toBe('nosniff');
    });

    test('the policy holds in the page: no inline script, no eval, no foreign request', async () => {
      expect(await shell.page('crossOriginIsolated')).toBe(true);
      // Trusted types stop both before the policy for scripts would.
      expect(
        await shell.page(
          `(() => { try { document.body.innerHTML = '<b>x</b>'; return 'set'; } catch (error) { return error.name; } })()`,
        ),
      ).toBe('TypeError');
      expect(
        await shell.page(
          `fetch('https://elsewhere.invalid/').then(() => 'answered', (e) => e.name)`,
        ),
      ).toBe('TypeError');
      expect(
        await shell.page(`new Promise((resolve) => {
          const frame = document.createElement('iframe');
          document.addEventListener('securitypolicyviolation', (e) => resolve(e.effectiveDirective), { once: true });
          frame.src = '/'; document.body.append(frame);
        })`),
      ).toBe('frame-src');
    });

    test.each([
      'app://vonggac/../../../etc/passwd',
      'app://vonggac/%2e%2e/%2e%2e/etc/passwd',
      'app://vonggac/..%2f..%2fetc%2fpasswd',
      'app://vonggac/..%5c..%5cetc%5cpasswd',
      'app://vonggac//etc/passwd',
      'app://vonggac/%2fetc%2fpasswd',
      'app://vonggac/../electron/main.cjs',
      'app://vonggac/%2e%2e%2felectron%2fmain.cjs',
      'app://vonggac/index.html%00.js',
      'app://vonggac/%',
      'app://vonggac/%c0%ae%c0%ae/electron/main.cjs',
      'app://elsewhere/index.html',
      'app://vonggac:80/index.html',
      'https://vonggac/index.html',
    ])('does not serve %s', async (url) => {
      const { status, body } = await shell.ask('request', { url, method: 'GET' });
      expect([status, body]).toEqual([404, '']);
    });

    test('serves a file to GET and HEAD only', async () => {
      const url = 'app://vonggac/main.css';
      expect(await shell.ask('request', { url, method: 'GET' })).toMatchObject({ status: 200 });
      expect(await shell.ask('request', { url, method: 'HEAD' })).toMatchObject({
        status: 200,
        body: '',
      });
      expect(await shell.ask('request', { url, method: 'POST' })).toMatchObject({ status: 405 });
    });

    test('a path that the page itself asks for is as safe', async () => {
      expect(await shell.page(`fetch('/..%2felectron%2fmain.cjs').then((r) => r.status)`)).toBe(
        404,
      );
    });
  });
});
