/**
 * Runs in each window's isolated world, between the page and the main process. It hands the page the
 * two ports to the core (control, media) and exposes nothing: no function, no object, no global.
 *
 * A sandboxed preload has its own small `require`. Electron's types would bring Node's globals into a
 * file that has none, so what is used of them is written down here.
 */
import { ipcChannels, pageAliveEveryMs, pageMessages } from './channels.ts';

interface PreloadIpc {
  send(channel: string): void;
  on(
    channel: string,
    listener: (event: { readonly ports: MessagePort[] }, message: unknown) => void,
  ): void;
}

declare function require(name: 'electron'): { readonly ipcRenderer: PreloadIpc };

const { ipcRenderer } = require('electron');

ipcRenderer.on(ipcChannels.ports, (event, message) => {
  const [control, media] = event.ports;
  if (!control || !media) return;
  const { screen } = message as { screen: number };
  // Only to our own document: after a navigation the ports would be another page's.
  window.postMessage({ type: pageMessages.ports, screen }, window.location.origin, [
    control,
    media,
  ]);
});

let asked = false;
const ask = () => {
  asked = true;
  ipcRenderer.send(ipcChannels.ready);
};

window.addEventListener('message', (event) => {
  if (event.source === window && event.data?.type === pageMessages.wanted) ask();
});
// By then the page's scripts have run and listen, unless they asked themselves before.
window.addEventListener('load', () => {
  if (!asked) ask();
});
setInterval(() => ipcRenderer.send(ipcChannels.alive), pageAliveEveryMs);
