import type { AccessUnit, AudioFormat, MediaFormat, VideoFormat } from '../codec/access-unit.ts';
import type { StreamState } from '../contract/stream-state.ts';
import { type Dispose, Emitter } from '../std/disposable.ts';
import type { StreamReader } from '../streams/supervisor.types.ts';
import type { ReplayClock } from './replay-clock.ts';
import type { ReplaySource } from './replay-source.ts';
import { SeenSpans } from './seen-spans.ts';

/**
 * One camera of a session: takes units from its source and hands them to its readers when the clock of
 * the session is there. Readers look like those of a live stream, so that the media outlet and the
 * native decoder need not know the difference; `cached` says: decode it and do not show it.
 *
 * - Forwards up to `everyPictureUpTo` every unit comes, paced.
 * - Faster and backwards it goes by groups of pictures: the keyframe of each group that is passed, and
 *   where groups are long a picture in between, twice a second.
 * - Paused, the picture at the clock, decoded from its keyframe on.
 */
const everyPictureUpTo = 2;
const betweenKeyframesMs = 500;
const edgeMs = 100;

type UnitListener = (unit: AccessUnit, cached: boolean) => void;

export class ReplayTrack {
  readonly source: ReplaySource;
  readonly #clock: ReplayClock;
  readonly #onError: (error: unknown) => void;
  readonly #readers = new Set<ReplayReader>();
  #video: VideoFormat | null = null;
  #audio: AudioFormat | null = null;
  /** What its readers were shown. */
  readonly seen = new SeenSpans();
  /** From the keyframe to the picture that is shown; for those who come later. */
  #run: AccessUnit[] = [];
  /** A new number ends what was under way. */
  #turn = 0;
  #wake: (() => void) | null = null;

  constructor(source: ReplaySource, clock: ReplayClock, onError: (error: unknown) => void) {
    this.source = source;
    this.#clock = clock;
    this.#onError = onError;
  }

  get video(): VideoFormat | null {
    return this.#video;
  }

  get audio(): AudioFormat | null {
    return this.#audio;
  }

  get run(): readonly AccessUnit[] {
    return this.#run;
  }

  /** The picture that is shown; null before the first. */
  get shown(): AccessUnit | null {
    return this.#run.at(-1) ?? null;
  }

  get readers(): number {
    return this.#readers.size;
  }

  read(wantsAudio: boolean): StreamReader {
    const reader = new ReplayReader(this, wantsAudio, this.#onError, () => {
      this.#readers.delete(reader);
    });
    this.#readers.add(reader);
    return reader;
  }

  /** The clock was set or changed its rate: begin anew from where it is. */
  follow(): void {
    const turn = ++this.#turn;
    this.#wake?.();
    const { rate } = this.#clock;
    const work =
      rate === 0
        ? this.#show(this.#clock.at, turn)
        : rate > 0 && rate <= everyPictureUpTo
          ? this.#play(turn)
          : this.#sample(turn);
    work.catch((error) => {
      if (turn === this.#turn) this.#onError(error);
    });
  }

  close(): void {
    this.#turn++;
    this.#wake?.();
    for (const reader of [...this.#readers]) reader.close();
    this.#run = [];
  }

  /** Arrivals of the pictures around `at`, oldest first: those it would step over. */
  async pictureTimes(at: number, frames: number): Promise<number[]> {
    let windowMs = 2_000;
    const { from: oldest, to: newest } = this.#extent();
    for (;;) {
      const from = frames < 0 ? at - windowMs : at;
      const to = frames < 0 ? at : at + windowMs;
      const times: number[] = [];
      for await (const piece of this.source.read(from, to)) {
        if (piece.kind === 'unit' && piece.unit.kind === 'video')
          times.push(piece.unit.receivedAtMs);
      }
      const found = times.filter((time) => (frames < 0 ? time < at : time > at)).length;
      const exhausted = frames < 0 ? from <= oldest : to >= newest;
      if (found >= Math.abs(frames) || exhausted || windowMs > 600_000) return times;
      windowMs *= 2;
    }
  }

  async #show(at: number, turn: number, keyframeOnly = false): Promise<void> {
    const run: AccessUnit[] = [];
    for await (const piece of this.source.read(at, at)) {
      if (turn !== this.#turn) return;
      if (piece.kind === 'format') this.#setFormat(piece.format);
      else if (piece.kind === 'unit' && piece.unit.kind === 'video') {
        if (piece.unit.keyframe) run.length = 0;
        run.push(piece.unit);
        if (keyframeOnly) break;
      }
    }
    if (turn === this.#turn) this.#giveRun(run);
  }

  async #play(turn: number): Promise<void> {
    const begin = this.#clock.at;
    let lastAt = Number.NEGATIVE_INFINITY;
    let run: AccessUnit[] | null = [];
    while (turn === this.#turn) {
      const from = run ? begin : lastAt;
      for await (const piece of this.source.read(from, Number.POSITIVE_INFINITY)) {
        if (turn !== this.#turn) return;
        if (piece.kind === 'format') this.#setFormat(piece.format);
        if (piece.kind !== 'unit') continue;
        const { unit } = piece;
        if (run && unit.receivedAtMs <= begin) {
          if (unit.kind === 'audio') continue;
          if (unit.keyframe) run.length = 0;
          run.push(unit);
          lastAt = unit.receivedAtMs;
          continue;
        }
        if (run) this.#giveRun(run);
        run = null;
        if (unit.receivedAtMs <= lastAt) continue;
        while (turn === this.#turn && this.#clock.waitFor(unit.receivedAtMs) > 1) {
          await this.#sleep(this.#clock.waitFor(unit.receivedAtMs));
        }
        if (turn !== this.#turn) return;
        lastAt = unit.receivedAtMs;
        if (unit.kind === 'video') this.#remember(unit);
        this.#give(unit, false);
      }
      if (turn !== this.#turn) return;
      if (run && run.length > 0) {
        this.#giveRun(run);
        run = null;
      }
      // At the newest that is held: more may come.
      await this.#sleep(edgeMs);
    }
  }

  /** By groups of pictures. */
  async #sample(turn: number): Promise<void> {
    let keyframeAt = Number.NaN;
    let shownAt = Number.NEGATIVE_INFINITY;
    while (turn === this.#turn) {
      const began = performance.now();
      const at = this.#clock.at;
      const first = await this.#keyframeAt(at);
      if (turn !== this.#turn) return;
      if (first !== null && first !== keyframeAt) {
        await this.#show(at, turn, true);
        keyframeAt = first;
        shownAt = began;
      } else if (began - shownAt >= betweenKeyframesMs) {
        await this.#show(at, turn);
        shownAt = began;
      }
      await this.#sleep(Math.max(5, this.source.sampleMs - (performance.now() - began)));
    }
  }

  async #keyframeAt(at: number): Promise<number | null> {
    for await (const piece of this.source.read(at, at)) {
      if (piece.kind === 'unit') return piece.unit.receivedAtMs;
    }
    return null;
  }

  /** What is to be decoded before the picture that is shown, and that picture. */
  #giveRun(run: readonly AccessUnit[]): void {
    if (run.length === 0) return;
    this.#run = [...run];
    run.forEach((unit, index) => {
      // It stands alone: nothing before it belongs to it.
      this.#give(index === 0 ? { ...unit, afterLoss: true } : unit, index < run.length - 1);
    });
  }

  #remember(unit: AccessUnit): void {
    if (unit.keyframe) this.#run = [];
    if (this.#run.length < 1_000) this.#run.push(unit);
  }

  #give(unit: AccessUnit, cached: boolean): void {
    if (!cached && unit.kind === 'video' && this.#readers.size > 0)
      this.seen.add(unit.receivedAtMs);
    for (const reader of [...this.#readers]) reader.deliver(unit, cached);
  }

  /** Told again at each beginning; for the readers it is news only when it differs. */
  #setFormat(format: MediaFormat): void {
    const before = format.kind === 'video' ? this.#video : this.#audio;
    if (before && JSON.stringify(before) === JSON.stringify(format)) return;
    if (format.kind === 'video') this.#video = format;
    else this.#audio = format;
    for (const reader of [...this.#readers]) reader.deliverFormat(format);
  }

  #extent(): { from: number; to: number } {
    const spans = this.source.spans();
    return { from: spans[0]?.from ?? 0, to: spans.at(-1)?.to ?? 0 };
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, Math.min(ms, 60_000));
      const track = this;
      function done() {
        clearTimeout(timer);
        if (track.#wake === done) track.#wake = null;
        resolve();
      }
      this.#wake = done;
    });
  }
}

const replaying: StreamState = { phase: 'live', since: 0, frozenSince: null };

/** One reader of a track. A new one gets the picture that is shown at once. */
class ReplayReader implements StreamReader {
  readonly #track: ReplayTrack;
  readonly #wantsAudio: boolean;
  readonly #onError: (error: unknown) => void;
  readonly #onClose: Dispose;
  readonly #units = new Set<UnitListener>();
  readonly #formats: Emitter<MediaFormat>;

  constructor(
    track: ReplayTrack,
    wantsAudio: boolean,
    onError: (error: unknown) => void,
    onClose: Dispose,
  ) {
    this.#track = track;
    this.#wantsAudio = wantsAudio;
    this.#onError = onError;
    this.#onClose = onClose;
    this.#formats = new Emitter(onError);
  }

  get state(): StreamState {
    return replaying;
  }

  get video(): VideoFormat | null {
    return this.#track.video;
  }

  get audio(): AudioFormat | null {
    return this.#track.audio;
  }

  get certificate(): null {
    return null;
  }

  onAccessUnit(listener: UnitListener): Dispose {
    const entry: UnitListener = (unit, cached) => listener(unit, cached);
    const { run } = this.#track;
    for (const [index, unit] of [...run].entries()) this.#tell(entry, unit, index < run.length - 1);
    const shown = run.at(-1);
    if (shown) this.#track.seen.add(shown.receivedAtMs);
    this.#units.add(entry);
    return () => {
      this.#units.delete(entry);
    };
  }

  onFormat(listener: (format: MediaFormat) => void): Dispose {
    return this.#formats.on(listener);
  }

  onState(): Dispose {
    return () => {};
  }

  close(): void {
    this.#units.clear();
    this.#formats.clear();
    this.#onClose();
  }

  deliver(unit: AccessUnit, cached: boolean): void {
    if (unit.kind === 'audio' && !this.#wantsAudio) return;
    for (const listener of this.#units) this.#tell(listener, unit, cached);
  }

  deliverFormat(format: MediaFormat): void {
    this.#formats.emit(format);
  }

  #tell(listener: UnitListener, unit: AccessUnit, cached: boolean): void {
    try {
      listener(unit, cached);
    } catch (error) {
      this.#onError(error);
    }
  }
}
