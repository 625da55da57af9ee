import type { PtzCamera } from './ptz-camera.ts';
import type { PtzMemory } from './ptz-memory.ts';

/** Presets of one camera, with names kept here where the device keeps none. */
export class PresetDesk {
  readonly #camera: PtzCamera;
  readonly #memory: PtzMemory;

  constructor({ camera, memory }: { camera: PtzCamera; memory: PtzMemory }) {
    this.#camera = camera;
    this.#memory = memory;
  }

  /** Empty where the device has none. */
  async list(): Promise<{ token: string; name: string }[]> {
    if ((await this.#camera.traits()).lacks.includes('presets')) return [];
    const own = this.#memory.presetNames(this.#camera.id);
    const presets = await this.#camera.asked(this.#camera.device.presets());
    return presets
      .filter(({ token }) => token.length <= 200)
      .map(({ token, name }) => ({ token, name: (name || own.get(token) || '').slice(0, 200) }));
  }

  async save(token: string | null, name: string, here: boolean) {
    const { id, device } = this.#camera;
    const { lacks } = await this.#camera.traits();
    if (token !== null && !here && lacks.includes('preset-names')) {
      this.#memory.namePreset(id, token, name);
      return { token, presets: await this.list() };
    }
    if (token !== null && !here) {
      // SetPreset names and places in one: where it looks now must be where the preset is.
      await this.#camera.gotoPreset(token, null);
      await this.#camera.arrived();
    }
    const { ptz, profileToken } = await device.open();
    const made = await this.#camera.asked(
      ptz.setPreset(profileToken, name, token === null ? undefined : token),
    );
    let presets = await this.list();
    const kept = presets.find((preset) => preset.token === made);
    if (kept && kept.name !== name) {
      this.#memory.namePreset(id, made, name);
      presets = await this.list();
    }
    return { token: made, presets };
  }

  async remove(token: string) {
    const { ptz, profileToken } = await this.#camera.device.open();
    await this.#camera.asked(ptz.removePreset(profileToken, token));
    this.#memory.namePreset(this.#camera.id, token, null);
    return { presets: await this.list() };
  }
}
