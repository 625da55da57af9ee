import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as wallState from '../../../renderer/stores/wall-state.ts';
import { createWallStore, saveWall } from '../../../renderer/stores/wall-store.ts';
import type { WallState } from '../../../src/contract/schemas.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function loaded(count = 4) {
  const store = createWallStore(0);
  store.load(null, names(count), false);
  return store;
}

test('undo and redo bring back tiles and layout, and nothing else is something to undo', () => {
  const store = loaded();
  store.change((wall) => wallState.select(wall, 2));
  store.change((wall) => ({ ...wall, details: true }));
  expect(store.getState().past).toHaveLength(0);
  store.change((wall) => wallState.empty(wall, 1));
  store.change((wall) => wallState.setLayout(wall, '9'));
  store.undo();
  expect(store.getState().wall).toMatchObject({ layout: '4', tiles: ['c0', null, 'c2', 'c3'] });
  store.undo();
  expect(store.getState().wall.tiles).toEqual(names(4));
  expect(store.getState().wall.details).toBe(true);
  store.undo();
  expect(store.getState().wall.tiles).toEqual(names(4));
  store.redo();
  store.redo();
  expect(store.getState().wall).toMatchObject({ layout: '9', tiles: ['c0', null, 'c2', 'c3'] });
});

test('a new change forgets what could be redone', () => {
  const store = loaded();
  store.change((wall) => wallState.empty(wall, 1));
  store.undo();
  store.change((wall) => wallState.swap(wall, 0, 1));
  store.redo();
  expect(store.getState().wall.tiles).toEqual(['c1', 'c0', 'c2', 'c3']);
});

test('undo is bounded to 100 steps', () => {
  const store = loaded();
  for (let step = 0; step < 250; step++) store.change((wall) => wallState.swap(wall, 0, 1));
  expect(store.getState().past).toHaveLength(100);
});

test('undo silences a tile that gets another camera', () => {
  const store = loaded();
  store.change((wall) => wallState.place(wall, 1, 'other'));
  store.change((wall) => wallState.toggleAudio(wall, 1));
  store.undo();
  expect(store.getState().wall.audio).toBeNull();
});

test('nothing saved: all cameras fill the wall in order', () => {
  expect(loaded(48).getState().wall).toMatchObject({ layout: '16', tiles: names(48) });
});

test('a transient wall keeps the layout it was given and shows every camera', () => {
  const store = createWallStore(0);
  store.load({ ...wallState.emptyWall(0), layout: '25', wallMode: true }, names(30), true);
  expect(store.getState().wall).toMatchObject({ layout: '25', wallMode: true, tiles: names(30) });
});

test('a saved wall comes back as it was, even an empty one', () => {
  const store = createWallStore(0);
  store.load({ ...wallState.emptyWall(0), layout: '9', tiles: [] }, names(30), false);
  expect(store.getState().wall).toMatchObject({ layout: '9', tiles: [] });
  store.camerasChanged(names(31));
  expect(store.getState().wall.tiles).toEqual([]);
});

test('cameras that come later fill a wall nobody arranged, and no other', () => {
  const store = loaded(0);
  store.camerasChanged(names(20));
  expect(store.getState().wall).toMatchObject({ layout: '16', tiles: names(20) });
  // One that sorts first comes last, and a list that comes again adds nothing.
  store.camerasChanged(['a', ...names(20)]);
  store.camerasChanged(['a', ...names(20)]);
  expect(store.getState().wall.tiles).toEqual([...names(20), 'a']);
  store.change((wall) => wallState.empty(wall, 0));
  store.camerasChanged(names(25));
  expect(store.getState().wall.tiles[0]).toBeNull();
  expect(store.getState().wall.tiles).toHaveLength(21);
});

test('many changes in a moment are saved once, as the last one left the wall', async () => {
  const store = loaded();
  const saved: WallState[] = [];
  const saver = saveWall(store, async (wall) => saved.push(wall), vi.fn());
  for (let step = 0; step < 5; step++) store.change((wall) => wallState.swap(wall, 0, 1));
  expect(saved).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(600);
  expect(saved).toHaveLength(1);
  expect(saved[0]?.tiles).toEqual(['c1', 'c0', 'c2', 'c3']);
  saver.close();
});

test('loading is not a change: nothing is saved back', async () => {
  const store = createWallStore(0);
  const save = vi.fn(async () => {});
  const saver = saveWall(store, save, vi.fn());
  store.load(wallState.wallOf(0, names(4)), names(4), false);
  await vi.advanceTimersByTimeAsync(2000);
  saver.flush();
  expect(save).not.toHaveBeenCalled();
});

test('a save that failed is said, and tried again at the next flush', async () => {
  const store = loaded();
  const save = vi.fn(async () => {
    if (save.mock.calls.length === 1) throw new Error('full disk');
  });
  const failed = vi.fn();
  const saver = saveWall(store, save, failed);
  store.change((wall) => wallState.empty(wall, 0));
  await vi.advanceTimersByTimeAsync(600);
  expect(failed).toHaveBeenCalledOnce();
  saver.flush();
  expect(save).toHaveBeenCalledTimes(2);
});

test('closing saves what still waits', () => {
  const store = loaded();
  const save = vi.fn(async () => {});
  const saver = saveWall(store, save, vi.fn());
  store.change((wall) => wallState.empty(wall, 0));
  saver.close();
  expect(save).toHaveBeenCalledOnce();
  store.change((wall) => wallState.empty(wall, 1));
  vi.advanceTimersByTime(2000);
  expect(save).toHaveBeenCalledOnce();
});

test('cameras that are gone for good leave their tiles, and a wall of only such is filled anew', () => {
  const store = createWallStore(0);
  const saved = { ...wallState.emptyWall(0), layout: '4' as const, audio: 1 };
  store.load({ ...saved, tiles: ['c0', 'demo', null, 'c1'] }, names(3), false);
  expect(store.getState().wall).toMatchObject({ tiles: ['c0', null, null, 'c1'], audio: null });
  store.load({ ...saved, tiles: ['demo', 'demo2'] }, names(2), false);
  expect(store.getState().wall.tiles).toEqual(names(2));
  // A core that has just begun knows no camera yet: nothing is forgotten for that.
  store.load({ ...saved, tiles: ['c0', 'c1'] }, [], false);
  expect(store.getState().wall.tiles).toEqual(['c0', 'c1']);
});

test('a camera that vanishes from the list later keeps its tile, which then says so', () => {
  const store = loaded(3);
  store.change((wall) => wallState.empty(wall, 1));
  store.camerasChanged(['c0']);
  expect(store.getState().wall.tiles).toEqual(['c0', null, 'c2']);
});

test('a camera that a person removes leaves every tile', () => {
  const store = loaded(3);
  store.change((wall) => ({ ...wall, tiles: ['c0', 'c1', 'c0', 'c2'], audio: 2 }));
  store.change((wall) => wallState.withoutCamera(wall, 'c0'));
  expect(store.getState().wall).toMatchObject({ tiles: [null, 'c1', null, 'c2'], audio: null });
});
