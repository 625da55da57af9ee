import { type AccessUnit, mediaTimeUs } from '../codec/access-unit.ts';

/** Counts what arrives of one stream; pure, so that its figures can be tested. */
export class StreamTally {
  frames = 0;
  bytes = 0;
  keyframes = 0;
  #firstUs: number | null = null;
  #lastUs = 0;
  readonly #gops: number[] = [];
  #keyframeUs: number | null = null;

  add(unit: AccessUnit): void {
    if (unit.kind !== 'video') return;
    const us = mediaTimeUs(unit.time);
    this.frames++;
    this.bytes += unit.data.length;
    this.#firstUs ??= us;
    this.#lastUs = Math.max(this.#lastUs, us);
    if (!unit.keyframe) return;
    this.keyframes++;
    if (this.#keyframeUs !== null && us > this.#keyframeUs) this.#gops.push(us - this.#keyframeUs);
    this.#keyframeUs = us;
  }

  /** Over the media's own clock, so that a burst at the start does not count as speed. */
  get seconds(): number {
    if (this.#firstUs === null || this.frames < 2) return 0;
    const between = (this.#lastUs - this.#firstUs) / 1e6;
    return between + between / (this.frames - 1);
  }

  get fps(): number {
    return this.seconds > 0 ? round(this.frames / this.seconds, 2) : 0;
  }

  get kbps(): number {
    return this.seconds > 0 ? Math.round((this.bytes * 8) / 1000 / this.seconds) : 0;
  }

  /** Mean of the GOPs seen whole, seconds; null where none was. */
  get gopSeconds(): number | null {
    if (this.#gops.length === 0) return null;
    const mean = this.#gops.reduce((sum, gop) => sum + gop, 0) / this.#gops.length;
    return round(mean / 1e6, 2);
  }
}

export function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
