/**
 * One timer for all that is sent: 64 streams of 15 frames are 960 deadlines a second, which a timer
 * each would make expensive. Deadlines within one step are served together.
 */
export interface Paced {
  /** On the clock of `performance.now()`, ms; Infinity for nothing to do. */
  dueAt: number;
  /** Sends what is due and sets the next `dueAt`. */
  serve(now: number): void;
}

const stepMs = 4;

export class Pacer {
  readonly #all = new Set<Paced>();
  #timer: NodeJS.Timeout | null = null;

  add(paced: Paced): () => void {
    this.#all.add(paced);
    this.#arm();
    return () => {
      this.#all.delete(paced);
    };
  }

  close(): void {
    this.#all.clear();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm(): void {
    if (this.#timer || this.#all.size === 0) return;
    let next = Number.POSITIVE_INFINITY;
    for (const paced of this.#all) if (paced.dueAt < next) next = paced.dueAt;
    // A source with nothing to do now may get work later (PLAY after PAUSE): look again soon
    const wait = Math.min(200, Math.max(stepMs, next - performance.now()));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const now = performance.now();
      for (const paced of [...this.#all])
        if (paced.dueAt <= now + 1 && this.#all.has(paced)) paced.serve(now);
      this.#arm();
    }, wait);
  }
}
