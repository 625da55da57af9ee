import { expect, test, vi } from 'vitest';
import { createCamerasStore } from '../../../renderer/stores/cameras-store.ts';
import type { StreamPhase, StreamState } from '../../../src/contract/stream-state.ts';

const update = (cameraId: string, quality: 'main' | 'sub', phase: StreamPhase) => ({
  key: { cameraId, quality },
  state: { phase, since: 0 } as StreamState,
});

test('the stream that shows a picture says how a camera is', () => {
  const store = createCamerasStore();
  store.setStreams([update('a', 'main', 'idle'), update('a', 'sub', 'live')]);
  expect(store.getState().phases.get('a')).toBe('live');
  store.updateStreams([update('a', 'sub', 'stalled')]);
  expect(store.getState().phases.get('a')).toBe('stalled');
  store.updateStreams([update('a', 'main', 'live')]);
  expect(store.getState().phases.get('a')).toBe('live');
});

test('an idle camera is not listed', () => {
  const store = createCamerasStore();
  store.updateStreams([update('a', 'sub', 'live')]);
  store.updateStreams([update('a', 'sub', 'idle')]);
  expect(store.getState().phases.size).toBe(0);
});

test('after a reconnect only what the core says now is known', () => {
  const store = createCamerasStore();
  store.setStreams([update('a', 'sub', 'live')]);
  store.setStreams([update('b', 'sub', 'refused')]);
  expect([...store.getState().phases]).toEqual([['b', 'refused']]);
});

test('nobody is told when nothing changed', () => {
  const store = createCamerasStore();
  store.updateStreams([update('a', 'sub', 'live')]);
  const heard = vi.fn();
  store.subscribe(heard);
  store.updateStreams([update('a', 'sub', 'live')]);
  expect(heard).not.toHaveBeenCalled();
});
