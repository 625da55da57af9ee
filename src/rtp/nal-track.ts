import type { AccessUnit, VideoFormat } from '../codec/access-unit.ts';
import { firstStartCode, splitNals, startCode, trimZeros } from '../codec/nal.ts';
import type { NalStream } from '../codec/nal-stream.ts';
import { noBytes, sameVideoFormat } from '../codec/nal-stream.ts';
import type { DepacketizerSink } from './depacketizer.ts';
import { GrowingBuffer, maxAccessUnitBytes } from './growing-buffer.ts';
import { ProblemList } from './problem-list.ts';

/**
 * Makes access units out of the NAL units and fragments that the H.264 and H.265 depacketizers take
 * out of packets. Decides where an access unit ends and whether it is whole:
 *
 * - The marker ends it (RFC 6184 section 5.1), but only once a slice is there: some encoders set it
 *   on SEI or parameter sets of the same picture.
 * - A new timestamp ends it, for encoders that never set the marker or a marker that got lost.
 * - When slices of an ended picture follow, the marker of this camera means nothing: from then on
 *   only timestamps count.
 * - One packet missing makes the access unit broken: it is dropped, and the next says `afterLoss`.
 */
export class NalTrack {
  readonly problems: ProblemList;
  readonly #stream: NalStream;
  readonly #clockRate: number;
  readonly #sink: DepacketizerSink;
  readonly #buffer = new GrowingBuffer(maxAccessUnitBytes);
  #format: VideoFormat | null = null;

  #open = false;
  #ticks = 0;
  #receivedAtMs = 0;
  #senderTimeMs: number | null = null;
  #broken = false;
  /** Packets before the first of this access unit are lost: some may have been its own. */
  #headUnsure = true;
  #joined = false;
  #slices = 0;
  /** Where the NAL unit under way begins in the buffer, or -1. */
  #nalStart = -1;

  /** See `FinishedPicture.undecided`. */
  #held: AccessUnit | null = null;
  #afterLoss = false;
  #endedByMarkerAt = Number.NaN;
  #markerMeansNothing = false;

  constructor(stream: NalStream, clockRate: number, sink: DepacketizerSink) {
    this.#stream = stream;
    this.#clockRate = clockRate;
    this.#sink = sink;
    this.problems = new ProblemList(sink);
  }

  get format(): VideoFormat | null {
    return this.#format ?? this.#stream.format;
  }

  get bufferedBytes(): number {
    return this.#buffer.length + this.#stream.bufferedBytes + (this.#held?.data.length ?? 0);
  }

  /** Before the NAL units of each packet. */
  beginPacket(ticks: number, receivedAtMs: number, senderTimeMs: number | null, loss: boolean) {
    if (loss) {
      this.#afterLoss = true;
      this.#cutNal();
      if (this.#open) this.#broken = true;
    }
    if (this.#open && ticks !== this.#ticks) this.#finish();
    if (!this.#open) {
      this.#open = true;
      this.#ticks = ticks;
      this.#broken = false;
      // The first packet ever may come out of the middle of a picture.
      this.#headUnsure = loss || !this.#joined;
      this.#joined = true;
      this.#slices = 0;
      this.#senderTimeMs = null;
    }
    this.#receivedAtMs = receivedAtMs;
    if (senderTimeMs !== null) this.#senderTimeMs ??= senderTimeMs;
  }

  /** After the NAL units of each packet. */
  endPacket(marker: boolean): void {
    if (!marker || this.#markerMeansNothing) return;
    this.#endUnfinished();
    if (this.#slices === 0 && !this.#broken) return;
    this.#endedByMarkerAt = this.#ticks;
    this.#finish();
  }

  /** A whole NAL unit. */
  nal(nal: Uint8Array): void {
    this.#endUnfinished();
    this.#startNal();
    if (!this.#buffer.append(nal)) this.#tooLarge();
    else this.endFragments();
  }

  /** The first fragment; `header` is the NAL unit's own header, put together from the fragment's. */
  beginFragments(header: readonly number[], fragment: Uint8Array): void {
    this.#endUnfinished();
    this.#startNal();
    for (const byte of header) this.#buffer.appendByte(byte);
    if (!this.#buffer.append(fragment)) this.#tooLarge();
  }

  /** A later fragment; one whose beginning is missing breaks the access unit. */
  continueFragments(fragment: Uint8Array): void {
    if (this.#nalStart < 0) this.damaged();
    else if (!this.#buffer.append(fragment)) this.#tooLarge();
  }

  endFragments(): void {
    const start = this.#nalStart;
    if (start < 0) return;
    this.#nalStart = -1;
    const nal = this.#buffer.view(start + 4);
    const role = nal.length < 3 ? 'stripped' : this.#stream.role(nal);
    if (role !== 'slice' && firstStartCode(nal) >= 0) {
      this.#splitEmbedded(start, nal.slice());
      return;
    }
    if (role === 'slice') this.#slice(nal);
    else if (role !== 'stripped') this.#stream.take(nal);
    if (this.#broken || role === 'stripped' || role === 'parameters') this.#buffer.rewind(start);
  }

  /** What a packet carried cannot be used, and it may have been part of a picture. */
  damaged(): void {
    this.#cutNal();
    this.#broken = true;
    this.#afterLoss = true;
  }

  flush(): void {
    this.#endUnfinished();
    // Where the camera sets markers, a picture without its marker may lack its end.
    if (!Number.isNaN(this.#endedByMarkerAt) && !this.#markerMeansNothing) this.#broken = true;
    if (this.#open) this.#finish();
    this.#release();
  }

  /** Some firmware sends parameter sets and the picture behind them as one NAL unit, start codes inside. */
  #splitEmbedded(start: number, nal: Uint8Array): void {
    this.problems.tell('start codes inside a NAL unit');
    this.#buffer.rewind(start);
    const first = nal.subarray(0, firstStartCode(nal));
    const parts = splitNals(nal);
    if (parts.length > 256) {
      this.damaged();
      return;
    }
    this.nal(trimZeros(first));
    for (const one of parts) this.nal(one);
  }

  #slice(nal: Uint8Array): void {
    const first = this.#stream.startsPicture(nal);
    if (this.#slices === 0 && !first) {
      if (!this.#headUnsure && this.#ticks === this.#endedByMarkerAt) {
        this.problems.tell('marker set within a picture; access units now end by timestamp');
        this.#markerMeansNothing = true;
      }
      // Slices in arbitrary order (H.264 Baseline) are sent by no camera: the beginning is missing.
      this.damaged();
    }
    this.#slices++;
    if (!this.#broken) this.#stream.take(nal);
  }

  #startNal(): void {
    this.#nalStart = this.#buffer.length;
    this.#buffer.append(startCode);
  }

  #cutNal(): void {
    if (this.#nalStart < 0) return;
    this.#buffer.rewind(this.#nalStart);
    this.#nalStart = -1;
  }

  /**
   * Fragments without their end bit. A hole would have cut them off, so nothing is missing: the camera
   * does not set the bit.
   */
  #endUnfinished(): void {
    if (this.#nalStart < 0) return;
    this.problems.tell('fragmented NAL unit without an end bit');
    this.endFragments();
  }

  #tooLarge(): void {
    this.problems.tell(`access unit larger than ${maxAccessUnitBytes} bytes`);
    this.damaged();
  }

  #finish(): void {
    this.#endUnfinished();
    this.#open = false;
    if (this.#broken) {
      this.#buffer.clear();
      this.#stream.discard();
      this.#afterLoss = true;
      return;
    }
    // Parameter sets or SEI under a timestamp of their own: they belong to the picture that follows.
    if (this.#slices === 0) {
      if (this.#buffer.length > 4096) this.#buffer.clear();
      return;
    }
    const picture = this.#stream.finish();
    this.#release();
    if (!picture || !this.#stream.format) {
      this.problems.tell('pictures before any parameter sets');
      this.#buffer.clear();
      return;
    }
    const unit: AccessUnit = {
      kind: 'video',
      data: this.#buffer.take(picture.undecided ? noBytes : picture.prefix),
      keyframe: picture.keyframe,
      time: { ticks: this.#ticks, clockRate: this.#clockRate },
      senderTimeMs: this.#senderTimeMs,
      receivedAtMs: this.#receivedAtMs,
      afterLoss: this.#afterLoss,
    };
    this.#afterLoss = false;
    if (picture.undecided) this.#held = unit;
    else this.#give(unit);
  }

  /** The keyframe that waited for the picture behind it. */
  #release(): void {
    const held = this.#held;
    if (!held) return;
    this.#held = null;
    const prefix = this.#stream.decide();
    const data = new Uint8Array(prefix.length + held.data.length);
    data.set(prefix);
    data.set(held.data, prefix.length);
    this.#give({ ...held, data });
  }

  #give(unit: AccessUnit): void {
    const format = this.#stream.format;
    if (format && !sameVideoFormat(format, this.#format)) {
      this.#format = format;
      this.#sink.onFormat(format);
    }
    this.#sink.onAccessUnit(unit);
  }
}
