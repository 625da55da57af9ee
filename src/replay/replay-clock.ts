import { maxReplayRate } from '../contract/replay-schemas.ts';

/** The one clock of a session: Unix ms of the footage, moved by a steady clock at a rate. */
export class ReplayClock {
  #at: number;
  #rate = 0;
  #since = performance.now();

  constructor(at: number) {
    this.#at = at;
  }

  get rate(): number {
    return this.#rate;
  }

  get at(): number {
    return this.#at + (performance.now() - this.#since) * this.#rate;
  }

  seek(at: number): void {
    this.#at = at;
    this.#since = performance.now();
  }

  setRate(rate: number): void {
    this.seek(this.at);
    this.#rate = Math.max(-maxReplayRate, Math.min(maxReplayRate, rate));
  }

  /** Milliseconds until it shows `at`; 0 where it is there or never comes there. */
  waitFor(at: number): number {
    return this.#rate > 0 ? Math.max(0, (at - this.at) / this.#rate) : 0;
  }
}
