import { type AccessUnit, mediaTimeUs } from '../codec/access-unit.ts';

/** Frames, bytes and length of the group of pictures of one stream, counted as they arrive. */
export class StreamRates {
  framesReceived = 0;
  #frames = 0;
  #bytes = 0;
  #windowStart = performance.now();
  #lastKeyframeUs: number | null = null;
  #fps = 0;
  #kbps = 0;
  #gopSeconds: number | null = null;

  count(unit: AccessUnit): void {
    this.#bytes += unit.data.length;
    if (unit.kind !== 'video') return;
    this.framesReceived++;
    this.#frames++;
    if (!unit.keyframe) return;
    const at = mediaTimeUs(unit.time);
    if (this.#lastKeyframeUs !== null && at > this.#lastKeyframeUs) {
      this.#gopSeconds = (at - this.#lastKeyframeUs) / 1_000_000;
    }
    this.#lastKeyframeUs = at;
  }

  /** Ends the running window; call about once a second. */
  roll(): void {
    const now = performance.now();
    const seconds = (now - this.#windowStart) / 1000;
    if (seconds <= 0) return;
    this.#fps = this.#frames / seconds;
    this.#kbps = (this.#bytes * 8) / 1000 / seconds;
    this.#frames = 0;
    this.#bytes = 0;
    this.#windowStart = now;
  }

  /** A new connection: its media clock starts anew. */
  restart(): void {
    this.#lastKeyframeUs = null;
    this.#gopSeconds = null;
  }

  get fps(): number {
    return Math.round(this.#fps * 10) / 10;
  }

  get kbps(): number {
    return Math.round(this.#kbps);
  }

  get gopSeconds(): number | null {
    return this.#gopSeconds;
  }
}
