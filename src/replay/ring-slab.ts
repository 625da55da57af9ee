import type { AccessUnit, AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import type { StreamKey } from '../contract/stream-state.ts';

/**
 * A run of access units of one stream in one piece of memory: the bytes back to back, what is known of
 * each unit in columns of numbers. One copy of the bytes is made, none of the units costs an object.
 * All units of a slab have the same formats, so that it can be read, and written to disk, on its own.
 */
export interface SlabFormats {
  readonly video: VideoFormat | null;
  readonly audio: AudioFormat | null;
}

export const unitFlags = {
  keyframe: 1,
  afterLoss: 2,
  audio: 4,
  /** First unit of a connection: it refers to nothing before. */
  newConnection: 8,
  hasSenderTime: 16,
} as const;

/** Numbers kept for each unit: arrival, ticks, sender's time; end of its bytes; flags. */
export const bytesPerUnit = 8 + 8 + 8 + 4 + 1;
const clockRatesAtMost = 2;

export class Slab {
  readonly key: StreamKey;
  readonly formats: SlabFormats;
  /** Counts the slabs of this run of the program: their order, whatever the clock does. */
  readonly serial: number;
  readonly bytes: Uint8Array;
  used = 0;
  count = 0;
  keyframes = 0;
  /** Ticks of video and audio have clocks of their own: [video, audio]. */
  readonly clockRates: [number, number] = [0, 0];
  #arrived: Float64Array;
  #ticks: Float64Array;
  #sender: Float64Array;
  #ends: Uint32Array;
  #flags: Uint8Array;

  constructor(
    key: StreamKey,
    formats: SlabFormats,
    serial: number,
    capacity: number,
    expectedUnits: number,
  ) {
    this.key = key;
    this.formats = formats;
    this.serial = serial;
    this.bytes = new Uint8Array(new ArrayBuffer(capacity));
    const room = Math.max(8, expectedUnits);
    this.#arrived = new Float64Array(room);
    this.#ticks = new Float64Array(room);
    this.#sender = new Float64Array(room);
    this.#ends = new Uint32Array(room);
    this.#flags = new Uint8Array(room);
  }

  /** Of the columns as they were written to disk; `bytes` may be missing (index only). */
  static of(
    key: StreamKey,
    formats: SlabFormats,
    clockRates: readonly [number, number],
    columns: Uint8Array,
    count: number,
    bytes: Uint8Array,
  ): Slab {
    const slab = new Slab(key, formats, -1, 0, count);
    (slab as { bytes: Uint8Array }).bytes = bytes;
    slab.used = bytes.length;
    slab.count = count;
    slab.clockRates[0] = clockRates[0];
    slab.clockRates[1] = clockRates[1];
    const view = new DataView(columns.buffer, columns.byteOffset, columns.byteLength);
    let end = 0;
    for (let i = 0; i < count; i++) {
      const at = i * bytesPerUnit;
      slab.#arrived[i] = view.getFloat64(at, true);
      slab.#ticks[i] = view.getFloat64(at + 8, true);
      slab.#sender[i] = view.getFloat64(at + 16, true);
      const next = view.getUint32(at + 24, true);
      if (next < end || next > bytes.length) throw new RangeError('unit outside of its block');
      end = next;
      slab.#ends[i] = next;
      const flags = view.getUint8(at + 28);
      slab.#flags[i] = flags;
      if ((flags & (unitFlags.keyframe | unitFlags.audio)) === unitFlags.keyframe) slab.keyframes++;
    }
    return slab;
  }

  /** False: it does not fit, and goes into the next slab. */
  push(unit: AccessUnit, newConnection: boolean): boolean {
    const { data } = unit;
    if (this.used + data.length > this.bytes.length) return false;
    const audio = unit.kind === 'audio';
    const track = audio ? 1 : 0;
    const rate = this.clockRates[track]!;
    if (rate !== 0 && rate !== unit.time.clockRate) return false;
    this.clockRates[track] = unit.time.clockRate;
    if (this.count === this.#flags.length) this.#grow();
    this.bytes.set(data, this.used);
    this.used += data.length;
    const index = this.count++;
    this.#arrived[index] = unit.receivedAtMs;
    this.#ticks[index] = unit.time.ticks;
    this.#sender[index] = unit.senderTimeMs ?? 0;
    this.#ends[index] = this.used;
    if (!audio && unit.keyframe) this.keyframes++;
    this.#flags[index] =
      (unit.keyframe ? unitFlags.keyframe : 0) |
      (unit.afterLoss ? unitFlags.afterLoss : 0) |
      (audio ? unitFlags.audio : 0) |
      (newConnection ? unitFlags.newConnection : 0) |
      (unit.senderTimeMs === null ? 0 : unitFlags.hasSenderTime);
    return true;
  }

  /** The bytes of the unit are a view: valid as long as somebody holds it. */
  unit(index: number): AccessUnit {
    const flags = this.#flags[index]!;
    const audio = (flags & unitFlags.audio) !== 0;
    return {
      kind: audio ? 'audio' : 'video',
      data: this.bytes.subarray(index === 0 ? 0 : this.#ends[index - 1]!, this.#ends[index]!),
      keyframe: (flags & unitFlags.keyframe) !== 0,
      time: { ticks: this.#ticks[index]!, clockRate: this.clockRates[audio ? 1 : 0]! },
      senderTimeMs: flags & unitFlags.hasSenderTime ? this.#sender[index]! : null,
      receivedAtMs: this.#arrived[index]!,
      afterLoss: (flags & unitFlags.afterLoss) !== 0,
    };
  }

  flags(index: number): number {
    return this.#flags[index]!;
  }

  arrivedAt(index: number): number {
    return this.#arrived[index]!;
  }

  isVideoKeyframe(index: number): boolean {
    return (this.#flags[index]! & (unitFlags.keyframe | unitFlags.audio)) === unitFlags.keyframe;
  }

  get from(): number {
    return this.#arrived[0] ?? 0;
  }

  get to(): number {
    return this.count === 0 ? 0 : this.#arrived[this.count - 1]!;
  }

  /** Arrival of its last picture from which decoding can begin, or null. */
  get lastKeyframeAt(): number | null {
    for (let i = this.count - 1; i >= 0; i--) if (this.isVideoKeyframe(i)) return this.#arrived[i]!;
    return null;
  }

  get firstKeyframeAt(): number | null {
    for (let i = 0; i < this.count; i++) if (this.isVideoKeyframe(i)) return this.#arrived[i]!;
    return null;
  }

  /** What it costs, columns included. */
  get memoryBytes(): number {
    return this.bytes.length + this.#flags.length * bytesPerUnit + clockRatesAtMost * 8;
  }

  /** Median of the sender's clock minus ours over its units, or null. */
  get clockOffsetMs(): number | null {
    const offsets: number[] = [];
    const step = Math.max(1, Math.floor(this.count / 32));
    for (let i = 0; i < this.count; i += step) {
      if (this.#flags[i]! & unitFlags.hasSenderTime) {
        offsets.push(this.#sender[i]! - this.#arrived[i]!);
      }
    }
    return offsets.length === 0 ? null : offsets.sort((a, b) => a - b)[offsets.length >> 1]!;
  }

  /** The columns as they are written to disk. */
  columns(): Uint8Array {
    const out = new Uint8Array(this.count * bytesPerUnit);
    const view = new DataView(out.buffer);
    for (let i = 0; i < this.count; i++) {
      const at = i * bytesPerUnit;
      view.setFloat64(at, this.#arrived[i]!, true);
      view.setFloat64(at + 8, this.#ticks[i]!, true);
      view.setFloat64(at + 16, this.#sender[i]!, true);
      view.setUint32(at + 24, this.#ends[i]!, true);
      view.setUint8(at + 28, this.#flags[i]!);
    }
    return out;
  }

  #grow(): void {
    const room = Math.ceil(this.#flags.length * 1.5);
    const longer = <T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#arrived = longer(this.#arrived, new Float64Array(room));
    this.#ticks = longer(this.#ticks, new Float64Array(room));
    this.#sender = longer(this.#sender, new Float64Array(room));
    this.#ends = longer(this.#ends, new Uint32Array(room));
    this.#flags = longer(this.#flags, new Uint8Array(room));
  }
}
