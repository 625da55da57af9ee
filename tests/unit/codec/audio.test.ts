import { describe, expect, it } from 'vitest';
import { adtsHeaderBytes, makeAacConfig, parseAacConfig } from '../../../src/codec/aac.ts';
import { g711ToFloat32, g711ToInt16 } from '../../../src/codec/g711.ts';

describe('AAC AudioSpecificConfig', () => {
  it.each([
    ['AAC-LC 16 kHz mono', [0x14, 0x08], 16_000, 1, 1024, 'mp4a.40.2'],
    ['AAC-LC 44.1 kHz stereo', [0x12, 0x10], 44_100, 2, 1024, 'mp4a.40.2'],
    ['AAC-LC with frames of 960', [0x11, 0x94], 48_000, 2, 960, 'mp4a.40.2'],
    ['HE-AAC', [0x2b, 0x92, 0x08, 0x00], 22_050, 2, 1024, 'mp4a.40.5'],
    ['an explicit rate', [0x17, 0x80, 0x0f, 0xa0, 0x08], 8000, 1, 1024, 'mp4a.40.2'],
  ])('of %s', (_, bytes, sampleRate, channels, samplesPerFrame, codecString) => {
    expect(parseAacConfig(Uint8Array.from(bytes))).toMatchObject({
      sampleRate,
      channels,
      samplesPerFrame,
      codecString,
    });
  });

  it('cut or reserved is null', () => {
    expect(parseAacConfig(new Uint8Array(0))).toBeNull();
    expect(parseAacConfig(Uint8Array.of(0x12))).toBeNull();
    expect(parseAacConfig(Uint8Array.of(0x16, 0xff))).toBeNull();
  });

  it('is made for cameras that leave it out', () => {
    expect(parseAacConfig(makeAacConfig(16_000, 1)!)).toMatchObject({
      sampleRate: 16_000,
      channels: 1,
    });
    expect(makeAacConfig(12_345, 1)).toBeNull();
  });

  it('finds an ADTS header by its sync word and its length', () => {
    const data = Uint8Array.of(0xff, 0xf1, 0x60, 0x40, 0x01, 0x5f, 0xfc, 1, 2, 3);
    expect(adtsHeaderBytes(data)).toBe(7);
    expect(adtsHeaderBytes(data.subarray(0, 9))).toBe(0);
    expect(adtsHeaderBytes(Uint8Array.of(0x21, 0x10))).toBe(0);
  });
});

describe('G.711', () => {
  it('expands the codes that ITU-T G.711 tabulates', () => {
    expect([...g711ToInt16('pcmu', Uint8Array.of(0x00, 0x80, 0x7f, 0xff, 0x8f))]).toEqual([
      -32_124, 32_124, 0, 0, 16_764,
    ]);
    expect([...g711ToInt16('pcma', Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a))]).toEqual([
      8, -8, 32_256, -32_256,
    ]);
  });

  it('grows with the code in each half, and floats stay within one', () => {
    const codes = Uint8Array.from({ length: 128 }, (_, i) => 255 - i);
    const values = g711ToInt16('pcmu', codes);
    for (let i = 1; i < 128; i++) expect(values[i]!).toBeGreaterThan(values[i - 1]!);
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    for (const law of ['pcmu', 'pcma'] as const) {
      for (const value of g711ToFloat32(law, all)) expect(Math.abs(value)).toBeLessThan(1);
      const sum = g711ToInt16(law, all).reduce((total, value) => total + value, 0);
      expect(sum).toBe(0);
    }
  });
});
