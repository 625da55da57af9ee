import { describe, expect, it } from 'vitest';
import { parseSdp } from '../../../src/rtsp-parse/sdp.ts';

const ordinary = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.7',
  's=Media',
  'c=IN IP4 0.0.0.0',
  't=0 0',
  'a=control:*',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=fmtp:96 packetization-mode=1; profile-level-id=64001F;sprop-parameter-sets=Z2QAH6w=,aO48gA==;',
  'a=control:trackID=1',
  'm=audio 0 RTP/AVP 97 8',
  'a=rtpmap:97 MPEG4-GENERIC/48000/2',
  'a=fmtp:97 streamtype=5;mode=AAC-hbr;config=1190;SizeLength=13',
  'a=control:trackID=2',
].join('\r\n');

describe('parseSdp', () => {
  it('reads tracks, formats and controls', () => {
    const description = parseSdp(ordinary);
    expect(description.control).toBe('*');
    expect(description.media).toHaveLength(2);
    expect(description.media[0]).toMatchObject({
      kind: 'video',
      control: 'trackID=1',
      address: null,
    });
    expect(description.media[0]!.formats).toEqual([
      expect.objectContaining({ payloadType: 96, encoding: 'H264', clockRate: 90_000 }),
    ]);
    expect({ ...description.media[0]!.formats[0]!.fmtp }).toEqual({
      'packetization-mode': '1',
      'profile-level-id': '64001F',
      'sprop-parameter-sets': 'Z2QAH6w=,aO48gA==',
    });
    expect(description.media[1]!.formats).toEqual([
      expect.objectContaining({ payloadType: 97, channels: 2, clockRate: 48_000 }),
      expect.objectContaining({ payloadType: 8, encoding: 'PCMA', clockRate: 8000 }),
    ]);
    expect(description.media[1]!.formats[0]!.fmtp['sizelength']).toBe('13');
  });

  it('survives c=IN, no v=, negative ports, private media and trailing ; (quirk 2)', () => {
    const description = parseSdp(
      [
        's=',
        'c=IN',
        'm=video -1 RTP/AVP 96',
        'a=rtpmap:96 H265/90000',
        'a=fmtp:96 sprop-vps=QAEM;;; ;',
        'a=control:rtsp://192.0.2.7/stream1/track1',
        'm=application/TP-LINK 0 RTP/AVP smart/1/90000',
        'a=rtpmap:95 TP-LINK/90000',
        'a=control:track3',
      ].join('\n'),
    );
    expect(description.control).toBeNull();
    expect(description.media.map((media) => media.kind)).toEqual(['video', 'application/tp-link']);
    expect(description.media[0]).toMatchObject({ port: 0, address: null });
    expect({ ...description.media[0]!.formats[0]!.fmtp }).toEqual({ 'sprop-vps': 'QAEM' });
  });

  it('knows static payload types without rtpmap, and guesses a dynamic one by its fmtp', () => {
    const formats = (text: string) =>
      parseSdp(text).media[0]!.formats.map(({ encoding, clockRate }) => [encoding, clockRate]);
    expect(formats('m=audio 0 RTP/AVP 0')).toEqual([['PCMU', 8000]]);
    expect(formats('m=audio 0 RTP/AVP 8')).toEqual([['PCMA', 8000]]);
    expect(formats('m=video 0 RTP/AVP 26')).toEqual([['JPEG', 90_000]]);
    expect(formats('m=video 0 RTP/AVP 99\na=fmtp:99 sprop-parameter-sets=Z0I=,aM4=')).toEqual([
      ['H264', 90_000],
    ]);
    expect(formats('m=video 0 RTP/AVP 99\na=fmtp:99 sprop-vps=QAEM')).toEqual([['H265', 90_000]]);
    expect(formats('m=video 0 RTP/AVP 99')).toEqual([]);
    expect(formats('m=video 0 RTP/AVP 35\na=rtpmap:96 H264/90000')).toEqual([['H264', 90_000]]);
  });

  it('reads multicast addresses and directions', () => {
    const description = parseSdp(
      'c=IN IP4 239.1.2.3/16\na=recvonly\nm=video 5000 RTP/AVP 26\nm=audio 5002 RTP/AVP 0\nc=IN IP4 239.1.2.4/16\na=sendonly',
    );
    expect(description.media).toMatchObject([
      { address: '239.1.2.3', port: 5000, direction: 'recvonly' },
      { address: '239.1.2.4', port: 5002, direction: 'sendonly' },
    ]);
  });

  it('bounds what a hostile description can make it keep', () => {
    const text = 'm=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n'.repeat(100_000);
    expect(parseSdp(text).media.length).toBeLessThanOrEqual(32);
    const map = parseSdp(`m=video 0 RTP/AVP 96\na=fmtp:96 ${'a=1;'.repeat(50_000)}`);
    expect(map.media).toHaveLength(1);
    const prototype = parseSdp(
      'm=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 __proto__=1',
    );
    expect(Object.getPrototypeOf(prototype.media[0]!.formats[0]!.fmtp)).toBeNull();
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });
});
