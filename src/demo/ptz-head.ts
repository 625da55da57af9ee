/**
 * Where a simulated PTZ camera looks, as a function of time: speeds with a limit and a little inertia,
 * stops at its ends. Nothing runs between two questions: it is computed when somebody asks.
 */
export interface PtzPosition {
  /** Degrees, positive to the right; 0 straight ahead. */
  readonly pan: number;
  /** Degrees, positive upwards; 0 is the horizon. */
  readonly tilt: number;
  /** 0 wide … 1 as near as it goes. */
  readonly zoom: number;
}

export type PtzAxis = keyof PtzPosition;

/** Degrees of pan and tilt; the zoom has its whole range. */
export const ptzLimits = {
  pan: { least: -85, most: 85 },
  tilt: { least: -34, most: 4 },
  zoom: { least: 0, most: 1 },
} as const;

/** Horizontal angle of view in degrees when wide, and how many times narrower when near. */
export const wideAngle = 60;
export const zoomFactor = 6;

/** Per second: degrees, and parts of the whole zoom. */
const topSpeed: Readonly<PtzPosition> = { pan: 70, tilt: 45, zoom: 0.5 };
/** Per second squared: full speed within a sixth of a second. */
const inertia: Readonly<PtzPosition> = { pan: 420, tilt: 270, zoom: 3 };
const axes: readonly PtzAxis[] = ['pan', 'tilt', 'zoom'];
const stepMs = 10;

/** Horizontal angle of view, degrees. */
export function viewAngle(zoom: number): number {
  return wideAngle / zoomFactor ** zoom;
}

interface AxisState {
  at: number;
  speed: number;
  /** Null: stand still. */
  wish: { readonly speed: number } | { readonly target: number; readonly speed: number } | null;
}

export class PtzHead {
  readonly #axes: Readonly<Record<PtzAxis, AxisState>>;
  readonly #now: () => number;
  #computedAt: number;
  /** When continuous movement ends by itself. */
  #until = Number.POSITIVE_INFINITY;
  #movedAt = Number.NEGATIVE_INFINITY;

  /** @param now ms on any steady clock */
  constructor(start: PtzPosition, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#computedAt = now();
    const still = (axis: PtzAxis): AxisState => ({
      at: within(axis, start[axis]),
      speed: 0,
      wish: null,
    });
    this.#axes = { pan: still('pan'), tilt: still('tilt'), zoom: still('zoom') };
  }

  get position(): PtzPosition {
    this.#advance();
    const { pan, tilt, zoom } = this.#axes;
    return { pan: pan.at, tilt: tilt.at, zoom: zoom.at };
  }

  moves(axis: PtzAxis | 'any' = 'any'): boolean {
    this.#advance();
    return axes.some(
      (one) =>
        (axis === 'any' || axis === one) &&
        (this.#axes[one].speed !== 0 || this.#axes[one].wish !== null),
    );
  }

  /** ms since it last moved; 0 while it does. */
  get restedMs(): number {
    return this.moves() ? 0 : this.#now() - this.#movedAt;
  }

  /**
   * Speeds −1 … 1 of what it can, slower when zoomed in as real ones are; an axis that is not given
   * goes on. After `timeoutMs` all of it stops.
   */
  drive(speeds: Partial<PtzPosition>, timeoutMs: number): void {
    this.#advance();
    for (const axis of axes) {
      const speed = speeds[axis];
      if (speed === undefined) continue;
      const wanted = bounded(speed, -1, 1) * topSpeed[axis];
      this.#axes[axis].wish = wanted === 0 ? null : { speed: wanted };
    }
    this.#until = this.#now() + timeoutMs;
  }

  /** Goes to a place; beyond its limits it goes to the limit. Speeds 0 … 1 of what it can. */
  go(to: Partial<PtzPosition>, speeds: Partial<PtzPosition> = {}): void {
    this.#advance();
    for (const axis of axes) {
      const target = to[axis];
      if (target === undefined) continue;
      const share = bounded(Math.abs(speeds[axis] ?? 1), 0, 1) || 1;
      const speed = Math.max(0.02, share) * topSpeed[axis];
      this.#axes[axis].wish = { target: within(axis, target), speed };
    }
    this.#until = Number.POSITIVE_INFINITY;
  }

  stop(which: { readonly panTilt: boolean; readonly zoom: boolean }): void {
    this.#advance();
    if (which.panTilt) this.#axes.pan.wish = this.#axes.tilt.wish = null;
    if (which.zoom) this.#axes.zoom.wish = null;
  }

  #advance(): void {
    const now = this.#now();
    while (this.#computedAt < now) {
      if (axes.every((axis) => this.#axes[axis].speed === 0 && this.#axes[axis].wish === null)) {
        this.#computedAt = now;
        return;
      }
      if (this.#computedAt >= this.#until) {
        for (const axis of axes) this.#axes[axis].wish = null;
        this.#until = Number.POSITIVE_INFINITY;
      }
      const step = Math.min(stepMs, now - this.#computedAt);
      this.#computedAt += step;
      const view = viewAngle(this.#axes.zoom.at) / wideAngle;
      for (const axis of axes) this.#step(axis, step / 1000, axis === 'zoom' ? 1 : view);
      this.#movedAt = this.#computedAt;
    }
  }

  #step(axis: PtzAxis, seconds: number, view: number): void {
    const state = this.#axes[axis];
    const { wish } = state;
    const away = wish !== null && 'target' in wish ? wish.target - state.at : null;
    const most = inertia[axis];
    let wanted = 0;
    if (wish !== null && away === null) wanted = wish.speed * view;
    // So fast that it can still brake before its target
    if (wish !== null && away !== null)
      wanted = Math.sign(away) * Math.min(wish.speed, Math.sqrt(2 * most * 0.8 * Math.abs(away)));
    const change = bounded(wanted - state.speed, -most * seconds, most * seconds);
    state.speed += change;
    const next = state.at + state.speed * seconds;
    if (
      away !== null &&
      (Math.abs(away) < 1e-3 || Math.abs(state.speed * seconds) >= Math.abs(away))
    ) {
      state.at += away;
      state.speed = 0;
      state.wish = null;
      return;
    }
    state.at = within(axis, next);
    if (state.at !== next) {
      // At its end: a motor that pushes against it stands still
      state.speed = 0;
      state.wish = null;
    }
  }
}

/** −1 … 1 of pan and tilt, 0 … 1 of zoom, as the generic spaces of ONVIF count. */
export function toGeneric(axis: PtzAxis, value: number): number {
  const { least, most } = ptzLimits[axis];
  const part = (value - least) / (most - least);
  return axis === 'zoom' ? part : part * 2 - 1;
}

export function fromGeneric(axis: PtzAxis, value: number): number {
  const { least, most } = ptzLimits[axis];
  const part = axis === 'zoom' ? value : (value + 1) / 2;
  return least + part * (most - least);
}

function within(axis: PtzAxis, value: number): number {
  return bounded(value, ptzLimits[axis].least, ptzLimits[axis].most);
}

function bounded(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
