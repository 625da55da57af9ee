import type { Paced } from './pacer.ts';
import { type PacketSink, type PlayerFigures, Sender } from './rtsp-player.ts';
import type { VideoTrack } from './track.ts';

/** A stretch of footage, Unix ms by the recorder's clock. */
export interface FootageSpan {
  readonly from: number;
  readonly to: number;
}

export interface ReplayWish {
  readonly from: number;
  /** Null: to the end of the footage. */
  readonly to: number | null;
  readonly paced: boolean;
}

/** `clock=20261120T030405.5Z-20261120T030505Z` (RFC 2326 section 3.7); null for anything else. */
export function readClockRange(text: string): { from: number; to: number | null } | null {
  const match = /^clock=([\dT.Z]+)-([\dT.Z]*)/.exec(text.trim());
  if (!match) return null;
  const from = clockTime(match[1]!);
  const to = match[2] === '' ? null : clockTime(match[2]!);
  return from === null || (match[2] !== '' && to === null) ? null : { from, to };
}

function clockTime(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d(?:\.\d+)?)Z$/.exec(text);
  if (!parts) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return Number.isNaN(time) ? null : time + Number(second) * 1000;
}

/** Frames sent at one go when nobody asks for their pace. */
const burst = 250;

/**
 * Plays footage (ONVIF Streaming, "Replay"): the clip's loop as if it had been recorded all the time,
 * from the keyframe at or before the wish, with the time of each frame in the header extension 0xABAC.
 * Where nothing was recorded it leaps, and says so. Ends with a goodbye.
 */
export class ReplayPlayer implements Paced {
  dueAt = Number.POSITIVE_INFINITY;
  readonly sender: Sender;
  readonly #track: VideoTrack;
  readonly #footage: () => readonly FootageSpan[];
  readonly #maxWaiting: number;
  readonly #frameMs: number;
  #wish: ReplayWish | null = null;
  /** Number of the frame since 1970. */
  #frame = 0;
  #firstFrame = 0;
  #leapt = false;
  #startedAt = 0;
  #sent = 0;

  constructor(
    sink: PacketSink,
    options: {
      readonly track: VideoTrack;
      readonly footage: () => readonly FootageSpan[];
      readonly maxWaiting: number;
      readonly figures: PlayerFigures;
    },
  ) {
    const { track, footage, maxWaiting, figures } = options;
    this.sender = new Sender(sink, track.payloadType, track.clockRate, figures);
    this.#track = track;
    this.#footage = footage;
    this.#maxWaiting = maxWaiting;
    this.#frameMs = 1000 / track.clip.fps;
  }

  /** Before `play`. */
  wish(wish: ReplayWish): void {
    this.#wish = wish;
    this.#frame = this.#keyframeBefore(Math.floor(wish.from / this.#frameMs));
    this.#firstFrame = this.#frame;
    this.#sent = 0;
  }

  play(now: number): void {
    if (!this.#wish) this.wish({ from: this.#footage()[0]?.from ?? 0, to: null, paced: true });
    this.#startedAt = now;
    this.dueAt = now;
  }

  pause(): void {
    this.dueAt = Number.POSITIVE_INFINITY;
  }

  get info(): { sequence: number; time: number } {
    return { sequence: this.sender.sequence, time: this.sender.timeAt(0) };
  }

  bye(now: number): void {
    this.sender.bye(now, this.#startedAt);
  }

  serve(now: number): void {
    const wish = this.#wish;
    if (!wish) return;
    for (let sent = 0; sent < (wish.paced ? 1 : burst); sent++) {
      if (this.sender.waiting > this.#maxWaiting) break;
      if (!this.#send(wish)) {
        this.dueAt = Number.POSITIVE_INFINITY;
        this.bye(now);
        return;
      }
    }
    this.dueAt = wish.paced ? this.#startedAt + this.#sent * this.#frameMs : now + 4;
  }

  /** False: there is nothing more. */
  #send(wish: ReplayWish): boolean {
    let at = this.#frame * this.#frameMs;
    const spans = this.#footage();
    // The keyframe before the wish may lie a little before the footage.
    const slack = this.#track.clip.frames.length * this.#frameMs;
    const inside = spans.some((span) => at >= span.from - slack && at <= span.to);
    if (!inside) {
      const next = spans.find((span) => span.from > at);
      if (!next) return false;
      this.#frame = this.#keyframeBefore(Math.ceil(next.from / this.#frameMs));
      while (this.#frame * this.#frameMs < next.from || !this.#isKeyframe(this.#frame))
        this.#frame++;
      at = this.#frame * this.#frameMs;
      this.#leapt = true;
    }
    if (wish.to !== null && at > wish.to) return false;
    const index = this.#indexOf(this.#frame);
    this.sender.send(
      this.#track.payloads(index),
      (this.#frame - this.#firstFrame) * this.#frameMs,
      true,
      extensionOf(at, this.#track.frame(index).keyframe, this.#leapt),
    );
    this.#leapt = false;
    this.#frame++;
    this.#sent++;
    return true;
  }

  #indexOf(frame: number): number {
    return frame % this.#track.clip.frames.length;
  }

  #isKeyframe(frame: number): boolean {
    return this.#track.frame(this.#indexOf(frame)).keyframe;
  }

  #keyframeBefore(frame: number): number {
    const index = this.#indexOf(frame);
    return frame - (index - this.#track.keyframeBefore(index));
  }
}

const ntpEpochSeconds = 2_208_988_800;

/** ONVIF Streaming, "RTP header extension": NTP time, C (clean point) and D (discontinuity). */
function extensionOf(at: number, keyframe: boolean, leapt: boolean): Uint8Array {
  const out = Buffer.alloc(16);
  out.writeUInt16BE(0xabac, 0);
  out.writeUInt16BE(3, 2);
  const seconds = Math.floor(at / 1000);
  out.writeUInt32BE((seconds + ntpEpochSeconds) % 2 ** 32, 4);
  out.writeUInt32BE(Math.floor(((at - seconds * 1000) / 1000) * 2 ** 32) % 2 ** 32, 8);
  out[12] = (keyframe ? 0x80 : 0) | (leapt ? 0x20 : 0);
  return out;
}
