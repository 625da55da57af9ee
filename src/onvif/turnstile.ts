import { Fault } from '../std/fault.ts';

/** Lets so many through at one time, the others in the order they came. */
export class Turnstile {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(places: number) {
    this.#free = places;
  }

  /**
   * Resolves with the function that gives the place back.
   * @throws {Fault} `net.closed` when aborted, `net.timeout` where `timeoutMs` is given and was too short
   */
  enter(signal: AbortSignal | null, timeoutMs?: number): Promise<() => void> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#waiting.delete(enter);
      };
      const give = (fault: Fault) => {
        settle();
        reject(fault);
      };
      const abort = () => give(new Fault('net.closed', 'given up while waiting'));
      const enter = () => {
        settle();
        this.#free -= 1;
        resolve(this.#leaver());
      };
      if (signal?.aborted) abort();
      else if (this.#free > 0) enter();
      else {
        this.#waiting.add(enter);
        signal?.addEventListener('abort', abort, { once: true });
        if (timeoutMs !== undefined) {
          timer = setTimeout(
            () => give(new Fault('net.timeout', `no turn within ${timeoutMs} ms`)),
            timeoutMs,
          );
        }
      }
    });
  }

  #leaver(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#free += 1;
      const [next] = this.#waiting;
      next?.();
    };
  }
}
