import { describe, expect, it } from 'vitest';
import { adtsHeaderBytes, parseAacConfig } from '../../../src/codec/aac.ts';
import { parseH264Sps, withoutReordering } from '../../../src/codec/h264-sps.ts';
import { H264Stream } from '../../../src/codec/h264-stream.ts';
import { parseH265Sps, withoutH265Reordering } from '../../../src/codec/h265-sps.ts';
import { H265Stream } from '../../../src/codec/h265-stream.ts';
import { jpegSize } from '../../../src/codec/jpeg.ts';
import { mpeg4Intra, parseMpeg4Config } from '../../../src/codec/mpeg4.ts';
import { escapeNal, splitNals, unescapeNal } from '../../../src/codec/nal.ts';
import { pictureFingerprint } from '../../../src/codec/picture-fingerprint.ts';
import { spropNals } from '../../../src/codec/sprop.ts';
import { parseRtcp } from '../../../src/rtp/rtcp.ts';
import { onvifReplay, parseRtpPacket } from '../../../src/rtp/rtp-packet.ts';
import { TrackReceiver } from '../../../src/rtp/track-receiver.ts';
import { clip, fixture, packetsOf, parameterSet } from '../../support/clips.ts';
import { jpegPayloads, takeJpegApart } from '../../support/jpeg-packets.ts';
import {
  latin1Bytes,
  mutate,
  mutateText,
  type Random,
  seededRandom,
} from '../../support/mutate.ts';
import { h264Pps, h264Sei, h264Slice, h264Sps } from '../../support/parameter-sets.ts';
import { bye, senderReport } from '../../support/rtcp-packets.ts';
import { aggregate, bytesOf, h264Payloads, PacketWriter } from '../../support/rtp-packets.ts';

/**
 * What a hostile or broken peer can send: damaged packets and headers, by numbers that are the same
 * on every run. Nothing may throw, hang, or make a track keep more memory than its bound. The counts
 * add up to more than 120,000 inputs.
 */
interface Target {
  readonly encoding: string;
  readonly clockRate: number;
  readonly payloadType: number;
  readonly fmtp: Record<string, string>;
  /** Valid packets in their order. */
  readonly packets: readonly Uint8Array[];
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const h264 = clip('open-gop-slices.h264');
const h265 = clip('b-frames.h265');
const aacUnit = (size: number) =>
  bytesOf([0, 16, size >> 5, (size << 3) & 255], new Uint8Array(size).fill(7));

const targets: readonly Target[] = [
  {
    encoding: 'H264',
    clockRate: 90_000,
    payloadType: 96,
    fmtp: {
      'sprop-parameter-sets': `${base64(parameterSet(h264, 7))},${base64(parameterSet(h264, 8))}`,
    },
    packets: [
      ...packetsOf(h264, new PacketWriter(), 100).flat(),
      ...new PacketWriter({ sequence: 9000 }).unit([
        aggregate([h264Sps(), h264Pps(), h264Sei(6)]),
        h264Sps({ vui: { everything: true, reorder: 2 } }),
        ...h264Payloads(h264Slice({ idr: true, body: new Uint8Array(300).fill(3) }), 80),
      ]),
    ],
  },
  {
    encoding: 'H265',
    clockRate: 90_000,
    payloadType: 96,
    fmtp: { 'sprop-sps': base64(parameterSet(h265, 33)), 'sprop-max-don-diff': '0' },
    packets: packetsOf(h265, new PacketWriter(), 60).flat(),
  },
  {
    encoding: 'JPEG',
    clockRate: 90_000,
    payloadType: 26,
    fmtp: {},
    packets: [255, 200, 60].flatMap((q, i) =>
      new PacketWriter({ payloadType: 26, sequence: 100 + i * 20, timestamp: i * 9000 }).unit(
        jpegPayloads(takeJpegApart(fixture('picture-420.jpg')), {
          q,
          mtu: 700,
          restartInterval: i * 4,
        }),
      ),
    ),
  },
  {
    encoding: 'MPEG4-GENERIC',
    clockRate: 16_000,
    payloadType: 97,
    fmtp: { config: '1408', sizelength: '13', indexlength: '3', indexdeltalength: '3' },
    packets: Array.from({ length: 20 }, (_, i) =>
      new PacketWriter({ payloadType: 97, sequence: i, timestamp: i * 1024 }).packet({
        payload: i % 3 ? aacUnit(60) : bytesOf(aacUnit(500).subarray(0, 200)),
        marker: true,
      }),
    ),
  },
  {
    encoding: 'MP4V-ES',
    clockRate: 90_000,
    payloadType: 96,
    fmtp: {},
    packets: Array.from({ length: 14 }, (_, i) =>
      new PacketWriter({ sequence: i, timestamp: i * 3600 }).packet({
        payload: fixture('pictures.m4v').subarray(i * 200, i * 200 + 200),
        marker: i % 2 === 1,
      }),
    ),
  },
  {
    encoding: 'PCMA',
    clockRate: 8000,
    payloadType: 8,
    fmtp: {},
    packets: new PacketWriter({ payloadType: 8 }).unit([new Uint8Array(160), new Uint8Array(160)]),
  },
];

/** Bytes that mean something to RTP and to depacketizers. */
const dictionary = [
  Uint8Array.of(0, 0, 0, 1),
  Uint8Array.of(0, 0, 1, 0xb6),
  Uint8Array.of(0x7c, 0x85),
  Uint8Array.of(0x7c, 0x45),
  Uint8Array.of(0x78, 0, 0),
  Uint8Array.of(0x60, 1, 0xff, 0xff),
  Uint8Array.of(0x62, 1, 0x93),
  Uint8Array.of(0xff, 0xd8, 0xff),
  Uint8Array.of(0xab, 0xac, 0, 3),
  Uint8Array.of(0xff, 0xff, 0xff, 0xff),
];

const maxTrackBytes = 24 * 1024 * 1024;

describe.each(targets)('damaged packets of $encoding', (target) => {
  it.each([true, false])(
    'throw nothing, hang nothing, and are not hoarded (in order: %s)',
    (ordered) => {
      const random = seededRandom(target.encoding.length * 2 + (ordered ? 1 : 0));
      const inputs = 9000;
      let emitted = 0;
      let receiver = fresh();
      function fresh(): TrackReceiver {
        return new TrackReceiver({
          track: { encoding: target.encoding, clockRate: target.clockRate, fmtp: target.fmtp },
          payloadType: target.payloadType,
          ssrc: null,
          ordered,
          reporterSsrc: 1,
          cname: 'fuzz',
          sink: {
            onAccessUnit: (unit) => {
              emitted++;
              expect(Number.isFinite(unit.time.ticks)).toBe(true);
            },
            onFormat: () => {},
            onProblem: () => {},
          },
        });
      }
      for (let i = 0; i < inputs; i++) {
        const packet = renumbered(target.packets, i);
        // Whole packets between damaged ones keep the state alive that the damaged ones have to break.
        const sent = random.once(3) ? packet : damage(packet, random, target.packets);
        receiver.rtp(sent, i * 5);
        if (random.once(50))
          receiver.rtcp(mutate(senderReport({ timeMs: i, rtpTimestamp: i }), random), i * 5);
        if (random.once(100)) receiver.poll(i * 5);
        if (random.once(300)) receiver.flush();
        if (i % 64 === 0) {
          expect(receiver.bufferedBytes).toBeLessThan(maxTrackBytes);
          receiver.report(i * 5);
        }
        if (random.once(1500)) receiver = fresh();
      }
      // Enough got through to say that the depths were reached, and not all: the damage was real.
      expect(emitted).toBeGreaterThan(inputs / 100);
    },
  );
});

/** The i-th packet of the target sent in a circle, numbers and times going on. */
function renumbered(packets: readonly Uint8Array[], i: number): Uint8Array {
  const packet = packets[i % packets.length]!.slice();
  const view = new DataView(packet.buffer);
  view.setUint16(2, i & 0xffff);
  view.setUint32(4, view.getUint32(4) + Math.floor(i / packets.length) * 100_000);
  return packet;
}

/** Half of the time only the payload is damaged: the header would keep most of it from getting far. */
function damage(packet: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const options = { dictionary, others, maxBytes: 3000 };
  if (random.once(2)) return mutate(packet, random, options);
  return bytesOf(packet.subarray(0, 12), mutate(packet.subarray(12), random, options));
}

describe('damaged headers', () => {
  const sps264 = [
    parameterSet(h264, 7),
    h264Sps({
      profile: 100,
      scalingLists: true,
      vui: { everything: true, timing: [1, 50], reorder: 2 },
    }),
    h264Sps({ pocType: 1, interlaced: true, crop: [1, 1, 1, 1] }),
  ];
  const sps265 = [parameterSet(h265, 33), parameterSet(clip('unused-reordering.h265'), 33)];

  it('of H.264 parameter sets: sizes stay possible and a rewritten SPS says what it said', () => {
    const random = seededRandom(101);
    for (let i = 0; i < 10_000; i++) {
      const nal = mutate(random.pick(sps264), random, { others: sps264 });
      const sps = parseH264Sps(nal);
      if (!sps) continue;
      expect(sps.width > 0 && sps.width <= 16_384 && sps.height > 0 && sps.height <= 16_384).toBe(
        true,
      );
      const again = parseH264Sps(withoutReordering(nal, sps));
      expect([again?.width, again?.height, again?.codecString]).toEqual([
        sps.width,
        sps.height,
        sps.codecString,
      ]);
    }
  });

  it('of H.265 parameter sets', () => {
    const random = seededRandom(102);
    for (let i = 0; i < 8000; i++) {
      const nal = mutate(random.pick(sps265), random, { others: sps265 });
      const sps = parseH265Sps(nal);
      if (!sps) continue;
      expect(sps.width > 0 && sps.width <= 16_384 && sps.height > 0 && sps.height <= 16_384).toBe(
        true,
      );
      const again = parseH265Sps(withoutH265Reordering(nal, sps));
      expect([again?.width, again?.height, again?.codecString]).toEqual([
        sps.width,
        sps.height,
        sps.codecString,
      ]);
    }
  });

  it('of whole streams, NAL unit by NAL unit, keep only bounded parameter sets', () => {
    const random = seededRandom(103);
    const feeds = [
      { stream: () => new H264Stream(), nals: [...h264.units.flat(), ...sps264, h264Pps(3, 1)] },
      { stream: () => new H265Stream(), nals: h265.units.flat() },
    ];
    for (const feed of feeds) {
      const stream = feed.stream();
      for (let i = 0; i < 8000; i++) {
        const nal = mutate(random.pick(feed.nals), random, {
          dictionary,
          others: feed.nals,
          maxBytes: 6000,
        });
        stream.role(nal);
        stream.startsPicture(nal);
        stream.take(nal);
        if (random.once(3)) stream.finish();
        if (random.once(9)) stream.discard();
        if (random.once(20)) stream.decide();
        void stream.format;
      }
      expect(stream.bufferedBytes).toBeLessThan(2 * 1024 * 1024);
    }
  });

  it('of RTP and RTCP packets', () => {
    const random = seededRandom(104);
    const rtcp = bytesOf(senderReport({ timeMs: 1e12, rtpTimestamp: 5 }), bye(1, 2, 3));
    const rtp = targets.flatMap((target) => target.packets).slice(0, 50);
    for (let i = 0; i < 8000; i++) {
      expect(parseRtcp(mutate(rtcp, random)).length).toBeLessThanOrEqual(64);
      const packet = parseRtpPacket(mutate(random.pick(rtp), random, { dictionary }));
      if (typeof packet !== 'string') onvifReplay(packet);
    }
  });

  it('of JPEG, MPEG-4 and AAC, of fingerprints and of base64', () => {
    const random = seededRandom(105);
    const jpeg = fixture('picture-420.jpg').subarray(0, 700);
    const mpeg4 = fixture('pictures.m4v').subarray(0, 300);
    const sprop = `${base64(sps264[0]!)},${base64(h264Pps())}`;
    for (let i = 0; i < 4000; i++) {
      const image = mutate(jpeg, random);
      const size = jpegSize(image);
      if (size) expect(size.width * size.height).toBeGreaterThan(0);
      const video = mutate(mpeg4, random);
      parseMpeg4Config(video);
      mpeg4Intra(video);
      const config = mutate(Uint8Array.of(0x2b, 0x92, 0x08, 0x00), random);
      parseAacConfig(config);
      adtsHeaderBytes(config);
      pictureFingerprint('mjpeg', image);
      pictureFingerprint('mpeg4', video);
      pictureFingerprint(i % 2 ? 'h264' : 'h265', mutate(mpeg4, random, { dictionary }));
      for (const nal of spropNals(mutateText(sprop, random))) splitNals(nal);
      const noise = mutate(latin1Bytes(sprop), random, { dictionary });
      expect(unescapeNal(escapeNal(noise)).length).toBeGreaterThanOrEqual(noise.length);
    }
  });
});
