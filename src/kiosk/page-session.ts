import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispose } from '../std/disposable.ts';
import { DisposeBag } from '../std/disposable.ts';
import type { Logger } from '../std/log.ts';
import type { Cdp, CdpResult } from './cdp-pipe.ts';
import type { WindowPlace } from './chromium.ts';
import { cookieName } from './page-server.ts';

/** The page in one browser, through its DevTools session: given its cookie, locked in, watched. */
export interface Page {
  /** Navigates to the page and waits until it is loaded. */
  load(): Promise<void>;
  /** PNG of what the window shows. */
  screenshot(): Promise<Uint8Array>;
  /** The value of an expression in the page, awaited; must be JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** For tests: any command on this page. */
  send(method: string, params?: object): Promise<CdpResult>;
  /** For tests: any DevTools event of this page. */
  listen(method: string, listener: (params: CdpResult) => void): Dispose;
  /** Stops watching; the browser stays. */
  close(): void;
}

export interface PageOptions {
  readonly cdp: Cdp;
  readonly origin: string;
  readonly url: string;
  readonly cookie: string;
  readonly place: WindowPlace;
  readonly fit: WindowFit;
  readonly log: Logger;
  readonly watchEveryMs: number;
  onCrashed(): void;
  onHung(): void;
}

/** `screen`: fills what the browser says is its screen; `inside`: the page has the size of `place`. */
export type WindowFit = 'none' | 'screen' | 'inside';

const loadTimeoutMs = 30_000;
const screenshotTimeoutMs = 30_000;

export async function openPage(options: PageOptions): Promise<Page> {
  const { cdp, origin, url, log } = options;
  const bag = new DisposeBag();
  const targetId = await pageTarget(cdp);
  const attached = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  const sessionId = String(attached['sessionId']);
  const send = (method: string, params: object = {}, timeoutMs?: number) =>
    cdp.send(method, params, { sessionId, timeoutMs });
  const listen = (method: string, listener: (params: CdpResult) => void): Dispose => {
    const off = cdp.on(method, (params, from) => {
      if (from === sessionId) listener(params);
    });
    bag.add(off);
    return off;
  };
  /** Commands that answer events; the page may be gone by then. */
  const quietly = (method: string, params: object) => void send(method, params).catch(() => {});
  const isOurs = (address: unknown) =>
    typeof address === 'string' && address.startsWith(`${origin}/`);

  // Never in the URL, never in the arguments: the cookie goes over the pipe, and scripts cannot read it.
  await cdp.send('Storage.setCookies', {
    cookies: [
      { name: cookieName, value: options.cookie, url: origin, httpOnly: true, sameSite: 'Strict' },
    ],
  });

  let crashed = false;
  listen('Inspector.targetCrashed', () => {
    crashed = true;
    options.onCrashed();
  });
  listen('Page.javascriptDialogOpening', () => {
    quietly('Page.handleJavaScriptDialog', { accept: false });
  });
  listen('Fetch.requestPaused', ({ requestId, request }) => {
    const address = (request as { url?: unknown }).url;
    if (isOurs(address)) return quietly('Fetch.continueRequest', { requestId });
    log.warn('navigation refused', { to: String(address).slice(0, 300) });
    // `Aborted` leaves the page as it is; any other reason would show an error page.
    quietly('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
  });
  listen('Page.frameNavigated', ({ frame }) => {
    const { parentId, url: now } = frame as { parentId?: string; url?: string };
    if (parentId !== undefined || isOurs(now) || now === 'about:blank') return;
    log.warn('the page went elsewhere: brought back', { to: String(now).slice(0, 300) });
    void load().catch(() => {});
  });
  bag.add(
    cdp.on('Target.targetCreated', ({ targetInfo }) => {
      const other = targetInfo as { targetId: string; type: string };
      if (other.type !== 'page' || other.targetId === targetId) return;
      log.warn('a second window was closed');
      void cdp.send('Target.closeTarget', { targetId: other.targetId }).catch(() => {});
    }),
  );

  const loadOnce = async () => {
    const finished = new Set<unknown>();
    let wake = () => {};
    const off = listen('Page.lifecycleEvent', ({ name, loaderId }) => {
      if (name !== 'load') return;
      finished.add(loaderId);
      wake();
    });
    let timer: NodeJS.Timeout | undefined;
    try {
      const result = await send('Page.navigate', { url }, loadTimeoutMs);
      if (result['errorText']) throw new Error(`page: ${String(result['errorText'])}`);
      await new Promise<void>((resolve, reject) => {
        wake = () => finished.has(result['loaderId']) && resolve();
        wake();
        timer = setTimeout(() => reject(new Error('the page does not load')), loadTimeoutMs);
      });
    } finally {
      clearTimeout(timer);
      off();
    }
  };

  /** The browser's own `about:blank` may still be on its way, and then ends ours. */
  const load = async () => {
    crashed = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await loadOnce();
      } catch (error) {
        if (attempt >= 5 || !String(error).includes('net::ERR_ABORTED')) throw error;
        await sleep(100 * attempt);
      }
    }
  };

  await cdp.send('Target.setDiscoverTargets', { discover: true });
  await send('Page.enable');
  await send('Page.setLifecycleEventsEnabled', { enabled: true });
  await send('Inspector.enable');
  await send('Fetch.enable', {
    patterns: [{ urlPattern: '*', resourceType: 'Document', requestStage: 'Request' }],
  });
  await send('Page.addScriptToEvaluateOnNewDocument', { source: 'window.open = () => null;' });
  await cdp.send('Browser.setDownloadBehavior', { behavior: 'deny' }).catch(() => {});
  await load();
  await placeWindow(options, targetId, send);
  bag.add(watch(options, () => crashed, send));

  return {
    load,
    async screenshot() {
      const shot = await send('Page.captureScreenshot', { format: 'png' }, screenshotTimeoutMs);
      return new Uint8Array(Buffer.from(String(shot['data']), 'base64'));
    },
    async evaluate(expression) {
      const answer = await send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      const thrown = answer['exceptionDetails'] as { exception?: { description?: string } };
      if (thrown) throw new Error(thrown.exception?.description ?? 'the page threw');
      return (answer['result'] as { value?: unknown }).value;
    },
    send: (method, params) => send(method, params),
    listen,
    close: () => bag.dispose(),
  };
}

async function pageTarget(cdp: Cdp): Promise<string> {
  const until = performance.now() + 10_000;
  for (;;) {
    const { targetInfos } = await cdp.send('Target.getTargets');
    const page = (targetInfos as { targetId: string; type: string }[]).find(
      (target) => target.type === 'page',
    );
    if (page) return page.targetId;
    if (performance.now() > until) throw new Error('the browser opened no window');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Without a window manager `--kiosk` does not fill a screen, and only the browser knows the size of a
 * screen where xrandr is missing. A headless window counts a frame that is not there.
 */
async function placeWindow(
  { cdp, fit, place }: PageOptions,
  targetId: string,
  send: (method: string, params?: object) => Promise<CdpResult>,
): Promise<void> {
  if (fit === 'none') return;
  const measure = async () => {
    const answer = await send('Runtime.evaluate', {
      expression:
        '({ sw: screen.width, sh: screen.height, iw: innerWidth, ih: innerHeight, ow: outerWidth, oh: outerHeight })',
      returnByValue: true,
    });
    return (answer['result'] as { value: Record<'sw' | 'sh' | 'iw' | 'ih' | 'ow' | 'oh', number> })
      .value;
  };
  try {
    const { windowId } = await cdp.send('Browser.getWindowForTarget', { targetId });
    const setBounds = (bounds: object) => cdp.send('Browser.setWindowBounds', { windowId, bounds });
    const now = await measure();
    if (fit === 'inside') {
      const [width, height] = [place.width + now.ow - now.iw, place.height + now.oh - now.ih];
      return void (await setBounds({ width, height }));
    }
    // Without a window manager Chromium keeps a window one pixel smaller than the screen.
    if (Math.abs(now.iw - now.sw) <= 1 && Math.abs(now.ih - now.sh) <= 1) return;
    // A window in another state than normal takes no size.
    await setBounds({ windowState: 'normal' });
    await setBounds({ left: 0, top: 0, width: now.sw, height: now.sh });
    await setBounds({ windowState: 'fullscreen' });
  } catch {
    // It stays where the arguments put it.
  }
}

/** Asks the page for a sign of life; three silent times in a row, and it counts as hung. */
function watch(
  { watchEveryMs, onHung }: PageOptions,
  isCrashed: () => boolean,
  send: (method: string, params?: object, timeoutMs?: number) => Promise<CdpResult>,
): Dispose {
  let silent = 0;
  let asking = false;
  const timer = setInterval(async () => {
    if (asking || isCrashed()) return;
    asking = true;
    try {
      await send('Runtime.evaluate', { expression: '1' }, watchEveryMs);
      silent = 0;
    } catch {
      if (!isCrashed() && ++silent >= 3) {
        clearInterval(timer);
        onHung();
      }
    } finally {
      asking = false;
    }
  }, watchEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
