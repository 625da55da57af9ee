import type { Cadence } from './worker-messages.ts';

/**
 * Admission control: when this machine cannot keep up, tiles step down in the open, first to
 * keyframes and then to nothing, the smallest first; what the operator looks at or listens to comes
 * last. They come back step by step, more slowly each time that coming back was too much. Pure: the
 * caller brings the time and the evidence.
 */
export interface AdmissionTile {
  readonly id: number;
  /** Device pixels on the screen. */
  readonly area: number;
  readonly importance: 'normal' | 'selected' | 'full';
  /** How long the oldest frame waits in the decoder, ms. */
  readonly behindMs: number;
  /** From arrival to handing on, ms; null where nothing was handed on. */
  readonly addedMs: number | null;
  /** Frames dropped so far because this machine was behind. */
  readonly dropped: number;
}

export interface AdmissionOptions {
  /** A tile whose frames wait or come this late is behind, ms. */
  readonly lateMs: number;
  /** Share of the running tiles that must be behind. */
  readonly share: number;
  readonly sustainedMs: number;
  /** A tile that just began catches up first: that it is late then says nothing. */
  readonly beginMs: number;
  /** After a step down its effect is awaited. */
  readonly settleMs: number;
  /** Calm for this long: one step up. Doubled each time that a step up was too much. */
  readonly calmMs: number;
  readonly longestCalmMs: number;
}

const defaults: AdmissionOptions = {
  lateMs: 500,
  share: 0.15,
  sustainedMs: 2500,
  beginMs: 4000,
  settleMs: 3000,
  calmMs: 10_000,
  longestCalmMs: 160_000,
};

const rank = { normal: 0, selected: 1, full: 2 } as const;
/** Drops come in bursts; one burst alone is no reason to step down. */
const dropCountsMs = 1500;
/** Of the tiles, how many go down or come back at once. */
const downShare = 0.15;
const upShare = 0.08;

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #cadence = new Map<number, Cadence>();
  readonly #dropped = new Map<number, { count: number; at: number }>();
  readonly #begun = new Map<number, number>();
  #behindSince: number | null = null;
  #calmSince: number | null = null;
  #quietUntil = Number.NEGATIVE_INFINITY;
  #lastUpAt = Number.NEGATIVE_INFINITY;
  #calmMs: number;

  constructor(options: Partial<AdmissionOptions> = {}) {
    this.#options = { ...defaults, ...options };
    this.#calmMs = this.#options.calmMs;
  }

  /** Tiles that are not at full cadence. */
  get steppedDown(): number {
    return this.#cadence.size;
  }

  cadence(id: number): Cadence {
    return this.#cadence.get(id) ?? 'all';
  }

  /** Takes the evidence of all shown tiles; true where a cadence changed. */
  update(now: number, tiles: readonly AdmissionTile[]): boolean {
    const gone = this.#forgetGone(tiles);
    const behind = this.#isBehind(now, tiles);
    if (!behind) {
      this.#behindSince = null;
      this.#calmSince ??= now;
      return this.#maybeUp(now, tiles) || gone;
    }
    this.#calmSince = null;
    this.#behindSince ??= now;
    if (now - this.#behindSince < this.#options.sustainedMs || now < this.#quietUntil) return gone;
    return this.#down(now, tiles) || gone;
  }

  #forgetGone(tiles: readonly AdmissionTile[]): boolean {
    const here = new Set(tiles.map((tile) => tile.id));
    const before = this.#cadence.size;
    for (const id of this.#cadence.keys()) if (!here.has(id)) this.#cadence.delete(id);
    for (const id of this.#begun.keys()) if (!here.has(id)) this.#begun.delete(id);
    for (const id of this.#dropped.keys()) if (!here.has(id)) this.#dropped.delete(id);
    return this.#cadence.size !== before;
  }

  #isBehind(now: number, tiles: readonly AdmissionTile[]): boolean {
    let running = 0;
    let late = 0;
    for (const tile of tiles) {
      const drops = this.#dropped.get(tile.id);
      const at =
        drops && tile.dropped > drops.count ? now : (drops?.at ?? Number.NEGATIVE_INFINITY);
      this.#dropped.set(tile.id, { count: tile.dropped, at });
      const begun = this.#begun.get(tile.id) ?? now;
      this.#begun.set(tile.id, begun);
      if (this.cadence(tile.id) === 'paused') continue;
      running++;
      if (now - begun < this.#options.beginMs) continue;
      const dropped = this.cadence(tile.id) === 'all' && now - at < dropCountsMs;
      const isLate = Math.max(tile.behindMs, tile.addedMs ?? 0) > this.#options.lateMs;
      if (isLate || dropped) late++;
    }
    return running > 0 && late >= Math.max(1, running * this.#options.share);
  }

  #down(now: number, tiles: readonly AdmissionTile[]): boolean {
    const order = [...tiles].sort(
      (a, b) => rank[a.importance] - rank[b.importance] || a.area - b.area || b.id - a.id,
    );
    const step = this.#nextDown(order);
    if (step.length === 0) return false;
    for (const tile of step) {
      this.#cadence.set(tile.id, this.cadence(tile.id) === 'all' ? 'keyframes' : 'paused');
    }
    if (now - this.#lastUpAt < this.#options.calmMs) {
      this.#calmMs = Math.min(this.#options.longestCalmMs, this.#calmMs * 2);
    }
    this.#quietUntil = now + this.#options.settleMs;
    this.#behindSince = null;
    return true;
  }

  /** Keyframes for all of a rank before any of it is paused; a full view is never paused. */
  #nextDown(order: readonly AdmissionTile[]): readonly AdmissionTile[] {
    const count = Math.max(1, Math.ceil(order.length * downShare));
    for (const level of [0, 1, 2]) {
      const ofRank = order.filter((tile) => rank[tile.importance] === level);
      const running = ofRank.filter((tile) => this.cadence(tile.id) === 'all');
      if (running.length > 0) return running.slice(0, count);
      if (level === 2) return [];
      const slow = ofRank.filter((tile) => this.cadence(tile.id) === 'keyframes');
      if (slow.length > 0) return slow.slice(0, count);
    }
    return [];
  }

  #maybeUp(now: number, tiles: readonly AdmissionTile[]): boolean {
    if (this.#cadence.size === 0) {
      // Long calm at full cadence: whatever it was has passed.
      if (now - this.#lastUpAt > 2 * this.#options.longestCalmMs)
        this.#calmMs = this.#options.calmMs;
      return false;
    }
    if (now - (this.#calmSince ?? now) < this.#calmMs) return false;
    const order = tiles
      .filter((tile) => this.cadence(tile.id) !== 'all')
      .sort((a, b) => rank[b.importance] - rank[a.importance] || b.area - a.area || a.id - b.id);
    const paused = order.filter((tile) => this.cadence(tile.id) === 'paused');
    const count = Math.max(1, Math.ceil(tiles.length * upShare));
    const step = (paused.length > 0 ? paused : order).slice(0, count);
    for (const tile of step) {
      if (this.cadence(tile.id) === 'paused') this.#cadence.set(tile.id, 'keyframes');
      else this.#cadence.delete(tile.id);
    }
    this.#lastUpAt = now;
    this.#calmSince = now;
    return true;
  }
}
