/**
 * The script that runs in the isolated world of each new document: a `require('electron')` for the
 * preload, then the preload itself. Real MessagePorts are made here; their other ends are relayed over
 * the DevTools binding `bindingName`, which exists in this world only.
 */
export const worldName = 'Electron Isolated Context';
export const bindingName = '__standInSend';

/** What the isolated world tells the main process. */
export type FromWorld =
  | { readonly kind: 'ipc'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'text'; readonly port: number; readonly text: string }
  | { readonly kind: 'bytes'; readonly port: number; readonly base64: string }
  | { readonly kind: 'close'; readonly port: number };

export function worldScript(preload: string): string {
  // Electron runs a preload in the main frame only (nodeIntegrationInSubFrames is off).
  return `if (window === window.top) (() => {
    const tell = (message) => globalThis.${bindingName}(JSON.stringify(message));
    const listeners = new Map();
    const relays = new Map();
    const relay = (id) => {
      const { port1, port2 } = new MessageChannel();
      relays.set(id, port1);
      port1.onmessage = ({ data }) => {
        if (typeof data === 'string') tell({ kind: 'text', port: id, text: data });
        else tell({ kind: 'bytes', port: id, base64: new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength).toBase64() });
      };
      port1.addEventListener('close', () => {
        if (relays.delete(id)) tell({ kind: 'close', port: id });
      });
      return port2;
    };
    globalThis.__standIn = {
      ipc(channel, message, ids) {
        const event = { ports: ids.map(relay) };
        for (const listener of listeners.get(channel) ?? []) listener(event, message);
      },
      text(id, text) { relays.get(id)?.postMessage(text); },
      bytes(id, base64) { relays.get(id)?.postMessage(Uint8Array.fromBase64(base64)); },
      close(id) { const port = relays.get(id); relays.delete(id); port?.close(); },
    };
    const ipcRenderer = {
      send: (channel, ...args) => tell({ kind: 'ipc', channel, args }),
      on: (channel, listener) => {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
        return ipcRenderer;
      },
    };
    const module = { exports: {} };
    const require = (name) => {
      if (name === 'electron') return { ipcRenderer };
      throw new Error('module not found: ' + name);
    };
    ((require, module, exports) => { ${preload}
    })(require, module, module.exports);
  })();`;
}
