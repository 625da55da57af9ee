import type { Dispose } from '../../src/std/disposable.ts';

/**
 * Keeps the monitor from going dark while the wall is on it (Screen Wake Lock). The browser takes the
 * lock away whenever the window is hidden, so it is asked for again when it is seen. Electron has its own
 * means and refuses; then nothing is lost.
 */
export function keepAwake(): Dispose {
  let lock: WakeLockSentinel | null = null;
  let ended = false;

  const ask = async () => {
    if (ended || document.visibilityState !== 'visible' || (lock && !lock.released)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (ended) await lock.release();
    } catch {
      // Refused by the shell, or by a system that saves its last battery.
    }
  };

  const onVisible = () => void ask();
  document.addEventListener('visibilitychange', onVisible);
  onVisible();
  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', onVisible);
    void lock?.release().catch(() => {});
  };
}
