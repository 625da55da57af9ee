import type { StreamQuality } from '../contract/stream-state.ts';
import type { BitstreamPiece, Gap, HeldSpan, RecorderFootage, Ring } from './replay.types.ts';

/** What one camera of a session is played from. */
export interface ReplaySource {
  readonly cameraId: string;
  readonly quality: StreamQuality;
  /** Pictures between keyframes are looked up this often at most when it is not played as it is. */
  readonly sampleMs: number;
  spans(): HeldSpan[];
  gaps(): Gap[];
  clockOffsetMs(at: number): number | null;
  /** See `Ring.read`. */
  read(from: number, to: number): AsyncIterable<BitstreamPiece>;
}

/** Who looks at a moment wants to see what was before and after it too. */
const aroundMomentMs = 30_000;

/** From the ring; null where nothing of the camera is held. */
export function ringSource(ring: Ring, cameraId: string, at: number | null): ReplaySource | null {
  const near =
    at === null || ring.qualityAt(cameraId, at) === null
      ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      : [at - aroundMomentMs, at + aroundMomentMs];
  const quality = ring.qualityWithin(cameraId, near[0], near[1]);
  if (ring.spans(cameraId, quality).length === 0) return null;
  return {
    cameraId,
    quality,
    sampleMs: 125,
    spans: () => ring.spans(cameraId, quality),
    gaps: () => ring.gaps(cameraId, quality),
    clockOffsetMs: (time) => ring.clockOffsetMs(cameraId, quality, time),
    read: (from, to) => ring.read(cameraId, quality, from, to),
  };
}

const aroundMs = 12 * 3_600_000;

/**
 * From a recorder: half a day around `at` (null: the last day), as its time line says now. Pictures are
 * fetched when they are wanted, one playback at a time.
 */
export async function recorderSource(
  footage: RecorderFootage,
  cameraId: string,
  at: number | null,
): Promise<ReplaySource | null> {
  const now = Date.now();
  const to = Math.min(now, at === null ? now : at + aroundMs);
  const { spans, gaps } = await footage.timeline(to - 2 * aroundMs, to);
  if (spans.length === 0) return null;
  return {
    cameraId,
    quality: 'main',
    sampleMs: 1_000,
    spans: () => spans,
    gaps: () => gaps,
    clockOffsetMs: () => null,
    read: (from, end) => footage.read(from, end),
  };
}
