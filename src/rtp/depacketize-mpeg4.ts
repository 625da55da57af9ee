import type { VideoFormat } from '../codec/access-unit.ts';
import { decodeHex } from '../codec/base64.ts';
import { findStartCode, mpeg4Intra, parseMpeg4Config } from '../codec/mpeg4.ts';
import { noBytes, sameVideoFormat } from '../codec/nal-stream.ts';
import type { Depacketizer, DepacketizerSink, TrackDescription } from './depacketizer.ts';
import { GrowingBuffer, maxAccessUnitBytes } from './growing-buffer.ts';
import { ProblemList } from './problem-list.ts';
import type { RtpPacket } from './rtp-packet.ts';

/**
 * MPEG-4 part 2 video (RFC 6416 section 5): payloads are pieces of the byte stream; the marker ends a
 * picture. Keyframes are preceded by the configuration of the session description where the camera
 * leaves it out.
 */
export class Mpeg4Depacketizer implements Depacketizer {
  readonly #clockRate: number;
  readonly #sink: DepacketizerSink;
  readonly #problems: ProblemList;
  readonly #buffer = new GrowingBuffer(maxAccessUnitBytes);
  readonly #config: Uint8Array;
  #format: VideoFormat | null;
  #formatTold = false;
  #open = false;
  #broken = false;
  #ticks = 0;
  #senderTimeMs: number | null = null;
  #receivedAtMs = 0;
  #afterLoss = false;

  constructor(track: TrackDescription, sink: DepacketizerSink) {
    this.#clockRate = track.clockRate;
    this.#sink = sink;
    this.#problems = new ProblemList(sink);
    this.#config = decodeHex((track.fmtp['config'] ?? '').slice(0, 2048));
    this.#format = describe(this.#config);
  }

  get format(): VideoFormat | null {
    return this.#format;
  }

  get bufferedBytes(): number {
    return this.#buffer.length + this.#config.length;
  }

  push(
    packet: RtpPacket,
    ticks: number,
    receivedAtMs: number,
    senderTimeMs: number | null,
    lossBefore: boolean,
  ): void {
    if (lossBefore) {
      this.#afterLoss = true;
      if (this.#open) this.#broken = true;
    }
    if (this.#open && ticks !== this.#ticks) this.#end();
    if (!this.#open) {
      this.#open = true;
      this.#ticks = ticks;
      this.#senderTimeMs = senderTimeMs;
      // Each picture begins with a start code: one that does not has lost its head.
      const head = packet.payload;
      this.#broken = !(head[0] === 0 && head[1] === 0 && head[2] === 1);
    }
    this.#receivedAtMs = receivedAtMs;
    if (!this.#buffer.append(packet.payload)) this.#broken = true;
    if (packet.marker) this.#end();
  }

  flush(): void {
    if (this.#open) this.#end();
  }

  #end(): void {
    this.#open = false;
    const intra = this.#broken ? null : mpeg4Intra(this.#buffer.view());
    if (intra === null) {
      if (this.#broken) this.#afterLoss = true;
      // Headers under a marker of their own belong to the picture that follows.
      else if (this.#buffer.length < 1024) return;
      this.#buffer.clear();
      return;
    }
    let prefix = noBytes;
    if (intra) {
      const own = findStartCode(this.#buffer.view().subarray(0, 256), 0x20, 0x2f) >= 0;
      if (!own) prefix = this.#config;
      this.#tellFormat(own ? describe(this.#buffer.view().subarray(0, 256)) : this.#format);
    }
    if (!this.#formatTold) {
      this.#problems.tell('pictures before any video object layer');
      this.#buffer.clear();
      return;
    }
    const afterLoss = this.#afterLoss;
    this.#afterLoss = false;
    this.#sink.onAccessUnit({
      kind: 'video',
      data: this.#buffer.take(prefix),
      keyframe: intra,
      time: { ticks: this.#ticks, clockRate: this.#clockRate },
      senderTimeMs: this.#senderTimeMs,
      receivedAtMs: this.#receivedAtMs,
      afterLoss,
    });
  }

  #tellFormat(format: VideoFormat | null): void {
    if (!format || (this.#formatTold && sameVideoFormat(format, this.#format))) return;
    this.#format = format;
    this.#formatTold = true;
    this.#sink.onFormat(format);
  }
}

function describe(config: Uint8Array): VideoFormat | null {
  const parsed = parseMpeg4Config(config);
  if (!parsed) return null;
  return {
    kind: 'video',
    codec: 'mpeg4',
    codecString: `mp4v.20.${parsed.profileLevel ?? 1}`,
    profile: null,
    width: parsed.width,
    height: parsed.height,
    declaredFps: parsed.fps,
    reorderFrames: 0,
  };
}
