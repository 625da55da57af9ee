import { afterEach, expect, test } from 'vitest';
import type { AuditEntry } from '../../../src/audit/audit.types.ts';
import { Viewing } from '../../../src/audit/viewing.ts';
import type { TileReport } from '../../../src/contract/schemas.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
});

function scene() {
  const now = { wall: 1_000_000, steady: 0, who: null as string | null };
  const written: AuditEntry[] = [];
  const viewing = new Viewing({
    audit: { write: (entry) => written.push(entry) },
    operator: () => (now.who === null ? null : { id: now.who, name: now.who }),
    siteOf: (cameraId) => `site of ${cameraId}`,
    clocks: { wall: () => now.wall, steady: () => now.steady, awakeOrNot: () => now.steady },
  });
  undo.push(() => viewing.close());
  const seconds = (count: number, tiles: readonly [string, TileReport['look']][], screen = 0) => {
    for (let at = 0; at < count; at++) {
      now.wall += 1000;
      now.steady += 1000;
      viewing.report(
        screen,
        tiles.map(([cameraId, look]) => ({ cameraId, look })),
      );
    }
  };
  return { now, written, viewing, seconds };
}

test('a camera that leaves the screen leaves a record of when it was there and how long it was live', () => {
  const { written, seconds } = scene();
  seconds(3, [['a', 'connecting']]);
  seconds(10, [['a', 'live']]);
  seconds(2, [['a', 'stale']]);
  expect(written).toEqual([]);
  seconds(1, [['b', 'live']]);
  expect(written).toEqual([
    {
      kind: 'view',
      operator: null,
      camera: 'a',
      site: 'site of a',
      screen: 0,
      details: {
        from: 1_001_000,
        to: 1_015_000,
        onMs: 14_000,
        liveMs: 10_000,
        looks: 'connecting live stale',
      },
    },
  ]);
});

test('a camera that was on the screen and never live was not seen live', () => {
  const { written, viewing, seconds } = scene();
  seconds(60, [['a', 'failed']]);
  viewing.close();
  expect(written).toMatchObject([{ camera: 'a', details: { liveMs: 0, looks: 'failed' } }]);
});

test('long spans are written every ten minutes, without a hole between', () => {
  const { written, viewing, seconds } = scene();
  seconds(25 * 60, [['a', 'live']]);
  viewing.close();
  expect(written).toHaveLength(3);
  const spans = written.map(({ details }) => [details?.['from'], details?.['to']]);
  expect(spans[1]?.[0]).toBe(spans[0]?.[1]);
  expect(spans[2]?.[0]).toBe(spans[1]?.[1]);
  const live = written.reduce((sum, { details }) => sum + Number(details?.['liveMs']), 0);
  expect(live).toBe((25 * 60 - 1) * 1000);
});

test('a dead page ends its spans at its last report', () => {
  const { now, written, viewing, seconds } = scene();
  seconds(5, [['a', 'live']]);
  now.wall += 60_000;
  now.steady += 60_000;
  viewing.check();
  expect(written).toMatchObject([{ details: { to: 1_005_000, onMs: 4000 } }]);
});

test('time without reports is not counted, also where the same page comes back', () => {
  const { now, written, viewing, seconds } = scene();
  seconds(5, [['a', 'live']]);
  now.wall += 60_000;
  now.steady += 60_000;
  seconds(5, [['a', 'live']]);
  viewing.close();
  expect(written.map(({ details }) => details?.['liveMs'])).toEqual([4000, 4000]);
});

test('a change of shift divides what was seen', () => {
  const { now, written, viewing, seconds } = scene();
  now.who = 'hong';
  seconds(5, [['a', 'live']]);
  now.who = 'lan';
  viewing.split();
  seconds(5, [['a', 'live']]);
  viewing.close();
  expect(written.map(({ operator, details }) => [operator?.id, details?.['liveMs']])).toEqual([
    ['hong', 4000],
    ['lan', 5000],
  ]);
});

test('two tiles of one camera are one camera; two screens are two', () => {
  const { written, viewing, seconds } = scene();
  seconds(1, [
    ['a', 'stale'],
    ['a', 'live'],
  ]);
  seconds(1, [
    ['a', 'stale'],
    ['a', 'live'],
  ]);
  seconds(1, [['a', 'paused']], 1);
  viewing.close();
  expect(written.map(({ screen, details }) => [screen, details?.['liveMs']])).toEqual([
    [0, 1000],
    [1, 0],
  ]);
});
