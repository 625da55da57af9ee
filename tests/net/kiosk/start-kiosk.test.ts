import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Wire } from '../../../src/contract/wire.ts';
import { lockInstance } from '../../../src/host/instance-lock.ts';
import { type Kiosk, startKiosk } from '../../../src/kiosk/start-kiosk.ts';
import { silentLog } from '../../../src/std/log.ts';
import { fixturePage } from '../../support/chromium.ts';
import { descendants, processList } from '../../support/process-list.ts';

const script = `
  globalThis.loads = Date.now();
  const said = document.getElementById('said');
  const control = new WebSocket('ws://' + location.host + '/wire/control');
  control.onopen = () => control.send('hello from the page');
  control.onmessage = ({ data }) => { said.textContent = data; };
`;

let page: ReturnType<typeof fixturePage>;
beforeAll(() => {
  page = fixturePage(script);
});
afterAll(() => page.remove());

const running: Kiosk[] = [];
afterEach(async () => {
  for (const kiosk of running.splice(0)) await kiosk.close();
});

const warnings: string[] = [];
const controls: Wire[] = [];

async function start(more: Partial<Parameters<typeof startKiosk>[0]> = {}): Promise<Kiosk> {
  const kiosk = await startKiosk({
    host: {
      attachControl(wire) {
        controls.push(wire);
        wire.onMessage((text) => wire.send(`core heard: ${text}`));
      },
      attachMedia() {},
      leaveOutOfLoad() {},
      warn: (key) => warnings.push(key),
    },
    pageDir: page.dir,
    dataDir: null,
    headless: true,
    size: { width: 640, height: 360 },
    log: silentLog,
    noSandbox: true,
    ...more,
  });
  running.push(kiosk);
  return kiosk;
}

const said = 'document.getElementById("said").textContent';
const heard = 'core heard: hello from the page';

/** PNG (RFC 2083): width and height of the IHDR chunk. */
function pngSize(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  return [view.getUint32(16), view.getUint32(20)];
}

describe('the kiosk', () => {
  it('shows the page, which reaches the core with a cookie that it cannot read', async () => {
    const kiosk = await start();
    await expect.poll(() => kiosk.evaluate(said)).toBe(heard);
    expect(await kiosk.evaluate('document.cookie')).toBe('');
    expect(await kiosk.evaluate('crossOriginIsolated')).toBe(true);
    expect(await kiosk.evaluate('location.href')).toBe(`${kiosk.url}/?screen=0`);
    expect(pngSize(await kiosk.screenshot())).toEqual([640, 360]);
  });

  it('lets no secret be seen in any argument, environment or URL', async () => {
    const kiosk = await start();
    const { cookies } = (await kiosk.send('Network.getCookies', { urls: [kiosk.url] })) as {
      cookies: { value: string; httpOnly: boolean; sameSite: string }[];
    };
    expect(cookies).toHaveLength(1);
    const [cookie] = cookies;
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(cookie!.value.length).toBeGreaterThan(40);
    const browser = descendants(process.pid);
    expect(browser.length).toBeGreaterThan(2);
    for (const { pid, line } of browser) {
      expect(line).not.toContain(cookie!.value);
      try {
        expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).not.toContain(cookie!.value);
      } catch (error) {
        if ((error as Error).name === 'AssertionError') throw error;
      }
    }
    expect(browser.some(({ line }) => /--remote-debugging-port/.test(line))).toBe(false);
    expect(kiosk.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('gives each screen its own browser', async () => {
    const kiosk = await start({ screens: 2 });
    expect(kiosk.screens).toBe(2);
    expect(new Set(kiosk.browserPids()).size).toBe(2);
    expect(await kiosk.evaluate('location.search', 1)).toBe('?screen=1');
    await expect.poll(() => kiosk.evaluate(said, 1)).toBe(heard);
  });

  it('loads the page again when it crashes', async () => {
    const kiosk = await start();
    const gone: string[] = [];
    kiosk.onBrowserGone(({ reason }) => gone.push(reason));
    await kiosk.evaluate('globalThis.before = true');
    await kiosk.send('Page.crash').catch(() => {});
    await expect.poll(() => gone).toEqual(['crashed']);
    await expect
      .poll(() => kiosk.evaluate(`[globalThis.before ?? false, ${said}]`).catch(() => null), {
        timeout: 20_000,
      })
      .toEqual([false, heard]);
  });

  it('starts the browser again when it is killed, with another cookie', async () => {
    const kiosk = await start();
    const cookie = async () => {
      const answer = await kiosk.send('Network.getCookies', { urls: [kiosk.url] });
      return (answer as { cookies: { value: string }[] }).cookies[0]?.value;
    };
    const [before, [pid]] = [await cookie(), kiosk.browserPids()];
    process.kill(pid!, 'SIGKILL');
    await expect.poll(() => kiosk.browserPids(), { timeout: 20_000 }).not.toContain(pid);
    await expect
      .poll(() => kiosk.evaluate(said).catch(() => null), { timeout: 30_000 })
      .toBe(heard);
    expect(await cookie()).not.toBe(before);
  });

  it('starts the browser again when its page hangs', async () => {
    const kiosk = await start({ watchEveryMs: 300 });
    const gone: string[] = [];
    kiosk.onBrowserGone(({ reason }) => gone.push(reason));
    void kiosk.evaluate('setTimeout(() => { for (;;); }, 0)').catch(() => {});
    await expect.poll(() => gone, { timeout: 20_000 }).toEqual(['hung']);
    await expect
      .poll(() => kiosk.evaluate(said).catch(() => null), { timeout: 30_000 })
      .toBe(heard);
  });

  it('does not let the page go elsewhere, whoever asks for it', async () => {
    let visits = 0;
    const elsewhere = createServer((_request, response) => {
      visits++;
      response.end('<title>elsewhere</title>');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => elsewhere.once('listening', resolve));
    const other = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    const kiosk = await start();
    await kiosk.evaluate('globalThis.mark = 1');
    const tries = [
      `location.href = ${JSON.stringify(other)}; 1`,
      `(() => { const a = document.createElement('a'); a.href = ${JSON.stringify(other)}; document.body.append(a); a.click(); })()`,
      "location.href = 'file:///etc/passwd'; 1",
      "location.href = 'chrome://settings'; 1",
      "location.href = 'data:text/html,x'; 1",
    ];
    for (const attempt of tries) {
      await kiosk.evaluate(attempt).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await kiosk.evaluate('location.origin'), attempt).toBe(kiosk.url);
    }
    expect(await kiosk.evaluate('globalThis.mark')).toBe(1);
    await kiosk.send('Page.navigate', { url: 'about:blank' });
    await kiosk.send('Page.navigate', { url: 'chrome://version' }).catch(() => {});
    await expect
      .poll(() => kiosk.evaluate('location.origin').catch(() => null), { timeout: 15_000 })
      .toBe(kiosk.url);
    expect(visits).toBe(0);
    elsewhere.close();
  });

  it('opens no second window', async () => {
    const kiosk = await start();
    expect(await kiosk.evaluate('window.open("about:blank") === null')).toBe(true);
    await kiosk.evaluate(
      `(() => { const a = document.createElement('a'); a.href = location.href; a.target = '_blank'; document.body.append(a); a.click(); })()`,
    );
    await kiosk.send('Target.createTarget', { url: 'about:blank' }).catch(() => {});
    await expect
      .poll(async () => {
        const { targetInfos } = (await kiosk.send('Target.getTargets')) as {
          targetInfos: { type: string }[];
        };
        return targetInfos.filter(({ type }) => type === 'page').length;
      })
      .toBe(1);
  });

  it('answers a dialogue instead of waiting for somebody', async () => {
    const kiosk = await start();
    expect(await kiosk.evaluate('alert("x"), confirm("y")')).toBe(false);
  });

  it('leaves no process and no profile behind', async () => {
    // Others may run browsers on this machine too: only what this process owns counts.
    const profiles = () =>
      readdirSync(tmpdir()).filter((name) => {
        if (!name.startsWith('vonggac-browser-')) return false;
        try {
          const owner = readFileSync(join(tmpdir(), name, 'owner'), 'utf8');
          return owner.startsWith(`${process.pid} `);
        } catch {
          return false;
        }
      });
    const before = profiles();
    const kiosk = await start();
    const pids = descendants(process.pid)
      .filter(({ line }) => line.includes('vonggac-browser-'))
      .map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThan(2);
    expect(profiles().length).toBe(before.length + 1);
    await kiosk.close();
    await expect.poll(() => processList().filter(({ pid }) => pids.includes(pid))).toEqual([]);
    expect(profiles()).toEqual(before);
  });

  it('says so when the page, the browser or the data folder is not to be had', async () => {
    await expect(start({ pageDir: join(page.dir, 'deep') })).rejects.toMatchObject({
      key: 'kiosk.no-page',
    });
    await expect(start({ executable: '/bin/false' })).rejects.toMatchObject({
      key: 'kiosk.browser-failed',
    });
    const dataDir = mkdtempSync(join(tmpdir(), 'vonggac-lock-'));
    const lock = lockInstance(dataDir);
    const kiosk = await start({ dataDir });
    await kiosk.close();
    lock.release();
    rmSync(dataDir, { recursive: true });
  });
});
