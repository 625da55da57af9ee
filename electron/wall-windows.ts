import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  Display,
  WebContents,
} from 'electron';
import type { Logger } from '../src/std/log.ts';
import { keepAlive } from './keep-alive.ts';
import { appOrigin } from './page-files.ts';

export interface WallWindowsOptions {
  readonly create: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  /** All displays, the primary one first. */
  readonly displays: () => Display[];
  readonly preload: string;
  /** One framed window on the first display. */
  readonly windowed: boolean;
  readonly devTools: boolean;
  /** A page had crashed and comes again. */
  readonly onRestart: () => void;
  readonly log: Logger;
}

interface WallWindow {
  readonly window: BrowserWindow;
  /** The number under which the core keeps this window's wall. */
  readonly screen: number;
  /** Null while its display is away. */
  displayId: number | null;
  readonly alive: () => void;
}

/**
 * One window for each display, at its bounds. Screens are numbered from 0; a display that comes back
 * gets the lowest free number, so a television that was switched off finds its wall again. The last
 * window outlives its display: without it the program would end because a cable was pulled.
 */
export class WallWindows {
  readonly #options: WallWindowsOptions;
  readonly #windows: WallWindow[] = [];

  constructor(options: WallWindowsOptions) {
    this.#options = options;
  }

  /** Brings windows and displays together; called at the start and whenever displays change. */
  arrange(): void {
    const all = this.#options.displays();
    const displays = this.#options.windowed ? all.slice(0, 1) : all;
    for (const wall of this.#windows) {
      if (!displays.some((display) => display.id === wall.displayId)) wall.displayId = null;
    }
    for (const display of displays) {
      const wall =
        this.#windows.find((known) => known.displayId === display.id) ??
        this.#windows.find((known) => known.displayId === null);
      if (!wall) {
        this.#open(display);
        continue;
      }
      wall.displayId = display.id;
      if (!this.#options.windowed) this.#place(wall.window, display);
    }
    for (const wall of [...this.#windows]) {
      if (wall.displayId === null && this.#windows.length > 1) wall.window.close();
    }
  }

  /** The page in this window gave a sign of life. */
  alive(contents: WebContents): void {
    this.#windows.find((wall) => wall.window.webContents === contents)?.alive();
  }

  screenOf(contents: WebContents): number | null {
    return this.#windows.find((wall) => wall.window.webContents === contents)?.screen ?? null;
  }

  get contents(): { readonly screen: number; readonly contents: WebContents }[] {
    return this.#windows.map(({ screen, window }) => ({ screen, contents: window.webContents }));
  }

  /** Somebody started the program a second time: show that it runs. */
  raise(): void {
    const first = this.#windows[0]?.window;
    if (!first) return;
    if (first.isMinimized()) first.restore();
    first.focus();
  }

  #open(display: Display): void {
    const { windowed, log, onRestart } = this.#options;
    const screen = this.#lowestFree();
    const window = this.#options.create({
      ...(windowed ? { width: 1280, height: 800 } : { ...display.bounds, frame: false }),
      fullscreen: !windowed,
      show: true,
      backgroundColor: '#0b0f14',
      autoHideMenuBar: true,
      title: 'Vọng Gác',
      webPreferences: {
        preload: this.#options.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        // A covered wall goes on decoding: it is looked at again without a pause.
        backgroundThrottling: false,
        autoplayPolicy: 'no-user-gesture-required',
        devTools: this.#options.devTools,
      },
    });
    const url = `${appOrigin}/?screen=${screen}`;
    const alive = keepAlive({ window, url, log: log.child({ screen }), onRestart });
    const wall: WallWindow = { window, screen, displayId: display.id, alive };
    this.#windows.push(wall);
    window.once('closed', () => {
      const index = this.#windows.indexOf(wall);
      if (index >= 0) this.#windows.splice(index, 1);
    });
    window.loadURL(url).catch(() => {});
  }

  #place(window: BrowserWindow, { bounds }: Display): void {
    const now = window.getBounds();
    const there =
      now.x === bounds.x &&
      now.y === bounds.y &&
      now.width === bounds.width &&
      now.height === bounds.height;
    if (there) return;
    // A full-screen window does not move: leave, move, and fill the other display.
    window.setFullScreen(false);
    window.setBounds(bounds);
    window.setFullScreen(true);
  }

  #lowestFree(): number {
    let screen = 0;
    while (this.#windows.some((wall) => wall.screen === screen)) screen++;
    return screen;
  }
}

/** The primary display first, the others from left to right and top to bottom. */
export function inOrder(displays: readonly Display[], primary: Display): Display[] {
  const rank = (display: Display) => (display.id === primary.id ? 0 : 1);
  return [...displays].sort(
    (a, b) => rank(a) - rank(b) || a.bounds.x - b.bounds.x || a.bounds.y - b.bounds.y,
  );
}
