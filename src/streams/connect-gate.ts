/**
 * Bounds how many connections are being made at one moment: a few to each site (quirk 7: recorders
 * answer "too many clients" when a wall knocks all at once), and a number over all. Attempts to a site
 * that nobody has heard from are probes; they get a smaller share, so that dead sites never stand
 * in the way of healthy ones.
 */
export interface ConnectLimits {
  readonly perSite: number;
  readonly probesPerDarkSite: number;
  readonly total: number;
  readonly totalProbes: number;
  /** Mean distance between two starts at one site, milliseconds; jittered by half. */
  readonly staggerMs: number;
}

export const connectLimits: ConnectLimits = {
  perSite: 4,
  probesPerDarkSite: 2,
  total: 32,
  totalProbes: 16,
  staggerMs: 16,
};

interface Waiter {
  readonly siteId: string;
  readonly urgent: boolean;
  readonly admit: (leave: () => void) => void;
}

interface Site {
  busy: number;
  /** Steady time before which no other attempt starts here. */
  nextStart: number;
}

export class ConnectGate {
  readonly #limits: ConnectLimits;
  readonly #random: () => number;
  readonly #isDark: (siteId: string) => boolean;
  readonly #waiters: Waiter[] = [];
  readonly #sites = new Map<string, Site>();
  #busy = 0;
  #probes = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    isDark: (siteId: string) => boolean,
    random: () => number = Math.random,
    limits: ConnectLimits = connectLimits,
  ) {
    this.#isDark = isDark;
    this.#random = random;
    this.#limits = limits;
  }

  /**
   * Waits for a place. The returned function gives it back and is harmless when called twice.
   * Rejects with the signal's reason when that aborts first.
   *
   * @param urgent a person waits: go before the others
   */
  enter(siteId: string, urgent: boolean, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        const index = this.#waiters.indexOf(waiter);
        if (index >= 0) this.#waiters.splice(index, 1);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        siteId,
        urgent,
        admit: (leave) => {
          signal.removeEventListener('abort', onAbort);
          resolve(leave);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      if (urgent) {
        const behind = this.#waiters.findIndex((other) => !other.urgent);
        this.#waiters.splice(behind < 0 ? this.#waiters.length : behind, 0, waiter);
      } else this.#waiters.push(waiter);
      this.pump();
    });
  }

  /** Places taken and waited for at a site. */
  demand(siteId: string): number {
    let count = this.#sites.get(siteId)?.busy ?? 0;
    for (const waiter of this.#waiters) if (waiter.siteId === siteId) count++;
    return count;
  }

  get waiting(): number {
    return this.#waiters.length;
  }

  get busy(): number {
    return this.#busy;
  }

  /** Admits whom the limits allow; called again when a site is heard from. */
  pump(): void {
    const now = performance.now();
    let soonest = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.#waiters.length && this.#busy < this.#limits.total; ) {
      const waiter = this.#waiters[index]!;
      const site = this.#sites.get(waiter.siteId) ?? { busy: 0, nextStart: 0 };
      const probe = this.#isDark(waiter.siteId);
      const room = probe
        ? site.busy < this.#limits.probesPerDarkSite && this.#probes < this.#limits.totalProbes
        : site.busy < this.#limits.perSite;
      if (!room || site.nextStart > now) {
        if (room) soonest = Math.min(soonest, site.nextStart);
        index++;
        continue;
      }
      this.#waiters.splice(index, 1);
      this.#sites.set(waiter.siteId, site);
      this.#take(waiter, site, probe, now);
    }
    if (soonest < Number.POSITIVE_INFINITY && !this.#timer) {
      this.#timer = setTimeout(
        () => {
          this.#timer = null;
          this.pump();
        },
        Math.max(1, soonest - now),
      );
    }
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #take(waiter: Waiter, site: Site, probe: boolean, now: number): void {
    site.busy++;
    site.nextStart = now + this.#limits.staggerMs * (0.5 + this.#random());
    this.#busy++;
    if (probe) this.#probes++;
    let left = false;
    waiter.admit(() => {
      if (left) return;
      left = true;
      site.busy--;
      this.#busy--;
      if (probe) this.#probes--;
      if (site.busy === 0 && this.#sites.get(waiter.siteId) === site) {
        if (site.nextStart <= performance.now()) this.#sites.delete(waiter.siteId);
      }
      this.pump();
    });
  }
}
