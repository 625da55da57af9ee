import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VideoCodec } from '../../../src/codec/access-unit.ts';
import { pictureFingerprint } from '../../../src/codec/picture-fingerprint.ts';
import { placements } from '../../../src/contract/schemas.ts';
import { readClip, splitAnnexB } from '../../../src/demo/clip.ts';
import { clipsFolder, loadClips } from '../../../src/demo/clip-store.ts';
import { annexB } from '../../support/annex-b.ts';

const clips = await loadClips();

function bytesOf(which: (name: string) => boolean): number {
  const folder = clipsFolder();
  return readdirSync(folder)
    .filter(which)
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

describe('cutting an elementary stream', () => {
  it('finds NAL units behind start codes of three and four bytes and drops trailing zeros', () => {
    const units = splitAnnexB(
      Uint8Array.of(0, 0, 0, 1, 9, 8, 0, 0, 1, 7, 0, 3, 6, 0, 0, 0, 0, 1, 5),
    );
    expect(units.map((unit) => [...unit])).toEqual([[9, 8], [7, 0, 3, 6], [5]]);
  });

  it('begins a picture at its first slice, with the parameter sets that stand before it', () => {
    const bytes = annexB([
      [0x67, 1],
      [0x68, 2],
      [0x65, 0x88],
      [0x65, 0x11],
      [0x41, 0x9a],
      [0x41, 0x22],
    ]);
    const clip = readClip(bytes, { codec: 'h264', fps: 25, width: 16, height: 16 });
    expect(clip.frames.map((frame) => [frame.keyframe, frame.units.length])).toEqual([
      [true, 4],
      [false, 2],
    ]);
    expect(clip.parameterSets.map((set) => set[0])).toEqual([0x67, 0x68]);
  });

  it('refuses a stream without a picture, and one that begins between keyframes', () => {
    const shape = { codec: 'h264', fps: 25, width: 16, height: 16 } as const;
    expect(() => readClip(annexB([[0x67, 1]]), shape)).toThrow(/no h264 picture/);
    expect(() => readClip(annexB([[0x41, 0x9a]]), shape)).toThrow(/keyframe/);
  });
});

describe('the clips in the tree', () => {
  it('take at most 8 MB together', () => {
    expect(bytesOf((name) => !name.startsWith('ptz-'))).toBeLessThanOrEqual(8_000_000);
  });

  it('leave 1.5 MB to the scene of the steered cameras and its stored pictures', () => {
    expect(bytesOf((name) => name.startsWith('ptz-'))).toBeLessThanOrEqual(1_500_000);
  });

  it('show all six placement areas in H.264, and some H.265 and MJPEG', () => {
    const areas = clips.filter((clip) => clip.codec === 'h264').map((clip) => clip.placement);
    expect(new Set(areas)).toEqual(new Set(placements));
    expect(new Set(clips.map((clip) => clip.codec))).toEqual(new Set(['h264', 'h265', 'mjpeg']));
  });

  for (const pair of clips)
    for (const quality of ['main', 'sub'] as const) {
      const { clip } = pair[quality];
      it(`${pair.name} ${quality}: a keyframe every 2 s, with its parameter sets`, () => {
        const keyframes = clip.frames.flatMap((frame, i) => (frame.keyframe ? [i] : []));
        expect(clip.frames.length).toBeGreaterThan(clip.fps * 4 - 1);
        if (clip.codec === 'mjpeg') {
          expect(keyframes).toHaveLength(clip.frames.length);
          return;
        }
        expect(keyframes).toEqual(
          Array.from({ length: clip.frames.length / (2 * clip.fps) }, (_, i) => i * 2 * clip.fps),
        );
        expect(clip.parameterSets).toHaveLength(clip.codec === 'h264' ? 2 : 3);
        for (const at of keyframes) expect(clip.frames[at]!.units.length).toBeGreaterThan(1);
      });

      it(`${pair.name} ${quality}: no keyframe repeats the one before, so nobody takes it for frozen`, () => {
        const prints = clip.frames
          .filter((frame) => frame.keyframe)
          .map((frame) =>
            pictureFingerprint(clip.codec as VideoCodec, whole(clip.codec, frame.units)),
          );
        prints.forEach((print, i) => {
          expect(print).not.toBe(0);
          expect(print).not.toBe(prints[(i + 1) % prints.length]);
        });
      });
    }
});

function whole(codec: string, units: readonly Uint8Array[]): Uint8Array {
  return codec === 'mjpeg' ? units[0]! : annexB(units);
}
