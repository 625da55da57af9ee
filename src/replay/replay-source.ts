import type { StreamQuality } from '../contract/stream-state.ts';
import type { BitstreamPiece, Gap, HeldSpan, Ring } from './replay.types.ts';

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

/** From the ring; null where nothing of the camera is held. */
export function ringSource(ring: Ring, cameraId: string, at: number | null): ReplaySource | null {
  const quality =
    (at === null ? null : ring.qualityAt(cameraId, at)) ??
    (['main', 'sub'] as const).find((one) => ring.spans(cameraId, one).length > 0);
  if (!quality) return null;
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
