import type { AudioFormat, VideoFormat } from '../../src/codec/access-unit.ts';
import type { Cause } from '../../src/contract/cause.ts';
import type { MediaFrame } from '../../src/contract/media-frame.ts';
import type { MediaNotice, MediaRequest } from '../../src/contract/schemas.ts';
import type { StreamKey } from '../../src/contract/stream-state.ts';
import { AudioDecoding, AudioOutput } from './audio-decoding.ts';
import type { DecoderChoice } from './decoder-choice.ts';
import { FrameOutput } from './frame-output.ts';
import { i420Picture, JpegDecoding } from './picture-frames.ts';
import { type ClockMatch, steadyNow } from './steady-clock.ts';
import { type FrameFacts, type MakeDecoder, VideoDecoding } from './video-decoding.ts';
import { type Cadence, type ChannelStats, type DecoderKind, freshMs } from './worker-messages.ts';

export interface ChannelOptions {
  readonly channel: number;
  readonly key: StreamKey;
  readonly width: number;
  readonly height: number;
  readonly cadence: Cadence;
  /** Null: nobody watches; only the newest picture is kept. */
  readonly output: WritableStream<VideoFrame> | null;
  /** Of the replay session that it plays from. */
  readonly replay?: string;
  readonly choice: DecoderChoice;
  readonly clock: ClockMatch;
  readonly make: MakeDecoder | undefined;
  /** The first picture after opening or resuming was handed on: worth telling at once. */
  readonly onBegun: () => void;
  /** A picture of back then was handed on; Unix ms of its arrival. */
  readonly onReplayed?: (receivedAtMs: number) => void;
  /** Lost while no media wire is open; `openRequest` says it all again. */
  readonly send: (request: MediaRequest) => void;
}

/** A media time that falls back further than this is a new clock, not an old picture. */
const newClockUs = 1_000_000;
const resizeSettlesMs = 300;
const flushAfterMs = 80;
const askAgainMs = 5000;
const passingRefusals: ReadonlySet<string> = new Set(['input.unknown', 'host.busy']);

/** One stream of one tile in the decode worker: what arrives, what decodes it, what is handed on. */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #output: FrameOutput | null;
  readonly #jpeg: JpegDecoding;
  #width: number;
  #height: number;
  #cadence: Cadence;
  #delivery: 'encoded' | 'i420' = 'encoded';
  #video: VideoFormat | null = null;
  #audio: AudioFormat | null = null;
  #decoding: VideoDecoding | null = null;
  #decoder: DecoderKind | null = null;
  #audioOutput: AudioOutput | null = null;
  #audioDecoding: AudioDecoding | null = null;
  #heldCatchUp: { picture: VideoFrame; facts: FrameFacts } | null = null;
  /** Pictures on their way to the presenter, oldest first. */
  readonly #handed = new Map<number, FrameFacts>();
  #writtenLog: number[] = [];
  #added: number[] = [];
  #refusal: Cause | null = null;
  #decodeCause: Cause | null = null;
  #resizeTimer: ReturnType<typeof setTimeout> | undefined;
  #refusedAt = 0;
  #begun = false;
  #closed = false;
  /** The picture that was handed on last, for who wants to keep it. */
  #newest: { picture: VideoFrame; facts: FrameFacts } | null = null;
  readonly #awaited = new Set<() => void>();
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  #replayRate = 0;

  #received = 0;
  #decoded = 0;
  #written = 0;
  #fresh = 0;
  #failed = 0;
  #droppedBefore = 0;
  #lateBefore = 0;
  #rebuiltBefore = 0;
  #coreDropsBefore = 0;
  #coreDrops = 0;
  #mediaTimeUs: number | null = null;
  #arrivedAt: number | null = null;
  #lastArrivalAt: number | null = null;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#width = options.width;
    this.#height = options.height;
    this.#cadence = options.cadence;
    this.#output =
      options.output &&
      new FrameOutput(
        options.output,
        (timestamp) => this.#onWritten(timestamp),
        () => {
          this.#decodeCause = { code: 'present.stopped' };
        },
      );
    this.#jpeg = new JpegDecoding(
      (picture, frame) => this.#onStillPicture(picture, frame),
      () => this.#onDamaged(),
    );
  }

  /** Said on every new media wire. */
  openRequest(): MediaRequest {
    this.#coreDropsBefore += this.#coreDrops;
    this.#coreDrops = 0;
    this.#refusal = null;
    this.#begun = false;
    this.#decoding?.expectKeyframe();
    return {
      type: 'open',
      channel: this.#options.channel,
      key: this.#options.key,
      delivery: this.#delivery,
      width: this.#width,
      height: this.#height,
      audio: this.#audioOutput !== null,
      cadence: this.#cadence,
      ...(this.#options.replay !== undefined && { replay: { sessionId: this.#options.replay } }),
    };
  }

  setSize(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
    if (this.#delivery !== 'i420') return;
    // A window that is being dragged has a new size every frame: the core hears the last.
    clearTimeout(this.#resizeTimer);
    this.#resizeTimer = setTimeout(() => {
      if (this.#delivery === 'i420') this.#adjust({ width: this.#width, height: this.#height });
    }, resizeSettlesMs);
  }

  setCadence(cadence: Cadence): void {
    if (cadence === this.#cadence) return;
    this.#cadence = cadence;
    const restart = cadence === 'all';
    this.#begun = false;
    if (restart) this.#decoding?.expectKeyframe();
    this.#adjust(restart ? { cadence, restart } : { cadence });
  }

  setAudio(output: WritableStream<AudioData> | null): void {
    this.#audioOutput?.close();
    this.#audioDecoding?.close();
    this.#audioDecoding = null;
    this.#audioOutput = output ? new AudioOutput(output) : null;
    this.#adjust({ audio: output !== null });
  }

  onNotice(notice: MediaNotice): void {
    if (notice.type === 'replay') {
      this.#replayRate = notice.state.rate;
      this.#flushSoon();
      return;
    }
    if (notice.type === 'refused') {
      this.#refusal = notice.cause;
      this.#refusedAt = steadyNow();
      return;
    }
    this.#refusal = null;
    this.#setVideo(notice.video);
    this.#audioDecoding?.close();
    this.#audioDecoding = null;
    const audio = notice.audio;
    this.#audio = audio && { ...audio, config: audio.config ? bytesOf(audio.config) : null };
  }

  onFrame(frame: MediaFrame, now: number): void {
    if (frame.kind === 'audio') {
      this.#onAudio(frame);
      return;
    }
    this.#received++;
    this.#lastArrivalAt = now;
    this.#coreDrops = frame.droppedSoFar;
    this.#refusal = null;
    if (!frame.catchUp && !frame.replay) this.#options.clock.observe(frame.receivedAtMs, now);
    if (frame.kind === 'jpeg') {
      this.#decoder = 'image';
      this.#jpeg.push(frame);
    } else if (frame.kind === 'i420') {
      this.#decoder = 'native';
      try {
        this.#onStillPicture(i420Picture(frame, Math.round(frame.mediaTimeUs)), frame);
      } catch {
        this.#onDamaged();
      }
    } else {
      this.#decoding?.push(frame, now);
      if (frame.replay) this.#flushSoon();
    }
  }

  check(now: number): void {
    this.#decoding?.check(now);
    // A camera that was unknown may be added, a core that was busy may be so no more.
    const mayChange = this.#refusal && passingRefusals.has(this.#refusal.code);
    if (mayChange && now - this.#refusedAt > askAgainMs) {
      this.#refusedAt = now;
      this.#adjust({ restart: true });
    }
  }

  stats(now: number): ChannelStats {
    const added = this.#added.sort((a, b) => a - b);
    this.#added = [];
    return {
      channel: this.#options.channel,
      video: this.#video && {
        codec: this.#video.codec,
        profile: this.#video.profile,
        width: this.#video.width,
        height: this.#video.height,
      },
      audio: this.#audio?.codec ?? null,
      decoder: this.#decoder ?? this.#decoding?.place ?? null,
      received: this.#received,
      decoded: this.#decoded,
      written: this.#written,
      fresh: this.#fresh,
      dropped:
        this.#droppedBefore +
        (this.#decoding?.dropped ?? 0) +
        (this.#output?.dropped ?? 0) +
        this.#jpeg.dropped +
        this.#failed,
      late:
        this.#lateBefore +
        (this.#decoding?.late ?? 0) +
        (this.#output?.dropped ?? 0) +
        this.#jpeg.dropped,
      droppedByCore: this.#coreDropsBefore + this.#coreDrops,
      rebuilt: this.#rebuiltBefore + (this.#decoding?.rebuilt ?? 0),
      mediaTimeUs: this.#mediaTimeUs,
      arrivedAt: this.#arrivedAt,
      lastArrivalAt: this.#lastArrivalAt,
      behindMs: Math.max(this.#decoding?.behind(now) ?? 0, this.#jpeg.behind(now)),
      addedMs: added.length === 0 ? null : (added[added.length >> 1] ?? null),
      audioBlocks: this.#audioOutput?.written ?? 0,
      cause: this.#refusal ?? this.#decodeCause,
    };
  }

  /** Appends channel, timestamp and arrival of what was handed on since the last call. */
  drainWritten(into: number[]): void {
    for (const value of this.#writtenLog) into.push(value);
    this.#writtenLog = [];
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#resizeTimer);
    clearTimeout(this.#flushTimer);
    this.#endDecoding();
    this.#newest?.picture.close();
    this.#newest = null;
    for (const wake of [...this.#awaited]) wake();
    this.#jpeg.close();
    this.#audioDecoding?.close();
    this.#audioOutput?.close();
    this.#output?.close();
  }

  get codec(): VideoFormat['codec'] | null {
    return this.#video?.codec ?? null;
  }

  /** A copy of the picture that is shown, owned by the caller; null where there never was one. */
  newest(): { picture: VideoFrame; facts: FrameFacts } | null {
    const { picture, facts } = this.#newest ?? {};
    return picture && facts ? { picture: picture.clone(), facts } : null;
  }

  /** Resolves with the first picture, or when `ms` are over, or the channel closes. */
  firstPicture(ms: number): Promise<void> {
    if (this.#newest || this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#awaited.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#awaited.add(done);
    });
  }

  /** Paused, no next frame pushes the last one out of the decoder. */
  #flushSoon(): void {
    clearTimeout(this.#flushTimer);
    if (this.#options.replay === undefined || this.#replayRate !== 0) return;
    this.#flushTimer = setTimeout(() => this.#decoding?.flush(), flushAfterMs);
  }

  #setVideo(video: VideoFormat | null): void {
    const before = this.#video;
    this.#video = video;
    if (!video) return;
    // Nobody's tile: where the core decodes, it decodes the whole picture.
    if (!this.#output && video.width > 0) {
      this.#width = video.width;
      this.#height = video.height;
    }
    const same =
      before?.codecString === video.codecString && before.reorderFrames === video.reorderFrames;
    if (same && (this.#decoding || this.#delivery === 'i420' || video.codec === 'mjpeg')) return;
    this.#endDecoding();
    this.#decoder = null;
    this.#decodeCause = null;
    if (this.#delivery === 'i420') this.#deliver('encoded');
    if (video.codec === 'mjpeg') return;
    this.#decoding = new VideoDecoding(
      video,
      this.#options.choice,
      {
        onPicture: (picture, facts, inside) => this.#onDecoded(picture, facts, inside),
        onRestart: () => this.#adjust({ restart: true }),
        onCause: (cause) => {
          this.#decodeCause = cause;
        },
        // No decoder in this browser: the core's native decoder draws the tile.
        onNoDecoder: () => {
          this.#endDecoding();
          this.#deliver('i420');
        },
      },
      this.#options.make,
    );
  }

  #deliver(delivery: 'encoded' | 'i420'): void {
    this.#delivery = delivery;
    this.#adjust({ delivery, width: this.#width, height: this.#height });
  }

  #onDecoded(picture: VideoFrame, facts: FrameFacts, inside: number): void {
    this.#decoded++;
    this.#heldCatchUp?.picture.close();
    this.#heldCatchUp = null;
    if (facts.preroll) {
      picture.close();
      return;
    }
    // Of a cached group of pictures only the last is news.
    if (facts.catchUp && inside > 0) this.#heldCatchUp = { picture, facts };
    else this.#hand(picture, facts);
  }

  #onStillPicture(picture: VideoFrame, frame: MediaFrame): void {
    this.#decoded++;
    if (frame.preroll) {
      picture.close();
      return;
    }
    this.#decodeCause = null;
    this.#hand(picture, {
      timestampUs: picture.timestamp,
      mediaTimeUs: frame.mediaTimeUs,
      receivedAtMs: frame.receivedAtMs,
      arrivedAt: this.#lastArrivalAt ?? steadyNow(),
      catchUp: frame.catchUp,
    });
  }

  #onDamaged(): void {
    this.#failed++;
    this.#decodeCause = { code: 'decode.failed' };
  }

  #hand(picture: VideoFrame, facts: FrameFacts): void {
    if (this.#closed) {
      picture.close();
      return;
    }
    this.#newest?.picture.close();
    this.#newest = { picture: picture.clone(), facts };
    for (const wake of [...this.#awaited]) wake();
    if (!this.#output) {
      picture.close();
      return;
    }
    this.#handed.set(facts.timestampUs, facts);
    this.#output.write(picture);
  }

  #onWritten(timestampUs: number): void {
    const facts = this.#handed.get(timestampUs);
    if (!facts) return;
    for (const earlier of this.#handed.keys()) {
      this.#handed.delete(earlier);
      if (earlier === timestampUs) break;
    }
    if (this.#options.replay !== undefined) this.#options.onReplayed?.(facts.receivedAtMs);
    const now = steadyNow();
    const received = this.#options.clock.steady(facts.receivedAtMs);
    const arrivedAt = facts.catchUp ? received : facts.arrivedAt;
    const last = this.#mediaTimeUs;
    const advanced =
      last === null || facts.mediaTimeUs > last || facts.mediaTimeUs < last - newClockUs;
    this.#written++;
    if (advanced && now - arrivedAt < freshMs) this.#fresh++;
    this.#mediaTimeUs = facts.mediaTimeUs;
    this.#arrivedAt = arrivedAt;
    if (!this.#begun) {
      this.#begun = true;
      this.#options.onBegun();
    }
    if (facts.catchUp) return;
    this.#added.push(Math.max(0, now - received));
    this.#writtenLog.push(this.#options.channel, timestampUs, received);
  }

  #onAudio(frame: MediaFrame): void {
    if (!this.#audioOutput || !this.#audio) return;
    this.#audioDecoding ??= new AudioDecoding(this.#audio, this.#audioOutput);
    this.#audioDecoding.push(frame);
  }

  #adjust(change: Omit<MediaRequest & { type: 'adjust' }, 'type' | 'channel'>): void {
    this.#options.send({ type: 'adjust', channel: this.#options.channel, ...change });
  }

  #endDecoding(): void {
    this.#heldCatchUp?.picture.close();
    this.#heldCatchUp = null;
    if (!this.#decoding) return;
    this.#droppedBefore += this.#decoding.dropped;
    this.#lateBefore += this.#decoding.late;
    this.#rebuiltBefore += this.#decoding.rebuilt;
    this.#decoding.close();
    this.#decoding = null;
  }
}

function bytesOf(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
