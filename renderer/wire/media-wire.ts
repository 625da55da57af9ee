import type { MediaRequest } from '../../src/contract/schemas.ts';
import { backOffMs } from './back-off.ts';
import type { MediaSource } from './core.types.ts';

/**
 * The decode worker's end of the media wire: a WebSocket that it opens itself and opens again, or a
 * port that was handed to it. Counts the bytes it took off, and tells the core at most every 16 ms:
 * that is the core's send window.
 */
export interface MediaWireListener {
  /** A new wire, with nothing open on it yet. */
  onOpen(): void;
  onText(text: string): void;
  onBatch(batch: Uint8Array): void;
  onClosed(): void;
}

const ackEveryMs = 16;

export class MediaWire {
  readonly #listener: MediaWireListener;
  #send: ((text: string) => void) | null = null;
  #end: (() => void) | null = null;
  #taken = 0;
  #ackTimer: ReturnType<typeof setTimeout> | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | null = null;
  #attempt = 0;
  #closed = false;

  constructor(listener: MediaWireListener) {
    this.#listener = listener;
  }

  /** Takes a new source; what was open before is closed. */
  use(source: MediaSource): void {
    if (this.#closed) return;
    this.#drop();
    if (source.kind === 'url') this.#connect(source.url);
    else this.#takePort(source.port);
  }

  /** Lost where no wire is open: all that matters is said again when one opens. */
  send(request: MediaRequest): void {
    this.#send?.(JSON.stringify(request));
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #connect(url: string): void {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    let open = false;
    const end = () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    };
    this.#end = end;
    socket.onopen = () => {
      open = true;
      this.#attempt = 0;
      this.#opened((text) => socket.send(text));
    };
    socket.onmessage = (event) => this.#onMessage(event.data);
    socket.onclose = () => {
      if (this.#end !== end) return;
      this.#drop();
      if (open) this.#listener.onClosed();
      this.#retryTimer = setTimeout(() => this.#connect(url), backOffMs(this.#attempt++));
    };
  }

  #takePort(port: MessagePort): void {
    const end = () => {
      port.onmessage = null;
      port.removeEventListener('close', onClose);
      port.close();
    };
    const onClose = () => {
      if (this.#end !== end) return;
      this.#drop();
      this.#listener.onClosed();
    };
    this.#end = end;
    port.addEventListener('close', onClose);
    port.onmessage = (event) => this.#onMessage(event.data);
    this.#opened((text) => port.postMessage(text));
  }

  #opened(send: (text: string) => void): void {
    this.#send = send;
    this.#taken = 0;
    this.#listener.onOpen();
  }

  #onMessage(data: unknown): void {
    if (typeof data === 'string') {
      this.#listener.onText(data);
      return;
    }
    const batch =
      data instanceof ArrayBuffer ? new Uint8Array(data) : data instanceof Uint8Array ? data : null;
    if (!batch) return;
    this.#taken += batch.length;
    this.#ackTimer ??= setTimeout(() => {
      this.#ackTimer = null;
      this.send({ type: 'ack', bytes: this.#taken });
    }, ackEveryMs);
    this.#listener.onBatch(batch);
  }

  #drop(): void {
    const end = this.#end;
    this.#end = null;
    this.#send = null;
    if (this.#ackTimer !== null) clearTimeout(this.#ackTimer);
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    this.#ackTimer = null;
    this.#retryTimer = null;
    end?.();
  }
}
