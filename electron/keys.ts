import type { BrowserWindow } from 'electron';

/**
 * The few keys the shell itself answers. There is no menu: its words would lie over the wall, and its
 * roles would bring reload, zoom and developer tools to a control room.
 */
export function shellKeys(window: BrowserWindow, quit: () => void): void {
  window.webContents.on('before-input-event', (event, input) => {
    if (input.type !== 'keyDown' || input.alt || input.meta) return;
    if (input.control && !input.shift && input.key.toLowerCase() === 'q') {
      event.preventDefault();
      quit();
    } else if (!input.control && !input.shift && input.key === 'F11') {
      event.preventDefault();
      window.setFullScreen(!window.isFullScreen());
    }
  });
}
