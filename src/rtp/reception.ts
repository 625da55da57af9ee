/** Interarrival jitter (RFC 3550 section 6.4.1 and appendix A.8), in units of the RTP timestamp. */
export class JitterEstimate {
  readonly #clockRate: number;
  #lastTimestamp = -1;
  #lastArrivalMs = 0;
  #jitter = 0;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  get ticks(): number {
    return this.#jitter;
  }

  get ms(): number {
    return (this.#jitter / this.#clockRate) * 1000;
  }

  packet(timestamp: number, receivedAtMs: number): void {
    if (this.#lastTimestamp >= 0) {
      const arrival = ((receivedAtMs - this.#lastArrivalMs) / 1000) * this.#clockRate;
      const difference = Math.abs(arrival - ((timestamp - this.#lastTimestamp) | 0));
      // A clock that jumped says nothing about the network.
      if (difference < 10 * this.#clockRate) this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#lastTimestamp = timestamp;
    this.#lastArrivalMs = receivedAtMs;
  }
}

/** Fraction lost since the last time it was asked for (appendix A.3), in 256ths. */
export class LossFraction {
  #expected = 0;
  #lost = 0;

  since(expected: number, lost: number): number {
    const expectedNow = expected - this.#expected;
    const lostNow = lost - this.#lost;
    this.#expected = expected;
    this.#lost = lost;
    if (expectedNow <= 0 || lostNow <= 0) return 0;
    return Math.min(255, Math.floor((lostNow * 256) / expectedNow));
  }
}
