import type { WebSocket } from 'ws';
import type { Wire } from '../contract/wire.ts';

/** A WebSocket as a Wire: text frames for text, binary frames for bytes. */
export function webSocketWire(socket: WebSocket): Wire {
  const closeGraceMs = 1000;
  let closed = false;
  const closeListeners = new Set<() => void>();
  const end = () => {
    if (closed) return;
    closed = true;
    const told = [...closeListeners];
    closeListeners.clear();
    for (const listener of told) listener();
  };
  socket.on('close', end);
  // `close` follows; a frame that is too large or malformed ends the wire.
  socket.on('error', () => {});

  return {
    send(message) {
      if (socket.readyState === socket.OPEN) socket.send(message);
    },
    onMessage(listener) {
      const take = (data: Buffer, isBinary: boolean) =>
        listener(isBinary ? new Uint8Array(data.buffer, data.byteOffset, data.length) : `${data}`);
      socket.on('message', take);
      return () => socket.off('message', take);
    },
    onClose(listener) {
      if (closed) {
        listener();
        return () => {};
      }
      const entry = () => listener();
      closeListeners.add(entry);
      return () => closeListeners.delete(entry);
    },
    close() {
      socket.close();
      const force = setTimeout(() => socket.terminate(), closeGraceMs);
      force.unref();
      end();
    },
    get buffered() {
      return socket.bufferedAmount;
    },
  };
}
