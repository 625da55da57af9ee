import { describe, expect, it } from 'vitest';
import { BitReader, BitWriter } from '../../../src/codec/bits.ts';
import {
  cannotReorder,
  type H264Sps,
  parseH264Sps,
  withoutReordering,
} from '../../../src/codec/h264-sps.ts';
import { escapeNal, unescapeNal } from '../../../src/codec/nal.ts';
import { clip, parameterSet } from '../../support/clips.ts';
import { h264Sps, type SpsFields } from '../../support/parameter-sets.ts';
import { bytesOf } from '../../support/rtp-packets.ts';

function parsed(fields: SpsFields): H264Sps {
  const sps = parseH264Sps(h264Sps(fields));
  if (!sps) throw new Error('SPS not parsed');
  return sps;
}

describe('H.264 SPS', () => {
  it('of an x264 stream', () => {
    const sps = parseH264Sps(parameterSet(clip('b-frames.h264'), 7));
    expect(sps).toMatchObject({
      id: 0,
      width: 80,
      height: 64,
      fps: 10,
      profile: 'High',
      codecString: 'avc1.64000A',
      reorderFrames: 2,
      pocType: 0,
    });
  });

  it.each<[string, SpsFields, number, number]>([
    [
      '1080p cropped from 1088 lines',
      { widthMbs: 120, heightMbs: 68, crop: [0, 0, 0, 4] },
      1920,
      1080,
    ],
    [
      'interlaced, where lines count twice',
      { widthMbs: 120, heightMbs: 34, crop: [0, 0, 0, 2], interlaced: true },
      1920,
      1080,
    ],
    [
      '4:4:4, where cropping counts single samples',
      { profile: 244, chroma: 3, widthMbs: 41, heightMbs: 23, crop: [0, 14, 0, 6] },
      642,
      362,
    ],
    [
      '4:2:2, where only columns count twice',
      { profile: 122, chroma: 2, widthMbs: 40, heightMbs: 23, crop: [0, 1, 0, 8] },
      638,
      360,
    ],
    [
      'monochrome',
      { profile: 100, chroma: 0, widthMbs: 40, heightMbs: 23, crop: [0, 0, 0, 8] },
      640,
      360,
    ],
    [
      'High with scaling lists',
      { profile: 100, scalingLists: true, widthMbs: 40, heightMbs: 23, crop: [0, 0, 0, 4] },
      640,
      360,
    ],
    [
      'picture order count type 1 with a cycle',
      { pocType: 1, widthMbs: 40, heightMbs: 30 },
      640,
      480,
    ],
  ])('gives the displayed size: %s', (_, fields, width, height) => {
    expect(parsed(fields)).toMatchObject({ width, height });
  });

  it.each([
    [66, 0xc0, 'Constrained Baseline', 'avc1.42C01F'],
    [66, 0, 'Baseline', 'avc1.42001F'],
    [77, 0, 'Main', 'avc1.4D001F'],
    [88, 0, 'Extended', 'avc1.58001F'],
    [100, 0x0c, 'Constrained High', 'avc1.640C1F'],
    [110, 0, 'High 10', 'avc1.6E001F'],
    [122, 0, 'High 4:2:2', 'avc1.7A001F'],
    [244, 0, 'High 4:4:4 Predictive', 'avc1.F4001F'],
  ])('names profile %i with constraints %i', (profile, constraints, name, codecString) => {
    expect(parsed({ profile, constraints })).toMatchObject({ profile: name, codecString });
  });

  it('takes the frame rate of the VUI, and none that is nonsense', () => {
    expect(parsed({ vui: { timing: [1, 50] } }).fps).toBe(25);
    expect(parsed({ vui: { timing: [1001, 60_000] } }).fps).toBe(29.97);
    expect(parsed({ vui: { timing: [0, 50] } }).fps).toBeNull();
    expect(parsed({ vui: { timing: [1, 180_000] } }).fps).toBeNull();
    expect(parsed({ vui: {} }).fps).toBeNull();
    expect(parsed({}).fps).toBeNull();
  });

  it('reads past HRD parameters, aspect ratio, colours and chroma location', () => {
    const sps = parsed({ vui: { everything: true, timing: [1, 30], reorder: 3 } });
    expect(sps).toMatchObject({ fps: 15, reorderFrames: 3 });
  });

  it('is null for what is no SPS or claims impossible sizes', () => {
    expect(parseH264Sps(Uint8Array.of(0x67))).toBeNull();
    expect(parseH264Sps(Uint8Array.of(0x68, 1, 2, 3, 4, 5))).toBeNull();
    expect(parseH264Sps(h264Sps({}).subarray(0, 6))).toBeNull();
    expect(parseH264Sps(h264Sps({ widthMbs: 5000 }))).toBeNull();
    expect(parseH264Sps(h264Sps({ widthMbs: 2, crop: [8, 8, 0, 0] }))).toBeNull();
    expect(parseH264Sps(bytesOf(0x67, 100, 0, 30, new Uint8Array(200)))).toBeNull();
  });
});

describe('rewriting the VUI so that the decoder holds no frame', () => {
  const base: SpsFields = {
    profile: 77,
    refFrames: 4,
    widthMbs: 40,
    heightMbs: 23,
    crop: [0, 0, 0, 4],
  };
  const cases: [string, SpsFields][] = [
    ['no VUI', base],
    ['a VUI without restriction', { ...base, vui: { timing: [1, 50] } }],
    ['a VUI with HRD and no restriction', { ...base, vui: { everything: true } }],
    ['a declared reordering', { ...base, vui: { timing: [1, 50], reorder: 2 } }],
    ['a declared reordering behind HRD', { ...base, vui: { everything: true, reorder: 16 } }],
  ];

  it.each(cases)('with %s', (_, fields) => {
    const nal = h264Sps(fields);
    const before = parsed(fields);
    const rewritten = withoutReordering(nal, before);
    const after = parseH264Sps(rewritten)!;
    expect(after.reorderFrames).toBe(0);
    expect(after.layout.maxDecFrameBuffering).toBeGreaterThanOrEqual(4);
    const { layout: _a, reorderFrames: _b, ...rest } = before;
    expect(after).toMatchObject(rest);
    // All before the VUI is the same bit for bit.
    const bits = new BitReader(unescapeNal(rewritten.subarray(1)));
    const source = new BitReader(before.layout.rbsp);
    for (let i = 0; i < before.layout.vuiFlag; i++) expect(bits.bit()).toBe(source.bit());
    expect(withoutReordering(rewritten, after)).toBe(rewritten);
  });

  it('keeps the other values of a restriction that is there', () => {
    const rewritten = withoutReordering(
      h264Sps({ ...base, vui: { reorder: 2, maxDecFrameBuffering: 7 } }),
      parsed({ ...base, vui: { reorder: 2, maxDecFrameBuffering: 7 } }),
    );
    expect(parseH264Sps(rewritten)!.layout.maxDecFrameBuffering).toBe(7);
  });

  it('puts emulation prevention back', () => {
    // Level 0 and id 0 make runs of zeros; timing 1/… makes more of them.
    const fields: SpsFields = { ...base, level: 0, vui: { timing: [1, 0x01000000], reorder: 1 } };
    const rewritten = withoutReordering(h264Sps(fields), parsed(fields));
    for (let i = 2; i < rewritten.length; i++) {
      const three = [rewritten[i - 2], rewritten[i - 1], rewritten[i]];
      expect(three[0] === 0 && three[1] === 0 && three[2]! < 3).toBe(false);
    }
    expect(parseH264Sps(rewritten)?.reorderFrames).toBe(0);
  });

  it('leaves an SPS whose VUI is cut alone, and still reads its size', () => {
    const whole = unescapeNal(h264Sps({ ...base, vui: { timing: [1, 50] } }).subarray(1));
    const sps = parsed({ ...base, vui: { timing: [1, 50] } });
    const writer = new BitWriter();
    writer.copy(whole, 0, sps.layout.vuiFlag + 20);
    const cut = bytesOf(0x67, escapeNal(writer.end()));
    const read = parseH264Sps(cut)!;
    expect(read).toMatchObject({ width: 640, height: 360, reorderFrames: null });
    expect(withoutReordering(cut, read)).toBe(cut);
  });

  it('knows streams that cannot reorder', () => {
    expect(cannotReorder(parsed({ profile: 66 }))).toBe(true);
    expect(cannotReorder(parsed({ profile: 77, pocType: 2 }))).toBe(true);
    expect(cannotReorder(parsed({ profile: 100, constraints: 0x0c }))).toBe(true);
    expect(cannotReorder(parsed({ profile: 100 }))).toBe(false);
  });
});
