import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Kiosk, startKiosk } from '../../../src/kiosk/start-kiosk.ts';
import { silentLog } from '../../../src/std/log.ts';
import { fixturePage } from '../../support/chromium.ts';
import { startXDisplay, type XDisplay } from '../../support/x-display.ts';

let page: ReturnType<typeof fixturePage>;
let display: XDisplay;
const displayBefore = process.env['DISPLAY'];
beforeAll(async () => {
  page = fixturePage();
  display = await startXDisplay(1280, 800);
  process.env['DISPLAY'] = display.name;
});
afterAll(async () => {
  if (displayBefore === undefined) delete process.env['DISPLAY'];
  else process.env['DISPLAY'] = displayBefore;
  await display?.stop();
  page.remove();
});

const running: Kiosk[] = [];
afterEach(async () => {
  for (const kiosk of running.splice(0)) await kiosk.close();
});

async function start(more: Partial<Parameters<typeof startKiosk>[0]> = {}): Promise<Kiosk> {
  const kiosk = await startKiosk({
    host: { attachControl() {}, attachMedia() {}, leaveOutOfLoad() {}, warn() {} },
    pageDir: page.dir,
    dataDir: null,
    headless: false,
    log: silentLog,
    ...more,
  });
  running.push(kiosk);
  return kiosk;
}

describe('the kiosk on a display', () => {
  it('fills a screen whose size nobody told, and counts as visible', async () => {
    const kiosk = await start();
    await expect
      .poll(async () => {
        const [width, height] = (await kiosk.evaluate('[innerWidth, innerHeight]')) as number[];
        return Math.abs(width! - 1280) <= 1 && Math.abs(height! - 800) <= 1;
      })
      .toBe(true);
    expect(await kiosk.evaluate('document.visibilityState')).toBe('visible');
  });

  it('says so when a person closes the window, and does not open it again', async () => {
    const kiosk = await start();
    let closed = false;
    kiosk.onClosedByPerson(() => {
      closed = true;
    });
    await kiosk.send('Page.close').catch(() => {});
    await expect.poll(() => closed, { timeout: 15_000 }).toBe(true);
    expect(kiosk.browserPids()).toEqual([]);
    await kiosk.close();
  });

  it('opens it again where closing can only be a mistake', async () => {
    const kiosk = await start({ closable: false });
    const [before] = kiosk.browserPids();
    await kiosk.send('Page.close').catch(() => {});
    await expect
      .poll(() => kiosk.browserPids().filter((pid) => pid !== before).length, { timeout: 20_000 })
      .toBe(1);
    await expect
      .poll(() => kiosk.evaluate('location.pathname').catch(() => null), { timeout: 20_000 })
      .toBe('/');
  });
});
