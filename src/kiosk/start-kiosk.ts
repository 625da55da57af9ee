import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../host/host.types.ts';
import { AlreadyRunning, type InstanceLock, lockInstance } from '../host/instance-lock.ts';
import { Emitter } from '../std/disposable.ts';
import type { Logger } from '../std/log.ts';
import type { CdpResult } from './cdp-pipe.ts';
import { BrowserFailed, findChromium, launchChromium, type WindowPlace } from './chromium.ts';
import { type KioskWindow, openKioskWindow, type WindowGone } from './kiosk-window.ts';
import { listMonitors } from './monitors.ts';
import { sameSecret, startPageServer } from './page-server.ts';
import { removeStaleProfiles } from './profile-dir.ts';

/** Shell 2: the core in this process, the page in the system's Chromium, one window per monitor. */
export interface KioskOptions {
  readonly host: Pick<Host, 'attachControl' | 'attachMedia' | 'leaveOutOfLoad' | 'warn'>;
  /** Folder with `index.html`. */
  readonly pageDir: string;
  /** Locked for this process; null locks nothing. */
  readonly dataDir: string | null;
  /** No display is needed; windows have `size`. */
  readonly headless: boolean;
  /** Windows to open; default one per monitor, or one when headless. */
  readonly screens?: number;
  /** Of a headless or a framed window; default 1920×1080. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Fills each monitor, without a frame; default true. */
  readonly fullScreen?: boolean;
  /**
   * A person who closes the window ends it (`onClosedByPerson`); else it comes back, for rooms where
   * that can only be a mistake. Default true with a display: then there is a person.
   */
  readonly closable?: boolean;
  /** Language of the browser's own few words; default `vi`. */
  readonly language?: string;
  readonly log: Logger;
  /** Only for tests that need no other user: the browser runs as whoever started us. */
  readonly noSandbox?: boolean;
  /** Path of the browser; default `findChromium()`. */
  readonly executable?: string;
  /** See `KioskWindowOptions`. */
  readonly watchEveryMs?: number;
}

export interface Kiosk {
  /** Origin of the page, no secret in it. */
  readonly url: string;
  readonly screens: number;
  /** PNG of what a window shows. */
  screenshot(screen?: number): Promise<Uint8Array>;
  /** The main process of each window's browser: the others are below them. */
  browserPids(): number[];
  /** Loads the page anew, of all windows or of one. */
  restartPage(screen?: number): Promise<void>;
  /** Every time a page or a browser is lost; all but `closed` are mended by themselves. */
  onBrowserGone(listener: (gone: { screen: number; reason: WindowGone }) => void): () => void;
  /** A person closed a window. The others stay: whoever listens decides what that means. */
  onClosedByPerson(listener: () => void): () => void;
  /** For tests and the command line: the value of an expression in the page. */
  evaluate(expression: string, screen?: number): Promise<unknown>;
  /** For tests: any DevTools command on a page. */
  send(method: string, params?: object, screen?: number): Promise<unknown>;
  /** For tests: any DevTools event of a page, until it is loaded in another browser. */
  listen(method: string, listener: (params: CdpResult) => void, screen?: number): () => void;
  close(): Promise<void>;
}

/** Why the kiosk cannot start, as a key of `shell.json`. */
export class KioskFailed extends Error {
  override readonly name = 'KioskFailed';
  readonly key: 'kiosk.no-browser' | 'kiosk.browser-failed' | 'kiosk.no-page';
  readonly params: Readonly<Record<string, string>>;
  constructor(key: KioskFailed['key'], params: Readonly<Record<string, string>> = {}) {
    super(`${key} ${Object.values(params).join(' ')}`.trim());
    this.key = key;
    this.params = params;
  }
}

/**
 * Serves the page, starts a browser for each screen, and keeps them there.
 * @throws {AlreadyRunning} where another process holds the data folder.
 * @throws {KioskFailed}
 */
export async function startKiosk(options: KioskOptions): Promise<Kiosk> {
  const { host, log, headless, fullScreen = true } = options;
  const executable = options.executable ?? findChromium();
  if (!executable) throw new KioskFailed('kiosk.no-browser');
  if (!existsSync(join(options.pageDir, 'index.html'))) throw new KioskFailed('kiosk.no-page');
  const lock = options.dataDir === null ? null : takeLock(options.dataDir, log);
  const gone = new Emitter<{ screen: number; reason: WindowGone }>((error) =>
    log.error('a listener of the kiosk failed', { reason: String(error) }),
  );
  /** By screen: what its browser was given last. */
  const cookies = new Map<number, string>();
  const windows: KioskWindow[] = [];
  let sandbox = !options.noSandbox;
  if (!sandbox) host.warn('warning.no-sandbox');

  const launch = async (place: WindowPlace) => {
    const attempt = () =>
      launchChromium({
        executable,
        headless,
        place,
        fullScreen,
        sandbox,
        language: options.language ?? 'vi',
      });
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof BrowserFailed) || !error.noSandbox || !sandbox) throw error;
      log.warn('this system gives the browser no sandbox', { reason: error.message });
      sandbox = false;
      host.warn('warning.no-sandbox');
      return attempt();
    }
  };

  let server: Awaited<ReturnType<typeof startPageServer>> | null = null;
  const close = async () => {
    await Promise.all(windows.map((window) => window.close()));
    await server?.close();
    gone.clear();
    lock?.release();
  };

  try {
    removeStaleProfiles();
    const serving = await startPageServer({
      pageDir: options.pageDir,
      log,
      isKnownCookie: (value) => [...cookies.values()].some((known) => sameSecret(known, value)),
      onControl: (wire) => host.attachControl(wire),
      onMedia: (wire) => host.attachMedia(wire),
    });
    server = serving;
    const places = await placesFor(options);
    await Promise.all(
      places.map(async (place, screen) => {
        const window = await openKioskWindow({
          screen,
          place,
          fit: headless ? 'inside' : fullScreen && places.length === 1 ? 'screen' : 'none',
          closable: options.closable ?? !headless,
          origin: serving.origin,
          log: log.child({ screen }),
          watchEveryMs: options.watchEveryMs,
          launch: () => launch(place),
          newCookie() {
            const value = randomBytes(32).toString('base64url');
            cookies.set(screen, value);
            return value;
          },
          onGone: (reason) => gone.emit({ screen, reason }),
        });
        windows.push(window);
      }),
    );
  } catch (error) {
    await close();
    const isOurs = error instanceof KioskFailed;
    throw isOurs ? error : new KioskFailed('kiosk.browser-failed', { reason: String(error) });
  }
  windows.sort((a, b) => a.screen - b.screen);

  const browserPids = () => windows.flatMap(({ pid }) => (pid === null ? [] : [pid]));
  host.leaveOutOfLoad(browserPids);
  // Synchronous, for ends that await nothing: a browser that hangs does not see its pipe close.
  const killAtExit = () => {
    for (const pid of browserPids()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    }
  };
  process.once('exit', killAtExit);
  const pageOf = (screen: number) => {
    const page = windows[screen]?.page;
    if (!page) throw new Error(`screen ${screen} has no page now`);
    return page;
  };
  let closing: Promise<void> | null = null;

  return {
    url: server.origin,
    screens: windows.length,
    screenshot: async (screen = 0) => pageOf(screen).screenshot(),
    browserPids,
    async restartPage(screen) {
      const chosen = screen === undefined ? windows : windows.slice(screen, screen + 1);
      await Promise.all(chosen.map((window) => window.restart()));
    },
    onBrowserGone: (listener) => gone.on(listener),
    onClosedByPerson: (listener) =>
      gone.on(({ reason }) => {
        if (reason === 'closed') listener();
      }),
    evaluate: async (expression, screen = 0) => pageOf(screen).evaluate(expression),
    send: async (method, params, screen = 0) => pageOf(screen).send(method, params),
    listen: (method, listener, screen = 0) => pageOf(screen).listen(method, listener),
    close() {
      process.removeListener('exit', killAtExit);
      closing ??= close();
      return closing;
    },
  };
}

/** A data folder that cannot be written must not keep the wall dark: then nothing is locked. */
function takeLock(dataDir: string, log: Logger): InstanceLock | null {
  try {
    return lockInstance(dataDir);
  } catch (error) {
    if (error instanceof AlreadyRunning) throw error;
    log.warn('the data folder cannot be locked', { reason: String(error) });
    return null;
  }
}

async function placesFor(options: KioskOptions): Promise<WindowPlace[]> {
  const { headless, fullScreen = true, screens, size = { width: 1920, height: 1080 } } = options;
  if (headless) return Array.from({ length: screens ?? 1 }, () => ({ x: 0, y: 0, ...size }));
  const monitors = (await listMonitors()).slice(0, screens);
  return fullScreen ? monitors : monitors.map(({ x, y }) => ({ x, y, ...size }));
}
