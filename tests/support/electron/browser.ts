import { join } from 'node:path';
import { DevTools, type DevToolsEvent } from './devtools.ts';

/** The one Chromium of a stand-in process, started with the first window as Electron's is with the app. */
let running: DevTools | null = null;
const sessions = new Map<string, (event: DevToolsEvent) => void>();
const openers = new Map<string, (target: NewTarget) => void>();
/** Switches that the shell appended before: they are real, Chromium gets them. */
export const switches: string[] = [];

/** Where the shell keeps what is Chromium's. */
export const place = { userData: '' };

export interface NewTarget {
  readonly targetId: string;
  readonly sessionId: string;
  readonly url: string;
}

export function browser(): DevTools {
  if (running) return running;
  const profile = join(place.userData, `stand-in-${process.pid}`);
  const devTools = DevTools.launch(switches, profile);
  running = devTools;
  process.on('exit', () => devTools.kill());
  devTools.onEvent((event) => {
    if (event.method === 'Target.attachedToTarget') {
      const { sessionId, targetInfo } = event.params;
      const opener = targetInfo.openerId ? openers.get(targetInfo.openerId) : undefined;
      if (opener) opener({ sessionId, targetId: targetInfo.targetId, url: targetInfo.url });
      else void devTools.send('Runtime.runIfWaitingForDebugger', {}, sessionId).catch(() => {});
      return;
    }
    if (event.sessionId) sessions.get(event.sessionId)?.(event);
  });
  // New windows wait before their first script, so that their opener's handler is asked first.
  void devTools.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
    filter: [{ type: 'page' }],
  });
  return devTools;
}

export function runningBrowser(): DevTools | null {
  return running;
}

/** Hears the events of one page and of the windows it opens. */
export function hear(
  page: { targetId: string; sessionId: string },
  listener: (event: DevToolsEvent) => void,
  opened: (target: NewTarget) => void,
): void {
  sessions.set(page.sessionId, listener);
  openers.set(page.targetId, opened);
}
