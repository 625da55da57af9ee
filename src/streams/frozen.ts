import type { AccessUnit, VideoCodec } from '../codec/access-unit.ts';
import { pictureFingerprint } from '../codec/picture-fingerprint.ts';

/**
 * Notices a source that repeats the very same picture: a hung encoder, a recorder that plays its last
 * image, a loop of one group of pictures.
 *
 * Only keyframes are judged. Noise of a sensor changes the coded keyframe every time, however static
 * the scene; pictures between keyframes are no evidence, because a quiet scene is coded as "all
 * skipped" again and again. A source counts as frozen when equal keyframes
 *
 * - follow each other at least twice (two groups of pictures) over 1.5 s or more, or
 * - span 3 s or more: MJPEG, or long groups of pictures.
 *
 * A keyframe sent twice at once, as servers with a cache do at the start, spans no time and means
 * nothing. The first keyframe that differs ends it; so does, sooner, a picture in between that was not
 * seen while the source was frozen.
 */
const spanOfTwoGopsMs = 1_500;
const spanMs = 3_000;
const maxSeenBetween = 2_000;

export class FrozenDetector {
  #last: number | null = null;
  #firstAt = 0;
  #repeats = 0;
  #frozenSince: number | null = null;
  /** Fingerprints between the equal keyframes, from the first repetition on. */
  #between = new Set<number>();

  /** Arrival (Unix ms) of the first of the equal keyframes, or null. */
  get frozenSince(): number | null {
    return this.#frozenSince;
  }

  push(codec: VideoCodec, unit: AccessUnit): void {
    if (!unit.keyframe) {
      if (this.#repeats > 0) this.#pushBetween(codec, unit);
      return;
    }
    const print = pictureFingerprint(codec, unit.data);
    if (print === 0) return;
    if (print !== this.#last) {
      this.reset();
      this.#last = print;
      this.#firstAt = unit.receivedAtMs;
      return;
    }
    this.#repeats++;
    if (this.#frozenSince !== null) return;
    const span = unit.receivedAtMs - this.#firstAt;
    if (span >= spanMs || (this.#repeats >= 2 && span >= spanOfTwoGopsMs)) {
      this.#frozenSince = this.#firstAt;
    }
  }

  reset(): void {
    this.#last = null;
    this.#repeats = 0;
    this.#frozenSince = null;
    this.#between.clear();
  }

  #pushBetween(codec: VideoCodec, unit: AccessUnit): void {
    const print = pictureFingerprint(codec, unit.data);
    // While it is not frozen yet, learn what the repeated group looks like.
    if (this.#frozenSince === null) {
      if (this.#between.size < maxSeenBetween) this.#between.add(print);
    } else if (!unit.afterLoss && this.#between.size > 0 && !this.#between.has(print)) {
      this.reset();
    }
  }
}
