import { expect, test } from 'vitest';
import { GopCache } from '../../../src/streams/gop-cache.ts';
import { videoUnit } from '../../support/fake-rtsp.ts';

test('holds what came since the last keyframe', () => {
  const cache = new GopCache();
  cache.push(videoUnit());
  expect(cache.units).toHaveLength(0);
  cache.push(videoUnit({ keyframe: true }));
  cache.push(videoUnit());
  const second = [videoUnit({ keyframe: true }), videoUnit(), videoUnit()];
  for (const unit of second) cache.push(unit);
  expect(cache.units).toEqual(second);
});

test('of MJPEG holds the last image only', () => {
  const cache = new GopCache();
  for (let count = 0; count < 5; count++) cache.push(videoUnit({ keyframe: true }));
  expect(cache.units).toHaveLength(1);
});

test.each([
  ['frames', { frames: 10, bytes: 1e9 }],
  ['bytes', { frames: 1e9, bytes: 800 }],
])('quirk 10: a group longer than its bound of %s is let go and said so', (_, bounds) => {
  const cache = new GopCache(bounds);
  cache.push(videoUnit({ keyframe: true }));
  for (let count = 0; count < 9; count++) cache.push(videoUnit());
  expect(cache.units).toHaveLength(10);
  expect(cache.overflowed).toBe(false);
  for (let count = 0; count < 1000; count++) cache.push(videoUnit());
  expect(cache.units).toHaveLength(0);
  expect(cache.bytes).toBe(0);
  expect(cache.overflowed).toBe(true);
  cache.push(videoUnit({ keyframe: true }));
  expect(cache.units).toHaveLength(1);
  expect(cache.overflowed).toBe(false);
});
