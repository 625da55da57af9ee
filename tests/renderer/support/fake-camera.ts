import type { StreamKey } from '../../../src/contract/stream-state.ts';
import type { FakeCore } from './fake-core.ts';
import { type EncodedPicture, encodeH264, h264 } from './test-pictures.ts';

/** Sends a looped clip on every channel that asks for its stream, as the core does for a live camera. */
export class FakeCamera {
  readonly #core: FakeCore;
  readonly key: StreamKey;
  readonly #clip: readonly EncodedPicture[];
  readonly #fps: number;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #offRequest: () => void;
  #next = 0;
  #mediaTimeUs = 0;
  /** Stops sending without saying anything, like a camera that hangs. */
  silent = false;
  sentPictures = 0;

  constructor(
    core: FakeCore,
    key: StreamKey,
    clip: readonly EncodedPicture[],
    { fps = 25, codecString = h264 } = {},
  ) {
    this.#core = core;
    this.key = key;
    this.#clip = clip;
    this.#fps = fps;
    this.#offRequest = core.onRequest((request) => {
      const mine = core.channels.get((request as { channel?: number }).channel ?? -1);
      if (!mine || mine.request.key.cameraId !== key.cameraId) return;
      if (mine.request.key.quality !== key.quality || mine.request.replay) return;
      if (request.type === 'open') {
        core.format(request.channel, 'h264', codecString);
        core.setLive(key);
      }
      const restarts =
        request.type === 'open' || (request.type === 'adjust' && request.restart === true);
      if (restarts && !this.silent) this.#sendCache(mine.request.channel);
    });
    this.#timer = setInterval(() => this.#tick(), 1000 / fps);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#offRequest();
  }

  /** The current group of pictures, from its keyframe to now. */
  #sendCache(channel: number): void {
    const last = this.#next - 1;
    if (last < 0) return;
    let first = last;
    while (!this.#clip[first]!.key) first--;
    const age = (index: number) => ((last - index) * 1e6) / this.#fps;
    this.#core.send(
      channel,
      this.#clip.slice(first, last + 1).map((picture, at) => ({
        kind: 'video' as const,
        keyframe: picture.key,
        catchUp: true,
        mediaTimeUs: this.#mediaTimeUs - age(first + at),
        receivedAtMs: performance.timeOrigin + performance.now() - age(first + at) / 1000,
        payload: picture.data,
      })),
    );
  }

  #tick(): void {
    if (this.silent) return;
    const picture = this.#clip[this.#next]!;
    this.#mediaTimeUs += 1e6 / this.#fps;
    for (const [channel, { request }] of this.#core.channels) {
      if (request.key.cameraId !== this.key.cameraId) continue;
      if (request.key.quality !== this.key.quality || request.replay) continue;
      if (request.cadence === 'paused') continue;
      if (request.cadence === 'keyframes' && !picture.key) continue;
      this.#core.send(channel, [
        {
          kind: 'video',
          keyframe: picture.key,
          mediaTimeUs: this.#mediaTimeUs,
          payload: picture.data,
        },
      ]);
    }
    this.sentPictures++;
    this.#next = (this.#next + 1) % this.#clip.length;
  }
}

let usual: Promise<readonly EncodedPicture[]> | null = null;

/** 27 pictures of 27 colours, a keyframe every nine. */
export function usualClip(): Promise<readonly EncodedPicture[]> {
  usual ??= encodeH264({ count: 27, gop: 9 });
  return usual;
}
