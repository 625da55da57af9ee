import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Fault } from '../../../src/std/fault.ts';
import { silentLog } from '../../../src/std/log.ts';
import { createSupervisor } from '../../../src/streams/supervisor.ts';
import type { StreamSupervisor } from '../../../src/streams/supervisor.types.ts';
import { FakeCameras, fakeSource } from '../../support/fake-rtsp.ts';

/**
 * The line to the sites in fake time: while it is down, attempts hang until the client gives up, and
 * frames do not arrive.
 */
let cameras: FakeCameras;
let supervisor: StreamSupervisor;
let seed: number;
let down: (url: string) => boolean;

const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

beforeEach(() => {
  vi.useFakeTimers();
  cameras = new FakeCameras();
  cameras.connectMs = 400;
  down = () => false;
  seed = 7;
  supervisor = createSupervisor({ open: cameras.open, log: silentLog, random });
  cameras.answer = async (options) => {
    if (!down(options.url)) return null;
    await new Promise((resolve) => setTimeout(resolve, 4_600));
    return new Fault('net.timeout');
  };
});

afterEach(async () => {
  await supervisor.close();
  vi.useRealTimers();
});

function readAll(sites: number, perSite: number): void {
  const sources = Array.from({ length: sites * perSite }, (_, index) =>
    fakeSource({ camera: `c${index}`, site: `s${index % sites}`, device: `c${index}.test` }),
  );
  supervisor.setSources(sources);
  for (const source of sources) supervisor.read(source.key);
}

async function run(ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 250) {
    for (const session of cameras.openSessions) {
      if (!down(session.url)) session.frame(at % 1000 === 0);
    }
    await vi.advanceTimersByTimeAsync(250);
  }
}

const live = () => supervisor.states().filter(({ state }) => state.phase === 'live').length;

describe.each([
  { sites: 1, perSite: 64 },
  { sites: 12, perSite: 5 },
  { sites: 64, perSite: 1 },
])('$sites sites with $perSite cameras each', ({ sites, perSite }) => {
  test.each([
    ['a minute', 60],
    ['a quarter of an hour', 900],
  ])('are live within 10 s after the line was cut for %s', async (_, seconds) => {
    readAll(sites, perSite);
    await run(15_000);
    expect(live()).toBe(sites * perSite);
    down = () => true;
    await run(seconds * 1000);
    expect(live()).toBe(0);
    down = () => false;
    await run(10_000);
    expect(live()).toBe(sites * perSite);
  });
});

test('a site that returns alone is live within 10 s while the others stay dark', async () => {
  readAll(12, 5);
  await run(15_000);
  down = () => true;
  await run(300_000);
  const site0 = new Set([0, 12, 24, 36, 48].map((index) => `rtsp://c${index}.test/c${index}/sub`));
  down = (url) => !site0.has(url);
  await run(10_000);
  expect(live()).toBe(5);
});

test('dark sites do not stand in the way of a healthy one', async () => {
  readAll(60, 1);
  down = (url) => !url.includes('c59.');
  await run(60_000);
  cameras.openSessions[0]!.end();
  await run(1_500);
  expect(live()).toBe(1);
});

test('a dead site costs a connection attempt every two seconds or so, no more', async () => {
  readAll(1, 16);
  cameras.answer = () => new Fault('net.refused');
  await run(600_000);
  const before = cameras.attempts.length;
  await run(60_000);
  const perMinute = cameras.attempts.length - before;
  expect(perMinute).toBeGreaterThan(15);
  // Sixteen cameras backing off to half a minute each, and the scout.
  expect(perMinute).toBeLessThan(16 * 3 + 40);
});

test('at most four connections are made at once to one site, and their starts are spread', async () => {
  readAll(1, 32);
  await run(10_000);
  expect(cameras.mostConnecting).toBeLessThanOrEqual(4);
  expect(live()).toBe(32);
  const starts = cameras.attempts.map((attempt) => attempt.at);
  expect(new Set(starts).size).toBe(32);
});

test('the connections made at once over all sites are bounded too', async () => {
  readAll(100, 2);
  await run(10_000);
  expect(cameras.mostConnecting).toBeLessThanOrEqual(32);
  expect(live()).toBe(200);
});

test('one camera alone that was dead for a minute is back within 10 s', async () => {
  readAll(1, 8);
  await run(15_000);
  down = (url) => url.includes('c3.');
  await run(60_000);
  expect(live()).toBe(7);
  down = () => false;
  await run(10_000);
  expect(live()).toBe(8);
});
