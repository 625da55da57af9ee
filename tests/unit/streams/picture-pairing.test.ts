import { expect, test } from 'vitest';
import { PicturePairing } from '../../../src/streams/picture-pairing.ts';

function pairing() {
  const got: [number[], number][] = [];
  return { got, pairs: new PicturePairing(3, (picture, unit) => got.push([[...picture], unit])) };
}

test('pictures and their numbers meet, whichever is ahead and however they are cut', () => {
  const { got, pairs } = pairing();
  pairs.timeData('frame:0    pts:0       pts_time:0\nn=1\nframe:1    p');
  pairs.pictureData(Uint8Array.of(1, 2));
  pairs.pictureData(Uint8Array.of(3, 4, 5, 6, 7));
  expect(got).toEqual([[[1, 2, 3], 0]]);
  pairs.timeData('ts:120     pts_time:0.12\nn=1\n');
  pairs.pictureData(Uint8Array.of(8, 9));
  pairs.timeData('frame:2    pts:160     pts_time:0.16\n');
  expect(got).toEqual([
    [[1, 2, 3], 0],
    [[4, 5, 6], 3],
    [[7, 8, 9], 4],
  ]);
});

test('a picture outlives the chunk it came in', () => {
  const { got, pairs } = pairing();
  const chunk = Uint8Array.of(1, 2, 3);
  pairs.pictureData(chunk);
  chunk.fill(9);
  pairs.timeData('frame:0 pts:0\n');
  expect(got).toEqual([[[1, 2, 3], 0]]);
});

test('what is no line of a frame is passed over, without growing', () => {
  const { got, pairs } = pairing();
  pairs.timeData('x'.repeat(1_000_000));
  pairs.timeData('\nlavfi.n=1\nframe:0 pts:40\n');
  pairs.pictureData(Uint8Array.of(1, 2, 3));
  expect(got).toEqual([[[1, 2, 3], 1]]);
});
