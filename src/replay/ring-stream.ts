import type { AccessUnit, MediaFormat } from '../codec/access-unit.ts';
import type { StreamKey } from '../contract/stream-state.ts';
import type { StoredBlock } from './ring-disk.ts';
import { Slab, type SlabFormats } from './ring-slab.ts';
import { type SlabSummary, sameFormats, summarise } from './ring-spans.ts';

/** One slab of a stream: in memory, on disk, or both. */
export interface RingEntry {
  readonly serial: number;
  readonly formats: SlabFormats;
  slab: Slab | null;
  block: StoredBlock | null;
  /** Of a slab that takes no more units. */
  sealed: SlabSummary | null;
  /** Steady time of the last unit, and of the first picture from which decoding can begin. */
  pushedAt: number;
  keyframeAt: number | null;
}

export interface StreamHooks {
  nextSerial(): number;
  /** Room for a slab is needed; what is oldest of all streams gives way. */
  makeRoom(bytes: number): void;
  onSealed(entry: RingEntry): void;
  readonly largestSlab: number;
}

/** A window is made of about this many slabs: what a slab holds beyond its window is waste. */
const slabsPerWindow = 48;
const smallestSlab = 48 * 1024;
const firstSlab = 128 * 1024;
/** An unused end larger than this part of a slab is given back. */
const trimPart = 1 / 32;

/** What is held of one stream. */
export class RingStream {
  readonly key: StreamKey;
  /** Oldest first. */
  entries: RingEntry[] = [];
  readonly #hooks: StreamHooks;
  /** How much of it is held in memory. */
  windowMs: number;
  #formats: SlabFormats = { video: null, audio: null };
  #open: RingEntry | null = null;
  #lost = true;
  #synced = false;
  #capacity = firstSlab;
  #units = 32;
  #openedAt = 0;

  constructor(key: StreamKey, windowMs: number, hooks: StreamHooks) {
    this.key = key;
    this.windowMs = windowMs;
    this.#hooks = hooks;
  }

  /** A connection made anew declares the same again, which is no news. */
  setFormat(format: MediaFormat): void {
    const formats =
      format.kind === 'video'
        ? { ...this.#formats, video: format }
        : { ...this.#formats, audio: format };
    if (sameFormats(formats, this.#formats)) return;
    this.seal();
    this.#formats = formats;
  }

  /** The connection ended. */
  lost(): void {
    this.#lost = true;
    this.#synced = false;
  }

  push(unit: AccessUnit): void {
    if (unit.kind === 'video') {
      if (!this.#formats.video) return;
      if (!this.#synced && !unit.keyframe) return;
      this.#synced = true;
    } else if (!this.#formats.audio || !this.#synced) return;
    const opens = this.#lost && unit.kind === 'video';
    const now = performance.now();
    let entry = this.#open;
    if (!entry?.slab?.push(unit, opens)) {
      this.seal();
      entry = this.#begin(unit.data.length, now);
      entry.slab?.push(unit, opens);
    }
    if (opens) this.#lost = false;
    entry.pushedAt = now;
    if (entry.keyframeAt === null && unit.keyframe && unit.kind === 'video') entry.keyframeAt = now;
  }

  /** The slab under way takes no more units. */
  seal(): void {
    const entry = this.#open;
    this.#open = null;
    const slab = entry?.slab;
    if (!entry || !slab) return;
    if (slab.count === 0) {
      this.entries = this.entries.filter((one) => one !== entry);
      return;
    }
    const seconds = (performance.now() - this.#openedAt) / 1000;
    if (seconds > 0.05) {
      const wanted = ((slab.used / seconds) * this.windowMs) / 1000 / slabsPerWindow;
      const { largestSlab } = this.#hooks;
      this.#capacity = Math.round(Math.max(smallestSlab, Math.min(largestSlab, wanted)));
      this.#units = Math.ceil((slab.count * this.#capacity) / Math.max(1, slab.used)) + 4;
    }
    entry.sealed = summarise(slab);
    this.#hooks.onSealed(entry);
  }

  /** Lets go of what is older than the window, as long as the rest can be decoded from there on. */
  expire(now: number): void {
    const cutoff = now - this.windowMs;
    for (;;) {
      const held = this.entries.filter((entry) => entry.slab !== null);
      const oldest = held[0];
      if (!oldest) return;
      const rest = held.slice(1);
      const coverable = rest.some((e) => e.keyframeAt !== null && e.keyframeAt <= cutoff);
      const limit = rest.length > 0 ? cutoff - this.windowMs : cutoff;
      if (!coverable && oldest.pushedAt > limit) return;
      this.drop(oldest);
    }
  }

  drop(entry: RingEntry): void {
    if (entry === this.#open) this.seal();
    entry.slab = null;
    if (!entry.block) this.entries = this.entries.filter((one) => one !== entry);
  }

  /** Gives back the unused ends of finished slabs; off the path of the units, for it copies. */
  trim(): void {
    for (const entry of this.entries) {
      const { slab } = entry;
      if (!slab || entry === this.#open) continue;
      if (slab.bytes.length - slab.used > slab.bytes.length * trimPart) entry.slab = trimmed(slab);
    }
  }

  /** Nothing is under way: its formats are told again when it is watched again. */
  get idle(): boolean {
    return this.#open === null && this.#lost;
  }

  get memoryBytes(): number {
    let sum = 0;
    for (const { slab } of this.entries) sum += slab?.memoryBytes ?? 0;
    return sum;
  }

  get heldBytes(): number {
    let sum = 0;
    for (const { slab } of this.entries) sum += slab?.used ?? 0;
    return sum;
  }

  #begin(unitBytes: number, now: number): RingEntry {
    const capacity = Math.max(unitBytes, this.#capacity);
    this.#hooks.makeRoom(capacity);
    const serial = this.#hooks.nextSerial();
    const entry: RingEntry = {
      serial,
      formats: this.#formats,
      slab: new Slab(this.key, this.#formats, serial, capacity, this.#units),
      block: null,
      sealed: null,
      pushedAt: now,
      keyframeAt: null,
    };
    this.#openedAt = now;
    this.#open = entry;
    this.entries.push(entry);
    return entry;
  }
}

/** The summary of a slab that still grows is made when it is asked for. */
export function summaryOf(entry: RingEntry): SlabSummary | null {
  return entry.sealed ?? (entry.slab && entry.slab.count > 0 ? summarise(entry.slab) : null);
}

function trimmed(slab: Slab): Slab {
  const { key, formats, clockRates, count, used } = slab;
  return Slab.of(key, formats, clockRates, slab.columns(), count, slab.bytes.slice(0, used));
}
