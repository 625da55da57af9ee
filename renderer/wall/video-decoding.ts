import type { VideoFormat } from '../../src/codec/access-unit.ts';
import type { Cause } from '../../src/contract/cause.ts';
import type { MediaFrame } from '../../src/contract/media-frame.ts';
import { type DecoderChoice, type DecoderPlace, decoderConfig } from './decoder-choice.ts';
import { steadyNow } from './steady-clock.ts';

/**
 * One WebCodecs decoder of one channel, built again after errors and silence, alone and at the next
 * keyframe. It never shows what follows a gap it cannot bridge: after a drop it waits for a keyframe.
 */
export interface VideoDecodingEvents {
  /** A picture, owned by the listener, with the frame it came from. */
  onPicture(picture: VideoFrame, from: FrameFacts, inDecoder: number): void;
  /** The decoder was built again: it needs the current group of pictures from its keyframe on. */
  onRestart(): void;
  /** Why there is no picture now; null when there is again. */
  onCause(cause: Cause | null): void;
  /** The browser has no decoder for this codec. */
  onNoDecoder(): void;
}

/** What is remembered of a frame while the decoder has it. */
export interface FrameFacts {
  readonly timestampUs: number;
  readonly mediaTimeUs: number;
  readonly receivedAtMs: number;
  readonly arrivedAt: number;
  readonly catchUp: boolean;
  /** Decoded for the picture behind it, and shown to nobody. */
  readonly preroll?: boolean;
}

/** The part of `VideoDecoder` that is used, so that a test can play a hardware decoder that lies. */
export interface DecoderLike {
  readonly state: CodecState;
  configure(config: VideoDecoderConfig): void;
  decode(chunk: EncodedVideoChunk): void;
  reset(): void;
  flush?(): Promise<void>;
  close(): void;
}
export type MakeDecoder = (place: DecoderPlace, init: VideoDecoderInit) => DecoderLike;

export const makeDecoder: MakeDecoder = (_place, init) => new VideoDecoder(init);

const silentMs = 2000;
const silentFrames = 3;
/** Frames that may wait for the answer whether there is a decoder at all. */
const maxHeld = 600;
const behindMs = 1000;
/** What is replayed is not late: it may catch up for longer before anything is left out. */
const replayBehindMs = 5000;
const replayStepUs = 1000;
const failuresBeforeSoftware = 2;
const failuresBeforeCause = 3;
const restartEveryMs = 500;

export class VideoDecoding {
  readonly #format: VideoFormat;
  readonly #choice: DecoderChoice;
  readonly #make: MakeDecoder;
  readonly #events: VideoDecodingEvents;
  #decoder: DecoderLike | null = null;
  #place: DecoderPlace | null = null;
  #held: { frame: MediaFrame; now: number }[] | null = [];
  #inside = new Map<number, FrameFacts>();
  #needKeyframe = true;
  #coreDrops = -1;
  #fedSinceOutput = 0;
  #failures = 0;
  #lastRestartAt = Number.NEGATIVE_INFINITY;
  #lastCheckAt = Number.NEGATIVE_INFINITY;
  #silentSince = Number.POSITIVE_INFINITY;
  #lastOutputAt = Number.NEGATIVE_INFINITY;
  #causeShown = false;
  #generation = 0;
  #closed = false;
  #replayShiftUs: number | null = null;
  #lastTimestampUs = 0;
  /** Frames that were not decoded because this machine was behind or a reference was missing. */
  dropped = 0;
  /** Of those, because this machine was behind. */
  late = 0;
  rebuilt = 0;

  constructor(
    format: VideoFormat,
    choice: DecoderChoice,
    events: VideoDecodingEvents,
    make: MakeDecoder = makeDecoder,
  ) {
    this.#format = format;
    this.#choice = choice;
    this.#events = events;
    this.#make = make;
    void this.#choosePlace();
  }

  get place(): DecoderPlace | null {
    return this.#place;
  }

  /** Milliseconds that the oldest frame has been in the decoder; catching up does not count. */
  behind(now: number): number {
    // A decoder that gives nothing at all is silent, which is another trouble with another cure.
    if (now - this.#lastOutputAt > silentMs) return 0;
    for (const facts of this.#inside.values()) {
      if (!facts.catchUp && !facts.preroll) {
        return this.#inside.size > this.#format.reorderFrames + 1 ? now - facts.arrivedAt : 0;
      }
    }
    return 0;
  }

  push(frame: MediaFrame, now: number): void {
    if (this.#closed) return;
    if (this.#held) {
      if (this.#held.length >= maxHeld) {
        this.dropped += this.#held.length;
        this.#held = [];
        this.#needKeyframe = true;
      }
      this.#held.push({ frame, now });
      return;
    }
    this.#feed(frame, now);
  }

  /** Deltas until the next keyframe belong to something that was skipped. */
  expectKeyframe(): void {
    this.#needKeyframe = true;
  }

  /** Notices silence; to be called a few times a second. */
  check(now: number): void {
    // After the machine slept or the worker was held up, silence proves nothing.
    if (now - this.#lastCheckAt > 1000) this.#silentSince = now;
    this.#lastCheckAt = now;
    if (this.#fedSinceOutput < silentFrames + this.#format.reorderFrames) return;
    if (now - this.#silentSince < silentMs) return;
    if (this.#place === 'hardware') this.#distrustHardware();
    else {
      this.#causeShown = true;
      this.#events.onCause({ code: 'decode.silent' });
    }
    this.#rebuild(now);
  }

  close(): void {
    this.#closed = true;
    this.#held = null;
    this.#inside.clear();
    this.#dropDecoder();
  }

  async #choosePlace(): Promise<void> {
    const place = await this.#choice.choose(this.#format.codecString);
    if (this.#closed) return;
    if (!place) {
      this.#held = null;
      this.#closed = true;
      this.#events.onNoDecoder();
      return;
    }
    this.#place = place;
    const held = this.#held ?? [];
    this.#held = null;
    for (const { frame, now } of held) this.#feed(frame, now);
  }

  #feed(frame: MediaFrame, now: number): void {
    if (this.#closed) return;
    if (this.#coreDrops >= 0 && frame.droppedSoFar !== this.#coreDrops) this.#needKeyframe = true;
    this.#coreDrops = frame.droppedSoFar;
    if (!frame.catchUp && !this.#needKeyframe && this.#isBehind(now, frame.replay)) {
      this.#needKeyframe = true;
      this.late++;
    }
    if (this.#needKeyframe) {
      if (!frame.keyframe) {
        this.dropped++;
        return;
      }
      // What is still inside would only be shown late: give it up for the new picture.
      if (this.#isBehind(now, frame.replay)) this.#emptyDecoder();
      this.#needKeyframe = false;
    }
    const decoder = this.#ready();
    if (!decoder) return;
    const facts = this.#remember(frame, now);
    try {
      decoder.decode(
        new EncodedVideoChunk({
          type: frame.keyframe ? 'key' : 'delta',
          timestamp: facts.timestampUs,
          data: frame.payload,
        }),
      );
    } catch {
      this.#onError(this.#generation);
      return;
    }
    if (this.#fedSinceOutput++ === 0) this.#silentSince = now;
  }

  #isBehind(now: number, replay = false): boolean {
    const limit = replay ? replayBehindMs : behindMs;
    return this.#inside.size > this.#format.reorderFrames + 4 && this.behind(now) > limit;
  }

  /** B-frames repeat no time, some cameras do: the decoder's timestamps are made unique. */
  #remember(frame: MediaFrame, now: number): FrameFacts {
    let timestampUs = Math.round(frame.mediaTimeUs) + this.#shiftOf(frame);
    while (this.#inside.has(timestampUs)) timestampUs++;
    this.#lastTimestampUs = Math.max(this.#lastTimestampUs, timestampUs);
    const facts: FrameFacts = {
      timestampUs,
      mediaTimeUs: frame.mediaTimeUs,
      receivedAtMs: frame.receivedAtMs,
      arrivedAt: now,
      catchUp: frame.catchUp,
      ...(frame.preroll && { preroll: true }),
    };
    this.#inside.set(timestampUs, facts);
    return facts;
  }

  /** In replay time also runs backwards; a decoder and a presenter that know only forwards go on. */
  #shiftOf(frame: MediaFrame): number {
    if (!frame.replay) return 0;
    if (this.#replayShiftUs === null || (frame.keyframe && frame.discontinuity)) {
      this.#replayShiftUs = this.#lastTimestampUs + replayStepUs - Math.round(frame.mediaTimeUs);
    }
    return this.#replayShiftUs;
  }

  /** Nothing follows for now: what the decoder keeps for reordering comes out; then a keyframe is needed. */
  flush(): void {
    const decoder = this.#decoder;
    if (!decoder?.flush || decoder.state !== 'configured' || this.#inside.size === 0) return;
    this.#needKeyframe = true;
    decoder.flush().catch(() => {
      // It was reset or closed meanwhile.
    });
  }

  #ready(): DecoderLike | null {
    if (this.#decoder && this.#decoder.state !== 'closed') return this.#decoder;
    const place = this.#place;
    if (!place) return null;
    const generation = ++this.#generation;
    try {
      const decoder = this.#make(place, {
        output: (picture) => this.#onOutput(generation, picture),
        error: () => this.#onError(generation),
      });
      decoder.configure(decoderConfig(this.#format.codecString, place));
      this.#decoder = decoder;
      return decoder;
    } catch {
      this.#onError(generation);
      return null;
    }
  }

  #onOutput(generation: number, picture: VideoFrame): void {
    if (this.#closed || generation !== this.#generation) {
      picture.close();
      return;
    }
    this.#fedSinceOutput = 0;
    this.#lastOutputAt = steadyNow();
    this.#failures = 0;
    const facts = this.#inside.get(picture.timestamp);
    if (!facts) {
      picture.close();
      return;
    }
    this.#forget(facts);
    if (this.#causeShown) {
      this.#causeShown = false;
      this.#events.onCause(null);
    }
    this.#events.onPicture(picture, facts, this.#inside.size);
  }

  /** Also forgets what the decoder swallowed without a picture: far older than what comes out. */
  #forget(facts: FrameFacts): void {
    this.#inside.delete(facts.timestampUs);
    const limit = this.#format.reorderFrames + 16;
    for (const [timestamp, other] of this.#inside) {
      if (other.arrivedAt >= facts.arrivedAt || this.#inside.size <= limit) break;
      this.#inside.delete(timestamp);
    }
  }

  #onError(generation: number): void {
    if (this.#closed || generation !== this.#generation) return;
    this.#failures++;
    if (this.#place === 'hardware' && this.#failures >= failuresBeforeSoftware) {
      this.#distrustHardware();
    } else if (this.#failures >= failuresBeforeCause) {
      this.#causeShown = true;
      this.#events.onCause({ code: 'decode.failed' });
    }
    this.#rebuild(steadyNow());
  }

  #distrustHardware(): void {
    this.#choice.distrustHardware(this.#format.codecString);
    this.#place = null;
    this.#held = [];
    this.#failures = 0;
    void this.#choosePlace();
  }

  #rebuild(now: number): void {
    this.rebuilt++;
    this.#dropDecoder();
    this.#inside.clear();
    this.#needKeyframe = true;
    this.#fedSinceOutput = 0;
    this.#silentSince = now;
    // A stream that breaks every decoder must not make the core send its cache without end.
    if (now - this.#lastRestartAt < restartEveryMs) return;
    this.#lastRestartAt = now;
    this.#events.onRestart();
  }

  #emptyDecoder(): void {
    this.dropped += this.#inside.size;
    this.late += this.#inside.size;
    this.#inside.clear();
    this.#dropDecoder();
  }

  #dropDecoder(): void {
    const decoder = this.#decoder;
    this.#decoder = null;
    this.#generation++;
    if (decoder && decoder.state !== 'closed') decoder.close();
  }
}
