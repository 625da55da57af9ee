import { describe, expect, it } from 'vitest';
import { directUrlOf, rtspPlace, rtspUrl } from '../../../src/hubs/rtsp-place.ts';
import { cameraNameOf, pairNames } from '../../../src/hubs/stream-names.ts';

const pairs = (...names: string[]) =>
  pairNames(new Map(names.map((name) => [name, name]))).map(({ main, sub }) => [main, sub]);

describe('streams of a media server', () => {
  it.each([
    [['gate', 'gate_sub'], [['gate', 'gate_sub']]],
    [['gate_sub', 'gate'], [['gate', 'gate_sub']]],
    [['gate/main', 'gate/sub'], [['gate/main', 'gate/sub']]],
    [['gate-hd', 'gate-sd'], [['gate-hd', 'gate-sd']]],
    [['a_0', 'a_1'], [['a_0', 'a_1']]],
    // Numbered cameras are not streams of one.
    [
      ['hall_1', 'hall_2'],
      [
        ['hall_1', null],
        ['hall_2', null],
      ],
    ],
    [
      ['hall', 'hall_1'],
      [
        ['hall', null],
        ['hall_1', null],
      ],
    ],
    // A sub stream whose main is not here is shown all the same.
    [['yard_sub'], [['yard_sub', null]]],
  ])('%j are paired as %j', (names, expected) => {
    expect(pairs(...names)).toEqual(expected);
  });

  it.each([
    ['gate_main', 'gate'],
    ['hall_1', 'hall 1'],
    ['0', '0'],
    ['Cổng_phụ', 'Cổng phụ'],
  ])('%s is called %s', (stream, name) => {
    expect(cameraNameOf(stream)).toBe(name);
  });
});

describe('where a hub serves RTSP', () => {
  it.each([
    ['', ':8555', 'hub.lan', 8555],
    ['', '0.0.0.0:9000', 'hub.lan', 9000],
    ['', '', 'hub.lan', 8554],
    [':7000', ':8555', 'hub.lan', 7000],
    ['other:7001', '', 'other', 7001],
    ['other', '', 'other', 8554],
  ])('given %j, listening on %j', (given, listens, host, port) => {
    expect(rtspPlace(given, listens, 'hub.lan', 8554)).toMatchObject({ host, port });
  });

  it('escapes what a name may hold', () => {
    const place = { host: 'fd00::1', port: 8554, tls: false };
    expect(rtspUrl(place, 'a/b c?d#e')).toBe('rtsp://[fd00::1]:8554/a/b%20c%3Fd%23e');
  });
});

describe('the way around a hub', () => {
  it.each([
    ['rtsp://u:p@10.0.0.1/a', 'rtsp://10.0.0.1/a'],
    ['rtsp://127.0.0.1:8554/a', null],
    ['rtsp://127.0.0.1:554/a', null],
    ['rtsp://hub.lan:8554/a', null],
    ['rtsp://hub.lan:1554/a', 'rtsp://hub.lan:1554/a'],
    ['publisher', null],
    ['exec:rm -rf /', null],
    ['http://10.0.0.1/a', null],
    [{ evil: true }, null],
  ])('of %j is %j', (source, url) => {
    expect(directUrlOf(source, 'hub.lan', 8554)).toBe(url);
  });
});
