/**
 * Speeds of a hand, −1 … 1: right, up and in are positive. All inputs (drag, keys, joystick, pad,
 * wheel) end up as one of these.
 */
export interface Velocity {
  readonly pan: number;
  readonly tilt: number;
  readonly zoom: number;
}

export const still: Velocity = { pan: 0, tilt: 0, zoom: 0 };

export function isStill({ pan, tilt, zoom }: Velocity): boolean {
  return pan === 0 && tilt === 0 && zoom === 0;
}

export function sameVelocity(a: Velocity, b: Velocity): boolean {
  return a.pan === b.pan && a.tilt === b.tilt && a.zoom === b.zoom;
}

/** In hundredths: finer than any device obeys, and so coarse that a resting hand sends nothing new. */
function speed(value: number): number {
  if (!Number.isFinite(value)) return 0;
  // `+ 0` turns −0 into 0.
  return Math.round(Math.min(1, Math.max(-1, value)) * 100) / 100 + 0;
}

export function velocity(pan: number, tilt: number, zoom: number): Velocity {
  return { pan: speed(pan), tilt: speed(tilt), zoom: speed(zoom) };
}

/** What several inputs want together, such as a joystick that pans while the wheel zooms. */
export function sumOf(all: Iterable<Velocity>): Velocity {
  let pan = 0;
  let tilt = 0;
  let zoom = 0;
  for (const each of all) {
    pan += each.pan;
    tilt += each.tilt;
    zoom += each.zoom;
  }
  return velocity(pan, tilt, zoom);
}

/**
 * 0 inside `dead`, 1 at 1 and beyond, a power curve between: the first half of the way is for slow,
 * exact movement. `amount` may be negative.
 */
export function curved(amount: number, dead: number, exponent: number): number {
  const size = Math.abs(amount);
  if (!Number.isFinite(size) || size <= dead || dead >= 1) return 0;
  return Math.sign(amount) * Math.min(1, (size - dead) / (1 - dead)) ** exponent;
}

export interface DragFeel {
  /** Pixels around the press that mean nothing. */
  readonly dead: number;
  /** Pixels from the press to full speed. */
  readonly reach: number;
  readonly exponent: number;
}

/** A tile of any size steers alike: full speed is a bit less than half of its smaller side away. */
export function dragFeel(width: number, height: number): DragFeel {
  return {
    dead: 8,
    reach: Math.min(320, Math.max(60, Math.min(width, height) * 0.42)),
    exponent: 1.7,
  };
}

/** Distance and direction from the press; `dy` grows downwards, as on the screen. */
export function dragVelocity(
  dx: number,
  dy: number,
  { dead, reach, exponent }: DragFeel,
): Velocity {
  const distance = Math.hypot(dx, dy);
  if (distance <= dead) return still;
  const size = curved(distance / reach, dead / reach, exponent);
  return velocity((dx / distance) * size, (-dy / distance) * size, 0);
}

export type Pace = 'slow' | 'normal' | 'fast';

/** A key has no way to press it a little: three paces instead. */
export const paces: Readonly<Record<Pace, number>> = { slow: 0.12, normal: 0.4, fast: 1 };

/** Steers of the keyboard that are held together; opposite ones cancel each other. */
export type KeySteer = 'left' | 'right' | 'up' | 'down' | 'in' | 'out';

export function keyVelocity(held: ReadonlySet<KeySteer>, pace: Pace): Velocity {
  const axis = (plus: KeySteer, minus: KeySteer) =>
    (held.has(plus) ? 1 : 0) - (held.has(minus) ? 1 : 0);
  const pan = axis('right', 'left');
  const tilt = axis('up', 'down');
  // The diagonal is as fast as the straight way, not faster.
  const scale = paces[pace] * (pan !== 0 && tilt !== 0 ? Math.SQRT1_2 : 1);
  return velocity(pan * scale, tilt * scale, axis('in', 'out') * paces[pace]);
}
