import { expect, test } from 'vitest';
import type { MediaProfile, VideoCodec } from '../../../src/onvif/media.types.ts';
import { pairProfiles } from '../../../src/onvif/pair-profiles.ts';

function profile(
  token: string,
  source: string,
  width: number,
  height: number,
  codec: VideoCodec = 'h264',
): MediaProfile {
  return {
    token,
    name: token,
    service: 'media',
    fixed: true,
    videoSource: source,
    videoSourceConfiguration: `c-${source}`,
    video: {
      token: `e-${token}`,
      name: '',
      codec,
      encoding: codec,
      width,
      height,
      fps: 25,
      kbps: null,
      gop: null,
      profile: '',
    },
    audio: false,
    ptz: null,
  };
}
const tokens = (profiles: readonly MediaProfile[]) =>
  pairProfiles(profiles).map(({ main, sub }) => [main.token, sub?.token ?? null]);

test('each channel of a recorder has its own pair, in any order', () => {
  expect(
    tokens([
      profile('1s', 'one', 640, 360),
      profile('2m', 'two', 2560, 1440, 'h265'),
      profile('1m', 'one', 1920, 1080),
      profile('2s', 'two', 704, 576),
    ]),
  ).toEqual([
    ['1m', '1s'],
    ['2m', '2s'],
  ]);
});

test('quirk 15: a sub stream that is missing, or no smaller than the main one', () => {
  expect(tokens([profile('m', 'a', 1920, 1080)])).toEqual([['m', null]]);
  expect(tokens([profile('m', 'a', 1920, 1080), profile('s', 'a', 1920, 1080)])).toEqual([
    ['m', null],
  ]);
  expect(tokens([profile('m', 'a', 1920, 1080), profile('s', 'a', 1600, 1200)])).toEqual([
    ['m', null],
  ]);
});

test('of several small ones the one that suits a tile, H.264 before JPEG', () => {
  expect(
    tokens([
      profile('m', 'a', 3840, 2160),
      profile('third', 'a', 1280, 720),
      profile('sub', 'a', 640, 360),
      profile('tiny', 'a', 160, 120),
      profile('jpeg', 'a', 640, 360, 'jpeg'),
    ]),
  ).toEqual([['m', 'sub']]);
});

test('of equal size the main stream is H.264 rather than JPEG', () => {
  expect(tokens([profile('j', 'a', 1920, 1080, 'jpeg'), profile('h', 'a', 1920, 1080)])).toEqual([
    ['h', null],
  ]);
});

test('profiles without video, and sizes untold', () => {
  const silent = { ...profile('x', 'a', 1, 1), video: null };
  expect(tokens([silent])).toEqual([]);
  expect(tokens([profile('m', 'a', 0, 0), profile('s', 'a', 0, 0)])).toEqual([['m', null]]);
});
