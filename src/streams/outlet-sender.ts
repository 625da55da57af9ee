import { frameBytes, writeFrame } from '../contract/media-frame.ts';
import type { MediaNotice } from '../contract/schemas.ts';
import type { Wire } from '../contract/wire.ts';
import type { ChannelQueue, QueuedFrame } from './channel-queue.ts';

/**
 * Sends what waits in the channels' queues: everything that came within 16 ms in one message, as
 * long as the page keeps up. The page acknowledges the bytes that it took off the wire; what is sent
 * and not acknowledged is at most the window.
 */
export interface SenderOptions {
  readonly windowBytes: number;
  readonly flushMs: number;
  /** The wire does not take anything any more. */
  readonly onFailed?: (error: unknown) => void;
}

export const senderOptions: SenderOptions = { windowBytes: 8 * 1024 * 1024, flushMs: 16 };

const heldMs = 250;

export class OutletSender {
  readonly #wire: Wire;
  readonly #options: SenderOptions;
  readonly #queues: ReadonlyMap<number, { readonly queue: ChannelQueue }>;
  #sent = 0;
  #acknowledged = 0;
  #lastFlush = 0;
  #timer: NodeJS.Timeout | null = null;
  /** The timer waits for a page that is behind: an acknowledgement cuts it short. */
  #held = false;
  #closed = false;
  /** Channels are served in turn, starting after the one that was cut off last time. */
  #first = 0;

  constructor(
    wire: Wire,
    queues: ReadonlyMap<number, { readonly queue: ChannelQueue }>,
    options: SenderOptions = senderOptions,
  ) {
    this.#wire = wire;
    this.#queues = queues;
    this.#options = options;
  }

  /** Bytes that the page has not taken yet. */
  get inFlight(): number {
    return this.#sent - this.#acknowledged;
  }

  /** The page takes what it is given. */
  get keepsUp(): boolean {
    return this.inFlight < this.#options.windowBytes / 4;
  }

  /** `bytes` is the page's total since the start; nonsense is ignored. */
  acknowledge(bytes: number): void {
    if (!Number.isFinite(bytes) || bytes <= this.#acknowledged) return;
    this.#acknowledged = Math.min(bytes, this.#sent);
    if (this.#held) this.wake();
  }

  /** At once, past what waits. */
  notice(notice: MediaNotice): void {
    if (!this.#closed) this.#wire.send(JSON.stringify(notice));
  }

  /** Something waits: flush, 16 ms after the flush before at the earliest. */
  wake(): void {
    if (this.#closed || (this.#timer && !this.#held)) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#held = false;
    const wait = this.#lastFlush + this.#options.flushMs - performance.now();
    this.#timer = setTimeout(() => this.#flush(), Math.max(1, wait));
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #flush(): void {
    this.#timer = null;
    this.#held = false;
    this.#lastFlush = performance.now();
    try {
      this.#sendWaiting();
    } catch (error) {
      this.close();
      this.#options.onFailed?.(error);
    }
  }

  #sendWaiting(): void {
    const channels = [...this.#queues.values()];
    const batch: { frame: QueuedFrame; dropped: number }[] = [];
    let bytes = 0;
    const room = () =>
      this.inFlight + bytes < this.#options.windowBytes &&
      this.#wire.buffered < this.#options.windowBytes;
    const send = () => {
      if (batch.length > 0) this.#send(batch.splice(0), bytes);
      bytes = 0;
    };
    let stoppedAt = -1;
    for (let turn = 0; turn < channels.length && stoppedAt < 0; turn++) {
      const index = (this.#first + turn) % channels.length;
      const { queue } = channels[index]!;
      queue.dropLate();
      for (let item = queue.peek(); item; item = queue.peek()) {
        if ('notice' in item) {
          send();
          this.notice(item.notice);
        } else {
          if (!room()) {
            stoppedAt = index;
            break;
          }
          batch.push({ frame: item.frame, dropped: queue.droppedSoFar });
          bytes += frameBytes(item.frame.payload.length);
        }
        queue.take();
      }
    }
    send();
    if (stoppedAt < 0) return;
    this.#first = stoppedAt;
    // The page is behind. Its acknowledgement wakes us; until then, late frames must still go.
    if (!this.#timer && !this.#closed) {
      this.#held = true;
      this.#timer = setTimeout(() => this.#flush(), heldMs);
    }
  }

  #send(batch: readonly { frame: QueuedFrame; dropped: number }[], bytes: number): void {
    const message = new Uint8Array(bytes);
    let offset = 0;
    for (const { frame, dropped } of batch) {
      offset = writeFrame(message, offset, { ...frame, droppedSoFar: dropped });
    }
    this.#sent += bytes;
    this.#wire.send(message);
  }
}
