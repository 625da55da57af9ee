/** The test's door into the stand-in's main process: questions and acts over the process's IPC channel. */
import { app } from './app.ts';
import { runningBrowser, switches } from './browser.ts';
import { BrowserWindow } from './browser-window.ts';
import { type StandInDisplay, screen } from './displays.ts';
import { blockers, menus } from './electron-module.ts';
import { ipcMain } from './ipc-main.ts';
import { session } from './session.ts';
import { utilityProcesses } from './utility-process.ts';
import { Preventable } from './web-contents.ts';

export interface ShellState {
  readonly windows: readonly {
    readonly url: string;
    readonly bounds: { x: number; y: number; width: number; height: number };
    readonly fullScreen: boolean;
    /** How often it was brought to the front. */
    readonly raised: number;
    readonly webPreferences: Readonly<Record<string, unknown>>;
  }[];
  /** Pages in Chromium, windows that the page opened included. */
  readonly pages: number;
  readonly core: number | null;
  readonly chromium: number | null;
  readonly switches: readonly string[];
  readonly blockers: readonly string[];
  readonly menus: readonly unknown[];
  readonly sandboxed: boolean;
}

const windowAt = (index: number): BrowserWindow => {
  const window = BrowserWindow.getAllWindows()[index];
  if (!window) throw new Error(`no window ${index}`);
  return window;
};

/** Each is `(argument) => answer`; both must be plain data. */
export const doors = {
  async state(): Promise<ShellState> {
    const targets = (await runningBrowser()?.send('Target.getTargets')) ?? { targetInfos: [] };
    const [core] = utilityProcesses();
    return {
      windows: BrowserWindow.getAllWindows().map((window) => ({
        url: window.webContents.mainFrame.url,
        bounds: window.getBounds(),
        fullScreen: window.isFullScreen(),
        raised: window.raised,
        webPreferences: { ...window.options.webPreferences },
      })),
      pages: targets.targetInfos.filter((info: { type: string }) => info.type === 'page').length,
      core: core?.pid ?? null,
      chromium: runningBrowser()?.pid ?? null,
      switches: [...switches],
      blockers: [...blockers],
      menus: [...menus],
      sandboxed: app.sandboxed,
    };
  },
  evaluate: (of: { window: number; expression: string; world: 'page' | 'preload' }) =>
    windowAt(of.window).webContents.evaluate(of.expression, of.world),
  screenshot: (of: { window: number }) => windowAt(of.window).webContents.screenshot(),
  crash: (of: { window: number }) => windowAt(of.window).webContents.forcefullyCrashRenderer(),
  close: (of: { window: number }) => windowAt(of.window).close(),
  plug: (of: { displays: readonly StandInDisplay[] }) => screen.plug(of.displays),
  /** Whether the shell prevented an event of a window. */
  prevented(of: { window: number; event: string; url?: string }): boolean {
    const event = new Preventable(of.url === undefined ? {} : { url: of.url });
    windowAt(of.window).webContents.emit(of.event, event);
    return event.defaultPrevented;
  },
  press(of: { window: number; key: string; control?: boolean }): boolean {
    const event = new Preventable();
    windowAt(of.window).webContents.emit('before-input-event', event, {
      type: 'keyDown',
      key: of.key,
      control: of.control ?? false,
      shift: false,
      alt: false,
      meta: false,
    });
    return event.defaultPrevented;
  },
  /** A message on Electron's IPC as from a frame at `url`: the window's main frame, or one inside it. */
  ipc(of: {
    window: number;
    channel: string;
    url: string;
    frame: 'main' | 'inner' | 'gone';
  }): void {
    const { webContents } = windowAt(of.window);
    const inner = of.frame === 'gone' ? null : { url: of.url };
    const event = { sender: webContents, senderFrame: inner, ports: [] };
    if (of.frame === 'main') {
      const { mainFrame } = webContents;
      const { url } = mainFrame;
      mainFrame.url = of.url;
      ipcMain.emit(of.channel, { ...event, senderFrame: mainFrame });
      mainFrame.url = url;
    } else ipcMain.emit(of.channel, event);
  },
  permission: (of: { name: string }) => ({
    ...session.defaultSession.granted(of.name, 'app://vonggac/'),
    device: session.defaultSession.devicePermission?.({ deviceType: of.name }) ?? true,
  }),
  /** What the shell's protocol handler answers to a URL that is given to it as it stands. */
  async request(of: { url: string; method: string }) {
    const handler = session.defaultSession.handlers.get('app');
    if (!handler) throw new Error('app:// is not handled');
    const response = await handler({ url: of.url, method: of.method } as Request);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  },
  quit: () => app.quit(),
};

export type Doors = typeof doors;

export function openDoor(): void {
  process.on('message', (message: { id: number; door: keyof Doors; of: never }) => {
    Promise.resolve()
      .then(() => doors[message.door](message.of))
      .then(
        (answer) => process.send?.({ id: message.id, answer }),
        (error: Error) => process.send?.({ id: message.id, error: error.message }),
      );
  });
  // The test is gone: so is the shell, its Chromium and its core.
  process.on('disconnect', () => process.exit(1));
}
