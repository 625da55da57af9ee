import { describe, expect, it } from 'vitest';
import { onvifReplay, parseRtpPacket, type RtpPacket } from '../../../src/rtp/rtp-packet.ts';
import { bytesOf, rtpPacket } from '../../support/rtp-packets.ts';

function packet(bytes: Uint8Array): RtpPacket {
  const read = parseRtpPacket(bytes);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

const payload = Uint8Array.of(1, 2, 3, 4, 5);

describe('RTP packet', () => {
  it('has the fields of RFC 3550 section 5.1', () => {
    const read = packet(
      rtpPacket({
        sequence: 65_535,
        timestamp: 0xfedcba98,
        ssrc: 0xdeadbeef,
        marker: true,
        payload,
      }),
    );
    expect(read).toMatchObject({
      marker: true,
      payloadType: 96,
      sequence: 65_535,
      timestamp: 0xfedcba98,
      ssrc: 0xdeadbeef,
      extensionProfile: null,
    });
    expect([...read.payload]).toEqual([...payload]);
  });

  it('gives views, not copies', () => {
    const bytes = rtpPacket({ sequence: 1, timestamp: 1, payload });
    expect(packet(bytes).payload.buffer).toBe(bytes.buffer);
  });

  it('skips contributing sources, header extension and padding (quirk 10)', () => {
    const read = packet(
      rtpPacket({
        sequence: 1,
        timestamp: 2,
        payload,
        csrc: [7, 8, 9],
        extension: { profile: 0xbede, data: new Uint8Array(8) },
        padding: 4,
      }),
    );
    expect([...read.payload]).toEqual([...payload]);
    expect(read.csrcCount).toBe(3);
    expect(read.extensionProfile).toBe(0xbede);
    expect(read.extension).toHaveLength(8);
  });

  it('may be padding only, and may have the padding bit without padding (quirk 10)', () => {
    expect(
      packet(rtpPacket({ sequence: 1, timestamp: 1, payload: [], padding: 8 })).payload,
    ).toHaveLength(0);
    const zero = rtpPacket({ sequence: 1, timestamp: 1, payload: [5, 0] });
    zero[0]! |= 0x20;
    expect([...packet(zero).payload]).toEqual([5, 0]);
  });

  it.each<[string, Uint8Array]>([
    ['rtp-short', new Uint8Array(11).fill(0x80)],
    ['rtp-version', new Uint8Array(40)],
    ['rtp-csrc-cut', bytesOf(0x8f, new Uint8Array(20))],
    ['rtp-extension-cut', bytesOf(0x90, new Uint8Array(13))],
    ['rtp-extension-cut', bytesOf(0x90, new Uint8Array(11), [0, 0, 0, 9], payload)],
    ['rtp-padding', bytesOf(0xa0, new Uint8Array(11), [1, 2, 200])],
  ])('that is garbage is answered with %s, never thrown (quirk 8)', (reason, bytes) => {
    expect(parseRtpPacket(bytes)).toBe(reason);
  });
});

describe('ONVIF replay extension 0xABAC (quirk 10)', () => {
  const extended = (flags: number, profile = 0xabac, length = 12) =>
    packet(
      rtpPacket({
        sequence: 1,
        timestamp: 1,
        payload,
        extension: {
          profile,
          data: bytesOf([0xe8, 0xfe, 0x3c, 0x80, 0x80, 0, 0, 0], flags, 0x2a, [0, 0]).subarray(
            0,
            length,
          ),
        },
      }),
    );

  it('tells the time of the frame, its flags and the CSeq', () => {
    const replay = onvifReplay(extended(0x80 | 0x20));
    expect(replay).toEqual({
      timeMs: (0xe8fe3c80 - 2_208_988_800) * 1000 + 500,
      cleanPoint: true,
      endOfSection: false,
      discontinuity: true,
      terminal: false,
      cseq: 0x2a,
    });
    expect(onvifReplay(extended(0x50))).toMatchObject({ endOfSection: true, terminal: true });
  });

  it('is none of another profile, nor one that is cut', () => {
    expect(onvifReplay(extended(0, 0xbede))).toBeNull();
    expect(onvifReplay(extended(0, 0xabac, 8))).toBeNull();
    expect(onvifReplay(packet(rtpPacket({ sequence: 1, timestamp: 1, payload })))).toBeNull();
  });
});
