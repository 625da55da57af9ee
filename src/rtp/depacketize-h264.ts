import type { MediaFormat } from '../codec/access-unit.ts';
import { H264Stream } from '../codec/h264-stream.ts';
import { splitNals } from '../codec/nal.ts';
import { spropNals } from '../codec/sprop.ts';
import type { Depacketizer, DepacketizerSink, TrackDescription } from './depacketizer.ts';
import { NalTrack } from './nal-track.ts';
import type { RtpPacket } from './rtp-packet.ts';

/**
 * H.264 (RFC 6184): single NAL units, STAP-A, FU-A. The interleaved kinds (STAP-B, MTAP, FU-B;
 * packetization-mode 2), which no camera sends, are taken in the order they come.
 */
export class H264Depacketizer implements Depacketizer {
  readonly #stream = new H264Stream();
  readonly #track: NalTrack;

  constructor(track: TrackDescription, sink: DepacketizerSink) {
    for (const nal of spropNals(track.fmtp['sprop-parameter-sets'])) this.#stream.take(nal);
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
    if (payload.length > 0) this.#payload(payload);
    this.#track.endPacket(packet.marker);
  }

  flush(): void {
    this.#track.flush();
  }

  #payload(payload: Uint8Array): void {
    const type = payload[0]! & 31;
    if (type >= 1 && type <= 23) {
      this.#track.nal(payload);
      return;
    }
    switch (type) {
      case 24:
        this.#aggregate(payload, 1, 0);
        return;
      case 25:
        this.#aggregate(payload, 3, 0);
        return;
      case 26:
        this.#aggregate(payload, 3, 3);
        return;
      case 27:
        this.#aggregate(payload, 3, 4);
        return;
      case 28:
        this.#fragment(payload, 2);
        return;
      case 29:
        // FU-B carries the DON behind its header, in the first fragment only.
        this.#fragment(payload, 4);
        return;
      default:
        this.#track.problems.tell(`H.264 packet of reserved type ${type}`);
        // Not RFC 6184 at all, but sent by some firmware: a byte stream with its start codes.
        if (type === 0) for (const nal of splitNals(payload)) this.#track.nal(nal);
    }
  }

  /** Section 5.7: sizes and NAL units behind each other. `skip` bytes of DOND and time offset each. */
  #aggregate(payload: Uint8Array, start: number, skip: number): void {
    if (start > 1) this.#track.problems.tell('interleaved H.264 packets taken as they come');
    let at = start;
    while (at + 2 <= payload.length) {
      const size = (payload[at]! << 8) | payload[at + 1]!;
      at += 2;
      if (size > payload.length - at) {
        this.#track.problems.tell('H.264 aggregation packet is cut');
        this.#track.damaged();
        return;
      }
      if (size > skip) this.#track.nal(payload.subarray(at + skip, at + size));
      at += size;
    }
  }

  /** Section 5.8. */
  #fragment(payload: Uint8Array, start: number): void {
    if (payload.length < 2) {
      this.#track.damaged();
      return;
    }
    const fuHeader = payload[1]!;
    // Only the first fragment's type counts: with no hole in the sequence numbers, a type that changes
    // half-way is a slip of the camera, not another NAL unit.
    if (fuHeader & 0x80) {
      this.#track.beginFragments([(payload[0]! & 0xe0) | (fuHeader & 31)], payload.subarray(start));
    } else {
      this.#track.continueFragments(payload.subarray(2));
    }
    if (fuHeader & 0x40) this.#track.endFragments();
  }
}
