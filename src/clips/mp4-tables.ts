import { type BoxPart, box, fullBox, tableBox, u32, u64 } from './mp4-boxes.ts';

/** Numbers that come one by one, 4 or 8 bytes each and no object for any of them. */
export class Column {
  #values: Float64Array;
  length = 0;

  constructor(room = 1024) {
    this.#values = new Float64Array(room);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.length);
  }
}

/**
 * When samples are decoded and how long after that they are shown. Decoding times are the times of
 * showing in order; those of the whole track are moved back by `shift`, so that nothing is shown before
 * it is decoded (ISO/IEC 14496-12 section 8.6.1.1); the edit list moves them forward again.
 */
export interface SampleTimes {
  readonly deltas: Float64Array;
  /** Null where every sample is shown when it is decoded. */
  readonly offsets: Float64Array | null;
  readonly shift: number;
  /** From the first to the end of the last. */
  readonly duration: number;
}

/** @param shown in decoding order, from 0 on, in ticks @param last of the last one, in ticks */
export function sampleTimes(shown: Float64Array, last: number): SampleTimes {
  const count = shown.length;
  let inOrder = true;
  for (let i = 1; i < count && inOrder; i++) inOrder = shown[i]! > shown[i - 1]!;
  const decoded = inOrder ? shown : Float64Array.from(shown).sort();
  if (!inOrder) {
    // Two at the same time: a clock that stood still. A decoder wants one after the other.
    for (let i = 1; i < count; i++) decoded[i] = Math.max(decoded[i]!, decoded[i - 1]! + 1);
  }
  let shift = 0;
  if (!inOrder) for (let i = 0; i < count; i++) shift = Math.max(shift, decoded[i]! - shown[i]!);
  const deltas = new Float64Array(count);
  for (let i = 0; i < count - 1; i++) deltas[i] = decoded[i + 1]! - decoded[i]!;
  if (count > 0) deltas[count - 1] = Math.max(1, last);
  return {
    deltas,
    offsets: inOrder ? null : shown.map((time, i) => time - decoded[i]! + shift),
    shift,
    duration: count === 0 ? 0 : decoded[count - 1]! - decoded[0]! + deltas[count - 1]!,
  };
}

/** `stts` (section 8.6.1.2): runs of equal steps. */
export function timeToSample(deltas: Float64Array): Uint8Array {
  return tableBox('stts', 0, runsOf(deltas));
}

/** `ctts` (section 8.6.1.3). */
export function compositionOffsets(offsets: Float64Array): Uint8Array {
  return tableBox('ctts', 0, runsOf(offsets));
}

function runsOf(values: Float64Array): [Uint32Array, Uint32Array] {
  const counts: number[] = [];
  const found: number[] = [];
  for (const value of values) {
    if (found.at(-1) === value) counts[counts.length - 1]!++;
    else {
      counts.push(1);
      found.push(value);
    }
  }
  return [Uint32Array.from(counts), Uint32Array.from(found)];
}

/** Runs of samples of one track that lie together in the file. */
export class ChunkTable {
  readonly #offsets = new Column(64);
  readonly #samples = new Column(64);
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#offsets.length === 0;
  }

  /** Bytes of the chunk that is being filled. */
  get bytes(): number {
    return this.#bytes;
  }

  begin(offset: number): void {
    this.#offsets.push(offset);
    this.#samples.push(0);
    this.#bytes = 0;
  }

  add(samples: number, bytes: number): void {
    const { values } = this.#samples;
    values[values.length - 1]! += samples;
    this.#bytes += bytes;
  }

  /** `stsc` and `stco`, or `co64` where a chunk lies beyond 4 GiB (sections 8.7.4 and 8.7.5). */
  boxes(): BoxPart {
    const first: number[] = [];
    const perChunk: number[] = [];
    for (const [i, samples] of this.#samples.values.entries()) {
      if (perChunk.at(-1) === samples) continue;
      first.push(i + 1);
      perChunk.push(samples);
    }
    const description = new Uint32Array(first.length).fill(1);
    const stsc = tableBox('stsc', 0, [
      Uint32Array.from(first),
      Uint32Array.from(perChunk),
      description,
    ]);
    const offsets = this.#offsets.values;
    const isFar = (offsets.at(-1) ?? 0) > 0xffff_ffff;
    return isFar
      ? [
          stsc,
          fullBox(
            'co64',
            0,
            0,
            u32(offsets.length),
            Array.from(offsets, (at) => u64(at)),
          ),
        ]
      : [stsc, tableBox('stco', 0, [Uint32Array.from(offsets)])];
  }
}

/** `stsz` (section 8.7.3). @param sizes of each sample, or the one size of `count` samples */
export function sampleSizes(sizes: Float64Array | number, count: number): Uint8Array {
  if (typeof sizes === 'number') return fullBox('stsz', 0, 0, u32(sizes, count));
  const bytes = new Uint8Array(4 * sizes.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < sizes.length; i++) view.setUint32(i * 4, sizes[i]!);
  return fullBox('stsz', 0, 0, u32(0, count), bytes);
}

/** `stss` (section 8.6.2): numbers from 1 of the samples that stand alone. */
export function syncSamples(numbers: Float64Array): Uint8Array {
  return tableBox('stss', 0, [Uint32Array.from(numbers)]);
}

/**
 * `edts` (section 8.6.6): nothing for `emptyMs`, then the track from `mediaTime` on. Null where the track
 * begins with its first sample at once.
 */
export function editList(emptyMs: number, mediaTime: number, durationMs: number): BoxPart {
  if (emptyMs === 0 && mediaTime === 0) return [];
  const rate = u32(0x10000);
  const rows: BoxPart[] = [];
  if (emptyMs > 0) rows.push(u64(emptyMs), u32(0xffff_ffff, 0xffff_ffff), rate);
  rows.push(u64(durationMs), u64(mediaTime), rate);
  return box('edts', fullBox('elst', 1, 0, u32(emptyMs > 0 ? 2 : 1), rows));
}
