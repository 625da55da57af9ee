import type { PatrolSpot, PtzPatrol } from '../contract/ptz-schemas.ts';

/** Our own tours, for devices that have none: from preset to preset, as long as nobody steers. */
export interface PatrolOptions {
  readonly patrol: PtzPatrol;
  readonly goto: (spot: PatrolSpot) => Promise<void>;
  /** The spot changed. */
  readonly onSpot: (index: number) => void;
  /** The camera refused this many spots one after the other: it is given up. */
  readonly onFailed: (error: unknown) => void;
}

const maxFailures = 3;

export class PatrolRun {
  readonly patrol: PtzPatrol;
  readonly #options: PatrolOptions;
  #spot = -1;
  #timer: NodeJS.Timeout | undefined;
  #paused = true;
  #turn = 0;
  #failures = 0;

  constructor(options: PatrolOptions) {
    this.#options = options;
    this.patrol = options.patrol;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get spot(): number {
    return Math.max(0, this.#spot);
  }

  /** Goes on with the spot where it was interrupted. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    void this.#goTo(Math.max(0, this.#spot));
  }

  pause(): void {
    this.#paused = true;
    this.#turn += 1;
    clearTimeout(this.#timer);
  }

  async #goTo(index: number): Promise<void> {
    const { spots } = this.patrol;
    const spot = spots[index];
    if (!spot) return;
    const turn = ++this.#turn;
    this.#spot = index;
    this.#options.onSpot(index);
    try {
      await this.#options.goto(spot);
      this.#failures = 0;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#failures += 1;
      if (this.#failures >= Math.min(maxFailures, spots.length + 1)) {
        this.pause();
        this.#options.onFailed(error);
        return;
      }
    }
    if (turn !== this.#turn || this.#paused) return;
    this.#timer = setTimeout(() => {
      void this.#goTo((index + 1) % spots.length);
    }, spot.staySeconds * 1000);
  }
}
