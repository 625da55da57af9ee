import { join } from 'node:path';
import type { MediaFormat } from '../codec/access-unit.ts';
import { type StreamKey, type StreamQuality, streamKeyText } from '../contract/stream-state.ts';
import { Fault } from '../std/fault.ts';
import { type Logger, silentLog } from '../std/log.ts';
import type { UnitTap } from '../streams/supervisor.types.ts';
import type { BitstreamPiece, Gap, HeldSpan, Ring, RingBounds } from './replay.types.ts';
import { DiskRing } from './ring-disk.ts';
import { type Slab, type SlabFormats, unitFlags } from './ring-slab.ts';
import {
  entryGap,
  gapBetween,
  heldWithin,
  joinSummaries,
  sameFormats,
  type TimedEntry,
} from './ring-spans.ts';
import { type RingEntry, RingStream, summaryOf } from './ring-stream.ts';

/**
 * The last minutes of every stream that is watched, as its camera sent them: in memory, and behind
 * that on disk. It listens to the supervisor's streams and opens none. A unit costs one copy of its
 * bytes; everything else happens once a second or when somebody asks.
 */
export interface RingOptions extends Partial<RingBounds> {
  /** Null: nothing is ever written. */
  readonly dataDir: string | null;
  readonly log?: Logger;
}

const mebibyte = 1024 * 1024;
export const ringBounds: RingBounds = {
  seconds: 60,
  memoryBytes: 384 * mebibyte,
  diskBytes: 4096 * mebibyte,
  on: true,
};

const tickMs = 1_000;
/** The main stream is played where it holds at least this much of what the small one holds. */
const mainShare = 0.8;
const largestSlab = 4 * mebibyte;
/** Blocks read from disk that are kept at hand, for stepping to and fro. */
const blocksAtHand = 4;

export type OpenRing = Ring &
  UnitTap & {
    /** Resolves when what an earlier run left on disk is known. */
    readonly ready: Promise<void>;
    /** Everything held in memory is on disk when this resolves; for a clean end, and tests. */
    flush(): Promise<void>;
  };

export function createRing(options: RingOptions): OpenRing {
  const log = options.log ?? silentLog;
  let seconds = options.seconds ?? ringBounds.seconds;
  let memoryBytes = options.memoryBytes ?? ringBounds.memoryBytes;
  let isOn = options.on ?? true;
  const streams = new Map<string, RingStream>();
  const atHand = new Map<string, Slab>();
  let serial = 1;
  let allocated = 0;
  let closed = false;

  const dropSegment = (segment: number) => {
    for (const stream of streams.values()) {
      for (const entry of stream.entries) if (entry.block?.segment === segment) entry.block = null;
      stream.entries = stream.entries.filter(({ slab, block }) => slab !== null || block !== null);
    }
  };
  const disk =
    options.dataDir === null
      ? null
      : new DiskRing({
          dir: join(options.dataDir, 'ring'),
          budget: isOn ? (options.diskBytes ?? ringBounds.diskBytes) : 0,
          log,
          onDropped: dropSegment,
        });

  const recount = () => {
    allocated = 0;
    for (const stream of streams.values()) allocated += stream.memoryBytes;
  };
  const makeRoom = (bytes: number) => {
    allocated += bytes;
    while (allocated > memoryBytes) {
      let oldest: { stream: RingStream; entry: RingEntry } | null = null;
      for (const stream of streams.values()) {
        const entry = stream.entries.find(({ slab }) => slab !== null);
        if (entry && (!oldest || entry.serial < oldest.entry.serial)) oldest = { stream, entry };
      }
      if (!oldest) return;
      allocated -= oldest.entry.slab?.memoryBytes ?? 0;
      oldest.stream.drop(oldest.entry);
    }
  };
  const pendingWrites = new Set<Promise<unknown>>();
  const onSealed = (entry: RingEntry) => {
    const { slab } = entry;
    if (!disk || !slab || closed || !isOn) return;
    const written = disk.append(slab).then((block) => {
      // Only where somebody still knows of it: a format may have emptied it meanwhile.
      const stream = streams.get(streamKeyText(slab.key));
      if (!block || !stream) return;
      entry.block = block;
      if (!stream.entries.includes(entry)) {
        stream.entries = [...stream.entries, entry].sort((a, b) => a.serial - b.serial);
      }
    });
    pendingWrites.add(written);
    void written.finally(() => pendingWrites.delete(written));
  };
  const hooks = {
    nextSerial: () => serial++,
    makeRoom,
    onSealed,
    get largestSlab() {
      return Math.max(1024, Math.min(largestSlab, Math.floor(memoryBytes / 16)));
    },
  };

  const streamOf = (key: StreamKey): RingStream => {
    const name = streamKeyText(key);
    let stream = streams.get(name);
    if (!stream) {
      stream = new RingStream({ ...key }, seconds * 1000, hooks);
      streams.set(name, stream);
    }
    return stream;
  };

  const ready = (async () => {
    const found = (await disk?.load()) ?? [];
    // Older than everything of this run.
    let old = -found.length;
    // One object for each format: neighbours are compared often.
    const formatsByText = new Map<string, SlabFormats>();
    for (const { key, formats: own, summary, block } of found) {
      const text = JSON.stringify(own);
      const formats = formatsByText.get(text) ?? own;
      formatsByText.set(text, formats);
      const stream = streamOf(key);
      const entry = { serial: old++, formats, slab: null, block, sealed: summary };
      stream.entries.push({ ...entry, pushedAt: 0, keyframeAt: null });
    }
    for (const stream of streams.values()) stream.entries.sort((a, b) => a.serial - b.serial);
  })().catch((error) => log.warn('kept ring', { reason: Fault.from(error).message }));

  const timer = setInterval(() => {
    const now = performance.now();
    for (const [name, stream] of streams) {
      stream.expire(now);
      stream.trim();
      if (stream.entries.length === 0 && stream.idle) streams.delete(name);
    }
    recount();
  }, tickMs);
  timer.unref();

  const load = async (entry: RingEntry): Promise<Slab> => {
    if (entry.slab) return entry.slab;
    if (!entry.block || !disk) throw new Fault('replay.nothing', 'let go of meanwhile');
    const name = `${entry.block.segment}:${entry.block.offset}`;
    const slab = atHand.get(name) ?? (await disk.read(entry.block));
    atHand.delete(name);
    atHand.set(name, slab);
    for (const first of atHand.keys()) if (atHand.size > blocksAtHand) atHand.delete(first);
    return slab;
  };

  const timed = (stream: RingStream): TimedEntry[] =>
    stream.entries.flatMap((entry) => {
      const summary = summaryOf(entry);
      return summary ? [{ serial: entry.serial, formats: entry.formats, summary }] : [];
    });
  const held = (cameraId: string, quality: StreamQuality) => {
    const stream = streams.get(streamKeyText({ cameraId, quality }));
    return stream ? joinSummaries(timed(stream)) : { spans: [], gaps: [] };
  };
  /** A main stream that was open for the moment of a picture is not worth losing the minutes of the other. */
  const better = (cameraId: string, from = -Infinity, to = Infinity): StreamQuality => {
    const main = heldWithin(held(cameraId, 'main').spans, from, to);
    return main > 0 && main >= heldWithin(held(cameraId, 'sub').spans, from, to) * mainShare
      ? 'main'
      : 'sub';
  };

  const ring: OpenRing = {
    ready,
    onUnit(key, unit) {
      if (!closed && isOn) streamOf(key).push(unit);
    },
    onFormat(key, format: MediaFormat) {
      if (!closed) streamOf(key).setFormat(format);
    },
    onLost(key) {
      streams.get(streamKeyText(key))?.lost();
    },
    spans(cameraId, quality = better(cameraId)): HeldSpan[] {
      return held(cameraId, quality).spans.map((span) => ({ ...span, source: 'ring', quality }));
    },
    gaps(cameraId, quality = better(cameraId)) {
      return held(cameraId, quality).gaps;
    },
    qualityWithin: better,
    qualityAt(cameraId, at) {
      for (const quality of ['main', 'sub'] as const) {
        if (held(cameraId, quality).spans.some((span) => at >= span.from && at <= span.to)) {
          return quality;
        }
      }
      return null;
    },
    read: (cameraId, quality, from, to) =>
      readStream(() => streams.get(streamKeyText({ cameraId, quality })), load, from, to),
    clockOffsetMs(cameraId, quality, at) {
      const stream = streams.get(streamKeyText({ cameraId, quality }));
      const near = stream?.entries.findLast((entry) => entry.slab && entry.slab.from <= at);
      return (near ?? stream?.entries.findLast((entry) => entry.slab))?.slab?.clockOffsetMs ?? null;
    },
    async setBounds(bounds) {
      seconds = bounds.seconds;
      memoryBytes = bounds.memoryBytes;
      isOn = bounds.on;
      for (const stream of streams.values()) {
        stream.windowMs = seconds * 1000;
        // The format stays known: it is not told again when the ring is switched on.
        if (isOn) continue;
        for (const entry of [...stream.entries]) stream.drop(entry);
        stream.lost();
      }
      recount();
      makeRoom(0);
      if (!isOn) atHand.clear();
      await ready;
      await disk?.setBudget(isOn ? bounds.diskBytes : 0);
      if (!isOn) for (const stream of streams.values()) stream.entries = [];
    },
    get figures() {
      let heldBytes = 0;
      let memory = 0;
      for (const stream of streams.values()) {
        heldBytes += stream.heldBytes;
        memory += stream.memoryBytes;
      }
      return {
        streams: streams.size,
        heldBytes,
        memoryBytes: memory,
        diskBytes: disk?.bytes ?? 0,
        diskSkippedBytes: disk?.skippedBytes ?? 0,
        oldestAt: oldestOf(streams.values()),
      };
    },
    async flush() {
      await ready;
      for (const stream of streams.values()) stream.seal();
      while (pendingWrites.size > 0) await Promise.all(pendingWrites);
    },
    async close() {
      if (closed) return;
      clearInterval(timer);
      await ring.flush();
      closed = true;
      await disk?.close();
      streams.clear();
      atHand.clear();
    },
  };
  return ring;
}

/** See `Ring.read`. Looks at the list anew at each slab: it grows and shrinks meanwhile. */
async function* readStream(
  find: () => RingStream | undefined,
  load: (entry: RingEntry) => Promise<Slab>,
  from: number,
  to: number,
): AsyncGenerator<BitstreamPiece> {
  let entry = startEntry(find(), from);
  let begun = false;
  let before: { entry: RingEntry; lastAt: number } | null = null;
  while (entry) {
    const current: RingEntry = entry;
    let slab: Slab | null = null;
    try {
      slab = await load(current);
    } catch {
      // Let go of since we looked, or damaged: the gap shows at the next.
    }
    if (slab && slab.count > 0) {
      let index = begun ? 0 : startIndex(slab, from);
      if (index >= 0) {
        const isNew: boolean = !before || !sameFormats(before.entry.formats, current.formats);
        const gap: Gap | null = before && gapOf(before, current, slab);
        if (gap) yield { kind: 'gap', gap };
        if (isNew) {
          const { video, audio } = current.formats;
          if (video) yield { kind: 'format', format: video };
          if (audio) yield { kind: 'format', format: audio };
        }
        begun = true;
        let lastAt = slab.arrivedAt(index);
        // The list may trim the slab meanwhile; the units are the same.
        for (; index < slab.count; index++) {
          const unit = slab.unit(index);
          if (unit.receivedAtMs > to) return;
          const opens = (slab.flags(index) & unitFlags.newConnection) !== 0;
          const between: Gap | null =
            unit.kind === 'video' ? gapBetween(lastAt, unit.receivedAtMs, opens) : null;
          if (between && index > 0) yield { kind: 'gap', gap: between };
          else if (unit.afterLoss && index > 0) {
            const lost = { from: lastAt, to: unit.receivedAtMs, reason: 'packets-lost' } as const;
            yield { kind: 'gap', gap: lost };
          }
          if (unit.kind === 'video') lastAt = unit.receivedAtMs;
          yield { kind: 'unit', unit, cached: unit.receivedAtMs < from };
        }
        before = { entry: current, lastAt };
      }
    }
    entry = find()?.entries.find(({ serial }) => serial > current.serial) ?? null;
  }
}

function gapOf(before: { entry: RingEntry; lastAt: number }, after: RingEntry, slab: Slab) {
  const one = summaryOf(before.entry);
  const other = summaryOf(after);
  if (one && other) {
    return entryGap(
      { serial: 0, formats: before.entry.formats, summary: one },
      { serial: 0, formats: after.formats, summary: other },
    );
  }
  return gapBetween(before.lastAt, slab.from, false);
}

function oldestOf(streams: Iterable<RingStream>): number | null {
  let oldest: number | null = null;
  for (const { entries } of streams) {
    const at = entries[0] && summaryOf(entries[0])?.spans[0]?.from;
    if (at !== undefined && (oldest === null || at < oldest)) oldest = at;
  }
  return oldest;
}

/** The newest slab that has a keyframe at or before `from`; else the oldest with a keyframe. */
function startEntry(stream: RingStream | undefined, from: number): RingEntry | null {
  const entries = stream?.entries ?? [];
  const begins = (entry: RingEntry) => summaryOf(entry)?.firstKeyframeAt ?? null;
  const last = entries.findLast((entry) => {
    const at = begins(entry);
    return at !== null && at <= from;
  });
  return last ?? entries.find((entry) => begins(entry) !== null) ?? null;
}

function startIndex(slab: Slab, from: number): number {
  let first = -1;
  for (let i = 0; i < slab.count; i++) {
    if (!slab.isVideoKeyframe(i)) continue;
    if (first < 0 || slab.arrivedAt(i) <= from) first = i;
  }
  return first;
}
