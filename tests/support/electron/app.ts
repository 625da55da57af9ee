import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, unlinkSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { place, switches } from './browser.ts';
import { allClosed, BrowserWindow } from './browser-window.ts';
import { contentsCreated, Preventable } from './web-contents.ts';

/** Electron's `app` of one real process: its single-instance lock holds between processes. */
class AppStandIn extends EventEmitter {
  readonly isPackaged = false;
  sandboxed = false;
  #ready = false;
  #quitting = false;
  readonly #paths = new Map<string, string>();

  readonly commandLine = {
    appendSwitch: (name: string, value?: string) => {
      if (this.#ready) throw new Error(`--${name} comes too late: the app is ready`);
      switches.push(value === undefined ? `--${name}` : `--${name}=${value}`);
    },
    hasSwitch: (name: string) =>
      [...process.argv, ...switches].some((text) => text.split('=')[0] === `--${name}`),
  };

  constructor() {
    super();
    contentsCreated.on('created', (contents) => this.emit('web-contents-created', {}, contents));
    allClosed.on('window-closed', () => {
      if (BrowserWindow.getAllWindows().length > 0 || this.#quitting) return;
      if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
      else this.quit();
    });
  }

  enableSandbox(): void {
    if (this.#ready) throw new Error('enableSandbox comes too late: the app is ready');
    this.sandboxed = true;
  }

  async whenReady(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#ready = true;
    place.userData = this.getPath('userData');
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (!path) throw new Error(`the stand-in was given no ${name}`);
    return path;
  }

  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData');
    mkdirSync(folder, { recursive: true });
    const lock = join(folder, 'stand-in.lock');
    const second = join(folder, 'stand-in.second');
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      if (isRunning(Number(readFileSync(lock, 'utf8')))) {
        writeFileSync(second, String(process.pid));
        return false;
      }
      writeFileSync(lock, String(process.pid));
    }
    watch(folder, () => {
      try {
        unlinkSync(second);
      } catch {
        return;
      }
      this.emit('second-instance', {}, [], folder);
    }).unref();
    return true;
  }

  quit(): void {
    if (!this.#quitting) {
      this.#quitting = true;
      const before = new Preventable();
      this.emit('before-quit', before);
      if (before.defaultPrevented) {
        this.#quitting = false;
        return;
      }
      for (const window of BrowserWindow.getAllWindows()) window.close();
    }
    const will = new Preventable();
    this.emit('will-quit', will);
    if (!will.defaultPrevented) this.exit(0);
  }

  exit(code = 0): void {
    process.exit(code);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const app = new AppStandIn();
