import type { Wire } from '../src/contract/wire.ts';
import type { Dispose } from '../src/std/disposable.ts';

/** As much of Electron's `MessagePortMain` as a wire needs. */
export interface PortMain {
  postMessage(message: string | Uint8Array): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/**
 * One end of a MessagePort as a `Wire`. Bytes are copied between processes, so `buffered` is 0: what
 * the other end has taken is known only from its acknowledgements.
 */
export function messagePortWire(port: PortMain): Wire {
  const messages = new Set<(message: string | Uint8Array) => void>();
  const closes = new Set<() => void>();
  let started = false;
  let closed = false;

  const end = () => {
    if (closed) return;
    closed = true;
    messages.clear();
    const told = [...closes];
    closes.clear();
    for (const listener of told) listener();
  };

  port.on('message', ({ data }) => {
    const message = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    // Anything else is no message of ours; what is in these two is checked above the wire.
    if (typeof message !== 'string' && !(message instanceof Uint8Array)) return;
    for (const listener of [...messages]) listener(message);
  });
  port.on('close', end);

  return {
    send(message) {
      if (closed) return;
      port.postMessage(typeof message === 'string' ? message : onlyItsBytes(message));
    },
    onMessage(listener) {
      const entry = (message: string | Uint8Array) => listener(message);
      messages.add(entry);
      if (!started) {
        // Until now the port has kept what came: nothing is lost between transfer and first listener.
        started = true;
        port.start();
      }
      return () => messages.delete(entry);
    },
    onClose(listener): Dispose {
      const entry = () => listener();
      if (closed) queueMicrotask(entry);
      else closes.add(entry);
      return () => closes.delete(entry);
    },
    close() {
      if (closed) return;
      port.close();
      // The port tells the other end, not us.
      end();
    },
    buffered: 0,
  };
}

/** A view is sent with the whole buffer behind it (a Buffer: with its pool), so views are cut out. */
function onlyItsBytes(bytes: Uint8Array): Uint8Array {
  const whole = bytes.byteLength === bytes.buffer.byteLength;
  return whole && bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes);
}
