import type { BrowserWindow } from 'electron';
import type { Logger } from '../src/std/log.ts';
import { BackOff } from './back-off.ts';
import { pageAliveEveryMs } from './channels.ts';

/**
 * A page that is silent for so many of our own ticks is hung. Chromium itself notices a hung page only
 * when somebody types or clicks, and before a wall nobody does.
 */
const silentTicks = 6;

export interface KeepAliveOptions {
  readonly window: BrowserWindow;
  readonly url: string;
  readonly log: Logger;
  /** The page's process had ended. */
  readonly onRestart: () => void;
}

/**
 * Loads the page again when its process ended, hangs, or when loading failed: nobody is there to.
 * @returns to be called whenever the page gave a sign of life.
 */
export function keepAlive({ window, url, log, onRestart }: KeepAliveOptions): () => void {
  const contents = window.webContents;
  const backOff = new BackOff({ firstMs: 250, mostMs: 10_000, calmMs: 60_000 });
  let timer: NodeJS.Timeout | null = null;
  let quiet = 0;

  const reloadLater = (why: string) => {
    if (timer || window.isDestroyed()) return;
    const waitMs = backOff.next(performance.now());
    log.error(`page ${why}, loading it again`, { waitMs });
    timer = setTimeout(() => {
      timer = null;
      quiet = 0;
      // loadURL, not reload: a page that never came has nothing to reload. Its failure comes as an event.
      if (!window.isDestroyed()) window.loadURL(url).catch(() => {});
    }, waitMs);
  };
  const watch = setInterval(() => {
    // Somebody stands at a breakpoint.
    if (contents.isDevToolsOpened()) quiet = 0;
    if (++quiet < silentTicks || timer) return;
    quiet = 0;
    log.error('page is silent, ending it');
    contents.forcefullyCrashRenderer();
  }, pageAliveEveryMs);

  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    reloadLater(`ended (${reason})`);
    onRestart();
  });
  contents.on('did-fail-load', (_event, code, _text, _url, isMainFrame) => {
    // -3 is ERR_ABORTED: a navigation that we refused, or that a newer one replaced.
    if (isMainFrame && code !== -3) reloadLater(`did not load (${code})`);
  });
  window.once('closed', () => {
    clearInterval(watch);
    if (timer) clearTimeout(timer);
  });
  return () => {
    quiet = 0;
  };
}
