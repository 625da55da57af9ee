/**
 * The names of the few messages between the shell's own parts. Nothing else is listened to; this file
 * is bundled into the preload too, so it imports nothing.
 */

/** Between a window's preload and the main process, by Electron's IPC. */
export const ipcChannels = {
  /** Preload → main: the page is there and wants its ports. */
  ready: 'vonggac:ready',
  /** Preload → main: the page's thread still turns. A window that falls silent is loaded again. */
  alive: 'vonggac:alive',
  /** Main → preload: `{ screen }` with two ports, control and media; again after each core restart. */
  ports: 'vonggac:ports',
} as const;

/** How often a page's preload says that its thread turns. */
export const pageAliveEveryMs = 5000;

/** Between the page and its preload, by `window.postMessage`. */
export const pageMessages = {
  /** Page → preload: a new pair, please. Optional: a page that never asks gets one when it loaded. */
  wanted: 'vonggac-ports-wanted',
  /** Preload → page: `{ type, screen }` with two ports, control and media. */
  ports: 'vonggac-ports',
} as const;
