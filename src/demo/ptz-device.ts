import type { PtzHead, PtzPosition } from './ptz-head.ts';

/** What a simulated PTZ camera keeps beside its position: presets, home, tours, lens and lamps. */
export interface PtzPreset {
  readonly token: string;
  name: string;
  position: PtzPosition;
}

export interface PtzTourSpot {
  readonly preset: string;
  readonly stayMs: number;
}

export interface PtzTour {
  readonly token: string;
  name: string;
  spots: readonly PtzTourSpot[];
  state: 'Idle' | 'Touring' | 'Paused';
}

export const maxPresets = 64;
export const maxTours = 8;
export const maxTourSpots = 32;
/** The wiper goes for so long after it was switched on. */
const wiperMs = 12_000;
const defaultStayMs = 5_000;
const tourStepMs = 200;
/** Parts of the whole way of the lens, per second. */
const focusSpeed = 0.5;

export interface PtzDeviceOptions {
  readonly head: PtzHead;
  readonly presets: readonly (readonly [name: string, position: PtzPosition])[];
  readonly home: PtzPosition;
  /** Presets are not called `1`, `2`, `3` (quirk 16). */
  readonly oddTokens?: boolean;
  readonly now?: () => number;
}

export class PtzDevice {
  readonly head: PtzHead;
  readonly presets = new Map<string, PtzPreset>();
  readonly tours = new Map<string, PtzTour>();
  readonly #odd: boolean;
  readonly #now: () => number;
  home: PtzPosition;
  lamp = false;
  /** 0 closed … 1 open; null: automatic. */
  iris: number | null = null;
  autoFocus = true;
  #wiperSince = Number.NEGATIVE_INFINITY;
  #wiperUntil = Number.NEGATIVE_INFINITY;
  /** −1 near … 1 far; 0 is sharp. */
  #focus = 0;
  #focusSpeed = 0;
  #focusAt = 0;
  #presetCount = 0;
  #tourCount = 0;
  #touring: NodeJS.Timeout | null = null;

  constructor(options: PtzDeviceOptions) {
    this.head = options.head;
    this.home = options.home;
    this.#odd = options.oddTokens ?? false;
    this.#now = options.now ?? (() => performance.now());
    for (const [name, position] of options.presets) this.setPreset(null, name, position);
  }

  /** Null: there is no room for another. */
  setPreset(
    token: string | null,
    name: string,
    position: PtzPosition = this.head.position,
  ): PtzPreset | null {
    const known = token === null ? undefined : this.presets.get(token);
    if (known) {
      if (name !== '') known.name = name;
      known.position = position;
      return known;
    }
    if (this.presets.size >= maxPresets) return null;
    this.#presetCount += 1;
    const made = this.#odd ? `{Vị trí-${this.#presetCount}}` : String(this.#presetCount);
    const preset = { token: made, name: name === '' ? `Preset ${made}` : name, position };
    this.presets.set(made, preset);
    return preset;
  }

  /** Null: there is no room for another. */
  createTour(): PtzTour | null {
    if (this.tours.size >= maxTours) return null;
    this.#tourCount += 1;
    const token = `Tour_${this.#tourCount}`;
    const tour: PtzTour = { token, name: '', spots: [], state: 'Idle' };
    this.tours.set(token, tour);
    return tour;
  }

  startTour(tour: PtzTour): void {
    this.endTours();
    tour.state = 'Touring';
    let next = 0;
    let leaveAt = 0;
    const step = () => {
      if (this.head.moves() || this.#now() < leaveAt) return;
      const spot = tour.spots[next % tour.spots.length];
      const preset = spot && this.presets.get(spot.preset);
      next += 1;
      if (!spot || !preset) return;
      this.head.go(preset.position);
      leaveAt = this.#now() + (spot.stayMs || defaultStayMs);
    };
    step();
    this.#touring = setInterval(step, tourStepMs);
    this.#touring.unref();
  }

  /** Whoever steers by hand ends the tour. */
  endTours(state: PtzTour['state'] = 'Idle'): void {
    if (this.#touring) clearInterval(this.#touring);
    this.#touring = null;
    for (const tour of this.tours.values()) if (tour.state === 'Touring') tour.state = state;
  }

  wipe(on: boolean): void {
    const now = this.#now();
    if (on && now >= this.#wiperUntil) this.#wiperSince = now;
    this.#wiperUntil = on ? now + wiperMs : now;
  }

  /** Where the wiper stands, 0 left … 1 right; null: it is out of the picture. */
  get wiper(): number | null {
    const now = this.#now();
    if (now >= this.#wiperUntil) return null;
    return 0.5 - 0.5 * Math.cos(((now - this.#wiperSince) / 900) * Math.PI);
  }

  /** Speed −1 near … 1 far. */
  driveFocus(speed: number): void {
    this.#focus = this.focus;
    this.#focusAt = this.#now();
    this.#focusSpeed = speed * focusSpeed;
    if (speed !== 0) this.autoFocus = false;
  }

  setAutoFocus(on: boolean): void {
    this.driveFocus(0);
    this.autoFocus = on;
    if (on) this.#focus = 0;
  }

  get focus(): number {
    if (this.autoFocus) return 0;
    const moved = (this.#focusSpeed * (this.#now() - this.#focusAt)) / 1000;
    return Math.max(-1, Math.min(1, this.#focus + moved));
  }

  get focusMoves(): boolean {
    return this.#focusSpeed !== 0 && Math.abs(this.focus) < 1;
  }

  close(): void {
    this.endTours();
  }
}

/** Where the places of the scene are (`build/draw/scenes/compound.mjs`). */
export const places = {
  gate: { pan: 0, tilt: -8, zoom: 0.25 },
  yard: { pan: -62, tilt: -14, zoom: 0.05 },
  sampling: { pan: -84, tilt: -9, zoom: 0.2 },
  parking: { pan: 75, tilt: -12, zoom: 0.2 },
  barrier: { pan: 0, tilt: -17, zoom: 0.55 },
} as const satisfies Record<string, PtzPosition>;

/** What every simulated PTZ camera has stored. */
export const storedPresets: readonly (readonly [string, PtzPosition])[] = [
  ['Cổng', places.gate],
  ['Sân', places.yard],
  ['Khu lấy mẫu', places.sampling],
  ['Bãi xe', places.parking],
  ['Thanh chắn', places.barrier],
];
