import { bytesOf } from './rtp-packets.ts';

/** RTCP as a camera sends it (RFC 3550 section 6). */
const ntpEpochSeconds = 2_208_988_800;

export interface SenderReportFields {
  readonly ssrc?: number;
  /** Unix ms, or an exact NTP pair. */
  readonly timeMs?: number;
  readonly ntp?: readonly [seconds: number, fraction: number];
  readonly rtpTimestamp: number;
}

export function senderReport(fields: SenderReportFields): Uint8Array {
  const seconds = Math.floor((fields.timeMs ?? 0) / 1000);
  const fraction = Math.round((((fields.timeMs ?? 0) % 1000) / 1000) * 2 ** 32) >>> 0;
  const [ntpSeconds, ntpFraction] = fields.ntp ?? [seconds + ntpEpochSeconds, fraction];
  return bytesOf(
    [0x80, 200, 0, 6],
    word(fields.ssrc ?? 0x11223344),
    word(ntpSeconds),
    word(ntpFraction),
    word(fields.rtpTimestamp),
    word(10),
    word(1000),
  );
}

export function bye(...ssrcs: number[]): Uint8Array {
  return bytesOf([0x80 | ssrcs.length, 203, 0, ssrcs.length], ...ssrcs.map(word));
}

function word(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
}
