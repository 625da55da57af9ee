import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AccessUnit } from '../../../src/codec/access-unit.ts';
import type { StreamKey, StreamState } from '../../../src/contract/stream-state.ts';
import { Fault } from '../../../src/std/fault.ts';
import { silentLog } from '../../../src/std/log.ts';
import { createSupervisor } from '../../../src/streams/supervisor.ts';
import type { StreamSource, StreamSupervisor } from '../../../src/streams/supervisor.types.ts';
import { FakeCameras, fakeSource, g711Format } from '../../support/fake-rtsp.ts';

let cameras: FakeCameras;
let supervisor: StreamSupervisor;
const key: StreamKey = { cameraId: 'cam', quality: 'sub' };
const url = 'rtsp://cam.test/cam/sub';

function start(...sources: StreamSource[]): void {
  supervisor.setSources(sources.length > 0 ? sources : [fakeSource({ camera: 'cam' })]);
}

/** Sends a frame every 100 ms, a keyframe each second, for a while. */
async function play(urls: readonly string[], ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 100) {
    for (const one of urls) {
      const session = cameras.sessions.findLast((other) => other.url === one);
      if (session && !session.closed) session.frame(at % 1000 === 0);
    }
    await vi.advanceTimersByTimeAsync(100);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  cameras = new FakeCameras();
  supervisor = createSupervisor({ open: cameras.open, log: silentLog, random: () => 0.5 });
});

afterEach(async () => {
  await supervisor.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('one connection', () => {
  test('serves however many readers', async () => {
    start();
    const readers = [supervisor.read(key), supervisor.read(key), supervisor.read(key)];
    const seen = readers.map(() => 0);
    for (const [index, reader] of readers.entries()) {
      reader.onAccessUnit(() => {
        seen[index]!++;
      });
    }
    await vi.advanceTimersByTimeAsync(100);
    await play([url], 1000);
    expect(cameras.attempts).toHaveLength(1);
    expect(supervisor.connections).toBe(1);
    expect(seen).toEqual([10, 10, 10]);
  });

  test('outlives its last reader by a few seconds, then ends', async () => {
    start();
    const reader = supervisor.read(key);
    await vi.advanceTimersByTimeAsync(100);
    await play([url], 200);
    reader.close();
    await vi.advanceTimersByTimeAsync(3000);
    expect(cameras.openSessions).toHaveLength(1);
    const again = supervisor.read(key);
    await play([url], 6000);
    expect(cameras.attempts).toHaveLength(1);
    again.close();
    await vi.advanceTimersByTimeAsync(6000);
    expect(cameras.openSessions).toHaveLength(0);
    expect(cameras.sessions[0]!.listeners).toBe(0);
    expect(supervisor.state(key).phase).toBe('idle');
  });

  test('gives a new reader the current group of pictures at once', async () => {
    start();
    supervisor.read(key);
    await vi.advanceTimersByTimeAsync(100);
    const session = cameras.session(url);
    session.frame(true);
    session.frame(false);
    const wanted = [session.frame(true), session.frame(false), session.frame(false)];
    const got: [AccessUnit, boolean][] = [];
    supervisor.read(key).onAccessUnit((unit, cached) => got.push([unit, cached]));
    expect(got).toEqual(wanted.map((unit) => [unit, true]));
    const next = session.frame(false);
    expect(got.at(-1)).toEqual([next, false]);
  });

  test('passes nothing on before the first keyframe of a connection', async () => {
    start();
    const got: AccessUnit[] = [];
    supervisor.read(key).onAccessUnit((unit) => got.push(unit));
    await vi.advanceTimersByTimeAsync(100);
    const session = cameras.session(url);
    session.frame(false);
    session.frame(false);
    expect(got).toHaveLength(0);
    session.frame(true);
    expect(got).toHaveLength(1);
  });

  test('is made anew for sound only when somebody asks, without a gap in the picture', async () => {
    cameras.audio = g711Format;
    start();
    const got: AccessUnit[] = [];
    const sounds: AccessUnit[] = [];
    supervisor.read(key).onAccessUnit((unit) => got.push(unit));
    await vi.advanceTimersByTimeAsync(100);
    const first = cameras.session(url);
    first.frame(true);
    const listener = supervisor.read(key, { audio: true });
    listener.onAccessUnit((unit) => unit.kind === 'audio' && sounds.push(unit));
    await vi.advanceTimersByTimeAsync(200);
    expect(cameras.sessions).toHaveLength(2);
    expect(first.closed).toBe(false);
    first.frame(false);
    const second = cameras.session(url);
    second.frame(false);
    expect(got).toHaveLength(2);
    second.frame(true);
    second.sound();
    expect(first.closed).toBe(true);
    expect(first.listeners).toBe(0);
    expect(got).toHaveLength(3);
    expect(got[2]!.afterLoss).toBe(true);
    expect(sounds).toHaveLength(1);
    expect(got.every((unit) => unit.kind === 'video')).toBe(true);
    expect(supervisor.state(key).phase).toBe('live');
  });
});

describe('liveness', () => {
  test('is stalled after 3 s without a new frame and reconnects at 10 s', async () => {
    start();
    const states: StreamState[] = [];
    supervisor.onState((_, state) => states.push(state));
    supervisor.read(key);
    await vi.advanceTimersByTimeAsync(100);
    await play([url], 12_000);
    const lastFrame = Date.now() - 100;
    expect(supervisor.state(key).phase).toBe('live');
    await vi.advanceTimersByTimeAsync(2500);
    expect(supervisor.state(key).phase).toBe('live');
    await vi.advanceTimersByTimeAsync(900);
    expect(supervisor.state(key)).toMatchObject({ phase: 'stalled', lastFrameAt: lastFrame });
    await vi.advanceTimersByTimeAsync(6000);
    expect(cameras.attempts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(900);
    expect(cameras.attempts).toHaveLength(2);
    expect(cameras.sessions[0]!.closed).toBe(true);
    await play([url], 300);
    expect(supervisor.state(key).phase).toBe('live');
    expect(states.map((state) => state.phase)).toEqual([
      'connecting',
      'live',
      'stalled',
      'connecting',
      'live',
    ]);
  });

  test('does not take a repeated timestamp for a new frame', async () => {
    start();
    supervisor.read(key);
    await vi.advanceTimersByTimeAsync(100);
    const session = cameras.session(url);
    for (let count = 0; count < 50; count++) {
      session.frame(true, { time: { ticks: 77, clockRate: 90_000 } });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(supervisor.state(key).phase).toBe('stalled');
  });

  test('reconnects at once when a good connection is closed', async () => {
    start();
    supervisor.read(key);
    await vi.advanceTimersByTimeAsync(100);
    await play([url], 11_000);
    cameras.session(url).end();
    await vi.advanceTimersByTimeAsync(300);
    expect(cameras.attempts).toHaveLength(2);
  });

  test('backs off from a camera that closes again and again', async () => {
    start();
    supervisor.read(key);
    for (let second = 0; second < 120; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      const session = cameras.openSessions[0];
      session?.frame(true);
      session?.end();
    }
    expect(cameras.attempts.length).toBeLessThan(45);
    expect(supervisor.state(key).phase).toBe('offline');
  });

  test('half-open TCP: connected and playing, but no packet ever: given up after 10 s', async () => {
    start();
    supervisor.read(key);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(supervisor.state(key).phase).toBe('connecting');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(supervisor.state(key)).toMatchObject({
      phase: 'waiting',
      cause: { code: 'media.stalled' },
    });
    expect(cameras.openSessions).toHaveLength(0);
  });

  test('smart codec: packets without a keyframe are waited for longer', async () => {
    start();
    supervisor.read(key);
    await vi.advanceTimersByTimeAsync(100);
    for (let second = 0; second < 25; second++) {
      cameras.session(url).packet();
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(cameras.attempts).toHaveLength(1);
    cameras.session(url).frame(true);
    expect(supervisor.state(key).phase).toBe('live');
  });
});

describe('failures', () => {
  test('are offline after several in a row, and still tried', async () => {
    cameras.answer = () => new Fault('rtsp.not-found');
    start();
    supervisor.read(key);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(supervisor.state(key)).toMatchObject({ phase: 'waiting' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(supervisor.state(key).phase).toBe('offline');
    const before = cameras.attempts.length;
    await vi.advanceTimersByTimeAsync(62_000);
    expect(cameras.attempts.length - before).toBeGreaterThanOrEqual(2);
    cameras.answer = () => null;
    for (let second = 0; second < 31 && cameras.openSessions.length === 0; second++) {
      await vi.advanceTimersByTimeAsync(1000);
    }
    cameras.session(url).frame(true);
    expect(supervisor.state(key).phase).toBe('live');
  });

  test.each(['rtsp.too-many-clients', 'rtsp.server-error'] as const)(
    'quirk 7: %s means come back later, and not soon',
    async (code) => {
      cameras.answer = () => new Fault(code);
      start();
      supervisor.read(key);
      await vi.advanceTimersByTimeAsync(500);
      expect(supervisor.state(key)).toMatchObject({ phase: 'waiting', cause: { code } });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(cameras.attempts.length).toBeLessThanOrEqual(5);
    },
  );

  test('unsupported is tried every few minutes, and at once when a person asks', async () => {
    cameras.answer = () => new Fault('media.unsupported-codec');
    start();
    supervisor.read(key);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(supervisor.state(key).phase).toBe('unsupported');
    expect(cameras.attempts).toHaveLength(1);
    supervisor.retry('cam');
    await vi.advanceTimersByTimeAsync(100);
    expect(cameras.attempts).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(cameras.attempts).toHaveLength(3);
  });

  test('of a listener are not felt by others', async () => {
    start();
    supervisor.onState(() => {
      throw new Error('planted');
    });
    const reader = supervisor.read(key);
    reader.onAccessUnit(() => {
      throw new Error('planted');
    });
    let got = 0;
    reader.onAccessUnit(() => got++);
    await vi.advanceTimersByTimeAsync(100);
    cameras.session(url).frame(true);
    expect(got).toBe(1);
  });
});

describe('sources', () => {
  test('unknown ones cannot be read', () => {
    expect(() => supervisor.read(key)).toThrow(Fault);
  });

  test('that did not change go on untouched; a changed address reconnects', async () => {
    start(fakeSource({ camera: 'cam' }), fakeSource({ camera: 'other' }));
    supervisor.read(key);
    supervisor.read({ cameraId: 'other', quality: 'sub' });
    await vi.advanceTimersByTimeAsync(200);
    start(fakeSource({ camera: 'cam' }), fakeSource({ camera: 'other', device: 'moved.test' }));
    await vi.advanceTimersByTimeAsync(200);
    expect(cameras.attempts.map((attempt) => attempt.url)).toEqual([
      'rtsp://cam.test/cam/sub',
      'rtsp://other.test/other/sub',
      'rtsp://moved.test/other/sub',
    ]);
    expect(cameras.openSessions.map((session) => session.url).sort()).toEqual([
      'rtsp://cam.test/cam/sub',
      'rtsp://moved.test/other/sub',
    ]);
  });

  test('that are removed leave their readers idle, and come back to them', async () => {
    start();
    const reader = supervisor.read(key);
    await vi.advanceTimersByTimeAsync(200);
    supervisor.setSources([]);
    expect(reader.state.phase).toBe('idle');
    expect(cameras.openSessions).toHaveLength(0);
    start();
    await vi.advanceTimersByTimeAsync(200);
    cameras.session(url).frame(true);
    expect(reader.state.phase).toBe('live');
  });
});

test('figures of each second are given for what is read', async () => {
  start();
  supervisor.read(key);
  await vi.advanceTimersByTimeAsync(100);
  await play([url], 5_000);
  const [stats] = supervisor.stats();
  expect(stats).toMatchObject({ codec: 'h264', width: 640, transport: 'tcp', framesReceived: 50 });
  expect(stats!.fps).toBeGreaterThan(8);
  expect(stats!.fps).toBeLessThan(12);
  expect(stats!.gopSeconds).toBeCloseTo(10 * (6000 / 90_000), 3);
});
