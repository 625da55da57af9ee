import type { AccessUnit } from '../codec/access-unit.ts';

/**
 * The times of a track within a file, in seconds from its first picture. Between gaps they are those
 * of the sender's media clock (RTP), exact to the tick. Over a gap, or where that clock jumps, they go
 * on by the sender's wall clock (RTCP sender reports or the ONVIF extension), else by the arrival: time
 * in which nothing came is time in the file.
 */
export class ClipClock {
  /** What the current run of ticks is counted from. */
  #anchor: { ticks: number; clockRate: number; seconds: number } | null = null;
  #last: AccessUnit | null = null;
  #lastSeconds = 0;
  #latest = 0;
  #broken = false;

  /** Seconds of the latest picture so far. */
  get latest(): number {
    return this.#latest;
  }

  /** Something is missing: the next unit starts a new run of ticks. */
  breakOff(): void {
    this.#broken = true;
  }

  /** Begins elsewhere than at 0: a track of sound beside a picture. */
  startAt(unit: AccessUnit, seconds: number): void {
    this.#anchor = { ...unit.time, seconds };
    this.#last = unit;
    this.#lastSeconds = seconds;
    this.#latest = seconds;
  }

  /** Seconds that this unit would follow the last by, or 0 for the first. */
  peekStep(unit: AccessUnit): number {
    return this.#last ? this.#secondsOf(unit) - this.#lastSeconds : 0;
  }

  take(unit: AccessUnit): number {
    const seconds = this.#secondsOf(unit);
    if (!this.#anchor || this.#isNewRun(unit)) this.#anchor = { ...unit.time, seconds };
    this.#broken = false;
    this.#last = unit;
    this.#lastSeconds = seconds;
    this.#latest = Math.max(this.#latest, seconds);
    return seconds;
  }

  #secondsOf(unit: AccessUnit): number {
    const { time } = unit;
    const anchor = this.#anchor;
    const last = this.#last;
    if (!anchor || !last) return 0;
    if (!this.#isNewRun(unit)) {
      return anchor.seconds + (time.ticks - anchor.ticks) / anchor.clockRate;
    }
    return Math.max(this.#latest + leastStep, this.#lastSeconds + wallStep(last, unit));
  }

  #isNewRun(unit: AccessUnit): boolean {
    const last = this.#last;
    if (!last || this.#broken || unit.time.clockRate !== last.time.clockRate) return true;
    const step = (unit.time.ticks - last.time.ticks) / last.time.clockRate;
    return step < -mostBack || step > mostAhead;
  }
}

/** Reordered pictures go back by less, a restarted clock by more; seconds. */
const mostBack = 2;
/** A tick clock that leaps by more than this was set, or something is missing that nobody told of. */
const mostAhead = 10;
const leastStep = 1 / 1000;
/** Clocks of senders are set now and then; a step nobody can mean is not taken from them. */
const longestStepMs = 31 * 24 * 3_600_000;

/** Seconds between two units by wall clocks: the sender's if it was known at both, else ours. */
function wallStep(before: AccessUnit, after: AccessUnit): number {
  const arrival = after.receivedAtMs - before.receivedAtMs;
  const sender =
    before.senderTimeMs !== null && after.senderTimeMs !== null
      ? after.senderTimeMs - before.senderTimeMs
      : null;
  const usable = (ms: number) => ms >= 0 && ms < longestStepMs;
  if (sender !== null && usable(sender)) return sender / 1000;
  return usable(arrival) ? arrival / 1000 : leastStep;
}
