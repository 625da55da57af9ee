/**
 * A stand-in for the `electron` module, so that `electron/` runs unmodified where there is no Electron
 * binary. Real are: the main process (Node), the core (another Node process), every window (a page of a
 * headless Chromium, driven over the DevTools pipe), the preload's isolated world, the MessagePorts in
 * page and preload, every request and answer of `app://`, the command line switches Chromium gets, and
 * the single-instance lock between processes.
 *
 * What it does NOT prove, because it is not Electron:
 * - `app://vonggac/` is `https://vonggac.app.invalid/` in this Chromium (a stock one knows no custom
 *   schemes), answered by interception. How Electron treats the privileges of the scheme is not shown;
 *   only that it was registered. `location.protocol` in served scripts is rewritten to say `app:`.
 * - Messages between page and core are relayed through the page's main thread as base64 and through
 *   this process. Order, content and closing are real, speed and memory are not; nor that Electron can
 *   transfer these ports as the shell does.
 * - `window.open` gives the page a window that is closed at once, where Electron gives null.
 * - Navigations to `data:`, `blob:` and `about:` are not intercepted; redirects do not occur.
 * - Permissions: what the shell's handlers answer becomes Chromium's setting for the origin when a
 *   window is made; Chromium does not ask at the time of use.
 * - Displays are numbers: no window manager, no full screen, no second monitor, no GPU, no sleep of the
 *   display. `before-input-event`, `will-attach-webview` and `did-attach-webview` come from the test.
 * - The sandbox is Chromium's own, and off when tests run as root. Fuses, asar, packaging, the utility
 *   process's sandbox and Electron's own defects are not here at all.
 */
import { EventEmitter } from 'node:events';
import { privileged } from './schemes.ts';

export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { screen } from './displays.ts';
export { ipcMain } from './ipc-main.ts';
export { MessageChannelMain } from './ports.ts';
export { session } from './session.ts';
export { utilityProcess } from './utility-process.ts';

export const protocol = {
  registerSchemesAsPrivileged(
    schemes: readonly { scheme: string; privileges: { standard?: boolean; secure?: boolean } }[],
  ): void {
    for (const { scheme, privileges } of schemes) {
      // Only such a scheme behaves as https does, which is what this Chromium is given.
      if (privileges.standard && privileges.secure) privileged.add(scheme);
    }
  },
};

export const blockers: string[] = [];
export const powerSaveBlocker = Object.assign(new EventEmitter(), {
  start: (type: string) => blockers.push(type),
  stop: () => false,
});

export const menus: unknown[] = [];
export const Menu = { setApplicationMenu: (menu: unknown) => void menus.push(menu) };
