import { describe, expect, it } from 'vitest';
import { buildReceiverReport, parseRtcp, senderReportTimeMs } from '../../../src/rtp/rtcp.ts';
import { SenderClock } from '../../../src/rtp/sender-clock.ts';
import { bye, senderReport } from '../../support/rtcp-packets.ts';
import { bytesOf } from '../../support/rtp-packets.ts';

const now = 1_700_000_000_000;

describe('RTCP', () => {
  it('compound of sender report, source description and goodbye is read', () => {
    const sdes = bytesOf([0x81, 202, 0, 3], [1, 2, 3, 4], [1, 5], [...Buffer.from('cam-1')], [0]);
    const packets = parseRtcp(
      bytesOf(senderReport({ timeMs: now, rtpTimestamp: 7 }), sdes, bye(5, 6)),
    );
    expect(packets).toMatchObject([
      {
        type: 'sender-report',
        ssrc: 0x11223344,
        rtpTimestamp: 7,
        packetCount: 10,
        octetCount: 1000,
      },
      { type: 'source-description', ssrc: 0x01020304, cname: 'cam-1' },
      { type: 'bye', ssrcs: [5, 6] },
    ]);
  });

  it('passes over unknown packets and stops at garbage', () => {
    const unknown = Uint8Array.of(0x80, 207, 0, 1, 0, 0, 0, 0);
    const report = senderReport({ timeMs: now, rtpTimestamp: 7 });
    expect(parseRtcp(bytesOf(unknown, report))).toHaveLength(1);
    expect(parseRtcp(bytesOf(report, [1, 2, 3, 4, 5, 6, 7, 8]))).toHaveLength(1);
    expect(parseRtcp(report.subarray(0, 20))).toEqual([]);
    expect(parseRtcp(bytesOf([0x80, 203, 0xff, 0xff]))).toEqual([{ type: 'bye', ssrcs: [] }]);
    expect(parseRtcp(new Uint8Array(0))).toEqual([]);
  });

  it('receiver report with CNAME has the layout of RFC 3550 sections 6.4.2 and 6.5', () => {
    for (const cname of ['', 'a', 'ab', 'abc', 'abcd', 'watch-post']) {
      const bytes = buildReceiverReport({
        reporterSsrc: 0x0badcafe,
        cname,
        ssrc: 0x11223344,
        fractionLost: 64,
        cumulativeLost: 1000,
        extendedHighestSequence: 0x0001fffe,
        jitter: 77,
        lastSenderReport: 0xaabbccdd,
        delaySinceLastSenderReport: 65_536,
      });
      const view = new DataView(bytes.buffer);
      expect(bytes.length % 4).toBe(0);
      expect(view.getUint32(0)).toBe(0x81c90007);
      expect(view.getUint32(8)).toBe(0x11223344);
      expect(view.getUint32(12)).toBe((64 << 24) | 1000);
      expect(view.getUint32(16)).toBe(0x0001fffe);
      expect(view.getUint32(24)).toBe(0xaabbccdd);
      // The second packet ends where the datagram does, and its item ends with a zero.
      expect(36 + view.getUint16(34) * 4).toBe(bytes.length);
      expect(bytes.at(-1)).toBe(0);
      expect(parseRtcp(bytes)).toEqual([
        { type: 'receiver-report', ssrc: 0x0badcafe },
        { type: 'source-description', ssrc: 0x0badcafe, cname },
      ]);
    }
  });

  it('receiver report keeps losses within 24 bits signed', () => {
    const lost = (cumulativeLost: number) =>
      new DataView(
        buildReceiverReport({
          reporterSsrc: 1,
          cname: 'x',
          ssrc: 2,
          fractionLost: 0,
          cumulativeLost,
          extendedHighestSequence: 0,
          jitter: 0,
          lastSenderReport: 0,
          delaySinceLastSenderReport: 0,
        }).buffer,
      ).getUint32(12);
    expect(lost(2 ** 30)).toBe(0x7fffff);
    expect(lost(-3)).toBe(0xfffffd);
  });
});

describe("the sender's clock", () => {
  const clock = () => new SenderClock(90_000);
  const report = (timeMs: number, rtpTimestamp: number) => {
    const [packet] = parseRtcp(senderReport({ timeMs, rtpTimestamp }));
    if (packet?.type !== 'sender-report') throw new Error('no report');
    return packet;
  };

  it('gives the wall clock of each timestamp, before and after the report, wrap included', () => {
    const one = clock();
    expect(one.timeOf(0)).toBeNull();
    one.report(report(now, 0xffff_ff00), now + 20, null);
    expect(one.timeOf(0xffff_ff00)).toBeCloseTo(now, 3);
    expect(one.timeOf((0xffff_ff00 + 90_000) >>> 0)).toBeCloseTo(now + 1000, 3);
    expect(one.timeOf(0xffff_ff00 - 45_000)).toBeCloseTo(now - 500, 3);
    expect(one.offsetMs).toBeCloseTo(-20, 3);
  });

  it('follows a clock that drifts within one report (quirk 12)', () => {
    const one = clock();
    // The device's crystal is 1 % fast against its wall clock.
    for (let s = 0; s <= 60; s += 5)
      one.report(report(now + s * 1000, s * 90_900), now + s * 1000, s * 90_900);
    expect(one.timeOf(60 * 90_900)).toBeCloseTo(now + 60_000, 3);
  });

  it('follows a clock that was set, and shows the new offset at once (quirk 12)', () => {
    const one = clock();
    for (let s = 0; s < 25; s += 5)
      one.report(report(now + s * 1000, s * 90_000), now + s * 1000, s * 90_000);
    expect(one.offsetMs).toBeCloseTo(0, 3);
    one.report(report(now + 3_600_000, 25 * 90_000), now + 25_000, 25 * 90_000);
    expect(one.timeOf(25 * 90_000)).toBeCloseTo(now + 3_600_000, 3);
    expect(one.offsetMs).toBeCloseTo(3_575_000, 3);
  });

  it('shows a clock of 1970 and one of local time as what they are (quirk 12)', () => {
    const one = clock();
    one.report(report(5000, 0), now, 0);
    expect(one.offsetMs).toBeCloseTo(5000 - now, 3);
    const other = clock();
    other.report(report(now + 7 * 3_600_000, 0), now, 0);
    expect(other.offsetMs).toBeCloseTo(7 * 3_600_000, 3);
  });

  it('is none where the report says zero or counts from power-on (quirk 12)', () => {
    expect(senderReportTimeMs({ ntpSeconds: 0, ntpFraction: 0 }, now)).toBeNull();
    expect(senderReportTimeMs({ ntpSeconds: 7200, ntpFraction: 0 }, now)).toBeNull();
    const in2036 = Date.UTC(2036, 1, 7, 6, 28, 26);
    expect(senderReportTimeMs({ ntpSeconds: 10, ntpFraction: 0 }, in2036)).toBe(in2036);
    const one = clock();
    one.report(report(now, 0), now, 0);
    one.report({ ntpSeconds: 0, ntpFraction: 0, rtpTimestamp: 0 }, now, 0);
    expect(one.timeOf(0)).toBeNull();
  });

  it('survives a report whose RTP timestamp is of another counter (quirk 10: sender-report jumps)', () => {
    const one = clock();
    one.report(report(now, 3), now, 2_000_000_000);
    expect(one.timeOf(2_000_000_000)).toBeCloseTo(now, 3);
    expect(one.timeOf(2_000_090_000)).toBeCloseTo(now + 1000, 3);
  });

  it('tells LSR and DLSR for receiver reports', () => {
    const one = clock();
    expect(one.lastReport(now)).toEqual({ lsr: 0, dlsr: 0 });
    one.report({ ntpSeconds: 0x12345678, ntpFraction: 0x9abcdef0, rtpTimestamp: 0 }, now, null);
    expect(one.lastReport(now + 2000)).toEqual({ lsr: 0x56789abc, dlsr: 131_072 });
  });
});
