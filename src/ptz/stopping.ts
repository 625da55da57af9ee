import type { PtzStatus } from '../onvif/ptz.types.ts';
import type { Mover } from './ptz.types.ts';

/**
 * A stop that is believed only when it was seen. Stop and zero velocity go out together, and then the
 * device is asked whether it stands: it has to say so itself, or to tell the same position twice.
 * Where it tells nothing, a second stop that it takes has to do (quirk 16).
 */
export interface StoppingTimes {
  /** A halt that was not answered within this is followed by another one. */
  readonly answerMs: number;
  /** Between two questions where it stands. */
  readonly lookEveryMs: number;
  /** How many looks before it is told to stop again. */
  readonly looks: number;
  /** Between attempts; the last one repeats. */
  readonly pausesMs: readonly number[];
}

export const stoppingTimes: StoppingTimes = {
  answerMs: 800,
  lookEveryMs: 150,
  looks: 8,
  pausesMs: [0, 100, 250, 500, 1000, 2000, 5000],
};

/** How an attempt ended. `unreached`: no stop was answered at all. */
export type StopOutcome = 'verified' | 'moving' | 'unreached';

/** Encoders tell a standing camera's place to about this. */
const sameWithin = 0.0002;
/** A device that says MOVING for ever is believed less than its position, seen this often the same. */
const equalLooks = 5;

/** One attempt: halts, then looks. Never rejects. */
export async function attemptStop(
  mover: Mover,
  isOver: () => boolean,
  times: StoppingTimes = stoppingTimes,
): Promise<StopOutcome> {
  const first = await halted(mover, times.answerMs);
  if (isOver()) return first ? 'moving' : 'unreached';
  if (!first) return 'unreached';
  let last: PtzStatus | null = null;
  let equal = 0;
  for (let look = 0; look < times.looks; look++) {
    const status = await within(mover.status(), times.answerMs, 'failed' as const);
    if (isOver()) return 'moving';
    if (status === 'failed') return 'moving';
    if (status === null || tellsNothing(status)) {
      // It does not tell: a second stop, later than anything that may have been under way.
      await sleep(times.lookEveryMs);
      if (isOver()) return 'moving';
      return (await halted(mover, times.answerMs)) ? 'verified' : 'unreached';
    }
    if (!tellsPlace(status)) {
      if (status.moving === false && last !== null) return 'verified';
    } else {
      equal = last !== null && samePlace(last, status) ? equal + 1 : 0;
      if (equal >= (status.moving === true ? equalLooks : 1)) return 'verified';
    }
    last = status;
    await sleep(times.lookEveryMs);
    if (isOver()) return 'moving';
  }
  return 'moving';
}

/**
 * Attempts until it is verified, or until `mayGoOn` says no after an attempt.
 * For those who have nothing else to do: the watchman and the command line.
 */
export async function stopUntilVerified(
  mover: Mover,
  mayGoOn: (outcome: StopOutcome) => boolean,
  times: StoppingTimes = stoppingTimes,
): Promise<StopOutcome> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptStop(mover, () => false, times);
    if (outcome === 'verified' || !mayGoOn(outcome)) return outcome;
    await sleep(pauseOf(attempt, times));
  }
}

export function pauseOf(attempt: number, { pausesMs }: StoppingTimes): number {
  return pausesMs[Math.min(attempt, pausesMs.length - 1)] ?? 0;
}

async function halted(mover: Mover, ms: number): Promise<boolean> {
  const halt = mover.halt().then(
    () => true,
    () => false,
  );
  return within(halt, ms, false);
}

/** The value, or `otherwise` where it fails or does not come in time. */
export async function within<T, U>(work: Promise<T>, ms: number, otherwise: U): Promise<T | U> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<U>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  try {
    return await Promise.race([work.catch(() => otherwise), late]);
  } finally {
    clearTimeout(timer);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function tellsPlace({ pan, tilt, zoom }: PtzStatus): boolean {
  return pan !== null || tilt !== null || zoom !== null;
}

function tellsNothing(status: PtzStatus): boolean {
  return status.moving === null && !tellsPlace(status);
}

function samePlace(a: PtzStatus, b: PtzStatus): boolean {
  const same = (one: number | null, other: number | null) =>
    one === other || (one !== null && other !== null && Math.abs(one - other) <= sameWithin);
  return same(a.pan, b.pan) && same(a.tilt, b.tilt) && same(a.zoom, b.zoom);
}
