import { describe, expect, it } from 'vitest';
import { parseH264Sps } from '../../../src/codec/h264-sps.ts';
import { H264Stream } from '../../../src/codec/h264-stream.ts';
import { splitNals } from '../../../src/codec/nal.ts';
import type { FinishedPicture } from '../../../src/codec/nal-stream.ts';
import { clip } from '../../support/clips.ts';
import { h264Pps, h264Sei, h264Slice, h264Sps } from '../../support/parameter-sets.ts';

function feed(stream: H264Stream, ...nals: Uint8Array[]): FinishedPicture | null {
  for (const nal of nals) stream.take(nal);
  return stream.finish();
}

function play(stream: H264Stream, name: string): FinishedPicture[] {
  return clip(name).units.map((nals) => feed(stream, ...nals)!);
}

function spsOf(picture: FinishedPicture | null | undefined): number | null | undefined {
  const nal = splitNals(picture?.prefix ?? new Uint8Array(0)).find((one) => (one[0]! & 31) === 7);
  return nal && parseH264Sps(nal)?.reorderFrames;
}

describe('parameter sets of H.264', () => {
  it('half there are none (quirk 3): no format and no picture until both came', () => {
    const stream = new H264Stream();
    expect(feed(stream, h264Slice({ idr: true }))).toBeNull();
    stream.take(h264Sps());
    expect(stream.format).toBeNull();
    expect(feed(stream, h264Slice({ idr: true }))).toBeNull();
    stream.take(h264Pps());
    expect(stream.format).toMatchObject({ codec: 'h264', width: 80, height: 64 });
    expect(feed(stream, h264Slice({ idr: true }))?.keyframe).toBe(true);
  });

  it('stand before every keyframe, and before nothing else', () => {
    const stream = new H264Stream();
    const first = feed(stream, h264Sps(), h264Pps(), h264Slice({ idr: true }));
    expect(splitNals(first!.prefix).map((nal) => nal[0]! & 31)).toEqual([7, 8]);
    expect(feed(stream, h264Slice({ poc: 2 }))?.prefix.length).toBe(0);
    const again = feed(stream, h264Slice({ idr: true }));
    expect(splitNals(again!.prefix).map((nal) => nal[0]! & 31)).toEqual([7, 8]);
  });

  it('that come again the same change nothing (quirk 3)', () => {
    const stream = new H264Stream();
    feed(stream, h264Sps(), h264Pps(), h264Slice({ idr: true }));
    const format = stream.format;
    const bytes = stream.bufferedBytes;
    feed(stream, h264Sps(), h264Pps(), h264Slice({ idr: true }));
    expect(stream.format).toBe(format);
    expect(stream.bufferedBytes).toBe(bytes);
  });

  it('that change mid-stream (quirk 3) give a new format and reach the decoder', () => {
    const stream = new H264Stream();
    feed(stream, h264Sps(), h264Pps(), h264Slice({ idr: true }));
    const changed = feed(stream, h264Sps({ widthMbs: 40 }), h264Slice({ idr: true }));
    expect(stream.format).toMatchObject({ width: 640 });
    expect(splitNals(changed!.prefix)).toHaveLength(2);
    const pps = h264Pps(1);
    const other = feed(stream, pps, h264Slice({ ppsId: 1, poc: 2 }));
    expect(splitNals(other!.prefix).at(-1)).toEqual(pps);
  });

  it('of the picture count, where a device sends several SPS', () => {
    const stream = new H264Stream();
    for (const nal of [h264Sps({ id: 1, widthMbs: 40 }), h264Sps({ id: 0 })]) stream.take(nal);
    for (const nal of [h264Pps(0, 0), h264Pps(1, 1)]) stream.take(nal);
    feed(stream, h264Slice({ idr: true, ppsId: 1 }));
    expect(stream.format).toMatchObject({ width: 640 });
    feed(stream, h264Slice({ idr: true, ppsId: 0 }));
    expect(stream.format).toMatchObject({ width: 80 });
  });

  it('of absurd size are not kept', () => {
    const stream = new H264Stream();
    const huge = new Uint8Array(5000);
    huge.set(h264Sps());
    stream.take(huge);
    expect(stream.bufferedBytes).toBe(0);
  });
});

describe('keyframes of H.264', () => {
  const ready = () => {
    const stream = new H264Stream();
    feed(stream, h264Sps(), h264Pps(), h264Slice({ idr: true }));
    return stream;
  };
  const intra = h264Slice({ type: 7, poc: 2 });
  const recoveryPoint = h264Sei(6);

  it('are IDR pictures, I pictures with a recovery point, I pictures with their parameter sets', () => {
    expect(feed(ready(), h264Slice({ idr: true }))?.keyframe).toBe(true);
    expect(feed(ready(), recoveryPoint, intra)?.keyframe).toBe(true);
    expect(feed(ready(), h264Sps(), h264Pps(), intra)?.keyframe).toBe(true);
  });

  it('are not I pictures alone, nor P pictures with a recovery point, nor pictures with one P slice', () => {
    expect(feed(ready(), intra)?.keyframe).toBe(false);
    expect(feed(ready(), h264Sei(5), intra)?.keyframe).toBe(false);
    expect(feed(ready(), recoveryPoint, h264Slice({ poc: 2 }))?.keyframe).toBe(false);
    const half = [h264Slice({ type: 2, poc: 2 }), h264Slice({ type: 0, poc: 2, firstMb: 9 })];
    expect(feed(ready(), recoveryPoint, ...half)?.keyframe).toBe(false);
  });

  it('are found behind other SEI messages', () => {
    const sei = Uint8Array.of(0x06, 0x05, 0x02, 0xaa, 0xbb, 0x06, 0x01, 0xc4, 0x80);
    expect(feed(ready(), sei, intra)?.keyframe).toBe(true);
    const long = Uint8Array.of(0x06, 0xff, 0xff, 0x00, 0x01, 0xaa, 0x06, 0x01, 0xc4, 0x80);
    expect(feed(ready(), long, intra)?.keyframe).toBe(true);
  });

  it('are the recovery points of a stream with periodic intra refresh, joined in its middle', () => {
    const stream = new H264Stream();
    const { units } = clip('intra-refresh.h264');
    for (const nal of units[0]!) if ((nal[0]! & 31) >= 7) stream.take(nal);
    const pictures = units.slice(5).map((nals) => feed(stream, ...nals)!);
    const keyframes = pictures.flatMap((picture, i) => (picture.keyframe ? [i] : []));
    expect(keyframes.length).toBeGreaterThan(0);
    expect(splitNals(pictures[keyframes[0]!]!.prefix)).toHaveLength(2);
  });

  it('of an open-GOP stream in slices', () => {
    const pictures = play(new H264Stream(), 'open-gop-slices.h264');
    expect(pictures.map((picture) => picture.keyframe).filter(Boolean)).toHaveLength(2);
  });
});

describe('reordering of H.264', () => {
  it('of a stream with B pictures stays as declared', () => {
    const stream = new H264Stream();
    const pictures = play(stream, 'b-frames.h264');
    expect(pictures.filter((one) => one.keyframe).map(spsOf)).toEqual([2, 2]);
    expect(stream.format).toMatchObject({ reorderFrames: 2 });
  });

  it('declared and never used becomes 0 once a good while of pictures contradicts it', () => {
    const stream = new H264Stream();
    const pictures = play(stream, 'unused-reordering.h264');
    expect(pictures.filter((one) => one.keyframe).map(spsOf)).toEqual([1, 1, 1, 1, 0]);
    expect(stream.format).toMatchObject({ reorderFrames: 0 });
  });

  it('impossible by the picture order count type is 0 from the first keyframe on', () => {
    const stream = new H264Stream();
    const sps = h264Sps({ pocType: 2, vui: { reorder: 2 } });
    expect(spsOf(feed(stream, sps, h264Pps(), h264Slice({ idr: true })))).toBe(0);
    expect(stream.format).toMatchObject({ reorderFrames: 0 });
  });

  it('undeclared is decided by the second picture: in order', () => {
    const stream = new H264Stream();
    const first = feed(stream, h264Sps(), h264Pps(), h264Slice({ idr: true }));
    expect(first?.undecided).toBe(true);
    expect(feed(stream, h264Slice({ poc: 2 }))?.undecided).toBe(false);
    expect(spsOf({ ...first!, prefix: stream.decide() })).toBe(0);
  });

  it('undeclared is decided by the second picture: room for B pictures', () => {
    const stream = new H264Stream();
    const first = feed(stream, h264Sps(), h264Pps(), h264Slice({ idr: true }));
    feed(stream, h264Slice({ poc: 6 }));
    expect(spsOf({ ...first!, prefix: stream.decide() })).toBeNull();
  });

  it('that begins late is left alone again from the next keyframe on, and for good', () => {
    const stream = new H264Stream();
    const keyframe = () => feed(stream, h264Slice({ idr: true }));
    feed(stream, h264Sps(), h264Pps(), h264Slice({ idr: true }));
    feed(stream, h264Slice({ poc: 2 }));
    expect(spsOf(keyframe())).toBe(0);
    feed(stream, h264Slice({ poc: 6 }));
    feed(stream, h264Slice({ type: 6, poc: 2 }));
    feed(stream, h264Slice({ type: 6, poc: 4 }));
    expect(spsOf(keyframe())).toBeNull();
    for (let i = 1; i < 30; i++) feed(stream, h264Slice({ poc: i * 2 }));
    for (let i = 0; i < 40; i++) expect(spsOf(keyframe())).toBeNull();
  });

  it('is not seen where the picture order count wraps', () => {
    const stream = new H264Stream();
    feed(stream, h264Sps(), h264Pps(), h264Slice({ idr: true }));
    for (let i = 1; i < 200; i++) feed(stream, h264Slice({ poc: (i * 2) % 64 }));
    expect(spsOf(feed(stream, h264Slice({ idr: true })))).toBe(0);
  });
});
