import { describe, expect, it } from 'vitest';
import { jpegHeader, jpegSize, quantisationTables } from '../../../src/codec/jpeg.ts';
import { fixture } from '../../support/clips.ts';
import { bytesOf } from '../../support/rtp-packets.ts';

describe('JPEG', () => {
  it('size is in the frame header, behind other segments and fill bytes', () => {
    const jpeg = fixture('picture-420.jpg');
    expect(jpegSize(jpeg)).toEqual({ width: 80, height: 64 });
    const odd = bytesOf([0xff, 0xd8, 0xff, 0xff, 0xff, 0xe1, 0, 4, 1, 2], jpeg.subarray(2));
    expect(jpegSize(odd)).toEqual({ width: 80, height: 64 });
  });

  it('size of garbage, of a cut header, of an image of no pixels is null', () => {
    expect(jpegSize(new Uint8Array(0))).toBeNull();
    expect(jpegSize(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0))).toBeNull();
    expect(jpegSize(fixture('picture-420.jpg').subarray(0, 40))).toBeNull();
    expect(jpegSize(Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 0, 0, 9, 3, 1))).toBeNull();
  });

  it('tables of Q 50 are those of the standard in zigzag order, and others are scaled', () => {
    const [luma, chroma] = quantisationTables(50);
    expect([...luma.subarray(0, 10)]).toEqual([16, 11, 12, 14, 12, 10, 16, 14, 13, 14]);
    expect(luma[63]).toBe(99);
    expect([...chroma.subarray(0, 6)]).toEqual([17, 18, 18, 24, 21, 24]);
    expect(quantisationTables(99)[0][0]).toBe(1);
    expect(quantisationTables(1)[0][0]).toBe(255);
    expect(quantisationTables(25)[0][0]).toBe(32);
  });

  it('header names size, sampling, restart interval and tables', () => {
    const header = jpegHeader({
      width: 2592,
      height: 1944,
      sampling: '422',
      tables: quantisationTables(50),
      restartInterval: 20,
    });
    expect(jpegSize(header)).toEqual({ width: 2592, height: 1944 });
    const text = Buffer.from(header).toString('hex');
    expect(text).toContain('ffdd00040014');
    expect(text).toContain('0121000211010311');
    expect(text.match(/ffdb/g)).toHaveLength(2);
    expect(text.match(/ffc4/g)).toHaveLength(4);
  });
});
