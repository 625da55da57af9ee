import type { PtzState } from '../contract/ptz-schemas.ts';

/** Positions, countdowns and latencies are told no more often than this. */
const figuresEveryMs = 250;

/** Tells what matters at once, and figures now and then. */
export class StateTeller {
  readonly #tell: () => void;
  #told = '';
  #toldAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  changed(state: PtzState): void {
    const { position: _position, commandMs: _ms, lease, ...rest } = state;
    const matters = JSON.stringify([rest, lease && { ...lease, until: 0 }]);
    const wait = this.#toldAt + figuresEveryMs - performance.now();
    if (matters === this.#told && wait > 0) {
      this.#timer ??= setTimeout(() => this.#now(), wait);
      return;
    }
    this.#told = matters;
    this.#now();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#toldAt = performance.now();
    this.#tell();
  }
}
