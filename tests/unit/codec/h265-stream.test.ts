import { describe, expect, it } from 'vitest';
import { parseH265Sps } from '../../../src/codec/h265-sps.ts';
import { H265Stream } from '../../../src/codec/h265-stream.ts';
import { splitNals } from '../../../src/codec/nal.ts';
import type { FinishedPicture } from '../../../src/codec/nal-stream.ts';
import { clip, isParameterSet, isSlice, nalType } from '../../support/clips.ts';

function play(stream: H265Stream, name: string): FinishedPicture[] {
  return clip(name).units.map((nals) => {
    for (const nal of nals) stream.take(nal);
    return stream.finish()!;
  });
}

function reordering(picture: FinishedPicture): number | undefined {
  const sps = splitNals(picture.prefix).find((nal) => nalType(nal, 'h265') === 33);
  return sps && parseH265Sps(sps)?.reorderFrames;
}

describe('H.265 stream', () => {
  it('with B pictures keeps its declared reordering', () => {
    const stream = new H265Stream();
    const pictures = play(stream, 'b-frames.h265');
    expect(pictures.map((one) => one.keyframe).filter(Boolean)).toHaveLength(2);
    expect(pictures.filter((one) => one.keyframe).map(reordering)).toEqual([2, 2]);
    expect(stream.format).toMatchObject({ codec: 'h265', width: 80, height: 64, reorderFrames: 2 });
  });

  it('that declares reordering and never uses it is rewritten after a good while', () => {
    const stream = new H265Stream();
    const pictures = play(stream, 'unused-reordering.h265').filter((one) => one.keyframe);
    expect(pictures.map(reordering)).toEqual([1, 1, 1, 1, 0]);
    expect(stream.format).toMatchObject({ reorderFrames: 0 });
  });

  it('puts VPS, SPS and PPS before each keyframe, whatever the camera sent (quirk 3)', () => {
    const stream = new H265Stream();
    const { units } = clip('b-frames.h265');
    for (const nal of units[0]!.filter((one) => isParameterSet(one, 'h265'))) stream.take(nal);
    const pictures = units.map((nals) => {
      for (const nal of nals.filter((one) => isSlice(one, 'h265'))) stream.take(nal);
      return stream.finish()!;
    });
    const keyframes = pictures.filter((one) => one.keyframe);
    expect(keyframes).toHaveLength(2);
    for (const one of keyframes) {
      expect(splitNals(one.prefix).map((nal) => nalType(nal, 'h265'))).toEqual([32, 33, 34]);
    }
  });

  it('without VPS is played all the same, without PPS it is not (quirk 3: half there)', () => {
    const nals = clip('b-frames.h265').units[0]!;
    const without = (type: number) => {
      const stream = new H265Stream();
      for (const nal of nals.filter((one) => nalType(one, 'h265') !== type)) stream.take(nal);
      return stream.finish();
    };
    expect(without(32)?.keyframe).toBe(true);
    expect(without(33)).toBeNull();
    expect(without(34)).toBeNull();
  });
});
