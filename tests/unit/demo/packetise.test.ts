import { describe, expect, it } from 'vitest';
import type { AccessUnit } from '../../../src/codec/access-unit.ts';
import { jpegSize } from '../../../src/codec/jpeg.ts';
import { splitNals } from '../../../src/codec/nal.ts';
import type { Clip } from '../../../src/demo/clip.ts';
import { loadClips } from '../../../src/demo/clip-store.ts';
import { packetiseFrame, packetiseH264, packetiseH265 } from '../../../src/demo/packetise.ts';
import { rtpPacket } from '../../support/rtp-packets.ts';
import { TrackUnderTest } from '../../support/track-under-test.ts';

const clips = await loadClips();
const encodings = { h264: 'H264', h265: 'H265', mjpeg: 'JPEG' } as const;

/** Sends the first frames through the product's own receiver. */
function receive(clip: Clip, count: number, limit?: number): AccessUnit[] {
  const track = new TrackUnderTest(encodings[clip.codec]);
  let sequence = 65_530;
  clip.frames.slice(0, count).forEach((frame, i) => {
    const payloads = packetiseFrame(clip, frame, limit);
    track.send(
      payloads.map((payload, k) =>
        rtpPacket({
          sequence: sequence++ & 0xffff,
          timestamp: i * 3600,
          payload,
          marker: k === payloads.length - 1,
        }),
      ),
    );
  });
  expect(track.problems).toEqual([]);
  return track.units;
}

describe('packetising', () => {
  for (const codec of ['h264', 'h265'] as const)
    it(`${codec}: what the receiver puts together is what was cut, parameter sets included`, () => {
      const { clip } = clips.find((one) => one.codec === codec)!.main;
      const units = receive(clip, 60);
      expect(units).toHaveLength(60);
      units.forEach((unit, i) => {
        const wanted = clip.frames[i]!;
        expect(unit.keyframe).toBe(wanted.keyframe);
        const pictures = splitNals(unit.data).slice(-wanted.units.length);
        expect(pictures.map((nal) => Buffer.from(nal).toString('base64'))).toEqual(
          wanted.units.map((nal) => Buffer.from(nal).toString('base64')),
        );
      });
    });

  it('mjpeg: tables, size and coded data come back, and no header is lost', () => {
    const { clip } = clips.find((one) => one.codec === 'mjpeg')!.sub;
    const units = receive(clip, 5);
    expect(units).toHaveLength(5);
    units.forEach((unit, i) => {
      expect(jpegSize(unit.data)).toEqual({ width: clip.width, height: clip.height });
      const sent = clip.frames[i]!.units[0]!;
      expect(scanOf(unit.data)).toBe(scanOf(sent));
    });
  });

  for (const { name, main, sub } of clips)
    it(`${name}: no payload is larger than a packet may be`, () => {
      for (const { clip } of [main, sub])
        for (const frame of clip.frames)
          for (const payload of packetiseFrame(clip, frame)) {
            expect(payload.length).toBeLessThanOrEqual(1400);
            expect(payload.length).toBeGreaterThan(0);
          }
    });

  it('h264: small neighbours share a STAP-A with the highest importance, others are fragmented', () => {
    const big = Uint8Array.from({ length: 250 }, (_, i) => (i === 0 ? 0x65 : i & 255));
    const payloads = packetiseH264([Uint8Array.of(0x67, 1, 2), Uint8Array.of(0x68, 3), big], 100);
    expect([...payloads[0]!]).toEqual([0x78, 0, 3, 0x67, 1, 2, 0, 2, 0x68, 3]);
    const fragments = payloads.slice(1);
    expect(fragments.map((part) => part[0]! & 31)).toEqual([28, 28, 28]);
    expect(fragments.map((part) => part[1])).toEqual([0x85, 0x05, 0x45]);
    expect(fragments.flatMap((part) => [...part.subarray(2)])).toEqual([...big.subarray(1)]);
  });

  it('h265: aggregation and fragmentation keep layer and temporal id', () => {
    const vps = Uint8Array.of(0x40, 0x01, 9);
    const sps = Uint8Array.of(0x42, 0x01, 8);
    const big = Uint8Array.from({ length: 220 }, (_, i) => (i === 0 ? 0x26 : i === 1 ? 0x01 : i));
    const payloads = packetiseH265([vps, sps, big], 100);
    expect([...payloads[0]!]).toEqual([0x60, 0x01, 0, 3, ...vps, 0, 3, ...sps]);
    expect(payloads.slice(1).map((part) => (part[0]! >> 1) & 63)).toEqual([49, 49, 49]);
    expect(payloads.slice(1).map((part) => part[2])).toEqual([0x93, 0x13, 0x53]);
    expect(payloads.slice(1).flatMap((part) => [...part.subarray(3)])).toEqual([
      ...big.subarray(2),
    ]);
  });
});

/** Entropy-coded data behind the last SOS header, without EOI. */
function scanOf(jpeg: Uint8Array): string {
  const bytes = Buffer.from(jpeg);
  const sos = bytes.indexOf(Buffer.from([0xff, 0xda]));
  const start = sos + 2 + bytes.readUInt16BE(sos + 2);
  return bytes.subarray(start, bytes.lastIndexOf(Buffer.from([0xff, 0xd9]))).toString('base64');
}
