import type { MediaFormat } from '../codec/access-unit.ts';
import { H265Stream, isBaseLayerHeader } from '../codec/h265-stream.ts';
import { spropNals } from '../codec/sprop.ts';
import type { Depacketizer, DepacketizerSink, TrackDescription } from './depacketizer.ts';
import { NalTrack } from './nal-track.ts';
import type { RtpPacket } from './rtp-packet.ts';

/**
 * H.265 (RFC 7798): single NAL units, aggregation packets, fragmentation units, with or without
 * decoding order numbers. PACI packets, which no camera sends, are dropped.
 */
export class H265Depacketizer implements Depacketizer {
  readonly #stream = new H265Stream();
  readonly #track: NalTrack;
  /** DONL and DOND fields are there (section 4.4): sprop-max-don-diff above 0. */
  readonly #orderNumbers: boolean;

  constructor(track: TrackDescription, sink: DepacketizerSink) {
    for (const name of ['sprop-vps', 'sprop-sps', 'sprop-pps', 'sprop-parameter-sets']) {
      for (const nal of spropNals(track.fmtp[name])) this.#stream.take(nal);
    }
    this.#orderNumbers =
      Number(track.fmtp['sprop-max-don-diff'] ?? 0) > 0 ||
      Number(track.fmtp['sprop-depack-buf-nalus'] ?? 0) > 0;
    this.#track = new NalTrack(this.#stream, track.clockRate, sink);
  }

  get format(): MediaFormat | null {
    return this.#track.format;
  }

  get bufferedBytes(): number {
    return this.#track.bufferedBytes;
  }

  push(
    packet: RtpPacket,
    ticks: number,
    receivedAtMs: number,
    senderTimeMs: number | null,
    lossBefore: boolean,
  ): void {
    const payload = packet.payload;
    this.#track.beginPacket(ticks, receivedAtMs, senderTimeMs, lossBefore);
    if (payload.length > 2) this.#payload(payload);
    this.#track.endPacket(packet.marker);
  }

  flush(): void {
    this.#track.flush();
  }

  #payload(payload: Uint8Array): void {
    const type = (payload[0]! >> 1) & 63;
    if (!isBaseLayerHeader(payload)) {
      this.#track.problems.tell('H.265 payload header of another layer or another codec');
      // Layers 32 and above exist in no profile; slices of H.264 look like that.
      if (payload[0]! & 1) this.#track.damaged();
    } else if (type === 48) {
      this.#aggregate(payload);
    } else if (type === 49) {
      this.#fragment(payload);
    } else if (type === 50) {
      this.#track.problems.tell('H.265 PACI packets are not supported');
      this.#track.damaged();
    } else if (this.#orderNumbers) {
      // Section 4.4.1: DONL stands between the payload header and the rest.
      const nal = new Uint8Array(Math.max(2, payload.length - 2));
      nal.set(payload.subarray(0, 2));
      nal.set(payload.subarray(4), 2);
      this.#track.nal(nal);
    } else {
      this.#track.nal(payload);
    }
  }

  /** Section 4.4.2. */
  #aggregate(payload: Uint8Array): void {
    let at = this.#orderNumbers ? 4 : 2;
    while (at + 2 <= payload.length) {
      const size = (payload[at]! << 8) | payload[at + 1]!;
      at += 2;
      if (size > payload.length - at) {
        this.#track.problems.tell('H.265 aggregation packet is cut');
        this.#track.damaged();
        return;
      }
      if (size > 0) this.#track.nal(payload.subarray(at, at + size));
      at += size + (this.#orderNumbers ? 1 : 0);
    }
  }

  /** Section 4.4.3. */
  #fragment(payload: Uint8Array): void {
    const fuHeader = payload[2]!;
    if (fuHeader & 0x80) {
      const header = [(payload[0]! & 0x81) | ((fuHeader & 63) << 1), payload[1]!];
      this.#track.beginFragments(header, payload.subarray(this.#orderNumbers ? 5 : 3));
    } else {
      this.#track.continueFragments(payload.subarray(3));
    }
    if (fuHeader & 0x40) this.#track.endFragments();
  }
}
