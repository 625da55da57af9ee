import { expect, test, vi } from 'vitest';
import { createCamerasStore } from '../../../renderer/stores/cameras-store.ts';
import { createSessionStore } from '../../../renderer/stores/session-store.ts';
import { type Stores, syncSession } from '../../../renderer/stores/session-sync.ts';
import { createStatsStore } from '../../../renderer/stores/stats-store.ts';
import * as wallState from '../../../renderer/stores/wall-state.ts';
import { createWallStore } from '../../../renderer/stores/wall-store.ts';
import { Fault } from '../../../src/std/fault.ts';
import { FakeCore, type FakeCoreOptions, someCameras } from '../../renderer/screens/fakes.ts';

function started(options: FakeCoreOptions = {}) {
  const core = new FakeCore(options);
  const stores: Stores = {
    wall: createWallStore(0),
    cameras: createCamerasStore(),
    session: createSessionStore('vi'),
    stats: createStatsStore(),
  };
  const stop = syncSession(core, stores, 0);
  return { core, ...stores, stop };
}

test('the page greets, asks for everything and fills the wall', async () => {
  const { wall, cameras, session } = started({ cameras: someCameras(9), hello: { demo: true } });
  await vi.waitFor(() => expect(wall.getState().ready).toBe(true));
  expect(cameras.getState().cameras).toHaveLength(9);
  expect(session.getState().hello?.demo).toBe(true);
  expect(wall.getState().wall.tiles).toHaveLength(9);
});

test('what the operator arranges is saved, debounced', async () => {
  const { core, wall } = started({ cameras: someCameras(4) });
  await vi.waitFor(() => expect(wall.getState().ready).toBe(true));
  wall.change((state) => wallState.empty(state, 0));
  wall.change((state) => wallState.empty(state, 1));
  await vi.waitFor(() => expect(core.calls('wall.save')).toHaveLength(1), 3000);
  expect(core.calls('wall.save')[0]?.tiles.slice(0, 2)).toEqual([null, null]);
});

test('a transient wall is never saved, not even when the page closes', async () => {
  const { core, wall, stop } = started({ cameras: someCameras(4), hello: { transient: true } });
  await vi.waitFor(() => expect(wall.getState().ready).toBe(true));
  wall.change((state) => wallState.empty(state, 0));
  stop();
  expect(core.calls('wall.save')).toHaveLength(0);
});

test('a restarted core is asked again, and the wall on the screen stays as it is', async () => {
  const { core, wall, cameras } = started({ cameras: someCameras(4) });
  await vi.waitFor(() => expect(wall.getState().ready).toBe(true));
  wall.change((state) => wallState.swap(state, 0, 3));
  const arranged = wall.getState().wall.tiles;
  core.connection.setState({ phase: 'gone', since: 0, attempt: 1 });
  core.cameras = someCameras(6);
  core.connection.setState({ phase: 'open', since: 0, attempt: 0 });
  await vi.waitFor(() => expect(cameras.getState().cameras).toHaveLength(6));
  expect(wall.getState().wall.tiles).toBe(arranged);
  expect(core.calls('wall.load')).toHaveLength(1);
  await vi.waitFor(() => expect(core.calls('wall.save').at(-1)?.tiles).toEqual(arranged));
});

test('while the core is gone the list claims nothing of any camera', async () => {
  const key = { cameraId: 'camera-0', quality: 'sub' } as const;
  const state = { phase: 'live', since: 0, frozenSince: null } as const;
  const { core, cameras } = started({ cameras: someCameras(1), streams: [{ key, state }] });
  await vi.waitFor(() => expect(cameras.getState().phases.size).toBe(1));
  core.connection.setState({ phase: 'gone', since: 0, attempt: 1 });
  expect(cameras.getState().phases.size).toBe(0);
});

test('events reach the stores until the page stops listening', async () => {
  const { core, cameras, session, stop, wall } = started();
  await vi.waitFor(() => expect(wall.getState().ready).toBe(true));
  core.emit('language.changed', { language: 'en' });
  expect(session.getState().language).toBe('en');
  core.emit('cameras.changed', someCameras(3));
  expect(cameras.getState().cameras).toHaveLength(3);
  stop();
  core.emit('cameras.changed', []);
  expect(cameras.getState().cameras).toHaveLength(3);
});

test('a wall that cannot be saved is said, with its cause', async () => {
  const { core, wall, session } = started({ cameras: someCameras(4) });
  await vi.waitFor(() => expect(wall.getState().ready).toBe(true));
  core.failing.set('wall.save', new Fault('store.failed'));
  wall.change((state) => wallState.empty(state, 0));
  await vi.waitFor(() => expect(session.getState().trouble?.code).toBe('store.failed'), 3000);
});
