/**
 * How long to wait before something that failed is tried again: doubling from `firstMs` to `mostMs`,
 * and from the start again once it has held for `calmMs`.
 */
export class BackOff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #calmMs: number;
  #waitMs = 0;
  #lastFailure = Number.NEGATIVE_INFINITY;

  constructor({ firstMs, mostMs, calmMs }: { firstMs: number; mostMs: number; calmMs: number }) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
    this.#calmMs = calmMs;
  }

  /** @param now a monotonic clock, in milliseconds. */
  next(now: number): number {
    const calm = now - this.#lastFailure > this.#calmMs;
    this.#waitMs = calm ? this.#firstMs : Math.min(this.#waitMs * 2, this.#mostMs);
    this.#lastFailure = now;
    return this.#waitMs;
  }
}
