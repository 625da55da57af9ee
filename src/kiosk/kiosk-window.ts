import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../std/log.ts';
import type { Browser, WindowPlace } from './chromium.ts';
import { openPage, type Page, type WindowFit } from './page-session.ts';

/** One monitor's window, kept alive: a crash reloads it, a dead browser is started again. */
export interface KioskWindow {
  readonly screen: number;
  /** The browser process, or null while it is being started again. */
  readonly pid: number | null;
  readonly page: Page | null;
  /** Navigates to the page anew. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface KioskWindowOptions {
  readonly screen: number;
  readonly place: WindowPlace;
  readonly fit: WindowFit;
  /** Closing the window (the browser then ends with 0) ends it; else it is started again. */
  readonly closable: boolean;
  readonly origin: string;
  readonly log: Logger;
  launch(): Promise<Browser>;
  /** A new cookie for this window; the one before is worth nothing any more. */
  newCookie(): string;
  onGone(reason: WindowGone): void;
  /** Milliseconds between looks at a page, default 5000; it has three of them to answer. */
  readonly watchEveryMs?: number;
}

export type WindowGone = 'crashed' | 'hung' | 'exited' | 'closed' | 'failed';

const calmAfterMs = 60_000;
const longestWaitMs = 30_000;

/** Opens the window. @throws {BrowserFailed} where even the first start fails. */
export async function openKioskWindow(options: KioskWindowOptions): Promise<KioskWindow> {
  const { screen, log } = options;
  const url = `${options.origin}/?screen=${screen}`;
  let browser: Browser | null = null;
  let page: Page | null = null;
  let closed = false;
  let failures = 0;
  let lastFailure = 0;

  /** 0, then doubling from a quarter of a second to half a minute while failures follow closely. */
  const backOff = async () => {
    const now = performance.now();
    failures = now - lastFailure > calmAfterMs ? 0 : failures + 1;
    lastFailure = now;
    if (failures > 0)
      await sleep(Math.min(longestWaitMs, 125 * 2 ** failures), null, { ref: false });
  };

  const start = async () => {
    const started = await options.launch();
    browser = started;
    if (closed) return started.close();
    try {
      page = await openPage({
        cdp: started.cdp,
        origin: options.origin,
        url,
        cookie: options.newCookie(),
        place: options.place,
        fit: options.fit,
        log,
        watchEveryMs: options.watchEveryMs ?? 5000,
        onCrashed: () => void reload('crashed'),
        onHung: () => void replace(started, 'hung'),
      });
    } catch (error) {
      browser = null;
      await started.close();
      throw error;
    }
    void started.exited.then((code) => {
      if (closed || browser !== started) return;
      if (options.closable && code === 0) return leave(started);
      log.warn('the browser ended', { screen, code });
      void replace(started, 'exited');
    });
  };

  const leave = (ended: Browser) => {
    closed = true;
    page?.close();
    // Its process id may soon be another's.
    page = null;
    browser = null;
    void ended.close();
    options.onGone('closed');
  };

  const reload = async (reason: WindowGone) => {
    const [crashed, of] = [page, browser];
    log.warn('the page crashed: loaded again', { screen });
    options.onGone(reason);
    await backOff();
    if (closed || page !== crashed || !crashed || !of) return;
    try {
      await crashed.load();
    } catch {
      await replace(of, 'failed');
    }
  };

  const replace = async (ended: Browser, reason: WindowGone) => {
    if (closed || browser !== ended) return;
    browser = null;
    page?.close();
    page = null;
    options.onGone(reason);
    await ended.close();
    while (!closed && browser === null) {
      await backOff();
      if (closed) return;
      try {
        await start();
        log.info('the browser was started again', { screen, reason });
      } catch (error) {
        log.error('the browser does not start', { screen, reason: String(error) });
      }
    }
  };

  await start();
  return {
    screen,
    get pid() {
      return browser?.pid ?? null;
    },
    get page() {
      return page;
    },
    async restart() {
      await page?.load();
    },
    async close() {
      closed = true;
      page?.close();
      await browser?.close();
    },
  };
}
