import { parseAacConfig } from '../codec/aac.ts';
import type { AccessUnit, AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import { g711ToInt16 } from '../codec/g711.ts';
import type { Gap } from '../replay/replay.types.ts';
import { Fault } from '../std/fault.ts';
import { ClipClock } from './clip-clock.ts';
import { AsideFile } from './clip-file.ts';
import type { ClipPart } from './clips.types.ts';
import { Mp4Writer, videoTimescale } from './mp4-writer.ts';

/**
 * One MP4 file with one track of pictures and at most one of sound. The samples are those of the
 * camera: only start codes become lengths. The index (`moov`) stands at the end: the file plays from a
 * disk everywhere, and no space is guessed in advance.
 */

/** Sound that strayed from the picture by more than this is put back, in seconds. */
const audioDriftAtMost = 0.12;

export class ClipPartWriter {
  readonly video: VideoFormat;
  readonly file: AsideFile;
  readonly gaps: Gap[] = [];
  readonly #audio: AudioFormat | null;
  readonly #mp4: Mp4Writer;
  readonly #aacSamples: number;
  readonly #videoClock = new ClipClock();
  readonly #audioClock = new ClipClock();
  #first: AccessUnit | null = null;
  #last: AccessUnit | null = null;
  #firstSound = true;
  /** Times that the next picture must not go below: the rule of groups in the container. */
  #floor = 0;
  #count = 0;
  #typicalStep = 1 / 25;

  constructor(path: string, video: VideoFormat, audio: AudioFormat | null) {
    this.video = video;
    this.file = new AsideFile(path);
    this.#audio = audio;
    this.#mp4 = new Mp4Writer(this.file, video, audio);
    this.#aacSamples = (audio?.config && parseAacConfig(audio.config)?.samplesPerFrame) || 1024;
  }

  get pictures(): number {
    return this.#count;
  }

  get lastAt(): number {
    return this.#last?.receivedAtMs ?? 0;
  }

  async open(): Promise<void> {
    await this.file.open();
    await this.#mp4.begin();
  }

  gap(gap: Gap): void {
    if (!this.#first) return;
    this.gaps.push(gap);
    if (gap.reason === 'packets-lost') return;
    this.#videoClock.breakOff();
    this.#audioClock.breakOff();
  }

  /** Seconds of silence that this picture would end: a very long one is for another part. */
  stepTo(unit: AccessUnit): number {
    return this.#videoClock.peekStep(unit);
  }

  /** A promise where the disk must be waited for. */
  addPicture(unit: AccessUnit): void | Promise<void> {
    if (unit.keyframe) this.#floor = this.#videoClock.latest;
    let seconds = this.#videoClock.take(unit);
    // A sender whose clock goes back within the reach of reordering: the container wants order.
    if (this.#first && seconds < this.#floor) seconds = this.#floor;
    if (this.#last) {
      // Reordered pictures lie several steps apart: the smallest of a group is the real one.
      const step = Math.abs(unit.time.ticks - this.#last.time.ticks) / unit.time.clockRate;
      if (step > 0 && step < 1 && (unit.keyframe || step < this.#typicalStep)) {
        this.#typicalStep = step;
      }
    }
    const waiting = this.#mp4.addPicture(
      unit.data,
      Math.round(seconds * videoTimescale),
      unit.keyframe,
    );
    this.#first ??= unit;
    this.#last = unit;
    this.#count++;
    return waiting;
  }

  async addSound(unit: AccessUnit): Promise<void> {
    const audio = this.#audio;
    const first = this.#first;
    if (!audio || !first || unit.data.length === 0) return;
    const beside = this.#besidePicture(unit);
    if (this.#firstSound) {
      if (beside < 0) return;
      this.#audioClock.startAt(unit, beside);
    } else if (Math.abs(this.#audioClock.peekStep(unit)) > 60) {
      // Nothing was heard for long, or its clock leapt: begin again beside the picture.
      if (beside < this.#audioClock.latest) return;
      this.#audioClock.startAt(unit, beside);
    }
    let seconds = this.#audioClock.take(unit);
    // The clocks of sound and picture drift apart, or the sender's reports came late.
    if (Math.abs(seconds - beside) > audioDriftAtMost && beside > this.#audioClock.latest - 1) {
      seconds = Math.max(seconds - audioDriftAtMost, beside);
      this.#audioClock.startAt(unit, seconds);
    }
    const data = audio.codec === 'aac' ? unit.data : pcmBytes(g711ToInt16(audio.codec, unit.data));
    const samples = audio.codec === 'aac' ? this.#aacSamples : unit.data.length / audio.channels;
    await this.#mp4.addSound(data, seconds, samples);
    this.#firstSound = false;
  }

  /** Ends the file and reads it back; it stays aside until it is published. */
  async finish(): Promise<ClipPart> {
    const first = this.#first;
    const last = this.#last;
    if (!first || !last) throw new Fault('clip.empty', 'no picture');
    await this.#mp4.finish(this.#typicalStep * videoTimescale, first.receivedAtMs);
    await this.file.sync();
    const { codec, codecString, width, height } = this.video;
    const audio = this.#firstSound ? null : this.#audio;
    return {
      file: this.file.path,
      bytes: this.file.bytes,
      sha256: await this.file.sha256(this.#mp4.blocks),
      video: { codec, codecString, width, height },
      audio: audio && {
        codec: audio.codec,
        stored: audio.codec === 'aac' ? 'aac' : 'pcm-s16',
        sampleRate: audio.sampleRate,
      },
      pictures: this.#count,
      durationMs: Math.round((this.#videoClock.latest + this.#typicalStep) * 1000),
      from: first.receivedAtMs,
      to: last.receivedAtMs,
      senderFrom: first.senderTimeMs,
      senderTo: last.senderTimeMs,
      rtpFrom: { ticks: first.time.ticks, clockRate: first.time.clockRate },
      gaps: this.gaps,
    };
  }

  async discard(): Promise<void> {
    await this.file.discard();
  }

  /** Where this sound belongs beside the last picture, in seconds of the file. */
  #besidePicture(unit: AccessUnit): number {
    const last = this.#last!;
    const bySender =
      unit.senderTimeMs !== null && last.senderTimeMs !== null
        ? unit.senderTimeMs - last.senderTimeMs
        : null;
    const byArrival = unit.receivedAtMs - last.receivedAtMs;
    // A few seconds apart is another clock, not another time.
    const ms = bySender !== null && Math.abs(bySender - byArrival) < 5_000 ? bySender : byArrival;
    return this.#videoClock.latest + ms / 1000;
  }
}

function pcmBytes(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
