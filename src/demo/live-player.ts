import type { LiveFrame, LiveTrack } from './live-track.ts';
import type { Paced } from './pacer.ts';
import { type Mood, type PacketSink, type PlayerFigures, Sender } from './rtsp-player.ts';

export interface LivePlayerOptions {
  readonly track: LiveTrack;
  readonly mood: () => Mood;
  readonly maxWaiting: number;
  readonly figures: PlayerFigures;
}

/** Sends a live stream to one viewer, beginning at a keyframe; timestamps tell when it was seen. */
export class LivePlayer implements Paced {
  dueAt = Number.POSITIVE_INFINITY;
  readonly sender: Sender;
  readonly #options: LivePlayerOptions;
  #startedAt = 0;
  #needsKeyframe = true;
  #frozen: LiveFrame | null = null;
  #leave: (() => void) | null = null;

  constructor(sink: PacketSink, options: LivePlayerOptions) {
    const { track, figures } = options;
    this.sender = new Sender(sink, track.payloadType, track.clockRate, figures);
    this.#options = options;
  }

  play(now: number): void {
    if (this.#startedAt === 0) this.#startedAt = now;
    this.#needsKeyframe = true;
    this.dueAt = now;
  }

  pause(): void {
    this.dueAt = Number.POSITIVE_INFINITY;
    this.#leave?.();
    this.#leave = null;
  }

  get info(): { sequence: number; time: number } {
    const elapsed = Math.max(0, performance.now() - this.#startedAt);
    return { sequence: this.sender.sequence, time: this.sender.timeAt(elapsed) };
  }

  bye(now: number): void {
    this.sender.bye(now, this.#startedAt);
  }

  serve(now: number): void {
    this.dueAt = now + 500;
    this.sender.reportWhenDue(now, this.#startedAt);
    if (this.#leave) return;
    const { gop, leave } = this.#options.track.join((frame) => this.#send(frame));
    this.#leave = leave;
    for (const frame of gop) this.#send(frame);
  }

  #send(frame: LiveFrame): void {
    const { mood, maxWaiting, figures } = this.#options;
    const freezes = mood() === 'freeze';
    if (!freezes && this.#frozen) this.#needsKeyframe = true;
    if (!freezes) this.#frozen = null;
    else if (frame.keyframe) this.#frozen ??= frame;
    const shown = this.#frozen ?? frame;
    if (this.sender.waiting > maxWaiting) this.#needsKeyframe = true;
    if (this.#needsKeyframe && (!shown.keyframe || this.sender.waiting > maxWaiting)) {
      figures.skipped++;
      return;
    }
    this.#needsKeyframe = false;
    this.sender.send(shown.payloads, frame.at - this.#startedAt, true);
  }
}
