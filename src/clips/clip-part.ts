import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  type StreamTargetChunk,
} from 'mediabunny';
import type { AccessUnit, AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import { g711ToInt16 } from '../codec/g711.ts';
import type { Gap } from '../replay/replay.types.ts';
import { Fault } from '../std/fault.ts';
import { ClipClock } from './clip-clock.ts';
import { AsideFile, fileFault } from './clip-file.ts';
import type { ClipPart } from './clips.types.ts';

/**
 * One MP4 file with one track of pictures and at most one of sound. The samples are those of the
 * camera: only start codes become lengths. The index (`moov`) stands at the end: the file plays from a
 * disk everywhere, memory grows by some bytes a picture, and no space is guessed in advance.
 */

/** RTP clocks of video run at 90 kHz: with this time scale their ticks are kept as they are. */
const videoTimescale = 90_000;
const chunkBytes = 1024 * 1024;
/** Sound that strayed from the picture by more than this is put back, in seconds. */
const audioDriftAtMost = 0.12;

export class ClipPartWriter {
  readonly video: VideoFormat;
  readonly file: AsideFile;
  readonly gaps: Gap[] = [];
  readonly #audio: AudioFormat | null;
  readonly #output: Output;
  readonly #pictures: EncodedVideoPacketSource;
  readonly #sound: EncodedAudioPacketSource | null;
  readonly #videoClock = new ClipClock();
  readonly #audioClock = new ClipClock();
  #writeFault: Fault | null = null;
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
    const writable = new WritableStream<StreamTargetChunk>({
      write: async ({ data, position }) => {
        try {
          await this.file.write(data, position);
        } catch (error) {
          this.#writeFault ??= fileFault(error);
          throw this.#writeFault;
        }
      },
    });
    this.#output = new Output({
      format: new Mp4OutputFormat({ fastStart: false }),
      target: new StreamTarget(writable, { chunked: true, chunkSize: chunkBytes }),
    });
    this.#pictures = new EncodedVideoPacketSource(video.codec === 'h265' ? 'hevc' : 'avc');
    this.#output.addVideoTrack(this.#pictures, { frameRate: videoTimescale });
    this.#sound = audio && new EncodedAudioPacketSource(audio.codec === 'aac' ? 'aac' : 'pcm-s16');
    if (this.#sound) this.#output.addAudioTrack(this.#sound);
  }

  get pictures(): number {
    return this.#count;
  }

  get lastAt(): number {
    return this.#last?.receivedAtMs ?? 0;
  }

  async open(): Promise<void> {
    await this.file.open();
    await this.#guard(() => this.#output.start());
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

  async addPicture(unit: AccessUnit): Promise<void> {
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
    const packet = new EncodedPacket(
      unit.data,
      unit.keyframe ? 'key' : 'delta',
      seconds,
      this.#typicalStep,
    );
    const isFirst = this.#first === null;
    const { codecString, width, height } = this.video;
    const meta = { decoderConfig: { codec: codecString, codedWidth: width, codedHeight: height } };
    await this.#guard(() => this.#pictures.add(packet, isFirst ? meta : undefined));
    this.#first ??= unit;
    this.#last = unit;
    this.#count++;
  }

  async addSound(unit: AccessUnit): Promise<void> {
    const audio = this.#audio;
    const first = this.#first;
    if (!audio || !this.#sound || !first || unit.data.length === 0) return;
    const beside = this.#besidePicture(unit);
    if (this.#firstSound) {
      if (beside < 0) return;
      this.#audioClock.startAt(unit, beside);
    } else if (Math.abs(this.#audioClock.peekStep(unit)) > 60) {
      return;
    }
    let seconds = this.#audioClock.take(unit);
    // The clocks of sound and picture drift apart, or the sender's reports came late.
    if (Math.abs(seconds - beside) > audioDriftAtMost && beside > this.#audioClock.latest - 1) {
      seconds = Math.max(seconds - audioDriftAtMost, beside);
      this.#audioClock.startAt(unit, seconds);
    }
    const data = audio.codec === 'aac' ? unit.data : pcmBytes(g711ToInt16(audio.codec, unit.data));
    const samples = audio.codec === 'aac' ? 1024 : unit.data.length / audio.channels;
    const packet = new EncodedPacket(data, 'key', seconds, samples / audio.sampleRate);
    const meta = {
      decoderConfig: {
        codec: audio.codec === 'aac' ? audio.codecString : 'pcm-s16',
        sampleRate: audio.sampleRate,
        numberOfChannels: audio.channels,
        ...(audio.config && { description: audio.config }),
      },
    };
    await this.#guard(() => this.#sound!.add(packet, this.#firstSound ? meta : undefined));
    this.#firstSound = false;
  }

  /** Ends the file and reads it back; it stays aside until it is published. */
  async finish(): Promise<ClipPart> {
    const first = this.#first;
    const last = this.#last;
    if (!first || !last) throw new Fault('clip.empty', 'no picture');
    await this.#guard(() => this.#output.finalize());
    await this.file.sync();
    const { codec, codecString, width, height } = this.video;
    const audio = this.#firstSound ? null : this.#audio;
    return {
      file: this.file.path,
      bytes: this.file.bytes,
      sha256: await this.file.sha256(),
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
    await this.#output.cancel().catch(() => {});
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

  /** What the container refuses is said in our words; what the disk refused comes first. */
  async #guard(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#writeFault) throw this.#writeFault;
      if (error instanceof Fault) throw error;
      const message = error instanceof Error ? error.message : String(error);
      if (/ConfigurationRecord/.test(message)) {
        throw new Fault('media.no-parameter-sets', message.slice(0, 120), {}, error);
      }
      throw new Fault('file.failed', message.slice(0, 200), { reason: 'mp4' }, error);
    }
    if (this.#writeFault) throw this.#writeFault;
  }
}

function pcmBytes(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
