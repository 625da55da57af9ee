import { describe, expect, test } from 'vitest';
import type { AccessUnit, VideoCodec } from '../../../src/codec/access-unit.ts';
import { FrozenDetector } from '../../../src/streams/frozen.ts';
import { type ClipOptions, clipUnits, encodeClip } from '../../support/encoded-clip.ts';

const fps = 15;
const scene = 'smptehdbars=size=640x360:rate=15';

function play(options: ClipOptions): AccessUnit[] {
  return clipUnits(options, encodeClip(options));
}

/** Seconds after which the source was called frozen, or null; and whether it still is at the end. */
function judge(codec: VideoCodec, units: readonly AccessUnit[]) {
  const detector = new FrozenDetector();
  let at: number | null = null;
  for (const unit of units) {
    detector.push(codec, unit);
    if (detector.frozenSince !== null) at ??= unit.receivedAtMs / 1000;
  }
  return { at, since: detector.frozenSince };
}

/** The same units once more, with the times at which they would come. */
function renumber(units: readonly AccessUnit[]): AccessUnit[] {
  return units.map((unit, index) => ({
    ...unit,
    time: { ticks: index * 6000, clockRate: 90_000 },
    receivedAtMs: (index * 1000) / fps,
  }));
}

describe.each([
  { codec: 'h264', gop: 15, extra: ['-crf', '23'] },
  { codec: 'h264', gop: 15, extra: ['-crf', '40'] },
  { codec: 'h264', gop: 30, extra: ['-coder', '0', '-crf', '32'] },
  { codec: 'h265', gop: 15, extra: ['-crf', '35'] },
  { codec: 'mpeg4', gop: 15, extra: [] },
  { codec: 'mjpeg', gop: 1, extra: [] },
] as const)('$codec, keyframe every $gop, $extra', ({ codec, gop, extra }) => {
  const clip = (source: string, seconds: number) => ({ codec, source, seconds, fps, gop, extra });
  const gopSeconds = gop / fps;

  test.each([1, 2, 6])('a static scene with noise %i of a sensor is never frozen', (noise) => {
    const units = play(clip(`${scene},noise=alls=${noise}:allf=t`, 12));
    expect(judge(codec, units)).toEqual({ at: null, since: null });
  });

  test('an encoder that is fed the same picture again and again is frozen within seconds', () => {
    // Six seconds of a noisy scene, whose last picture then stands still.
    const frames = 6 * fps;
    const source = `${scene},noise=alls=4:allf=t,trim=end_frame=${frames},loop=loop=${10 * fps}:size=1:start=${frames - 1}`;
    const units = play(clip(source, 15));
    expect(units).toHaveLength(15 * fps);
    const { at, since } = judge(codec, units);
    expect(at).toBeGreaterThan(6);
    // The encoder's rate control settles over some groups before its output repeats.
    expect(at).toBeLessThanOrEqual(6 + 3 + 4 * Math.max(gopSeconds, 1) + 0.1);
    expect(since).toBeGreaterThanOrEqual(6000 - 2000 / fps - 0.1);
  });

  test('a loop of one group of pictures is frozen, though its pictures move', () => {
    const units = play(clip('testsrc2=size=640x360:rate=15', 4));
    const group = units.slice(0, gop);
    const loop = renumber(Array.from({ length: Math.ceil((8 * fps) / gop) }, () => group).flat());
    const { at } = judge(codec, loop);
    expect(at).not.toBeNull();
    expect(at).toBeLessThanOrEqual(Math.max(3.1, 2 * gopSeconds + 0.1));
  });

  test('one and the same access unit sent again and again is frozen', () => {
    const [first] = play(clip('testsrc2=size=640x360:rate=15', 1));
    const { at } = judge(codec, renumber(Array.from({ length: 8 * fps }, () => first!)));
    expect(at).toBeLessThanOrEqual(3.1);
  });

  test('a picture that moves again is no longer frozen within one group of pictures', () => {
    const still = play(clip(`${scene},trim=end_frame=1,loop=loop=${12 * fps}:size=1`, 10));
    const moving = play(clip('testsrc2=size=640x360:rate=15', 3));
    const { at, since } = judge(codec, renumber([...still, ...moving]));
    expect(at).not.toBeNull();
    expect(since).toBeNull();
  });

  test('moving pictures are never frozen', () => {
    expect(judge(codec, play(clip('testsrc2=size=640x360:rate=15', 10)))).toEqual({
      at: null,
      since: null,
    });
  });
});

test('a keyframe sent twice at the start, as servers with a cache do, means nothing', () => {
  const units = play({
    codec: 'h264',
    source: `${scene},noise=alls=4:allf=t`,
    seconds: 6,
    fps,
    gop: 15,
  });
  expect(judge('h264', [units[0]!, units[0]!, ...units])).toEqual({ at: null, since: null });
});
