/**
 * Looks for the network's return. Back-off belongs to a stream, this search belongs to a site: while
 * a site is dark (its last word was a network failure, and none of its streams is live) one of its
 * streams is sent to look every two seconds or so, whatever its own back-off says. The first that is
 * heard wakes every stream of the site, and one scout of each other dark site, because a line that
 * returned here may have returned there too. An attempt that was under way when the site returned
 * and fails all the same is old news and made again at once. So 64 tiles come back together, and a
 * dead site costs one connection attempt at a time.
 */
export interface WatchedStream {
  readonly siteId: string;
  readonly live: boolean;
  /** Waits to try again after a network failure. */
  readonly waitsForNetwork: boolean;
  /** Steady time of its last attempt's end, or 0. */
  readonly lastAttemptAt: number;
  /** Try again after `delayMs` instead of at the end of the back-off. */
  hurry(delayMs: number): void;
}

const scoutEveryMs = 2_000;
const wakeOthersEveryMs = 2_000;
const wakeSpreadMs = 100;

export class SiteWatch {
  readonly #random: () => number;
  readonly #sites = new Map<string, Set<WatchedStream>>();
  /** Dark sites, and the steady time of their next scout. */
  readonly #dark = new Map<string, number>();
  /** When a stream of the site was last heard after failures. */
  readonly #returnedAt = new Map<string, number>();
  #othersWokenAt = Number.NEGATIVE_INFINITY;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  add(stream: WatchedStream): void {
    const streams = this.#sites.get(stream.siteId);
    if (streams) streams.add(stream);
    else this.#sites.set(stream.siteId, new Set([stream]));
  }

  remove(stream: WatchedStream): void {
    const streams = this.#sites.get(stream.siteId);
    streams?.delete(stream);
    if (streams?.size !== 0) return;
    this.#sites.delete(stream.siteId);
    this.#dark.delete(stream.siteId);
    this.#returnedAt.delete(stream.siteId);
  }

  isDark(siteId: string): boolean {
    return this.#dark.has(siteId);
  }

  /** A network failure at this site. */
  failed(siteId: string): void {
    if (this.#dark.has(siteId)) return;
    for (const stream of this.#sites.get(siteId) ?? []) if (stream.live) return;
    this.#dark.set(siteId, performance.now() + this.#scoutDelay());
  }

  /** The site returned after this steady time: what failed since then began before that. */
  returnedSince(siteId: string, time: number): boolean {
    return (this.#returnedAt.get(siteId) ?? Number.NEGATIVE_INFINITY) > time;
  }

  /**
   * A device of this site answered, whatever it said.
   *
   * @param afterFailures it had not answered before
   */
  heard(siteId: string, afterFailures: boolean): void {
    const returned = this.#dark.delete(siteId);
    if (!returned && !afterFailures) return;
    this.#returnedAt.set(siteId, performance.now());
    for (const stream of this.#sites.get(siteId) ?? []) {
      if (stream.waitsForNetwork) stream.hurry(this.#random() * wakeSpreadMs);
    }
    const now = performance.now();
    if (!returned || now - this.#othersWokenAt < wakeOthersEveryMs) return;
    this.#othersWokenAt = now;
    for (const other of this.#dark.keys()) this.#sendScout(other, this.#random() * wakeSpreadMs);
  }

  /**
   * Call about four times a second.
   *
   * @param busy how many attempts are under way or queued at a site
   */
  tick(busy: (siteId: string) => number): void {
    const now = performance.now();
    for (const [siteId, scoutAt] of this.#dark) {
      if (now < scoutAt || busy(siteId) > 0) continue;
      this.#sendScout(siteId, 0);
    }
  }

  #sendScout(siteId: string, delayMs: number): void {
    let scout: WatchedStream | null = null;
    for (const stream of this.#sites.get(siteId) ?? []) {
      if (!stream.waitsForNetwork) continue;
      if (!scout || stream.lastAttemptAt < scout.lastAttemptAt) scout = stream;
    }
    this.#dark.set(siteId, performance.now() + this.#scoutDelay());
    scout?.hurry(delayMs);
  }

  #scoutDelay(): number {
    return scoutEveryMs * (0.75 + this.#random() / 2);
  }
}
