import { readFrames } from '../../src/contract/media-frame.ts';
import { type MediaNotice, mediaNotice } from '../../src/contract/schemas.ts';
import { MediaWire } from '../wire/media-wire.ts';
import { Channel } from './channel.ts';
import { DecoderChoice } from './decoder-choice.ts';
import { ClockMatch, steadyNow } from './steady-clock.ts';
import { StillDesk } from './still-desk.ts';
import type { MakeDecoder } from './video-decoding.ts';
import type { ChannelStats, FromWorker, ToWorker } from './worker-messages.ts';

const statsEveryMs = 250;
const beginningsTogetherMs = 30;
const shownEveryMs = 60;

export interface DecodeHubOptions {
  readonly post: (message: FromWorker, transfer: Transferable[]) => void;
  readonly choice?: DecoderChoice;
  readonly make?: MakeDecoder;
}

/** All channels of one page: takes batches off the one media wire and gives each frame its decoder. */
export class DecodeHub {
  readonly #options: DecodeHubOptions;
  readonly #channels = new Map<number, Channel>();
  readonly #clock = new ClockMatch();
  readonly #choice: DecoderChoice;
  readonly #wire: MediaWire;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #stills: StillDesk;
  readonly #shown = new Map<number, number>();
  #soonTimer: ReturnType<typeof setTimeout> | undefined;
  #shownTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DecodeHubOptions) {
    this.#options = options;
    this.#choice = options.choice ?? new DecoderChoice();
    this.#wire = new MediaWire({
      onOpen: () => {
        for (const channel of this.#channels.values()) this.#wire.send(channel.openRequest());
        options.post({ type: 'wire', open: true }, []);
      },
      onText: (text) => this.#onText(text),
      onBatch: (batch) => this.#onBatch(batch),
      onClosed: () => options.post({ type: 'wire', open: false }, []),
    });
    this.#stills = new StillDesk({
      channel: (channel) => this.#channels.get(channel),
      post: options.post,
    });
    this.#timer = setInterval(() => this.#onTimer(), statsEveryMs);
  }

  handle(message: ToWorker): void {
    switch (message.type) {
      case 'media':
        this.#wire.use(message.source);
        return;
      case 'open': {
        const channel = new Channel({
          ...message,
          choice: this.#choice,
          clock: this.#clock,
          make: this.#options.make,
          onBegun: () => this.#tellSoon(),
          onReplayed: (at) => this.#tellShown(message.channel, at),
          send: (request) => this.#wire.send(request),
        });
        this.#channels.set(message.channel, channel);
        this.#wire.send(channel.openRequest());
        return;
      }
      case 'size':
        this.#channels.get(message.channel)?.setSize(message.width, message.height);
        return;
      case 'cadence':
        this.#channels.get(message.channel)?.setCadence(message.cadence);
        return;
      case 'audio':
        this.#channels.get(message.channel)?.setAudio(message.output);
        return;
      case 'close':
        this.#channels.get(message.channel)?.close();
        this.#channels.delete(message.channel);
        this.#shown.delete(message.channel);
        this.#wire.send({ type: 'close', channel: message.channel });
        return;
      case 'hold':
        this.#stills.hold(message.still, message.channel);
        return;
      case 'take':
        void this.#stills.take(message);
        return;
      case 'let-go':
        this.#stills.letGo(message.still);
    }
  }

  /** How many channels are open: tests assert what is left. */
  get size(): number {
    return this.#channels.size;
  }

  close(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#soonTimer);
    clearTimeout(this.#shownTimer);
    this.#stills.close();
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
    this.#wire.close();
  }

  #onText(text: string): void {
    const notice = parseNotice(text);
    if (notice) this.#channels.get(notice.channel)?.onNotice(notice);
  }

  #onBatch(batch: Uint8Array): void {
    const now = steadyNow();
    try {
      for (const frame of readFrames(batch)) {
        // A channel that was just closed still has frames on the way.
        this.#channels.get(frame.channel)?.onFrame(frame, now);
      }
    } catch {
      // The rest of a damaged batch is lost; the next keyframe of each channel mends it.
    }
  }

  #onTimer(): void {
    const now = steadyNow();
    for (const channel of this.#channels.values()) channel.check(now);
    this.#tell();
  }

  /** A wall that begins says so once, not tile by tile. */
  #tellSoon(): void {
    this.#soonTimer ??= setTimeout(() => {
      this.#soonTimer = undefined;
      this.#tell();
    }, beginningsTogetherMs);
  }

  /** The times of replayed pictures, often enough to be read as running. */
  #tellShown(channel: number, at: number): void {
    this.#shown.set(channel, at);
    this.#shownTimer ??= setTimeout(() => {
      this.#shownTimer = undefined;
      const times = new Float64Array([...this.#shown].flat());
      this.#shown.clear();
      if (times.length > 0) this.#options.post({ type: 'shown', times }, [times.buffer]);
    }, shownEveryMs);
  }

  #tell(): void {
    const now = steadyNow();
    const channels: ChannelStats[] = [];
    const written: number[] = [];
    for (const channel of this.#channels.values()) {
      channels.push(channel.stats(now));
      channel.drainWritten(written);
    }
    if (channels.length === 0) return;
    const log = new Float64Array(written);
    this.#options.post({ type: 'stats', channels, written: log }, [log.buffer]);
  }
}

function parseNotice(text: string): MediaNotice | null {
  try {
    const parsed = mediaNotice.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
