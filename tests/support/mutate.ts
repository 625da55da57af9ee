/**
 * Deterministic random numbers and a mutator for fuzz tests: the same seed gives the same inputs on
 * every machine, so that a failure is found again by its number.
 */
export interface Random {
  /** A 32-bit unsigned integer. */
  next(): number;
  /** An integer in 0 … below − 1. */
  int(below: number): number;
  /** True once in `outOf` on average. */
  once(outOf: number): boolean;
  pick<T>(items: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

/** mulberry32, by its own well-known constants: fast, and good enough to drive a mutator. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const int = (below: number) => (below <= 1 ? 0 : next() % below);
  return {
    next,
    int,
    once: (outOf) => int(outOf) === 0,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('nothing to pick from');
      return items[int(items.length)]!;
    },
    bytes: (length) => {
      const made = new Uint8Array(length);
      for (let i = 0; i < length; i++) made[i] = next();
      return made;
    },
  };
}

const interesting = [
  0, 1, 2, 3, 4, 0x1c, 0x24, 0x3f, 0x40, 0x7c, 0x7f, 0x80, 0x81, 0xd8, 0xfe, 0xff,
];

export interface MutateOptions {
  /** Mutations applied to one input: 1 … this. Default 4. */
  readonly rounds?: number;
  /** The result is cut to this many bytes. Default 65,535. */
  readonly maxBytes?: number;
  /** Byte strings that mean something to the parser under test, inserted now and then. */
  readonly dictionary?: readonly Uint8Array[];
  /** Other valid inputs, to splice with. */
  readonly others?: readonly Uint8Array[];
}

/** A damaged copy of `input`: flipped bits, telling values, cuts, insertions, repeats, splices. */
export function mutate(input: Uint8Array, random: Random, options: MutateOptions = {}): Uint8Array {
  let bytes: Uint8Array = input.slice();
  const rounds = 1 + random.int(options.rounds ?? 4);
  for (let round = 0; round < rounds; round++) bytes = mutateOnce(bytes, random, options);
  const max = options.maxBytes ?? 65_535;
  return bytes.length > max ? bytes.subarray(0, max) : bytes;
}

function mutateOnce(bytes: Uint8Array, random: Random, options: MutateOptions): Uint8Array {
  const at = random.int(bytes.length);
  if (bytes.length === 0) return random.bytes(random.int(16));
  switch (random.int(10)) {
    case 0:
    case 1:
      bytes[at]! ^= 1 << random.int(8);
      return bytes;
    case 2:
      bytes[at] = random.pick(interesting);
      return bytes;
    case 3:
      // Lengths and counts are mostly two bytes.
      bytes[at] = random.pick(interesting);
      if (at + 1 < bytes.length) bytes[at + 1] = random.pick(interesting);
      return bytes;
    case 4:
      return bytes.slice(0, at);
    case 5:
      return join(bytes.subarray(0, at), bytes.subarray(at + 1 + random.int(8)));
    case 6:
      return join(bytes.subarray(0, at), random.bytes(1 + random.int(12)), bytes.subarray(at));
    case 7: {
      const end = Math.min(bytes.length, at + 1 + random.int(64));
      return join(bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end));
    }
    case 8: {
      if (!options.dictionary?.length) return bytes.fill(random.pick(interesting), at, at + 4);
      return join(bytes.subarray(0, at), random.pick(options.dictionary), bytes.subarray(at));
    }
    default: {
      if (!options.others?.length) return bytes.fill(random.next(), at, at + random.int(16));
      const other = random.pick(options.others);
      return join(bytes.subarray(0, at), other.subarray(random.int(other.length)));
    }
  }
}

/** A damaged copy of a text protocol message; bytes above 127 become U+0080 … U+00FF. */
export function mutateText(
  input: string,
  random: Random,
  options: Omit<MutateOptions, 'dictionary' | 'others'> & {
    readonly dictionary?: readonly string[];
    readonly others?: readonly string[];
  } = {},
): string {
  const { dictionary, others, ...rest } = options;
  const damaged = mutate(latin1Bytes(input), random, {
    ...rest,
    ...(dictionary ? { dictionary: dictionary.map(latin1Bytes) } : {}),
    ...(others ? { others: others.map(latin1Bytes) } : {}),
  });
  let text = '';
  for (const byte of damaged) text += String.fromCharCode(byte);
  return text;
}

export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
