import { adtsHeaderBytes, makeAacConfig, parseAacConfig } from '../codec/aac.ts';
import type { AudioFormat } from '../codec/access-unit.ts';
import { decodeHex } from '../codec/base64.ts';
import { BitReader } from '../codec/bits.ts';
import { noBytes } from '../codec/nal-stream.ts';
import type { Depacketizer, DepacketizerSink, TrackDescription } from './depacketizer.ts';
import { GrowingBuffer } from './growing-buffer.ts';
import { ProblemList } from './problem-list.ts';
import type { RtpPacket } from './rtp-packet.ts';

/** The largest access unit that 16 bits of size can name. */
const maxAacBytes = 65_536;

/**
 * AAC (RFC 3640, modes AAC-hbr, AAC-lbr and generic): several access units in a packet, or one in
 * several packets. Interleaving is taken in the order it comes.
 */
export class AacDepacketizer implements Depacketizer {
  readonly format: AudioFormat;
  readonly #sink: DepacketizerSink;
  readonly #problems: ProblemList;
  readonly #clockRate: number;
  readonly #ticksPerUnit: number;
  readonly #sizeLength: number;
  readonly #indexLength: number;
  readonly #indexDeltaLength: number;
  readonly #ctsDeltaLength: number;
  readonly #dtsDeltaLength: number;
  readonly #randomAccess: boolean;
  readonly #streamStateLength: number;
  readonly #auxiliaryLength: number;
  readonly #constantSize: number;
  readonly #fragments = new GrowingBuffer(maxAacBytes);
  #fragmentSize = 0;
  #fragmentTicks = 0;
  #formatTold = false;
  #afterLoss = false;

  constructor(track: TrackDescription, sink: DepacketizerSink) {
    const { fmtp } = track;
    const number = (name: string, max: number) => {
      const value = Number(fmtp[name] ?? 0);
      return Number.isInteger(value) && value >= 0 && value <= max ? value : 0;
    };
    const lowRate = fmtp['mode']?.toLowerCase() === 'aac-lbr';
    const described = fmtp['sizelength'] !== undefined || fmtp['constantsize'] !== undefined;
    // Cameras that leave the lengths out mean those of their mode (sections 3.3.5 and 3.3.6).
    this.#sizeLength = described ? number('sizelength', 32) : lowRate ? 6 : 13;
    this.#indexLength = described ? number('indexlength', 32) : lowRate ? 2 : 3;
    this.#indexDeltaLength = described ? number('indexdeltalength', 32) : lowRate ? 2 : 3;
    this.#constantSize = number('constantsize', maxAacBytes);
    this.#ctsDeltaLength = number('ctsdeltalength', 32);
    this.#dtsDeltaLength = number('dtsdeltalength', 32);
    this.#randomAccess = number('randomaccessindication', 1) === 1;
    this.#streamStateLength = number('streamstateindication', 32);
    this.#auxiliaryLength = number('auxiliarydatasizelength', 32);

    this.#sink = sink;
    this.#problems = new ProblemList(sink);
    this.#clockRate = track.clockRate;
    const sent = decodeHex((fmtp['config'] ?? '').slice(0, 400));
    const config = parseAacConfig(sent)
      ? sent
      : makeAacConfig(track.clockRate, track.channels ?? 1);
    const parsed = config && parseAacConfig(config);
    if (!parsed) this.#problems.tell('AAC without a usable config');
    const sampleRate = parsed?.sampleRate ?? track.clockRate;
    this.#ticksPerUnit = ((parsed?.samplesPerFrame ?? 1024) * track.clockRate) / sampleRate;
    this.format = {
      kind: 'audio',
      codec: 'aac',
      sampleRate,
      channels: parsed?.channels ?? track.channels ?? 1,
      codecString: parsed?.codecString ?? 'mp4a.40.2',
      config,
    };
  }

  get bufferedBytes(): number {
    return this.#fragments.length;
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
      this.#dropFragments();
    }
    const payload = packet.payload;
    if (payload.length === 0) return;
    const sizes = this.#readHeaders(payload);
    if (!sizes) {
      this.#problems.tell('AAC packet with impossible headers');
      this.#dropFragments();
      this.#afterLoss = true;
      return;
    }
    let at = sizes.dataStart;
    for (const [index, size] of sizes.units.entries()) {
      const unitTicks = ticks + Math.round(index * this.#ticksPerUnit);
      const left = payload.length - at;
      if (size > left) {
        // Section 3.2.3.1: only a unit alone in its packets may be fragmented.
        if (sizes.units.length === 1) {
          this.#fragment(payload.subarray(at), size, ticks, receivedAtMs, senderTimeMs);
        } else {
          this.#afterLoss = true;
        }
        return;
      }
      if (this.#fragments.length > 0) this.#dropFragments();
      this.#give(payload.slice(at, at + size), unitTicks, receivedAtMs, senderTimeMs);
      at += size;
    }
  }

  flush(): void {
    this.#fragments.clear();
  }

  /** The AU header section and the auxiliary section (sections 3.2.1 and 3.2.2). */
  #readHeaders(payload: Uint8Array): { units: number[]; dataStart: number } | null {
    const hasHeaders =
      this.#sizeLength + this.#indexLength + this.#indexDeltaLength > 0 ||
      this.#ctsDeltaLength + this.#dtsDeltaLength + this.#streamStateLength > 0 ||
      this.#randomAccess;
    const units: number[] = [];
    let at = 0;
    if (hasHeaders) {
      if (payload.length < 2) return null;
      const headerBits = (payload[0]! << 8) | payload[1]!;
      at = 2 + ((headerBits + 7) >> 3);
      if (at > payload.length || headerBits === 0) return null;
      const bits = new BitReader(payload.subarray(2, at));
      while (bits.position < headerBits && !bits.overrun) {
        const before = bits.position;
        const size = this.#sizeLength > 0 ? bits.bits(this.#sizeLength) : this.#constantSize;
        bits.skip(units.length === 0 ? this.#indexLength : this.#indexDeltaLength);
        if (this.#ctsDeltaLength > 0 && bits.flag()) bits.skip(this.#ctsDeltaLength);
        if (this.#dtsDeltaLength > 0 && bits.flag()) bits.skip(this.#dtsDeltaLength);
        if (this.#randomAccess) bits.skip(1);
        bits.skip(this.#streamStateLength);
        if (bits.overrun || bits.position > headerBits || bits.position === before) break;
        units.push(size);
      }
    }
    if (this.#auxiliaryLength > 0) {
      const bits = new BitReader(payload, at * 8);
      const size = bits.bits(this.#auxiliaryLength);
      at += (this.#auxiliaryLength + size + 7) >> 3;
      if (bits.overrun || at > payload.length) return null;
    }
    if (!hasHeaders) {
      const size = this.#constantSize || payload.length - at;
      for (let left = payload.length - at; left > 0; left -= size) units.push(size);
    } else if (this.#sizeLength === 0 && this.#constantSize === 0 && units.length === 1) {
      units[0] = payload.length - at;
    }
    return units.length > 0 && units.length <= 512 ? { units, dataStart: at } : null;
  }

  #fragment(
    bytes: Uint8Array,
    size: number,
    ticks: number,
    receivedAtMs: number,
    senderTimeMs: number | null,
  ): void {
    if (
      this.#fragments.length > 0 &&
      (ticks !== this.#fragmentTicks || size !== this.#fragmentSize)
    ) {
      this.#dropFragments();
    }
    this.#fragmentTicks = ticks;
    this.#fragmentSize = size;
    if (!this.#fragments.append(bytes)) {
      this.#dropFragments();
      return;
    }
    if (this.#fragments.length < size) return;
    const whole = this.#fragments.length === size;
    const unit = this.#fragments.take(noBytes);
    if (whole) this.#give(unit, ticks, receivedAtMs, senderTimeMs);
    else this.#afterLoss = true;
  }

  #dropFragments(): void {
    if (this.#fragments.length === 0) return;
    this.#fragments.clear();
    this.#afterLoss = true;
  }

  #give(data: Uint8Array, ticks: number, receivedAtMs: number, senderTimeMs: number | null): void {
    // Some firmware leaves the ADTS header of its file writer on.
    const unit = data.subarray(adtsHeaderBytes(data));
    if (unit.length === 0) return;
    if (!this.#formatTold) {
      this.#formatTold = true;
      this.#sink.onFormat(this.format);
    }
    const afterLoss = this.#afterLoss;
    this.#afterLoss = false;
    this.#sink.onAccessUnit({
      kind: 'audio',
      data: unit,
      keyframe: true,
      time: { ticks, clockRate: this.#clockRate },
      senderTimeMs,
      receivedAtMs,
      afterLoss,
    });
  }
}
