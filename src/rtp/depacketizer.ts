import type { AccessUnit, MediaFormat } from '../codec/access-unit.ts';
import type { RtpPacket } from './rtp-packet.ts';

/**
 * The seam between RTP and codecs: packets of one track in sequence order go in, access units come
 * out. A depacketizer never throws on what a camera sends and never keeps more than
 * `maxBufferedBytes` of it.
 *
 * A session does not call this directly: `TrackReceiver` (track-receiver.ts) filters, orders and
 * counts the packets, keeps the clocks, and feeds the
 * depacketizer that `createDepacketizer` (create-depacketizer.ts) made.
 */
export interface Depacketizer {
  /** The last format told to the sink, or null while it is not known. */
  readonly format: MediaFormat | null;
  /** Bytes of unfinished access units and cached parameter sets held now. */
  readonly bufferedBytes: number;
  /**
   * Takes the next packet. Its payload is copied out before this returns.
   *
   * @param ticks the packet's timestamp, unwrapped, in the media's clock rate
   * @param receivedAtMs arrival, Unix ms of this workstation
   * @param senderTimeMs the sender's wall clock for this timestamp, Unix ms, or null
   * @param lossBefore packets between the one before and this one are lost
   */
  push(
    packet: RtpPacket,
    ticks: number,
    receivedAtMs: number,
    senderTimeMs: number | null,
    lossBefore: boolean,
  ): void;
  /** Ends the access unit under way, as far as it is whole: the stream ended or was paused. */
  flush(): void;
}

export interface DepacketizerSink {
  onAccessUnit(unit: AccessUnit): void;
  /** The format became known or really changed; always before the first unit of that format. */
  onFormat(format: MediaFormat): void;
  /** A technical line for the log, in English; repeated problems are told once. */
  onProblem(text: string): void;
}

/** One `m=` section of a session description, as far as RTP needs it. */
export interface TrackDescription {
  /** The encoding name of `a=rtpmap`, in any case: `H264`, `H265`, `JPEG`, `MPEG4-GENERIC`, … */
  readonly encoding: string;
  /** Hz. */
  readonly clockRate: number;
  /** Of audio; default 1. */
  readonly channels?: number;
  /** Parameters of `a=fmtp`, names in lower case, values as sent. */
  readonly fmtp: Readonly<Record<string, string>>;
}
