/**
 * One monotonic clock for page and worker, in milliseconds. It reads like Unix time but is fixed when
 * the browser starts, so that setting the workstation's clock neither ages nor renews a picture.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}

const windowMs = 10_000;
const earliestMs = -5;
const latestMs = 1500;

/**
 * Brings the core's arrival times onto the steady clock. Both start from the same wall clock; when
 * that is set while one of them runs they part, and the quickest delivery of the last ten seconds,
 * which takes some milliseconds in truth, shows by how much.
 */
export class ClockMatch {
  #quickest = Number.POSITIVE_INFINITY;
  #before = Number.POSITIVE_INFINITY;
  #windowStart = Number.NEGATIVE_INFINITY;
  #offset = 0;

  /** A frame that was not cached, taken off the wire at `now`. */
  observe(receivedAtMs: number, now: number): void {
    if (now - this.#windowStart > windowMs) {
      this.#before = this.#quickest;
      this.#quickest = Number.POSITIVE_INFINITY;
      this.#windowStart = now;
    }
    const took = now - receivedAtMs;
    if (took < this.#quickest) this.#quickest = took;
    const quickest = Math.min(this.#quickest, this.#before);
    // Within these bounds the delivery may really have taken that long: believe it.
    this.#offset = quickest < earliestMs || quickest > latestMs ? quickest - 1 : 0;
  }

  /** The steady time of an arrival that the core stamped. */
  steady(receivedAtMs: number): number {
    return receivedAtMs + this.#offset;
  }
}
