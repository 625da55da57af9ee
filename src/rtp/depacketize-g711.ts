import type { AudioFormat } from '../codec/access-unit.ts';
import type { Depacketizer, DepacketizerSink, TrackDescription } from './depacketizer.ts';
import type { RtpPacket } from './rtp-packet.ts';

/** G.711 (RFC 3551 section 4.5.14): each packet is a block of samples, one byte each. */
export class G711Depacketizer implements Depacketizer {
  readonly format: AudioFormat;
  readonly bufferedBytes = 0;
  readonly #clockRate: number;
  readonly #sink: DepacketizerSink;
  #formatTold = false;
  #afterLoss = false;

  constructor(codec: 'pcmu' | 'pcma', track: TrackDescription, sink: DepacketizerSink) {
    this.#clockRate = track.clockRate;
    this.#sink = sink;
    this.format = {
      kind: 'audio',
      codec,
      sampleRate: track.clockRate,
      channels: track.channels ?? 1,
      codecString: codec === 'pcmu' ? 'ulaw' : 'alaw',
      config: null,
    };
  }

  push(
    packet: RtpPacket,
    ticks: number,
    receivedAtMs: number,
    senderTimeMs: number | null,
    lossBefore: boolean,
  ): void {
    if (lossBefore) this.#afterLoss = true;
    if (packet.payload.length === 0) return;
    if (!this.#formatTold) {
      this.#formatTold = true;
      this.#sink.onFormat(this.format);
    }
    const afterLoss = this.#afterLoss;
    this.#afterLoss = false;
    this.#sink.onAccessUnit({
      kind: 'audio',
      data: packet.payload.slice(),
      keyframe: true,
      time: { ticks, clockRate: this.#clockRate },
      senderTimeMs,
      receivedAtMs,
      afterLoss,
    });
  }

  flush(): void {}
}
