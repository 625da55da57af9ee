import { describe, expect, it } from 'vitest';
import { joinNals } from '../../../src/codec/nal.ts';
import { pictureFingerprint } from '../../../src/codec/picture-fingerprint.ts';
import { clip, fixture, isSlice } from '../../support/clips.ts';
import { seededRandom } from '../../support/mutate.ts';
import { h264Pps, h264Sei, h264Slice, h264Sps } from '../../support/parameter-sets.ts';
import { bytesOf } from '../../support/rtp-packets.ts';

const random = seededRandom(7);
const body = random.bytes(3000);

describe('picture fingerprint', () => {
  it('is the same for the same picture with other counters, SEI, delimiters and parameter sets', () => {
    const one = pictureFingerprint('h264', joinNals([h264Slice({ idr: true, body })]));
    for (const idrPicId of [0, 1, 2, 7, 300]) {
      const again = joinNals([
        Uint8Array.of(9, 0xf0),
        h264Sps(),
        h264Pps(),
        h264Sei(5, [...random.bytes(40)]),
        h264Slice({ idr: true, idrPicId, poc: idrPicId % 64, body }),
      ]);
      expect(pictureFingerprint('h264', again)).toBe(one);
    }
    const p = (frameNum: number) =>
      pictureFingerprint('h264', joinNals([h264Slice({ frameNum, poc: frameNum * 2, body })]));
    expect(p(3)).toBe(p(9));
  });

  it('is another one when a single bit of the picture is, header and first bytes aside', () => {
    const one = pictureFingerprint('h264', joinNals([h264Slice({ body: body.subarray(0, 1500) })]));
    for (let i = 0; i < 200; i++) {
      const changed = body.slice(0, 1500);
      changed[64 + random.int(1436)]! ^= 1 << random.int(8);
      const other = pictureFingerprint('h264', joinNals([h264Slice({ body: changed })]));
      expect(other).not.toBe(one);
    }
  });

  it('differs between all pictures of a moving scene', () => {
    for (const name of ['in-order.h264', 'b-frames.h265'] as const) {
      const { units, codec } = clip(name);
      const pictures = units.filter((nals) =>
        nals.some((nal) => isSlice(nal, codec) && nal.length > 30),
      );
      const prints = pictures.map((nals) => pictureFingerprint(codec, joinNals(nals)));
      expect(new Set(prints).size).toBe(pictures.length);
      expect(pictures.length).toBeGreaterThan(5);
    }
  });

  it('differs when only the last of several slices does', () => {
    const two = (last: Uint8Array) =>
      pictureFingerprint(
        'h264',
        joinNals([h264Slice({ body }), h264Slice({ firstMb: 9, body: last })]),
      );
    const other = body.slice();
    other[2000]! ^= 4;
    expect(two(body)).not.toBe(two(other));
  });

  it('of a JPEG image leaves comments and vendor segments out', () => {
    const jpeg = fixture('picture-420.jpg');
    const withClock = (clock: number) =>
      bytesOf(jpeg.subarray(0, 2), [0xff, 0xfe, 0, 6, clock, 2, 3, 4], jpeg.subarray(2));
    expect(pictureFingerprint('mjpeg', withClock(1))).toBe(
      pictureFingerprint('mjpeg', withClock(2)),
    );
    const changed = jpeg.slice();
    changed[changed.length - 100]! ^= 1;
    expect(pictureFingerprint('mjpeg', changed)).not.toBe(pictureFingerprint('mjpeg', jpeg));
  });

  it('is 0 without a picture and total for any bytes', () => {
    expect(pictureFingerprint('h264', joinNals([h264Sps()]))).toBe(0);
    expect(pictureFingerprint('h265', new Uint8Array(0))).toBe(0);
    for (const codec of ['h264', 'h265', 'mjpeg', 'mpeg4'] as const) {
      for (let i = 0; i < 300; i++) {
        const print = pictureFingerprint(codec, random.bytes(random.int(60)));
        expect(Number.isInteger(print) && print >= 0 && print < 2 ** 32).toBe(true);
      }
    }
  });
});
