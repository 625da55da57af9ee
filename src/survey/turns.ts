/**
 * Places at the lines of the sites: a few connections to each site at a time, and a number over all.
 * Who waits for a busy site does not keep others from going to an idle one.
 */
export class SiteTurns {
  readonly #perSite: number;
  readonly #total: number;
  readonly #busy = new Map<string, number>();
  readonly #waiting: { siteId: string; admit: () => void }[] = [];
  #all = 0;

  constructor(perSite: number, total: number) {
    this.#perSite = perSite;
    this.#total = total;
  }

  get busy(): number {
    return this.#all;
  }

  /** Runs `work` when there is a place; rejects with the signal's reason where that comes first. */
  async run<T>(siteId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(siteId, signal);
    try {
      return await work();
    } finally {
      this.#leave(siteId);
    }
  }

  #enter(siteId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const entry = {
        siteId,
        admit: () => {
          signal.removeEventListener('abort', onAbort);
          this.#busy.set(siteId, (this.#busy.get(siteId) ?? 0) + 1);
          this.#all++;
          resolve();
        },
      };
      const onAbort = () => {
        const index = this.#waiting.indexOf(entry);
        if (index >= 0) this.#waiting.splice(index, 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(entry);
      this.#admit();
    });
  }

  #leave(siteId: string): void {
    const left = (this.#busy.get(siteId) ?? 1) - 1;
    if (left > 0) this.#busy.set(siteId, left);
    else this.#busy.delete(siteId);
    this.#all--;
    this.#admit();
  }

  #admit(): void {
    for (let index = 0; index < this.#waiting.length && this.#all < this.#total; ) {
      const entry = this.#waiting[index]!;
      if ((this.#busy.get(entry.siteId) ?? 0) < this.#perSite) {
        this.#waiting.splice(index, 1);
        entry.admit();
      } else index++;
    }
  }
}

/** One after the other: the logins of a device. */
export class Queue {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }
}
