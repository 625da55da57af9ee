/**
 * From "a movement began" to the first picture that shows it. Pictures come as a handful of
 * brightness values (32 × 18 of the whole picture); a picture shows the movement when it differs from
 * the last one before it clearly more than pictures of this scene differ anyway.
 */
export const sampleWidth = 32;
export const sampleHeight = 18;

/** A scene livelier than this tells nothing: a street in the rain, a flickering lamp. */
const liveliest = 12;
/** Below this no change is seen, however still the scene is: the noise of the coder. */
const least = 1.5;
const quietKept = 12;
const giveUpMs = 4000;

/** Mean difference per value, 0 … 255. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const length = Math.min(a.length, b.length);
  if (length === 0) return 0;
  let sum = 0;
  for (let at = 0; at < length; at++) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
  return sum / length;
}

export class MotionDetector {
  /** The pictures before the movement, oldest first. */
  #quiet: ArrayLike<number>[] = [];
  #noise: number[] = [];
  #began: number | null = null;
  #reference: ArrayLike<number> | null = null;
  #threshold = 0;
  #candidate: number | null = null;

  /** A movement began: what was quiet until now is what the pictures are held against. */
  begin(at: number): void {
    this.#began = null;
    this.#candidate = null;
    this.#reference = this.#quiet.at(-1) ?? null;
    // Too little was seen before, or the scene never rests.
    if (!this.#reference || this.#noise.length < 3) return;
    const loudest = Math.max(...this.#noise);
    if (loudest > liveliest) return;
    this.#threshold = Math.max(least, loudest * 2);
    this.#began = at;
  }

  /** It ended, or the picture is not live any more: nothing is measured. */
  reset(): void {
    this.#quiet = [];
    this.#noise = [];
    this.#began = null;
    this.#reference = null;
    this.#candidate = null;
  }

  get measuring(): boolean {
    return this.#began !== null;
  }

  /**
   * A picture that was on the screen at `at`. Milliseconds from the beginning to the first changed
   * picture, once, as soon as a second one confirms it; else null.
   */
  picture(luma: ArrayLike<number>, at: number, moving: boolean): number | null {
    if (this.#began === null || this.#reference === null) {
      if (!moving) this.#rest(luma);
      return null;
    }
    if (at - this.#began > giveUpMs) {
      this.#began = null;
      return null;
    }
    if (at <= this.#began) return null;
    if (difference(luma, this.#reference) <= this.#threshold) {
      this.#candidate = null;
      return null;
    }
    if (this.#candidate === null) {
      this.#candidate = at;
      return null;
    }
    const took = this.#candidate - this.#began;
    this.reset();
    return took;
  }

  #rest(luma: ArrayLike<number>): void {
    // Against one of a while ago too: what walks through the picture differs more and more.
    const before = this.#quiet[0];
    if (before) this.#noise.push(difference(luma, before));
    if (this.#noise.length > quietKept) this.#noise.shift();
    this.#quiet.push(luma);
    if (this.#quiet.length > 5) this.#quiet.shift();
  }
}
