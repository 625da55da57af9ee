/**
 * Sees whether a stream really shows pictures in another order than it sends them, from the picture
 * order counts of its slice headers. What the parameter sets declare is not believed: many encoders
 * declare reordering they never use, and each declared frame is a frame of delay in the decoder.
 */
export class ReorderWatch {
  /** Most pictures sent before one that is shown before them; 0 while none was seen. */
  depth = 0;
  /** Pictures watched since the last `reset`. */
  pictures = 0;
  /** Longest step forward of the picture order count between two pictures sent one after another. */
  longestStep = 0;
  readonly #recent: number[] = [];
  #newest = 0;

  get seen(): boolean {
    return this.depth > 0;
  }

  /** The parameter sets really changed: what was seen counts no longer. */
  reset(): void {
    this.depth = 0;
    this.pictures = 0;
    this.longestStep = 0;
    this.#recent.length = 0;
  }

  /**
   * The first pictures follow each other without room between them for one that is shown earlier. A
   * frame takes one or two counts (H.264 section 8.2.1).
   */
  get looksOrdered(): boolean {
    return !this.seen && this.pictures >= 2 && this.longestStep > 0 && this.longestStep <= 2;
  }

  /** A picture that starts a new coded video sequence. */
  restart(): void {
    this.pictures++;
    this.#recent.length = 0;
    this.#recent.push(0);
    this.#newest = 0;
  }

  /** @param lsb pic_order_cnt_lsb of a picture, of `lsbBits` bits */
  picture(lsb: number, lsbBits: number): void {
    this.pictures++;
    const range = 2 ** lsbBits;
    if (this.#recent.length === 0) this.#newest = lsb;
    // The count nearest to the newest one (H.264 section 8.2.1.1, simplified).
    let step = (lsb - this.#newest) % range;
    if (step < 0) step += range;
    if (step >= range / 2) step -= range;
    const count = this.#newest + step;
    if (step < 0) {
      let later = 0;
      for (const one of this.#recent) if (one > count) later++;
      if (later > this.depth) this.depth = later;
    } else {
      if (step > this.longestStep) this.longestStep = step;
      this.#newest = count;
    }
    this.#recent.push(count);
    if (this.#recent.length > 16) this.#recent.shift();
  }

  /** Reordering known from elsewhere, such as a B slice under a picture order count type 1. */
  note(): void {
    this.depth = Math.max(this.depth, 1);
  }
}
