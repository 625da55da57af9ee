import { afterEach, expect, test, vi } from 'vitest';
import { keepAwake } from '../../../renderer/wall/keep-awake.ts';

afterEach(() => vi.restoreAllMocks());

function fakeLock() {
  return { released: false, release: vi.fn(async () => {}) };
}

test('asks while seen, again after the browser took the lock away, and gives it back', async () => {
  const first = fakeLock();
  const second = fakeLock();
  const request = vi
    .spyOn(navigator.wakeLock, 'request')
    .mockResolvedValueOnce(first as unknown as WakeLockSentinel)
    .mockResolvedValueOnce(second as unknown as WakeLockSentinel);
  const stop = keepAwake();
  await vi.waitFor(() => expect(request).toHaveBeenCalledTimes(1));
  document.dispatchEvent(new Event('visibilitychange'));
  expect(request).toHaveBeenCalledTimes(1);
  first.released = true;
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.waitFor(() => expect(request).toHaveBeenCalledTimes(2));
  // The second answer arrives a task later.
  await new Promise((resolve) => setTimeout(resolve, 0));
  stop();
  await vi.waitFor(() => expect(second.release).toHaveBeenCalledTimes(1));
  document.dispatchEvent(new Event('visibilitychange'));
  expect(request).toHaveBeenCalledTimes(2);
});

test('a refusal disturbs nothing', async () => {
  const request = vi.spyOn(navigator.wakeLock, 'request').mockRejectedValue(new DOMException('no'));
  const stop = keepAwake();
  await vi.waitFor(() => expect(request).toHaveBeenCalled());
  stop();
});
