import type { TileReport } from '../../src/contract/schemas.ts';
import type { StreamState, StreamStats } from '../../src/contract/stream-state.ts';
import type { TileFigures, TileView, TileWish } from './engine.types.ts';
import type { Feed, FrameCounts } from './feed.ts';

/** A tile that shows a camera: the feed that is seen, perhaps one that will take over, its figures. */
export class Tile {
  readonly index: number;
  wish: TileWish;
  current: Feed;
  /** Another quality, under the picture until its own first picture is presented. */
  next: Feed | null = null;
  /** What was, instead of what is; the live feed waits meanwhile, its stream goes on. */
  replay: Feed | null = null;
  /** The coming feed replaces one that stopped presenting: its predecessor is of no more use. */
  renewing = false;
  firstPictureMs: number | null = null;
  #stoppedSince: number | null = null;
  #before: FrameCounts = none;
  #atTakeOver: FrameCounts;
  #lastPresented = 0;
  #lastFiguresAt: number;
  #fps = 0;
  #latencies: readonly number[] = [];
  #latencyMs: number | null = null;

  constructor(index: number, wish: TileWish, feed: Feed, now: number) {
    this.index = index;
    this.wish = wish;
    this.current = feed;
    this.#atTakeOver = feed.counts();
    this.#lastFiguresAt = now;
  }

  /** The next feed takes over; returns the one that was seen until now. */
  takeOver(next: Feed): Feed {
    const old = this.current;
    this.#before = this.counts();
    this.current = next;
    this.next = null;
    this.renewing = false;
    this.#atTakeOver = next.counts();
    return old;
  }

  counts(): FrameCounts {
    const now = this.current.counts();
    return {
      received: this.#before.received + now.received - this.#atTakeOver.received,
      decoded: this.#before.decoded + now.decoded - this.#atTakeOver.decoded,
      presented: this.#before.presented + now.presented - this.#atTakeOver.presented,
      dropped: this.#before.dropped + now.dropped - this.#atTakeOver.dropped,
    };
  }

  /** How long the presenter of the seen feed shows nothing although pictures are handed to it. */
  presenterStoppedMs(now: number): number {
    const stopped =
      this.current.judgement.cause?.code === 'present.stopped' &&
      this.current.presenter.keepPlaying();
    if (!stopped) this.#stoppedSince = null;
    else this.#stoppedSince ??= now;
    return this.#stoppedSince === null ? 0 : now - this.#stoppedSince;
  }

  /** Once a second: rates and samples since the last time. */
  measure(now: number): void {
    const { presented } = this.counts();
    const seconds = (now - this.#lastFiguresAt) / 1000;
    if (seconds <= 0) return;
    this.#fps = Math.max(0, presented - this.#lastPresented) / seconds;
    this.#lastPresented = presented;
    this.#lastFiguresAt = now;
    this.#latencies = this.current.takeLatencies();
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    this.#latencyMs = sorted[sorted.length >> 1] ?? (this.#fps > 0 ? this.#latencyMs : null);
  }

  /** The feed whose picture is on the screen. */
  get seen(): Feed {
    return this.replay ?? this.current;
  }

  view(stream: StreamState | null, audio: boolean): TileView {
    if (this.replay) {
      return {
        cameraId: this.wish.cameraId,
        look: 'replay',
        cause: this.replay.stats?.cause ?? null,
        stream,
        ageMs: null,
        hasPicture: this.replay.shownAt !== null,
        quality: this.replay.key.quality,
        audio,
      };
    }
    const { look, cause, ageMs, hasPicture } = this.current.judgement;
    return {
      cameraId: this.wish.cameraId,
      look,
      cause,
      stream,
      ageMs: ageMs === null ? null : Math.floor(ageMs / 1000) * 1000,
      hasPicture,
      quality: this.current.key.quality,
      audio,
    };
  }

  figures(source: StreamStats | null): TileFigures {
    const { stats, presenter } = this.seen;
    const { width, height } = presenter.evidence();
    return {
      codec: stats?.video?.codec ?? source?.codec ?? null,
      profile: stats?.video?.profile ?? source?.profile ?? null,
      width,
      height,
      fps: Math.round(this.#fps * 10) / 10,
      kbps: source?.kbps ?? 0,
      packetsLost: source?.lost ?? 0,
      framesDropped: this.counts().dropped,
      addedLatencyMs: this.#latencyMs,
      clockOffsetMs: source?.clockOffsetMs ?? null,
      transport: source?.transport ?? null,
      decoder: stats?.decoder ?? null,
      hasAudio: Boolean(stats?.audio),
    };
  }

  report(): TileReport {
    const { look, cause } = this.replay
      ? { look: 'replay' as const, cause: null }
      : this.current.judgement;
    const counts = this.counts();
    const { width, height } = this.seen.presenter.evidence();
    return {
      tile: this.index,
      cameraId: this.wish.cameraId,
      quality: this.current.key.quality,
      look,
      cause,
      codec: this.current.stats?.video?.codec ?? null,
      width,
      height,
      framesReceived: counts.received,
      framesDecoded: counts.decoded,
      framesPresented: counts.presented,
      framesDropped: counts.dropped,
      fps: Math.round(this.#fps * 10) / 10,
      firstPictureMs: this.firstPictureMs,
      latenciesMs: this.replay ? [] : [...this.#latencies],
    };
  }
}

const none: FrameCounts = { received: 0, decoded: 0, presented: 0, dropped: 0 };
