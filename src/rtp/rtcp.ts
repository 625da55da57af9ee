import { ntpToUnixMs, uint32 } from './rtp-packet.ts';

/**
 * RTCP (RFC 3550 section 6): reading what senders say, and writing the receiver's answer. Damaged
 * compounds are read as far as they make sense; nothing is thrown.
 */
export type RtcpPacket =
  | {
      readonly type: 'sender-report';
      readonly ssrc: number;
      /** NTP seconds and fraction as sent: 0 and 0 where the sender has no clock. */
      readonly ntpSeconds: number;
      readonly ntpFraction: number;
      readonly rtpTimestamp: number;
      readonly packetCount: number;
      readonly octetCount: number;
    }
  | { readonly type: 'receiver-report'; readonly ssrc: number }
  | { readonly type: 'source-description'; readonly ssrc: number; readonly cname: string | null }
  | { readonly type: 'bye'; readonly ssrcs: readonly number[] };

/** No compound is longer than a UDP datagram; more packets in it than this are hostile. */
const maxPackets = 64;

/** The packets of a compound that are of use; unknown types are passed over. */
export function parseRtcp(bytes: Uint8Array): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  let at = 0;
  for (let count = 0; count < maxPackets && at + 4 <= bytes.length; count++) {
    if (bytes[at]! >> 6 !== 2) break;
    const end = at + 4 + ((bytes[at + 2]! << 8) | bytes[at + 3]!) * 4;
    // Some devices give a length one word too long: the last packet is then read up to the end.
    const packet = parseOne(bytes.subarray(at, Math.min(end, bytes.length)));
    if (packet) packets.push(packet);
    at = end;
  }
  return packets;
}

function parseOne(bytes: Uint8Array): RtcpPacket | null {
  const count = bytes[0]! & 31;
  switch (bytes[1]) {
    case 200:
      if (bytes.length < 28) return null;
      return {
        type: 'sender-report',
        ssrc: uint32(bytes, 4),
        ntpSeconds: uint32(bytes, 8),
        ntpFraction: uint32(bytes, 12),
        rtpTimestamp: uint32(bytes, 16),
        packetCount: uint32(bytes, 20),
        octetCount: uint32(bytes, 24),
      };
    case 201:
      return bytes.length < 8 ? null : { type: 'receiver-report', ssrc: uint32(bytes, 4) };
    case 202:
      return count > 0 && bytes.length >= 8 ? sourceDescription(bytes) : null;
    case 203: {
      const ssrcs: number[] = [];
      for (let i = 0; i < count && 8 + i * 4 <= bytes.length; i++) {
        ssrcs.push(uint32(bytes, 4 + i * 4));
      }
      return { type: 'bye', ssrcs };
    }
    default:
      return null;
  }
}

/** The CNAME of the first chunk (section 6.5). */
function sourceDescription(bytes: Uint8Array): RtcpPacket {
  let cname: string | null = null;
  let at = 8;
  while (at + 2 <= bytes.length && bytes[at] !== 0) {
    const end = at + 2 + bytes[at + 1]!;
    if (end > bytes.length) break;
    if (bytes[at] === 1) {
      cname = String.fromCharCode(...bytes.subarray(at + 2, end));
      break;
    }
    at = end;
  }
  return { type: 'source-description', ssrc: uint32(bytes, 4), cname };
}

/**
 * When the sender made its report, Unix ms; null where it has no wall clock: zero, or the time since
 * it started, which RFC 3550 section 6.4.1 allows.
 *
 * @param nearMs our time, to tell an uptime from a date after 2036
 */
export function senderReportTimeMs(
  report: { readonly ntpSeconds: number; readonly ntpFraction: number },
  nearMs: number,
): number | null {
  if (report.ntpSeconds === 0 && report.ntpFraction === 0) return null;
  const timeMs = ntpToUnixMs(report.ntpSeconds, report.ntpFraction);
  // Era 1 begins in 2036: such a small count of seconds is a date only when that is about now.
  const era1 = timeMs > 2_085_978_496_000;
  return era1 && Math.abs(timeMs - nearMs) > 5 * 365 * 86_400_000 ? null : timeMs;
}

export interface ReceptionReport {
  readonly reporterSsrc: number;
  readonly cname: string;
  readonly ssrc: number;
  /** 0 … 255: lost since the last report, in 256ths. */
  readonly fractionLost: number;
  /** Since the beginning; cut to 24 bits signed. */
  readonly cumulativeLost: number;
  readonly extendedHighestSequence: number;
  /** In units of the RTP timestamp. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report, 0 where there was none. */
  readonly lastSenderReport: number;
  /** In 1/65,536 s since that report arrived. */
  readonly delaySinceLastSenderReport: number;
}

/** A receiver report with one block and an SDES CNAME, as every compound must have (section 6.1). */
export function buildReceiverReport(report: ReceptionReport): Uint8Array {
  const cname = report.cname.slice(0, 255);
  // SSRC, item header, text, at least one zero, up to a multiple of four.
  const sdesBytes = 4 + (Math.floor((2 + cname.length) / 4) + 1) * 4;
  const bytes = new Uint8Array(32 + 4 + sdesBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x81_c9_00_07);
  view.setUint32(4, report.reporterSsrc);
  view.setUint32(8, report.ssrc);
  const lost = Math.min(0x7f_ff_ff, Math.max(-0x80_00_00, report.cumulativeLost));
  view.setUint32(12, (Math.min(255, report.fractionLost) << 24) | (lost & 0xff_ff_ff));
  view.setUint32(16, report.extendedHighestSequence);
  view.setUint32(20, Math.min(0xff_ff_ff_ff, Math.max(0, report.jitter)));
  view.setUint32(24, report.lastSenderReport);
  view.setUint32(28, Math.min(0xff_ff_ff_ff, Math.max(0, report.delaySinceLastSenderReport)));
  view.setUint32(32, 0x81_ca_00_00 | (sdesBytes / 4));
  view.setUint32(36, report.reporterSsrc);
  bytes[40] = 1;
  bytes[41] = cname.length;
  for (let i = 0; i < cname.length; i++) bytes[42 + i] = cname.charCodeAt(i) & 127;
  return bytes;
}
