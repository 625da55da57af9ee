import { EventEmitter } from 'node:events';

/** Electron's `ipcMain`: listeners get an event with `sender` and `senderFrame` first. */
export const ipcMain = new EventEmitter();
