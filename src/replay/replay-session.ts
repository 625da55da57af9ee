import { randomUUID } from 'node:crypto';
import type { Cause } from '../contract/cause.ts';
import type { HeldCamera, ReplayState } from '../contract/replay-schemas.ts';
import { type Dispose, DisposeBag, Emitter } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import { type Logger, silentLog } from '../std/log.ts';
import { createNativeDecoders, type NativeDecoders } from '../streams/native-decoder.ts';
import type { ReplayView } from '../streams/replay-door.ts';
import type { StreamReader } from '../streams/supervisor.types.ts';
import { ReplayClock } from './replay-clock.ts';
import type { ReplaySource } from './replay-source.ts';
import { ReplayTrack } from './replay-track.ts';

/** Some cameras that are replayed by one clock. Begins paused. */
export interface SessionOptions {
  readonly sources: readonly ReplaySource[];
  readonly at: number | null;
  readonly log?: Logger;
}

/** Unix ms of the footage. */
export interface SeenFootage {
  readonly cameraId: string;
  readonly spans: readonly { readonly from: number; readonly to: number }[];
}

const beforeNewestMs = 10_000;
const stateEveryMs = 200;
/** The newest that is held moves on; only who is ahead of it by this is at the end. */
const aheadMs = 400;

export class ReplaySession {
  readonly id = randomUUID();
  readonly #clock: ReplayClock;
  readonly #log: Logger;
  readonly #tracks = new Map<string, ReplayTrack>();
  readonly #states: Emitter<ReplayState>;
  readonly #ends: Emitter<Cause>;
  #decoders: NativeDecoders | null = null;
  #ended: ReplayState['ended'] = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #views = 0;
  /** Steady time since when no channel shows it, or null. */
  idleSince: number | null = performance.now();

  constructor(options: SessionOptions) {
    this.#log = options.log ?? silentLog;
    this.#states = new Emitter((error) => this.#problem(error));
    this.#ends = new Emitter((error) => this.#problem(error));
    this.#clock = new ReplayClock(0);
    for (const source of options.sources) {
      const track = new ReplayTrack(source, this.#clock, (error) => this.#problem(error));
      this.#tracks.set(source.cameraId, track);
    }
    const { from, to } = this.#extent();
    this.#clock.seek(Math.max(from, Math.min(to, options.at ?? to - beforeNewestMs)));
    this.#follow();
  }

  get state(): ReplayState {
    const { from, to } = this.#extent();
    const at = Math.max(from, Math.min(to + aheadMs, this.#clock.at));
    return { sessionId: this.id, at, rate: this.#clock.rate, ended: this.#ended, from, to };
  }

  get cameraIds(): string[] {
    return [...this.#tracks.keys()];
  }

  get cameras(): HeldCamera[] {
    const { at } = this.state;
    return [...this.#tracks.values()].map(({ source }) => ({
      cameraId: source.cameraId,
      quality: source.quality,
      spans: source.spans(),
      gaps: source.gaps(),
      clockOffsetMs: source.clockOffsetMs(at),
      cause: null,
    }));
  }

  onState(listener: (state: ReplayState) => void): Dispose {
    return this.#states.on(listener);
  }

  seek(at: number): void {
    const { from, to } = this.#extent();
    this.#clock.seek(Math.max(from, Math.min(to, at)));
    this.#follow();
  }

  setRate(rate: number): void {
    this.#clock.setRate(rate);
    // From an end there is only one way to go.
    this.#follow();
  }

  /** @throws {Fault} `input.unknown` for a camera that is not in it */
  async step(cameraId: string, frames: number): Promise<void> {
    const track = this.#track(cameraId);
    const at = track.shown?.receivedAtMs ?? this.#clock.at;
    this.#clock.setRate(0);
    this.#clock.seek(at);
    const times = await track.pictureTimes(at, frames);
    const others = times.filter((time) => (frames < 0 ? time < at : time > at));
    const target =
      frames < 0 ? (others.at(frames) ?? others[0]) : (others[frames - 1] ?? others.at(-1));
    if (this.#closed) return;
    this.#clock.seek(frames === 0 ? at : (target ?? at));
    this.#follow();
  }

  /** The way a channel reads a camera of this session. */
  get streams(): { read(key: { cameraId: string }, wish?: { audio?: boolean }): StreamReader } {
    return {
      read: ({ cameraId }, wish = {}) => this.#track(cameraId).read(wish.audio ?? false),
    };
  }

  get decoders(): NativeDecoders {
    this.#decoders ??= createNativeDecoders({ supervisor: this.streams, log: this.#log });
    return this.#decoders;
  }

  /** The span that holds the clock, for one camera. */
  heldAt(cameraId: string): { from: number; to: number } | null {
    const { at } = this.state;
    const span = this.#track(cameraId)
      .source.spans()
      .find((one) => at >= one.from && at <= one.to + aheadMs);
    return span ? { from: span.from, to: span.to } : null;
  }

  /** What of each camera was shown to somebody. */
  get seen(): SeenFootage[] {
    return [...this.#tracks.values()].flatMap(({ source, seen }) => {
      const spans = seen.list;
      return spans.length === 0 ? [] : [{ cameraId: source.cameraId, spans }];
    });
  }

  /** A channel shows a camera of this session. @throws {Fault} `input.unknown` */
  view(cameraId: string): ReplayView {
    this.#track(cameraId);
    const bag = new DisposeBag();
    this.#views++;
    this.idleSince = null;
    bag.add(() => {
      this.#views--;
      if (this.#views === 0) this.idleSince = performance.now();
    });
    const notice = (state: ReplayState) => ({ state, held: this.heldAt(cameraId) });
    return {
      streams: this.streams,
      decoders: this.decoders,
      onState: (listener) => {
        listener(notice(this.state));
        const off = this.#states.on((state) => listener(notice(state)));
        bag.add(off);
        return off;
      },
      onEnd: (listener) => {
        const off = this.#ends.on(listener);
        bag.add(off);
        return off;
      },
      leave: () => bag.dispose(),
    };
  }

  /** @param why those who show it are told, where it ends before they leave */
  close(why: Cause = { code: 'replay.nothing' }): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ends.emit(why);
    this.#ends.clear();
    if (this.#timer) clearInterval(this.#timer);
    for (const track of this.#tracks.values()) track.close();
    this.#states.clear();
    void this.#decoders?.close();
  }

  #track(cameraId: string): ReplayTrack {
    const track = this.#tracks.get(cameraId);
    if (!track || this.#closed) throw new Fault('input.unknown', 'not a camera of this session');
    return track;
  }

  #follow(): void {
    this.#ended = null;
    const { rate } = this.#clock;
    for (const track of this.#tracks.values()) track.follow();
    if (rate !== 0 && !this.#timer) {
      this.#timer = setInterval(() => this.#tick(), stateEveryMs);
    } else if (rate === 0 && this.#timer) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    this.#states.emit(this.state);
  }

  #tick(): void {
    const { from, to } = this.#extent();
    const { at, rate } = this.#clock;
    const ended =
      rate < 0 && at <= from ? 'oldest' : rate > 0 && at > to + aheadMs ? 'newest' : null;
    if (!ended) {
      this.#states.emit(this.state);
      return;
    }
    this.#clock.setRate(0);
    this.#clock.seek(ended === 'oldest' ? from : to);
    this.#follow();
    this.#ended = ended;
    this.#states.emit(this.state);
  }

  #extent(): { from: number; to: number } {
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (const { source } of this.#tracks.values()) {
      for (const span of source.spans()) {
        from = Math.min(from, span.from);
        to = Math.max(to, span.to);
      }
    }
    return from <= to ? { from, to } : { from: this.#clock.at, to: this.#clock.at };
  }

  #problem(error: unknown): void {
    this.#log.warn('replay', { session: this.id, why: Fault.from(error).message });
  }
}
