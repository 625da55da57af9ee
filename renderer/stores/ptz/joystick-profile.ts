import { curved, type Velocity, velocity } from './velocity.ts';

/**
 * What the axes and buttons of one kind of joystick mean. Kept per device id, because every maker
 * numbers them differently, and a worn stick rests beside its middle.
 */
export const joystickAxes = ['pan', 'tilt', 'zoom'] as const;
export type JoystickAxis = (typeof joystickAxes)[number];

export interface AxisRange {
  /** Index into `Gamepad.axes`; null: this movement has no axis. */
  readonly axis: number | null;
  readonly min: number;
  readonly centre: number;
  readonly max: number;
  readonly invert: boolean;
}

/** What a button does: a preset by its number, or one of these. */
export const buttonActs = ['none', 'stop', 'home', 'in', 'out', 'near', 'far'] as const;
export type ButtonAct = (typeof buttonActs)[number] | `preset-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`;

export interface JoystickProfile {
  readonly axes: Readonly<Record<JoystickAxis, AxisRange>>;
  /** 0 … 0.5 of the way that means nothing. */
  readonly deadZone: number;
  /** 1 is straight; more is finer in the middle. */
  readonly exponent: number;
  /** By index of the button. */
  readonly buttons: Readonly<Record<number, ButtonAct>>;
}

/** The part of a `Gamepad` that is read. */
export interface PadState {
  readonly id: string;
  readonly index: number;
  readonly mapping: string;
  readonly axes: readonly number[];
  readonly buttons: readonly { readonly pressed: boolean; readonly value: number }[];
}

const whole = (axis: number | null, invert: boolean): AxisRange => ({
  axis,
  min: -1,
  centre: 0,
  max: 1,
  invert,
});

/**
 * A game controller pans with its left stick and zooms with its right one; a surveillance joystick has
 * X, Y and a twist. Down is positive on every axis that goes up and down.
 */
export function defaultProfile(pad: PadState): JoystickProfile {
  const standard = pad.mapping === 'standard';
  const zoom = standard ? 3 : 2;
  return {
    axes: {
      pan: whole(pad.axes.length > 0 ? 0 : null, false),
      tilt: whole(pad.axes.length > 1 ? 1 : null, true),
      zoom: whole(pad.axes.length > zoom ? zoom : null, standard),
    },
    deadZone: 0.12,
    exponent: 2,
    buttons: standard
      ? { 0: 'preset-1', 1: 'stop', 2: 'preset-2', 3: 'preset-3', 6: 'out', 7: 'in', 8: 'home' }
      : { 0: 'stop', 1: 'preset-1', 2: 'preset-2', 3: 'preset-3', 4: 'out', 5: 'in' },
  };
}

/** −1 … 1 of an axis after its middle and its ends, before dead zone and curve. */
export function axisAmount(range: AxisRange, axes: readonly number[]): number {
  const value = range.axis === null ? undefined : axes[range.axis];
  if (value === undefined || !Number.isFinite(value)) return 0;
  const way = value >= range.centre ? range.max - range.centre : range.centre - range.min;
  // An end that was never reached in the calibration would make every touch full speed.
  const amount = (value - range.centre) / Math.max(0.2, way);
  return Math.min(1, Math.max(-1, range.invert ? -amount : amount));
}

export function padVelocity(pad: PadState, profile: JoystickProfile): Velocity {
  const { deadZone, exponent, axes } = profile;
  const pan = axisAmount(axes.pan, pad.axes);
  const tilt = axisAmount(axes.tilt, pad.axes);
  // One dead zone for the whole stick: with one per axis a slow diagonal would stick to a straight line.
  const way = Math.hypot(pan, tilt);
  const size = way === 0 ? 0 : curved(Math.min(1, way), deadZone, exponent) / way;
  let zoom = curved(axisAmount(axes.zoom, pad.axes), deadZone, exponent);
  for (const [index, act] of Object.entries(profile.buttons)) {
    const button = pad.buttons[Number(index)];
    if (act !== 'in' && act !== 'out') continue;
    const pressed = curved(button?.value ?? 0, 0.05, exponent);
    zoom += act === 'in' ? pressed : -pressed;
  }
  return velocity(pan * size, tilt * size, zoom);
}

/** What was seen of the axes while somebody calibrates. */
export interface AxesSeen {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly last: readonly number[];
  readonly samples: number;
}

export function seeAxes(before: AxesSeen | null, axes: readonly number[]): AxesSeen {
  const finite = axes.map((value) => (Number.isFinite(value) ? value : 0));
  if (!before) return { min: finite, max: finite, last: finite, samples: 1 };
  return {
    min: finite.map((value, at) => Math.min(value, before.min[at] ?? value)),
    max: finite.map((value, at) => Math.max(value, before.max[at] ?? value)),
    last: finite,
    samples: before.samples + 1,
  };
}

/** The stick was let go: its middle, and a dead zone that swallows its trembling. */
export function withCentre(profile: JoystickProfile, seen: AxesSeen): JoystickProfile {
  let tremble = 0;
  const axes = mapAxes(profile, (range) => {
    if (range.axis === null) return range;
    const low = seen.min[range.axis] ?? 0;
    const high = seen.max[range.axis] ?? 0;
    tremble = Math.max(tremble, (high - low) / 2);
    return { ...range, centre: rounded((low + high) / 2) };
  });
  const deadZone = rounded(Math.min(0.4, Math.max(0.05, tremble * 3)));
  return { ...profile, axes, deadZone };
}

/** The stick was moved to all its ends. An axis that hardly moved keeps what it had. */
export function withRange(profile: JoystickProfile, seen: AxesSeen): JoystickProfile {
  const axes = mapAxes(profile, (range) => {
    if (range.axis === null) return range;
    const min = seen.min[range.axis] ?? range.min;
    const max = seen.max[range.axis] ?? range.max;
    if (max - min < 0.3) return range;
    return {
      ...range,
      min: rounded(Math.min(min, range.centre - 0.1)),
      max: rounded(Math.max(max, range.centre + 0.1)),
    };
  });
  return { ...profile, axes };
}

function mapAxes(
  { axes }: JoystickProfile,
  how: (range: AxisRange) => AxisRange,
): JoystickProfile['axes'] {
  return { pan: how(axes.pan), tilt: how(axes.tilt), zoom: how(axes.zoom) };
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** The part of `localStorage` that is used. */
export interface ProfileShelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const shelfKey = (id: string) => `vonggac.joystick.${id.slice(0, 200)}`;

/** What was kept for this kind of joystick, or its defaults; what does not fit is not believed. */
export function loadProfile(shelf: ProfileShelf, pad: PadState): JoystickProfile {
  const standard = defaultProfile(pad);
  try {
    const kept = JSON.parse(shelf.getItem(shelfKey(pad.id)) ?? 'null') as JoystickProfile | null;
    return kept && isProfile(kept) ? kept : standard;
  } catch {
    return standard;
  }
}

/** False where the browser keeps nothing, such as a full disk. */
export function saveProfile(shelf: ProfileShelf, id: string, profile: JoystickProfile): boolean {
  try {
    shelf.setItem(shelfKey(id), JSON.stringify(profile));
    return true;
  } catch {
    return false;
  }
}

export function forgetProfile(shelf: ProfileShelf, id: string): void {
  try {
    shelf.removeItem(shelfKey(id));
  } catch {
    // Nothing is kept where nothing can be removed.
  }
}

function isProfile(kept: JoystickProfile): boolean {
  const inRange = (value: unknown, min: number, max: number) =>
    typeof value === 'number' && value >= min && value <= max;
  const acts = (act: unknown) =>
    typeof act === 'string' &&
    (buttonActs.some((one) => one === act) || /^preset-[1-9]$/u.test(act));
  return (
    inRange(kept.deadZone, 0, 0.5) &&
    inRange(kept.exponent, 1, 5) &&
    joystickAxes.every((name) => {
      const range = kept.axes?.[name];
      return (
        range &&
        (range.axis === null || inRange(range.axis, 0, 63)) &&
        inRange(range.min, -2, 2) &&
        inRange(range.centre, -2, 2) &&
        inRange(range.max, -2, 2) &&
        typeof range.invert === 'boolean'
      );
    }) &&
    typeof kept.buttons === 'object' &&
    kept.buttons !== null &&
    Object.values(kept.buttons).every(acts)
  );
}
