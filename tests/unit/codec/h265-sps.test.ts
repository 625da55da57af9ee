import { describe, expect, it } from 'vitest';
import { parseH265Sps, withoutH265Reordering } from '../../../src/codec/h265-sps.ts';
import { clip, parameterSet } from '../../support/clips.ts';

const sps = (name: string) => parameterSet(clip(name), 33);
/** 1920×1080 Main, level 4, of an HEVC encoder with VUI timing (bytes as it wrote them). */
const main10 = Uint8Array.from(
  Buffer.from(
    '420101022000000300900000030000030078a003c08010e59665a4a4caf01680800000030080000019',
    'hex',
  ),
);

describe('H.265 SPS', () => {
  it('of an x265 stream', () => {
    expect(parseH265Sps(sps('b-frames.h265'))).toMatchObject({
      id: 0,
      vpsId: 0,
      width: 80,
      height: 64,
      fps: 10,
      profile: 'Main',
      codecString: 'hvc1.1.6.L30.90',
      reorderFrames: 2,
    });
  });

  it('names Main 10 and its level', () => {
    const read = parseH265Sps(main10);
    expect(read).toMatchObject({ profile: 'Main 10', width: 1920, height: 1080 });
    expect(read?.codecString).toBe('hvc1.2.4.L120.90');
  });

  it('is null for what is no SPS', () => {
    expect(parseH265Sps(Uint8Array.of(0x42, 1))).toBeNull();
    expect(parseH265Sps(parameterSet(clip('b-frames.h265'), 34))).toBeNull();
    expect(parseH265Sps(sps('b-frames.h265').subarray(0, 14))).toBeNull();
  });

  it('declares no reordering after the rewriting, and everything else as before', () => {
    for (const name of ['b-frames.h265', 'unused-reordering.h265']) {
      const before = parseH265Sps(sps(name))!;
      const rewritten = withoutH265Reordering(sps(name), before);
      const after = parseH265Sps(rewritten)!;
      const { layout: _, reorderFrames, ...rest } = before;
      expect(reorderFrames).toBeGreaterThan(0);
      expect(after).toMatchObject({ ...rest, reorderFrames: 0 });
      expect(withoutH265Reordering(rewritten, after)).toBe(rewritten);
    }
  });
});
