import type { Cause } from '../../src/contract/cause.ts';
import type { StreamQuality } from '../../src/contract/stream-state.ts';
import { Fault } from '../../src/std/fault.ts';
import type { HeldPicture, TakenPicture } from './engine.types.ts';
import type { Feed } from './feed.ts';
import type { WorkerLink } from './worker-link.ts';
import type { FromWorker, StillPicture } from './worker-messages.ts';

/**
 * The page's end of taking pictures: the worker keeps and encodes them; here it is decided which stream
 * is asked for, and for how long.
 */
export interface HoldOf {
  readonly tile: number;
  readonly feed: Feed;
  /** The stream that would give a larger picture; null: the shown one is the best. */
  readonly better: StreamQuality | null;
  /** Why nothing of this camera may be seen now, or null. */
  readonly forbidden: Cause | null;
}

/** A better picture than the shown one is waited for this long. */
const betterWithinMs = 1000;
/** The worker answers; one that does not is gone. */
const answerWithinMs = 20_000;
/** RTP clock of every video payload format, RFC 3551 and RFC 7798. */
const videoClockRate = 90_000;

export class Captures {
  readonly #worker: WorkerLink;
  readonly #nextChannel: () => number;
  readonly #waiting = new Map<number, (picture: StillPicture | null) => void>();
  #next = 1;

  constructor(worker: WorkerLink, nextChannel: () => number) {
    this.#worker = worker;
    this.#nextChannel = nextChannel;
  }

  hold({ tile, feed, better, forbidden }: HoldOf): HeldPicture {
    const askedAt = Date.now();
    const still = this.#next++;
    const { cameraId } = feed.key;
    const live = feed.replay === null;
    this.#worker.post({ type: 'hold', still, channel: feed.channel });
    let done = false;
    const letGo = () => {
      if (done) return;
      done = true;
      this.#worker.post({ type: 'let-go', still });
    };
    return {
      tile,
      cameraId,
      letGo,
      take: async (format): Promise<TakenPicture> => {
        if (done || forbidden) {
          letGo();
          const { code, params } = forbidden ?? { code: 'evidence.no-picture' as const };
          throw new Fault(code, 'there is no picture to take', params ?? {});
        }
        done = true;
        const channel = better === null ? null : this.#open(cameraId, better);
        try {
          const picture = await this.#ask(still, channel, format);
          if (!picture) throw new Fault('evidence.no-picture', 'nothing was ever decoded');
          const quality = channel === picture.channel && better ? better : feed.key.quality;
          return {
            cameraId,
            quality,
            bytes: new Uint8Array(picture.bytes),
            thumbnail: new Blob([picture.thumbnail], { type: 'image/jpeg' }),
            width: picture.width,
            height: picture.height,
            codec: picture.codec ?? '',
            takenAt: picture.receivedAtMs,
            ageMs: Math.max(0, askedAt - picture.receivedAtMs),
            rtpTime: Math.round((picture.mediaTimeUs / 1_000_000) * videoClockRate),
            replay: !live,
          };
        } finally {
          if (channel !== null) this.#worker.post({ type: 'close', channel });
        }
      },
    };
  }

  onStill({ still, picture }: Extract<FromWorker, { type: 'still' }>): void {
    this.#waiting.get(still)?.(picture);
  }

  close(): void {
    for (const answer of [...this.#waiting.values()]) answer(null);
  }

  #open(cameraId: string, quality: StreamQuality): number {
    const channel = this.#nextChannel();
    this.#worker.post({
      type: 'open',
      channel,
      key: { cameraId, quality },
      // Taken as the stream has it; a size matters only where the core decodes, which is told later.
      width: 1920,
      height: 1080,
      cadence: 'all',
      output: null,
    });
    return channel;
  }

  #ask(still: number, better: number | null, format: 'png' | 'jpeg'): Promise<StillPicture | null> {
    return new Promise((resolve) => {
      const answer = (picture: StillPicture | null) => {
        clearTimeout(timer);
        this.#waiting.delete(still);
        resolve(picture);
      };
      const timer = setTimeout(() => answer(null), answerWithinMs);
      this.#waiting.set(still, answer);
      this.#worker.post({ type: 'take', still, better, waitMs: betterWithinMs, format });
    });
  }
}
