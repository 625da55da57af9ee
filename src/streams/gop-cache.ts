import type { AccessUnit } from '../codec/access-unit.ts';

/**
 * The pictures since the last keyframe, so that a new reader sees something at once instead of
 * waiting for the next keyframe. Bounded: smart codecs send groups of many seconds (quirk 10), and
 * one that outgrows the bounds is let go until the next keyframe, and said so by `overflowed`.
 * For MJPEG every picture is a keyframe, so it holds the last one only.
 */
export interface GopBounds {
  readonly frames: number;
  readonly bytes: number;
}

export const gopBounds: GopBounds = { frames: 600, bytes: 6 * 1024 * 1024 };

export class GopCache {
  readonly #bounds: GopBounds;
  #units: AccessUnit[] = [];
  #bytes = 0;
  #overflowed = false;

  constructor(bounds: GopBounds = gopBounds) {
    this.#bounds = bounds;
  }

  push(unit: AccessUnit): void {
    if (unit.keyframe) {
      this.#units = [];
      this.#bytes = 0;
      this.#overflowed = false;
    } else if (this.#units.length === 0) {
      return;
    }
    if (
      this.#units.length >= this.#bounds.frames ||
      this.#bytes + unit.data.length > this.#bounds.bytes
    ) {
      this.clear();
      this.#overflowed = true;
      return;
    }
    this.#units.push(unit);
    this.#bytes += unit.data.length;
  }

  /** Starts with a keyframe, or is empty. */
  get units(): readonly AccessUnit[] {
    return this.#units;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The current group is longer than the bounds: a new reader waits for the next keyframe. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  clear(): void {
    this.#units = [];
    this.#bytes = 0;
    this.#overflowed = false;
  }
}
