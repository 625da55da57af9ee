import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions } from 'electron';
import { browser } from './browser.ts';
import { WebContents } from './web-contents.ts';

const windows = new Set<BrowserWindow>();

/** Electron's `BrowserWindow` over a window of a real, headless Chromium. */
export class BrowserWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: WebContents;
  /** How often it was brought to the front. */
  raised = 0;
  #bounds: { x: number; y: number; width: number; height: number };
  #fullScreen: boolean;
  #destroyed = false;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    const { x = 0, y = 0, width = 800, height = 600, webPreferences = {} } = options;
    const { contextIsolation = true, sandbox = true, nodeIntegration = false } = webPreferences;
    if (!contextIsolation || !sandbox || nodeIntegration || !webPreferences.preload) {
      throw new Error('the stand-in has only sandboxed, isolated windows with a preload');
    }
    this.options = options;
    this.#bounds = { x, y, width, height };
    this.#fullScreen = options.fullscreen === true;
    this.webContents = new WebContents(webPreferences.preload, { width, height });
    windows.add(this);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  getBounds() {
    return this.#bounds;
  }

  setBounds(bounds: { x: number; y: number; width: number; height: number }): void {
    this.#bounds = bounds;
    const { x: left, y: top, width, height } = bounds;
    void this.webContents.pageReady.then(async ({ targetId }) => {
      const { windowId } = await browser().send('Browser.getWindowForTarget', { targetId });
      await browser().send('Browser.setWindowBounds', {
        windowId,
        bounds: { left, top, width, height },
      });
    });
  }

  setFullScreen(on: boolean): void {
    this.#fullScreen = on;
  }

  isFullScreen(): boolean {
    return this.#fullScreen;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  isMinimized(): boolean {
    return false;
  }

  restore(): void {}

  focus(): void {
    this.raised++;
  }

  close(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    windows.delete(this);
    this.webContents.destroy();
    this.emit('closed');
    allClosed.emit('window-closed');
  }
}

export const allClosed = new EventEmitter();
