/** No access unit of a camera is larger; what is, is dropped. */
export const maxAccessUnitBytes = 16 * 1024 * 1024;

/**
 * Where an access unit is put together: packets are copied in, one array of exact size comes out.
 * The memory is kept between access units, and given back when a stream of large pictures becomes
 * one of small ones.
 */
export class GrowingBuffer {
  readonly #maxBytes: number;
  #bytes = new Uint8Array(0);
  #length = 0;
  #largestLately = 0;
  #takenSince = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes of memory held. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** False, and nothing appended, where the limit would be passed. */
  append(bytes: Uint8Array): boolean {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length && !this.#grow(end)) return false;
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
    return true;
  }

  appendByte(byte: number): boolean {
    if (this.#length + 1 > this.#bytes.length && !this.#grow(this.#length + 1)) return false;
    this.#bytes[this.#length++] = byte;
    return true;
  }

  /** Cuts back to an earlier length. */
  rewind(length: number): void {
    if (length < this.#length) this.#length = length;
  }

  /** A view of what was put in from `from` on; valid until the next call. */
  view(from = 0): Uint8Array {
    return this.#bytes.subarray(from, this.#length);
  }

  /** `prefix` and everything put in, as an array of its own; the buffer is empty afterwards. */
  take(prefix: Uint8Array): Uint8Array {
    const taken = new Uint8Array(prefix.length + this.#length);
    if (prefix.length > 0) taken.set(prefix);
    taken.set(this.#bytes.subarray(0, this.#length), prefix.length);
    this.clear();
    return taken;
  }

  clear(): void {
    if (this.#length > this.#largestLately) this.#largestLately = this.#length;
    this.#length = 0;
    if (++this.#takenSince < 500) return;
    if (this.#bytes.length > initialBytes && this.#largestLately * 4 < this.#bytes.length) {
      this.#bytes = new Uint8Array(Math.max(initialBytes, this.#largestLately * 2));
    }
    this.#takenSince = 0;
    this.#largestLately = 0;
  }

  #grow(needed: number): boolean {
    if (needed > this.#maxBytes) return false;
    let size = Math.max(initialBytes, this.#bytes.length);
    while (size < needed) size *= 2;
    const grown = new Uint8Array(Math.min(size, this.#maxBytes));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    return true;
  }
}

const initialBytes = 16 * 1024;
