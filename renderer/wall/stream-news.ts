import {
  type StreamQuality,
  type StreamState,
  type StreamStats,
  streamKeyText,
} from '../../src/contract/stream-state.ts';
import { type Dispose, DisposeBag } from '../../src/std/disposable.ts';
import type { Core } from '../wire/core.types.ts';
import type { Feed } from './feed.ts';
import type { PixelSize } from './feed-pool.ts';
import { steadyNow } from './steady-clock.ts';

/** What the core says of the streams, and what was learnt of them by showing them. */
const brokenForMs = 600_000;
const usualSub: PixelSize = { width: 640, height: 360 };
/** Causes that another stream of the same camera may not have, and that waiting does not mend. */
const brokenCodes: ReadonlySet<string> = new Set([
  'rtsp.not-found',
  'media.no-video',
  'media.unsupported-codec',
  'decode.no-decoder',
  'decode.no-ffmpeg',
]);

export class StreamNews {
  readonly #core: Core;
  readonly #onNews: () => void;
  readonly #states = new Map<string, StreamState>();
  readonly #stats = new Map<string, StreamStats>();
  readonly #brokenUntil = new Map<string, number>();
  readonly #subSizes = new Map<string, PixelSize>();

  constructor(core: Core, onNews: () => void) {
    this.#core = core;
    this.#onNews = onNews;
  }

  follow(): Dispose {
    const bag = new DisposeBag();
    bag.add(
      this.#core.on('streams.state', (changes) => {
        for (const { key, state } of changes) this.#states.set(streamKeyText(key), state);
        this.#onNews();
      }),
    );
    bag.add(
      this.#core.on('streams.stats', (all) => {
        for (const stats of all) this.#stats.set(streamKeyText(stats.key), stats);
      }),
    );
    bag.add(
      this.#core.connection.subscribe((now, before) => {
        if (now.phase === 'open' && before.phase !== 'open') this.#loadStates();
        this.#onNews();
      }),
    );
    if (this.#core.connection.getState().phase === 'open') this.#loadStates();
    return () => bag.dispose();
  }

  state(feed: Feed): StreamState | null {
    return this.#states.get(feed.keyText) ?? null;
  }

  stats(feed: Feed): StreamStats | null {
    return this.#stats.get(feed.keyText) ?? null;
  }

  subSize(cameraId: string): PixelSize {
    return this.#subSizes.get(cameraId) ?? usualSub;
  }

  noteSize(feed: Feed): void {
    const video = feed.stats?.video;
    if (feed.key.quality === 'sub' && video && video.width > 0) {
      this.#subSizes.set(feed.key.cameraId, video);
    }
  }

  isBroken(cameraId: string, quality: StreamQuality): boolean {
    return (this.#brokenUntil.get(streamKeyText({ cameraId, quality })) ?? 0) > steadyNow();
  }

  /** True where the feed's stream was just found unable to give pictures. */
  noteBroken(feed: Feed): boolean {
    const state = this.state(feed);
    const cause = (state && 'cause' in state ? state.cause : null) ?? feed.stats?.cause ?? null;
    const broken =
      state?.phase === 'unsupported' || (cause !== null && brokenCodes.has(cause.code));
    if (!broken || this.isBroken(feed.key.cameraId, feed.key.quality)) return false;
    this.#brokenUntil.set(feed.keyText, steadyNow() + brokenForMs);
    return true;
  }

  #loadStates(): void {
    this.#core
      .call('streams.list', {})
      .then((all) => {
        this.#states.clear();
        for (const { key, state } of all) this.#states.set(streamKeyText(key), state);
        this.#onNews();
      })
      .catch(() => {
        // The connection went again; the next one loads them.
      });
  }
}
