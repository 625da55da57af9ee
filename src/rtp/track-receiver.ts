import type { Depacketizer, DepacketizerSink, TrackDescription } from './depacketizer.ts';

/**
 * Everything between the bytes of one track and its access units: payload type and SSRC filter,
 * reordering, loss, timestamps, sender's clock, reports. Owns no socket and no timer: the session
 * hands in bytes and the time, and asks for a report every few seconds.
 */
export interface TrackReceiverOptions {
  readonly track: TrackDescription;
  /** Of `a=rtpmap`; packets of another type are counted and ignored. */
  readonly payloadType: number;
  /**
   * The SSRC of the Transport header, or null. Only a hint: many devices name one and use another,
   * so it is held against packets only while both are seen (quirk: wrong SSRC).
   */
  readonly ssrc: number | null;
  /** TCP and HTTP tunnel deliver in order: packets pass at once and only loss is counted. */
  readonly ordered: boolean;
  readonly sink: DepacketizerSink;
  /** Our own SSRC in receiver reports; a random 32-bit number made by the session. */
  readonly reporterSsrc: number;
  /** CNAME of SDES; say nothing about the workstation or its user in it. */
  readonly cname: string;
  /** How long a hole is waited for over UDP; default 100 ms. */
  readonly reorderMs?: number;
}

/** RFC 3550 figures of one track since it was opened. */
export interface TrackFigures {
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
  readonly reordered: number;
  readonly duplicates: number;
  /** Garbage, private payload types and other SSRCs. */
  readonly ignored: number;
  readonly jitterMs: number;
  /** Sender's clock minus ours, ms; null while no sender report or replay extension told. */
  readonly clockOffsetMs: number | null;
}

/** As `new TrackReceiver(options)`; see track-receiver.ts. `null` from `depacketizer`: no such codec here. */
export interface TrackReceiverShape {
  readonly depacketizer: Depacketizer | null;
  readonly figures: TrackFigures;
  /** One RTP packet as it came from the socket. Over UDP the bytes must not be reused. */
  rtp(bytes: Uint8Array, receivedAtMs: number): void;
  /** One compound RTCP packet. */
  rtcp(bytes: Uint8Array, receivedAtMs: number): void;
  /** Gives up on holes that were waited for long enough; call it every 50 ms or so over UDP. */
  poll(nowMs: number): void;
  /** A receiver report with SDES CNAME, to be sent every 5 s or so; null before the first packet. */
  report(nowMs: number): Uint8Array | null;
  /** The sender said goodbye (RTCP BYE). */
  readonly ended: boolean;
  /** Stream paused or over: gives out what is whole. */
  flush(): void;
}
