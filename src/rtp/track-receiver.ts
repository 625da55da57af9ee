import { createDepacketizer } from './create-depacketizer.ts';
import type { Depacketizer, DepacketizerSink, TrackDescription } from './depacketizer.ts';
import { JitterEstimate, LossFraction } from './reception.ts';
import { ReorderBuffer, type SequencedPacket } from './reorder-buffer.ts';
import { buildReceiverReport, parseRtcp } from './rtcp.ts';
import { onvifReplay, parseRtpPacket, type RtpPacket } from './rtp-packet.ts';
import { SenderClock } from './sender-clock.ts';
import { TimestampUnwrapper } from './timestamp-unwrapper.ts';

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
   * so it decides only while packets of both are seen.
   */
  readonly ssrc: number | null;
  /** TCP and HTTP tunnel deliver in order: packets pass at once and only loss is counted. */
  readonly ordered: boolean;
  readonly sink: DepacketizerSink;
  /** Our own SSRC in receiver reports; a random 32-bit number made by the session. */
  readonly reporterSsrc: number;
  /** CNAME of SDES; it should say nothing about the workstation or its user. */
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
  /** Sender's clock minus ours, ms; null while no sender report with a wall clock came. */
  readonly clockOffsetMs: number | null;
}

/** Packets in a row from another SSRC, and none of ours between, until we follow it. */
const packetsToFollow = 5;

export class TrackReceiver {
  /** Null where this program cannot take the encoding apart: packets are then only counted. */
  readonly depacketizer: Depacketizer | null;
  readonly #options: TrackReceiverOptions;
  readonly #reorder: ReorderBuffer;
  readonly #unwrapper: TimestampUnwrapper;
  readonly #clock: SenderClock;
  readonly #jitter: JitterEstimate;
  readonly #fraction = new LossFraction();
  #ssrc = -1;
  #strangerSsrc = -1;
  #strangerPackets = 0;
  #reportedBy = -1;
  #newestTimestamp: number | null = null;
  #jumpsSeen = 0;
  /** Packets of foreign payload types that did not fit: they are numbered on their own. */
  #foreignMisfits = 0;
  /** A hole before a packet that goes nowhere is a hole before the next one that does. */
  #lossBeforeForeign = false;
  #packets = 0;
  #bytes = 0;
  #ignored = 0;
  #ended = false;

  constructor(options: TrackReceiverOptions) {
    this.#options = options;
    const { clockRate } = options.track;
    this.depacketizer = createDepacketizer(options.track, options.sink);
    this.#unwrapper = new TimestampUnwrapper(clockRate);
    this.#clock = new SenderClock(clockRate);
    this.#jitter = new JitterEstimate(clockRate);
    this.#reorder = new ReorderBuffer({
      ordered: options.ordered,
      waitMs: options.reorderMs ?? 100,
      deliver: (item, lossBefore) => this.#deliver(item, lossBefore),
    });
  }

  get figures(): TrackFigures {
    return {
      packets: this.#packets,
      bytes: this.#bytes,
      lost: this.#reorder.lost,
      reordered: this.#reorder.reordered,
      duplicates: this.#reorder.duplicates,
      ignored: this.#ignored,
      jitterMs: this.#jitter.ms,
      clockOffsetMs: this.#clock.offsetMs,
    };
  }

  /** The sender said goodbye (RTCP BYE) and sent nothing since. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Bytes of packets waited with and of unfinished access units. */
  get bufferedBytes(): number {
    return this.#reorder.waitingBytes + (this.depacketizer?.bufferedBytes ?? 0);
  }

  /** One RTP packet as it came from the socket. Over UDP the bytes must not be reused afterwards. */
  rtp(bytes: Uint8Array, receivedAtMs: number): void {
    const packet = parseRtpPacket(bytes);
    if (typeof packet === 'string') {
      this.#ignored++;
      return;
    }
    // RTCP on the RTP channel (RFC 5761 section 4): its packet types 200 … 204 look like 72 … 76.
    if (packet.marker && packet.payloadType >= 72 && packet.payloadType <= 76) {
      this.rtcp(bytes, receivedAtMs);
      return;
    }
    const foreign = packet.payloadType !== this.#options.payloadType;
    if (!this.#fromOurSender(packet, foreign) || (foreign && !this.#foreignFits(packet))) {
      this.#ignored++;
      return;
    }
    if (foreign) {
      this.#ignored++;
    } else {
      this.#packets++;
      this.#bytes += bytes.length;
      this.#newestTimestamp = packet.timestamp;
      this.#jitter.packet(packet.timestamp, receivedAtMs);
    }
    this.#ended = false;
    this.#reorder.push({ packet, receivedAtMs, foreign });
  }

  /** One compound RTCP packet. */
  rtcp(bytes: Uint8Array, receivedAtMs: number): void {
    for (const packet of parseRtcp(bytes)) {
      if (packet.type === 'sender-report') {
        // Some devices report under another SSRC than they send: taken while none reports ours.
        const ours = packet.ssrc === this.#ssrc;
        if (!ours && this.#reportedBy === this.#ssrc && this.#ssrc >= 0) continue;
        this.#reportedBy = packet.ssrc;
        this.#clock.report(packet, receivedAtMs, this.#newestTimestamp);
      } else if (packet.type === 'bye') {
        this.#ended ||= packet.ssrcs.length === 0 || packet.ssrcs.includes(this.#ssrc);
      }
    }
  }

  /** Gives up on holes that were waited for long enough; call it every 50 ms or so over UDP. */
  poll(nowMs: number): void {
    this.#reorder.poll(nowMs);
  }

  /** A receiver report with SDES CNAME, to be sent every 5 s or so; null before the first packet. */
  report(nowMs: number): Uint8Array | null {
    if (this.#ssrc < 0) return null;
    const { lost, counted } = this.#reorder;
    const { lsr, dlsr } = this.#clock.lastReport(nowMs);
    return buildReceiverReport({
      reporterSsrc: this.#options.reporterSsrc,
      cname: this.#options.cname,
      ssrc: this.#ssrc,
      fractionLost: this.#fraction.since(counted + lost, lost),
      cumulativeLost: lost,
      extendedHighestSequence: this.#reorder.extendedHighest,
      jitter: Math.round(this.#jitter.ticks),
      lastSenderReport: lsr,
      delaySinceLastSenderReport: dlsr,
    });
  }

  /** Stream paused or over: gives out what is whole. */
  flush(): void {
    this.#reorder.flush();
    this.depacketizer?.flush();
  }

  /** Which sender we listen to, where there are several or it changes its SSRC. */
  #fromOurSender(packet: RtpPacket, foreign: boolean): boolean {
    if (packet.ssrc === this.#ssrc) {
      this.#strangerPackets = 0;
      return true;
    }
    // Only the payload type that we expect makes anybody our sender.
    if (foreign) return false;
    if (this.#ssrc < 0) {
      this.#ssrc = packet.ssrc;
      return true;
    }
    if (packet.ssrc !== this.#strangerSsrc) {
      this.#strangerSsrc = packet.ssrc;
      this.#strangerPackets = 0;
    }
    this.#strangerPackets++;
    // The one that was announced: what came before was left over from another session.
    const announced = packet.ssrc === this.#options.ssrc;
    if (!announced && this.#strangerPackets < packetsToFollow) return false;
    this.#ssrc = packet.ssrc;
    this.#strangerPackets = 0;
    this.#reorder.restart();
    this.#clock.forget();
    return true;
  }

  #foreignFits(packet: RtpPacket): boolean {
    if (this.#foreignMisfits >= 3) return false;
    if (this.#reorder.fits(packet.sequence)) return true;
    this.#foreignMisfits++;
    return false;
  }

  #deliver(item: SequencedPacket, lossBefore: boolean): void {
    const { packet, receivedAtMs, foreign } = item;
    if (foreign) {
      this.#lossBeforeForeign ||= lossBefore;
      return;
    }
    const loss = lossBefore || this.#lossBeforeForeign;
    this.#lossBeforeForeign = false;
    const ticks = this.#unwrapper.unwrap(packet.timestamp, receivedAtMs);
    if (this.#unwrapper.jumps !== this.#jumpsSeen) {
      this.#jumpsSeen = this.#unwrapper.jumps;
      this.#clock.forget();
    }
    const senderTimeMs =
      packet.extensionProfile === 0xabac
        ? (onvifReplay(packet)?.timeMs ?? null)
        : this.#clock.timeOf(packet.timestamp);
    this.depacketizer?.push(packet, ticks, receivedAtMs, senderTimeMs, loss);
  }
}
