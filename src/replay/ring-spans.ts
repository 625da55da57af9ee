import type { Gap } from './replay.types.ts';
import { type Slab, type SlabFormats, unitFlags } from './ring-slab.ts';

/**
 * Which stretches of time a slab holds and what is missing in between, so that a time line is drawn
 * without looking at the units, and for blocks on disk without reading them.
 */
export interface SlabSummary {
  readonly from: number;
  readonly to: number;
  /** The first unit is the first of a connection. */
  readonly opens: boolean;
  /** Arrival of the first picture from which decoding can begin, or null. */
  readonly firstKeyframeAt: number | null;
  /** Each begins with a keyframe, save the first where it goes on from the slab before. */
  readonly spans: readonly { readonly from: number; readonly to: number }[];
  readonly gaps: readonly Gap[];
}

/** Without a picture for longer than this, the stream had stopped. */
export const silenceMs = 3_000;
/** A step backwards beyond this is a clock that was set, not two packets in a strange order. */
const backMs = 250;

/** What lies between the arrivals of two units that follow each other; null: nothing. */
export function gapBetween(before: number, after: number, opens: boolean): Gap | null {
  if (after < before - backMs) return { from: after, to: before, reason: 'clock-changed' };
  if (opens) return { from: before, to: after, reason: 'stream-lost' };
  if (after - before > silenceMs) return { from: before, to: after, reason: 'stream-lost' };
  return null;
}

/** How much of a time is held by spans, in ms. */
export function heldWithin(
  spans: readonly { readonly from: number; readonly to: number }[],
  from: number,
  to: number,
): number {
  return spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)),
    0,
  );
}

export function summarise(slab: Slab): SlabSummary {
  const spans: { from: number; to: number }[] = [];
  const gaps: Gap[] = [];
  let opens = false;
  let last: number | null = null;
  let current: { from: number; to: number } | null = null;
  for (let i = 0; i < slab.count; i++) {
    const flags = slab.flags(i);
    if (flags & unitFlags.audio) continue;
    const at = slab.arrivedAt(i);
    const isNew = (flags & unitFlags.newConnection) !== 0;
    if (last === null) opens = isNew;
    else {
      const gap = gapBetween(last, at, isNew);
      if (gap) {
        gaps.push(gap);
        current = null;
      } else if (flags & unitFlags.afterLoss) {
        gaps.push({ from: last, to: at, reason: 'packets-lost' });
      }
    }
    last = at;
    if (current) current.to = at;
    // Without a keyframe nothing can be shown; the first may go on from the slab before.
    else if (spans.length === 0 || flags & unitFlags.keyframe) {
      current = { from: at, to: at };
      spans.push(current);
    }
  }
  return {
    from: slab.from,
    to: slab.to,
    opens,
    firstKeyframeAt: slab.firstKeyframeAt,
    spans,
    gaps,
  };
}

export interface TimedEntry {
  readonly serial: number;
  readonly formats: SlabFormats;
  readonly summary: SlabSummary;
}

/** Strings together what the slabs of a stream hold, oldest first. */
export function joinSummaries(entries: readonly TimedEntry[]): {
  spans: { from: number; to: number }[];
  gaps: Gap[];
} {
  const spans: { from: number; to: number }[] = [];
  const gaps: Gap[] = [];
  let before: TimedEntry | null = null;
  for (const entry of entries) {
    const { summary } = entry;
    if (summary.spans.length === 0) continue;
    const between: Gap | null = before && entryGap(before, entry);
    if (between) gaps.push(between);
    let isFirst = true;
    for (const span of summary.spans) {
      const open = spans.at(-1);
      if (isFirst && before && !between && open) {
        open.to = span.to;
      } else {
        // Cut off before its keyframe: what comes before cannot be decoded.
        const from: number | null = isFirst ? keyframeFrom(summary, span) : span.from;
        if (from !== null) spans.push({ from, to: span.to });
      }
      isFirst = false;
    }
    gaps.push(...summary.gaps);
    before = entry;
  }
  return { spans, gaps };
}

/** What lies between two neighbouring slabs. */
export function entryGap(before: TimedEntry, after: TimedEntry): Gap | null {
  const [from, to] = [before.summary.to, after.summary.from];
  if (!sameFormats(before.formats, after.formats)) {
    return { from: Math.min(from, to), to: Math.max(from, to), reason: 'format-changed' };
  }
  return gapBetween(from, to, after.summary.opens);
}

function keyframeFrom(summary: SlabSummary, span: { from: number; to: number }): number | null {
  const at = summary.firstKeyframeAt;
  return at !== null && at >= span.from && at <= span.to ? at : null;
}

export function sameFormats(one: SlabFormats, other: SlabFormats): boolean {
  return (
    one === other ||
    (JSON.stringify(one.video) === JSON.stringify(other.video) &&
      one.audio?.codecString === other.audio?.codecString &&
      one.audio?.sampleRate === other.audio?.sampleRate)
  );
}
