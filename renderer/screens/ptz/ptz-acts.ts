import type { PtzStore } from '../../stores/ptz/ptz-store.ts';

/** What keys, joystick buttons and the panel do alike. */
export function goToNumber(ptz: PtzStore, number: number): void {
  const { mode, views } = ptz.getState();
  const preset = mode ? views.get(mode.cameraId)?.presets[number - 1] : undefined;
  if (preset) goToPreset(ptz, preset.token);
}

export function goToPreset(ptz: PtzStore, token: string): void {
  if (!ptz.maySteer()) return;
  void ptz.act(`goto ${token}`, (core, cameraId) =>
    core.call('ptz.goto', { cameraId, preset: token, speed: null }),
  );
}

export function goHome(ptz: PtzStore): void {
  if (!ptz.maySteer()) return;
  void ptz.act('home', (core, cameraId) => core.call('ptz.home', { cameraId }));
}

/** Starts or ends; ending is allowed to who may not steer for another reason, as every stop is. */
export function patrol(ptz: PtzStore, id: string, act: 'start' | 'stop'): void {
  if (act === 'start' && !ptz.maySteer()) return;
  void ptz.act(`patrol ${id}`, (core, cameraId) => core.call('ptz.patrol', { cameraId, id, act }));
}
