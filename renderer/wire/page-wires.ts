import type { Wire } from '../../src/contract/wire.ts';
import { Emitter } from '../../src/std/disposable.ts';

/** The page's carriers of a `Wire`: a WebSocket in the kiosk shell, a MessagePort in Electron. */

/** Resolves when the socket is open; rejects where it closes before. */
export function openSocketWire(url: string): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      const carrier = carried(
        (message) => socket.send(message as string | Uint8Array<ArrayBuffer>),
        () => socket.close(),
        () => socket.bufferedAmount,
      );
      socket.onmessage = (event) => carrier.heard(event.data);
      socket.onclose = () => carrier.ended();
      resolve(carrier.wire);
    };
    socket.onclose = () => reject(new Error('the socket closed before it was open'));
  });
}

export function portWire(port: MessagePort): Wire {
  const carrier = carried(
    (message) => port.postMessage(message),
    () => port.close(),
    () => 0,
  );
  port.addEventListener('close', () => carrier.ended());
  port.addEventListener('message', (event) => carrier.heard(event.data));
  return {
    ...carrier.wire,
    onMessage(listener) {
      const dispose = carrier.wire.onMessage(listener);
      // Until the first listener the port itself keeps what comes.
      port.start();
      return dispose;
    },
    get buffered() {
      return 0;
    },
  };
}

function carried(
  send: (message: string | Uint8Array) => void,
  close: () => void,
  buffered: () => number,
) {
  const messages = new Emitter<string | Uint8Array>();
  const closes = new Emitter<void>();
  let closed = false;
  const ended = () => {
    if (closed) return;
    closed = true;
    messages.clear();
    closes.emit();
    closes.clear();
  };
  const wire: Wire = {
    send(message) {
      if (!closed) send(message);
    },
    onMessage: (listener) => messages.on(listener),
    onClose(listener) {
      if (closed) queueMicrotask(listener);
      return closes.on(listener);
    },
    close() {
      if (closed) return;
      close();
      // The carrier tells the other end, and us late or never.
      ended();
    },
    get buffered() {
      return buffered();
    },
  };
  return {
    wire,
    ended,
    heard(data: unknown) {
      if (typeof data === 'string') messages.emit(data);
      else if (data instanceof Uint8Array) messages.emit(data);
      else if (data instanceof ArrayBuffer) messages.emit(new Uint8Array(data));
    },
  };
}
