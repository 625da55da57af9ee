import type { Logger } from '../std/log.ts';
import type { ClipFrame } from './clip.ts';
import type { Letters } from './letters.ts';
import { LiveEncoder } from './live-encoder.ts';
import { type LiveProducer, LiveTrack } from './live-track.ts';
import type { PtzDevice } from './ptz-device.ts';
import { PtzPicture } from './ptz-picture.ts';
import type { PtzScene, SceneStore } from './ptz-scene.ts';
import type { PtzStills } from './ptz-stills.ts';

/** Frames per second while it moves, and while it rests: the clock goes on. */
export const movingFps = 15;
const restingFps = 5;
/** A movement's end is shown at full rate too. */
const calmAfterMs = 600;
const restartMs = 1_000;
/** After so many failures in a row the stored pictures stand in. */
const maxFailures = 3;
const goodAfterMs = 5_000;
/** Pictures inside the encoder: more would only grow the delay. */
const maxInside = 2;

export interface PtzStreamOptions {
  readonly device: PtzDevice;
  readonly width: number;
  readonly height: number;
  /** Null: there is no encoder here. */
  readonly live: {
    readonly program: string;
    readonly scenes: SceneStore;
    readonly letters: Letters;
  } | null;
  readonly stills: PtzStills;
  readonly log: Logger;
}

/** One stream of a steered camera: a child of ffmpeg while it is watched, or pictures drawn before. */
export class PtzStream implements LiveProducer {
  readonly track: LiveTrack;
  readonly #options: PtzStreamOptions;
  readonly #ending = new Set<Promise<void>>();
  #emit: (frame: ClipFrame, at: number) => void = () => {};
  #run = new AbortController();
  #encoder: LiveEncoder | null = null;
  #failures = 0;
  #movesSeen = 0;

  constructor(options: PtzStreamOptions) {
    this.#options = options;
    const { width, height, live, stills } = options;
    const size = live ? { width, height, fps: movingFps } : stills.shape;
    this.track = new LiveTrack({ codec: 'h264', ...size }, this);
    if (!live) this.track.clip.parameterSets = stills.parameterSets;
  }

  /** The encoder's process, while it runs. */
  get pid(): number | null {
    return this.#encoder?.pid ?? null;
  }

  start(emit: (frame: ClipFrame, at: number) => void): void {
    this.#emit = emit;
    this.#run = new AbortController();
    this.#failures = 0;
    const { live } = this.#options;
    if (live) void this.#encode(live, this.#run.signal);
    else this.#showStills(this.#run.signal);
  }

  stop(): void {
    this.#run.abort();
    this.#endEncoder();
  }

  async close(): Promise<void> {
    this.track.close();
    await Promise.all(this.#ending);
  }

  async #encode(live: NonNullable<PtzStreamOptions['live']>, signal: AbortSignal): Promise<void> {
    let scene: PtzScene;
    try {
      scene = await live.scenes.load();
    } catch (error) {
      if (!signal.aborted) this.#giveUp(String(error), signal);
      return;
    }
    if (signal.aborted) return;
    const { device, width, height } = this.#options;
    const picture = new PtzPicture(device, scene, live.letters, width, height);
    const taken: number[] = [];
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | null = null;
    const encoder = new LiveEncoder({
      program: live.program,
      width,
      height,
      fps: movingFps,
      onParameterSets: (sets) => {
        this.track.clip.parameterSets = sets;
      },
      onFrame: (frame) => this.#emit(frame, taken.shift() ?? performance.now()),
      onGone: (why) => {
        if (timer) clearTimeout(timer);
        if (this.#encoder === encoder) this.#encoder = null;
        if (signal.aborted) return;
        if (performance.now() - startedAt > goodAfterMs) this.#failures = 0;
        this.#failures += 1;
        if (this.#failures >= maxFailures) return this.#giveUp(why, signal);
        const again = setTimeout(() => {
          if (!signal.aborted) void this.#encode(live, signal);
        }, restartMs);
        again.unref();
      },
    });
    this.#encoder = encoder;
    let due = performance.now();
    const step = () => {
      if (signal.aborted || this.#encoder !== encoder) return;
      const now = performance.now();
      if (encoder.inside < maxInside) {
        taken.push(now);
        encoder.push(picture.draw(new Date()));
      }
      due = Math.max(now, due + 1000 / (this.#isCalm() ? restingFps : movingFps));
      // A calm camera is looked at often enough to see the begin of a movement at once
      timer = setTimeout(wake, Math.max(1, Math.min(due - performance.now(), 1000 / movingFps)));
    };
    const wake = () => {
      if (performance.now() >= due - 1 || !this.#isCalm()) return step();
      timer = setTimeout(wake, Math.max(1, Math.min(due - performance.now(), 1000 / movingFps)));
    };
    step();
    signal.addEventListener('abort', () => timer && clearTimeout(timer), { once: true });
  }

  #isCalm(): boolean {
    const { device } = this.#options;
    const now = performance.now();
    if (device.wiper !== null || device.focusMoves) this.#movesSeen = now;
    return device.head.restedMs > calmAfterMs && now - this.#movesSeen > calmAfterMs;
  }

  #giveUp(why: string, signal: AbortSignal): void {
    this.#options.log.warn('demo camera shows stored pictures', { why: why.trim().slice(0, 200) });
    this.#showStills(signal);
  }

  #showStills(signal: AbortSignal): void {
    const { stills, device } = this.#options;
    this.track.clip.parameterSets = stills.parameterSets;
    let place = -1;
    let tick = 0;
    const show = () => {
      const next = stills.nearest(device.head.position);
      tick = next === place ? tick + 1 : 0;
      place = next;
      this.#emit(stills.frame(place, tick), performance.now());
    };
    show();
    const timer = setInterval(show, 1000 / stills.shape.fps);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  #endEncoder(): void {
    const encoder = this.#encoder;
    this.#encoder = null;
    if (!encoder) return;
    const ended = encoder.close().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}
