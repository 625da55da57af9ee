import type { Dispose } from '../std/disposable.ts';

/**
 * An ordered, reliable way between the core and a page: text for control, bytes for media. A
 * WebSocket in the kiosk shell, a MessagePort in Electron. Nothing above it knows which.
 */
export interface Wire {
  send(message: string | Uint8Array): void;
  onMessage(listener: (message: string | Uint8Array) => void): Dispose;
  /** Called once, also when the other end vanished. */
  onClose(listener: () => void): Dispose;
  close(): void;
  /** Bytes handed to `send` that have not left this process yet; 0 where the carrier cannot tell. */
  readonly buffered: number;
}
