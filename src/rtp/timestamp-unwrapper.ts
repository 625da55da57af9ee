/**
 * Makes one growing clock out of 32-bit RTP timestamps (RFC 3550 section 5.1). Small steps backwards
 * are kept: pictures that are shown in another order than sent have them. Steps that the time passed
 * here cannot explain (the device restarted its clock, or a new stream began in the old connection)
 * are replaced by the time passed here, so that the media time goes on as if nothing had happened.
 */
export class TimestampUnwrapper {
  readonly #clockRate: number;
  #last = -1;
  #ticks = 0;
  #arrivedAtMs = 0;
  #jumps = 0;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** Jumps replaced so far; a mapping to the sender's clock made before a jump is worth nothing. */
  get jumps(): number {
    return this.#jumps;
  }

  /** Ticks of the last timestamp given. */
  get ticks(): number {
    return this.#ticks;
  }

  /** @param timestamp as sent, 0 … 2^32 − 1 */
  unwrap(timestamp: number, receivedAtMs: number): number {
    if (this.#last < 0) {
      this.#last = timestamp;
      this.#ticks = timestamp;
      this.#arrivedAtMs = receivedAtMs;
      return timestamp;
    }
    if (timestamp === this.#last) {
      this.#arrivedAtMs = receivedAtMs;
      return this.#ticks;
    }
    let step = (timestamp - this.#last) | 0;
    const passed = Math.max(0, ((receivedAtMs - this.#arrivedAtMs) / 1000) * this.#clockRate);
    if (
      step > passed + maxAheadSeconds * this.#clockRate ||
      step < -maxBackSeconds * this.#clockRate
    ) {
      this.#jumps++;
      // At least one frame of a fast camera: two pictures must not share a time.
      step = Math.round(Math.max(passed, this.#clockRate / 60));
    }
    this.#last = timestamp;
    this.#ticks += step;
    this.#arrivedAtMs = receivedAtMs;
    return this.#ticks;
  }
}

/** A burst after a stall, or a camera that sends faster than its clock, is no jump. */
const maxAheadSeconds = 10;
/** Far more than reordered pictures need, far less than a restart makes. */
const maxBackSeconds = 2;
