/**
 * Bits of a raw byte sequence payload (emulation prevention already taken off), most significant
 * first. Reading behind the end gives zeros and sets `overrun`: parsers look once at the end instead
 * of guarding each field, and a hostile payload cannot throw.
 */
export class BitReader {
  readonly bytes: Uint8Array;
  /** Position of the next bit. */
  position: number;
  overrun = false;

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  get bitsLeft(): number {
    return this.bytes.length * 8 - this.position;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  bit(): number {
    const byte = this.bytes[this.position >> 3];
    if (byte === undefined) {
      this.overrun = true;
      return 0;
    }
    const value = (byte >> (7 - (this.position & 7))) & 1;
    this.position++;
    return value;
  }

  /** An unsigned number of 0 … 32 bits. */
  bits(count: number): number {
    let value = 0;
    let left = count;
    while (left > 0) {
      const byte = this.bytes[this.position >> 3];
      if (byte === undefined) {
        this.overrun = true;
        return 0;
      }
      const inByte = 8 - (this.position & 7);
      const take = Math.min(left, inByte);
      value = value * (1 << take) + ((byte >> (inByte - take)) & ((1 << take) - 1));
      this.position += take;
      left -= take;
    }
    return value;
  }

  skip(count: number): void {
    if (count > this.bitsLeft) this.overrun = true;
    this.position = Math.min(this.position + count, this.bytes.length * 8);
  }

  /** ue(v), an unsigned Exp-Golomb number (H.264 section 9.1); more than 32 zeros is an overrun. */
  ue(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      if (this.overrun) return 0;
      if (++zeros > 32) {
        this.overrun = true;
        return 0;
      }
    }
    return zeros === 0 ? 0 : 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v), a signed Exp-Golomb number. */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -(code / 2);
  }
}

/** Writes bits, most significant first; for parameter sets, which are short. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #position = 0;

  bit(value: number | boolean): void {
    if ((this.#position & 7) === 0) this.#bytes.push(0);
    if (value) this.#bytes[this.#position >> 3]! |= 1 << (7 - (this.#position & 7));
    this.#position++;
  }

  bits(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) this.bit(Math.floor(value / 2 ** i) % 2);
  }

  ue(value: number): void {
    const length = Math.floor(Math.log2(value + 1));
    this.bits(0, length);
    this.bits(value + 1, length + 1);
  }

  se(value: number): void {
    this.ue(value > 0 ? value * 2 - 1 : -value * 2);
  }

  /** Copies the bits from `from` up to and without `to`. */
  copy(bytes: Uint8Array, from: number, to: number): void {
    const reader = new BitReader(bytes, from);
    while (reader.position < to && !reader.overrun) {
      const count = Math.min(8, to - reader.position);
      this.bits(reader.bits(count), count);
    }
  }

  /** rbsp_trailing_bits(): the stop bit, and zeros up to a whole byte. */
  end(): Uint8Array {
    this.bit(1);
    return Uint8Array.from(this.#bytes);
  }
}

/** Position of the stop bit of an RBSP, or -1 where there is none. */
export function stopBitPosition(rbsp: Uint8Array): number {
  let end = rbsp.length;
  while (end > 0 && rbsp[end - 1] === 0) end--;
  if (end === 0) return -1;
  const last = rbsp[end - 1]!;
  return end * 8 - (32 - Math.clz32(last & -last));
}
