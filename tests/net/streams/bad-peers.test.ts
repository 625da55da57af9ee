import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRtsp } from '../../../src/rtsp/open-rtsp.ts';
import type { Credential } from '../../../src/rtsp/session.types.ts';
import { silentLog } from '../../../src/std/log.ts';
import { createSupervisor } from '../../../src/streams/supervisor.ts';
import type { StreamSource, StreamSupervisor } from '../../../src/streams/supervisor.types.ts';
import { encodeClip } from '../../support/encoded-clip.ts';
import {
  type Behaviour,
  startTinyRtspServer,
  type TinyServer,
} from '../../support/tiny-rtsp-server.ts';

/**
 * Twelve healthy cameras, and beside them, on the same supervisor and partly at the same site, every
 * sort of bad neighbour. The healthy ones must not lose a single frame.
 */
const fps = 15;
const healthy = 12;
const bad = ['stall', 'half-open', 'garbage', 'mute'] as const;

let server: TinyServer;
let locked: TinyServer;
let supervisor: StreamSupervisor;

beforeAll(async () => {
  const clip = encodeClip({
    codec: 'h264',
    source: `testsrc2=size=320x180:rate=${fps}`,
    seconds: 2,
    fps,
    gop: fps,
  });
  server = await startTinyRtspServer({
    clip,
    fps,
    behaviour: (path) =>
      (/^\/(stall|half-open|garbage|mute)/.exec(path)?.[1] ?? 'healthy') as Behaviour,
  });
  locked = await startTinyRtspServer({ clip, fps, login: 'xem:mật khẩu cũ' });
  supervisor = createSupervisor({ open: openRtsp, log: silentLog });
});

afterAll(async () => {
  await supervisor?.close();
  await server?.close();
  await locked?.close();
});

test('a stalled, a half-open, a garbage, a mute and a password-changing peer cost twelve healthy ones nothing', async () => {
  const login: Credential = { user: 'xem', password: 'mật khẩu cũ' };
  const sources = [
    ...Array.from({ length: healthy }, (_, index) => source(`ok${index}`, server)),
    ...bad.map((name) => source(name, server)),
    ...Array.from({ length: 4 }, (_, index) => source(`locked${index}`, locked, login)),
  ];
  supervisor.setSources(sources);
  const ticks = new Map<string, number[]>();
  const phases = new Map<string, string[]>();
  for (const { key } of sources) {
    const seen: number[] = [];
    const looks: string[] = [];
    ticks.set(key.cameraId, seen);
    phases.set(key.cameraId, looks);
    const reader = supervisor.read(key);
    reader.onAccessUnit((unit) => seen.push(unit.time.ticks));
    reader.onState((state) => looks.push(state.phase));
  }
  const phase = (camera: string) => supervisor.state({ cameraId: camera, quality: 'sub' }).phase;
  await until(() => phase('ok11') === 'live' && phase('locked3') === 'live', 15_000);
  await sleep(4_000);
  locked.setLogin('xem:mật khẩu mới', true);
  await sleep(21_000);

  for (let index = 0; index < healthy; index++) {
    const camera = `ok${index}`;
    const seen = ticks.get(camera)!;
    expect(seen.length).toBeGreaterThan(24 * fps);
    const steps = new Set(seen.slice(1).map((at, before) => at - seen[before]!));
    expect([...steps], camera).toEqual([90_000 / fps]);
    expect(phases.get(camera), camera).toEqual(['live']);
    expect(server.plays.get(`/${camera}`), camera).toBe(1);
    const newest = supervisor.stats().find(({ key }) => key.cameraId === camera)!;
    expect(newest.lost).toBe(0);
    expect(newest.framesReceived).toBe(seen.length);
  }
  // Each bad one was noticed, given up and tried again, and costs nothing but itself.
  expect(phases.get('stall')).toEqual(expect.arrayContaining(['live', 'stalled', 'connecting']));
  expect(server.plays.get('/stall')).toBeGreaterThan(1);
  expect(server.plays.get('/half-open')).toBeGreaterThan(1);
  expect(phases.get('half-open')).not.toContain('live');
  expect(phases.get('mute')).not.toContain('live');
  expect(phases.get('garbage')!.length).toBeGreaterThan(1);
  // Four cameras behind one login: the changed password was tried once.
  expect(locked.badLogins).toBe(1);
  for (let index = 0; index < 4; index++) expect(phase(`locked${index}`)).toBe('refused');

  login.password satisfies string;
  Object.assign(login, { password: 'mật khẩu mới' });
  supervisor.retry('locked2');
  await until(() => [0, 1, 2, 3].every((index) => phase(`locked${index}`) === 'live'), 10_000);
  expect(locked.badLogins).toBe(1);
}, 90_000);

function source(camera: string, at: TinyServer, login: Credential | null = null): StreamSource {
  return {
    key: { cameraId: camera, quality: 'sub' },
    url: `rtsp://127.0.0.1:${at.port}/${camera}`,
    siteId: 'one site',
    transport: 'tcp',
    credential: async () => login && { ...login },
    pinnedFingerprint: () => null,
    lastTransport: () => null,
    rememberTransport: () => {},
  };
}

async function until(condition: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) {
      const states = supervisor
        .states()
        .map(({ key, state }) => `${key.cameraId} ${JSON.stringify(state)}`);
      throw new Error(`not within ${ms} ms:\n${states.join('\n')}`);
    }
    await sleep(50);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
