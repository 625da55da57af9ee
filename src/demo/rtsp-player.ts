import { randomBytes } from 'node:crypto';
import type { Paced } from './pacer.ts';
import { senderReport } from './rtcp.ts';
import type { SoundTrack, VideoTrack } from './track.ts';

/** Where the packets of one track go: interleaved in the RTSP connection, or by UDP. */
export interface PacketSink {
  /** Bytes that wait in this process; above the server's bound whole GOP tails are left out. */
  readonly waiting: number;
  /** Packets of one frame: complete headers, payloads as cached. */
  sendRtp(packets: readonly RtpPacket[]): void;
  sendRtcp(packet: Buffer): void;
}

export interface RtpPacket {
  /** 12 bytes. */
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
}

/** What a simulated camera does at this moment. */
export type Mood = 'none' | 'drop' | 'freeze';

export interface PlayerFigures {
  packets: number;
  bytes: number;
  /** Frames left out because the viewer took them too slowly. */
  skipped: number;
}

const reportEveryMs = 5000;
const cname = 'demo@vonggac';

/** What both kinds of track share: sequence, timestamps, and the sender reports. */
export class Sender {
  readonly ssrc = randomBytes(4).readUInt32BE(0);
  readonly firstTime = randomBytes(4).readUInt32BE(0);
  sequence = randomBytes(2).readUInt16BE(0);
  readonly #sink: PacketSink;
  readonly #payloadType: number;
  readonly #clockRate: number;
  readonly #total: PlayerFigures;
  #packets = 0;
  #octets = 0;
  #nextReport = 0;

  constructor(sink: PacketSink, payloadType: number, clockRate: number, total: PlayerFigures) {
    this.#sink = sink;
    this.#payloadType = payloadType;
    this.#clockRate = clockRate;
    this.#total = total;
  }

  get waiting(): number {
    return this.#sink.waiting;
  }

  timeAt(elapsedMs: number): number {
    return (this.firstTime + Math.round((elapsedMs * this.#clockRate) / 1000)) >>> 0;
  }

  /** @param elapsedMs media time of the frame since the start. */
  send(
    payloads: readonly Uint8Array[],
    elapsedMs: number,
    marker: boolean,
    extension: Uint8Array | null = null,
  ): void {
    const time = this.timeAt(elapsedMs);
    const packets = payloads.map((payload, index) => {
      const header = new Uint8Array(12);
      header[0] = extension && index === 0 ? 0x90 : 0x80;
      header[1] = this.#payloadType | (marker && index === payloads.length - 1 ? 0x80 : 0);
      header[2] = this.sequence >> 8;
      header[3] = this.sequence & 0xff;
      this.sequence = (this.sequence + 1) & 0xffff;
      header[4] = time >>> 24;
      header[5] = (time >>> 16) & 0xff;
      header[6] = (time >>> 8) & 0xff;
      header[7] = time & 0xff;
      header[8] = this.ssrc >>> 24;
      header[9] = (this.ssrc >>> 16) & 0xff;
      header[10] = (this.ssrc >>> 8) & 0xff;
      header[11] = this.ssrc & 0xff;
      this.#octets += payload.length;
      this.#total.bytes += payload.length + 12;
      if (!extension || index > 0) return { header, payload };
      return { header, payload: Buffer.concat([extension, payload]) };
    });
    this.#packets += packets.length;
    this.#total.packets += packets.length;
    this.#sink.sendRtp(packets);
  }

  /** The report says which timestamp the media has at this very moment. */
  reportWhenDue(now: number, startedAt: number): void {
    if (now < this.#nextReport) return;
    this.#nextReport = now + reportEveryMs;
    if (this.#sink.waiting < 65_536) this.#sink.sendRtcp(this.#report(now, startedAt, false));
  }

  bye(now: number, startedAt: number): void {
    this.#sink.sendRtcp(this.#report(now, startedAt, true));
  }

  #report(now: number, startedAt: number, bye: boolean): Buffer {
    return senderReport(
      {
        ssrc: this.ssrc,
        wallMs: Date.now(),
        rtpTime: this.timeAt(now - startedAt),
        packets: this.#packets,
        octets: this.#octets,
      },
      cname,
      bye,
    );
  }
}

export interface VideoPlayerOptions {
  readonly track: VideoTrack;
  /** Where in the clip the camera stands now. */
  readonly position: () => number;
  readonly mood: () => Mood;
  readonly maxWaiting: number;
  readonly figures: PlayerFigures;
}

/**
 * Sends one clip round and round to one viewer, beginning at a keyframe like a camera that is asked
 * for a picture. Timestamps go on over the seam; a frame that is not sent leaves a gap in time, not
 * in the sequence numbers, just as a camera that encodes less.
 */
export class VideoPlayer implements Paced {
  dueAt = Number.POSITIVE_INFINITY;
  readonly sender: Sender;
  readonly #options: VideoPlayerOptions;
  readonly #frameMs: number;
  #startedAt = 0;
  #first = 0;
  #count = 0;
  #needsKeyframe = true;
  /** The picture that a frozen camera repeats. */
  #frozen: number | null = null;

  constructor(sink: PacketSink, options: VideoPlayerOptions) {
    const { track } = options;
    this.sender = new Sender(sink, track.payloadType, track.clockRate, options.figures);
    this.#options = options;
    this.#frameMs = 1000 / track.clip.fps;
  }

  play(now: number): void {
    if (this.dueAt < Number.POSITIVE_INFINITY) return;
    if (this.#startedAt === 0) this.#startedAt = now;
    this.#count = Math.ceil((now - this.#startedAt) / this.#frameMs);
    const { track, position } = this.#options;
    this.#first = track.keyframeBefore(position()) - this.#count;
    this.#needsKeyframe = true;
    this.dueAt = now;
  }

  pause(): void {
    this.dueAt = Number.POSITIVE_INFINITY;
  }

  /** RTP-Info of the answer to PLAY. */
  get info(): { sequence: number; time: number } {
    return {
      sequence: this.sender.sequence,
      time: this.sender.timeAt(this.#count * this.#frameMs),
    };
  }

  bye(now: number): void {
    this.sender.bye(now, this.#startedAt);
  }

  serve(now: number): void {
    this.sender.reportWhenDue(now, this.#startedAt);
    // This process slept, or the machine was too busy: go on with the present, not with the past
    const behind = Math.floor((now - this.dueAt) / this.#frameMs);
    if (behind * this.#frameMs > 1000) {
      this.#count += behind;
      this.#needsKeyframe = true;
    }
    const elapsed = this.#count * this.#frameMs;
    const index = this.#pick();
    this.#count++;
    this.dueAt = this.#startedAt + this.#count * this.#frameMs;
    if (index !== null) this.sender.send(this.#options.track.payloads(index), elapsed, true);
  }

  /** The frame to send now, or null. */
  #pick(): number | null {
    const { track, mood, maxWaiting, figures } = this.#options;
    const length = track.clip.frames.length;
    const index = (((this.#first + this.#count) % length) + length) % length;
    const { keyframe } = track.frame(index);
    if (this.sender.waiting > maxWaiting) this.#needsKeyframe = true;
    const freezes = mood() === 'freeze';
    if (freezes && keyframe && this.#frozen === null) this.#frozen = index;
    if (!freezes && this.#frozen !== null) {
      this.#frozen = null;
      this.#needsKeyframe = true;
    }
    const shown = this.#frozen ?? index;
    if (this.#needsKeyframe) {
      if (!track.frame(shown).keyframe || this.sender.waiting > maxWaiting) {
        figures.skipped++;
        return null;
      }
      this.#needsKeyframe = false;
    }
    return shown;
  }
}

export class SoundPlayer implements Paced {
  dueAt = Number.POSITIVE_INFINITY;
  readonly sender: Sender;
  readonly #track: SoundTrack;
  readonly #maxWaiting: number;
  #startedAt = 0;
  #count = 0;

  constructor(sink: PacketSink, track: SoundTrack, maxWaiting: number, figures: PlayerFigures) {
    this.sender = new Sender(sink, track.payloadType, track.clockRate, figures);
    this.#track = track;
    this.#maxWaiting = maxWaiting;
  }

  play(now: number): void {
    if (this.dueAt < Number.POSITIVE_INFINITY) return;
    if (this.#startedAt === 0) this.#startedAt = now;
    this.#count = Math.ceil((now - this.#startedAt) / this.#track.packetMs);
    this.dueAt = now;
  }

  pause(): void {
    this.dueAt = Number.POSITIVE_INFINITY;
  }

  get info(): { sequence: number; time: number } {
    return {
      sequence: this.sender.sequence,
      time: this.sender.timeAt(this.#count * this.#track.packetMs),
    };
  }

  bye(now: number): void {
    this.sender.bye(now, this.#startedAt);
  }

  serve(now: number): void {
    this.sender.reportWhenDue(now, this.#startedAt);
    const { packetMs } = this.#track;
    const behind = Math.floor((now - this.dueAt) / packetMs);
    if (behind * packetMs > 1000) this.#count += behind;
    const count = this.#count++;
    this.dueAt = this.#startedAt + this.#count * packetMs;
    if (this.sender.waiting <= this.#maxWaiting)
      this.sender.send([this.#track.packet(count)], count * packetMs, false);
  }
}
