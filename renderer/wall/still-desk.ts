import type { Channel } from './channel.ts';
import type { FromWorker, StillPicture, ToWorker } from './worker-messages.ts';

/**
 * Makes files of decoded pictures, in the decode worker: as many at a time as leave the wall its pace.
 * A picture is kept from the moment somebody wanted it, whatever happens to its stream then.
 */
interface Kept {
  readonly channel: number;
  readonly picture: VideoFrame;
  readonly facts: { readonly receivedAtMs: number; readonly mediaTimeUs: number };
  readonly codec: StillPicture['codec'];
}

export interface StillDeskOptions {
  readonly channel: (
    channel: number,
  ) => Pick<Channel, 'newest' | 'firstPicture' | 'codec'> | undefined;
  readonly post: (message: FromWorker, transfer: Transferable[]) => void;
}

type Take = Extract<ToWorker, { type: 'take' }>;

const thumbnailWidth = 320;
const olderMs = 2000;
const jpegQuality = 0.92;
const thumbnailQuality = 0.75;

export class StillDesk {
  readonly #options: StillDeskOptions;
  readonly #kept = new Map<number, Kept>();
  #turn: Promise<void> = Promise.resolve();

  constructor(options: StillDeskOptions) {
    this.#options = options;
  }

  hold(still: number, channel: number): void {
    this.letGo(still);
    const kept = this.#newestOf(channel);
    if (kept) this.#kept.set(still, kept);
  }

  async take({ still, better, waitMs, format }: Take): Promise<void> {
    if (better !== null) await this.#options.channel(better)?.firstPicture(waitMs);
    const best = this.#bestOf(still, better === null ? null : this.#newestOf(better));
    if (!best) {
      this.#options.post({ type: 'still', still, picture: null }, []);
      return;
    }
    // Drawing and reading back hold this thread up: one after the other.
    const turn = this.#turn.then(() => this.#make(still, best, format));
    this.#turn = turn;
    await turn;
  }

  letGo(still: number): void {
    this.#kept.get(still)?.picture.close();
    this.#kept.delete(still);
  }

  close(): void {
    for (const still of [...this.#kept.keys()]) this.letGo(still);
  }

  /** Larger is better, but not where it is a memory: the main stream may have died before. */
  #bestOf(still: number, larger: Kept | null): Kept | null {
    const kept = this.#kept.get(still) ?? null;
    this.#kept.delete(still);
    if (!larger || !kept) return larger ?? kept;
    const isOld = larger.facts.receivedAtMs < kept.facts.receivedAtMs - olderMs;
    (isOld ? larger : kept).picture.close();
    return isOld ? kept : larger;
  }

  #newestOf(channel: number): Kept | null {
    const from = this.#options.channel(channel);
    const newest = from?.newest();
    return newest ? { channel, ...newest, codec: from?.codec ?? null } : null;
  }

  async #make(still: number, kept: Kept, format: Take['format']): Promise<void> {
    const { picture, facts, channel, codec } = kept;
    try {
      const { displayWidth: width, displayHeight: height } = picture;
      const whole = drawn(picture, width, height);
      const small = Math.min(1, thumbnailWidth / width);
      const thumbnail = drawn(
        picture,
        Math.max(1, Math.round(width * small)),
        Math.max(1, Math.round(height * small)),
      );
      picture.close();
      const [bytes, little] = await Promise.all([
        encoded(whole, format, jpegQuality),
        encoded(thumbnail, 'jpeg', thumbnailQuality),
      ]);
      this.#options.post(
        {
          type: 'still',
          still,
          picture: {
            channel,
            bytes,
            thumbnail: little,
            width,
            height,
            codec,
            receivedAtMs: facts.receivedAtMs,
            mediaTimeUs: facts.mediaTimeUs,
          },
        },
        [bytes, little],
      );
    } catch {
      picture.close();
      this.#options.post({ type: 'still', still, picture: null }, []);
    }
  }
}

function drawn(picture: VideoFrame, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  // Read back once and at once: a surface of the graphics card would only be waited for.
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.drawImage(picture, 0, 0, width, height);
  return canvas;
}

async function encoded(
  canvas: OffscreenCanvas,
  format: 'png' | 'jpeg',
  quality: number,
): Promise<ArrayBuffer> {
  const blob = await canvas.convertToBlob({ type: `image/${format}`, quality });
  return blob.arrayBuffer();
}
