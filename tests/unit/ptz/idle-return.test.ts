import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { IdleReturn } from '../../../src/contract/ptz-schemas.ts';
import type { PtzService } from '../../../src/onvif/ptz.types.ts';
import { createLocalLeaseBook } from '../../../src/ptz/lease.ts';
import type { Actor } from '../../../src/ptz/ptz.types.ts';
import { openPtzMemory } from '../../../src/ptz/ptz-memory.ts';
import { PtzRoom } from '../../../src/ptz/ptz-room.ts';
import { silentLog } from '../../../src/std/log.ts';
import { migrate } from '../../../src/store/migrations.ts';

const an: Actor = {
  holder: { operatorId: 'a', operatorName: 'An', workstation: 'm' },
  role: 'ptz',
  page: 1,
};

let asked: string[];
let room: PtzRoom;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  const ptz = {
    continuousMove: async () => void asked.push('move'),
    halt: async () => void asked.push('halt'),
    status: async () => ({ pan: 0, tilt: 0, zoom: 0, moving: false, error: '', at: null }),
    presets: async () => [],
    gotoHome: async () => void asked.push('home'),
    gotoPreset: async (_profile: string, preset: string) => void asked.push(`preset ${preset}`),
  } as unknown as PtzService;
  const database = new DatabaseSync(':memory:');
  migrate(database);
  room = new PtzRoom({
    connect: async () => ({
      ptz,
      imaging: null,
      profileToken: 'p',
      videoSourceToken: '',
      node: {
        token: 'n',
        name: 'n',
        abilities: { continuous: true, absolute: false, relative: false, zoom: true },
        spaces: [],
        home: true,
        fixedHome: false,
        maxPresets: 1,
        maxTours: 0,
        auxiliaries: [],
      },
      facts: null,
      close() {},
    }),
    memory: openPtzMemory(database, silentLog),
    leases: createLocalLeaseBook(),
    watchman: null,
    log: silentLog,
    workstation: 'm',
    me: () => an.holder,
    audit: () => {},
    onState: () => {},
  });
});
afterEach(async () => {
  const closed = room.close();
  await vi.advanceTimersByTimeAsync(5000);
  await closed;
  vi.useRealTimers();
});

async function usedOnce(idleReturn: IdleReturn) {
  const camera = room.camera('cam');
  await camera.setSettings({ idleReturn, wideDegrees: null, zoomFactor: null });
  await camera.move(an, 1, { pan: 0.5 });
  camera.stop('stopped');
  await vi.advanceTimersByTimeAsync(5000);
  await room.release('cam', an);
  asked = [];
  return camera;
}

const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000);

test('nobody steers for two minutes: it goes home, once, and says so', async () => {
  const camera = await usedOnce({ to: 'home', minutes: 2 });
  await minutes(1.9);
  expect(asked).toEqual([]);
  await minutes(0.2);
  expect(asked).toEqual(['home']);
  expect(camera.state.notice?.code).toBe('returned');
  await minutes(30);
  expect(asked).toEqual(['home']);
});

test('or to a preset; who takes it in between begins the time anew', async () => {
  await usedOnce({ to: 'preset', preset: '{4F}', minutes: 1 });
  await minutes(0.9);
  await room.take('cam', an, null, '');
  await minutes(0.4);
  expect(asked).toEqual([]);
  // The lease ends by itself after 30 s, and a minute later it goes.
  await minutes(1.2);
  expect(asked).toEqual(['preset {4F}']);
});

test('it stays where it is where nothing else was set', async () => {
  await usedOnce({ to: 'nothing' });
  await minutes(60);
  expect(asked).toEqual([]);
});
