import type { AccessUnit, MediaFormat } from '../codec/access-unit.ts';
import type { GapReason, ReplayGap, ReplaySpan } from '../contract/replay-schemas.ts';
import type { StreamQuality } from '../contract/stream-state.ts';

/**
 * The seam between those who hold bitstreams (the ring of this workstation, a recorder) and those who
 * use them (replay, clips, snapshots). All times are Unix ms, UTC.
 */

/** A stretch without anything, or with something missing in it. */
export type Gap = ReplayGap;

/** One contiguous stretch of one stream. */
export type HeldSpan = ReplaySpan;

/**
 * What a bitstream is made of, in decoding order. A `format` comes before the first unit of each kind
 * and before the first unit of a new format; a `gap` stands where it is. `cached`: the unit is there
 * so that later ones can be decoded; it lies before the time asked for.
 */
export type BitstreamPiece =
  | { readonly kind: 'format'; readonly format: MediaFormat }
  | { readonly kind: 'unit'; readonly unit: AccessUnit; readonly cached: boolean }
  | { readonly kind: 'gap'; readonly gap: Gap };

export interface RingBounds {
  /** How much of each stream is held in memory at least, where the budget allows it. Default 60. */
  readonly seconds: number;
  /** Of all streams together. */
  readonly memoryBytes: number;
  /** Of all segment files; 0 keeps nothing on disk. */
  readonly diskBytes: number;
  /** False: nothing is kept, and what was is let go of, on disk too. */
  readonly on: boolean;
}

/** The last minutes of every stream that is watched. */
export interface Ring {
  /** What is held of a camera, oldest first: of the stream that `quality` names, or of the better one. */
  spans(cameraId: string, quality?: StreamQuality): HeldSpan[];
  gaps(cameraId: string, quality?: StreamQuality): Gap[];
  /** The better stream of those that hold most of a time: `main` where it holds about as much as `sub`. */
  qualityWithin(cameraId: string, from?: number, to?: number): StreamQuality;
  /** The stream of the camera that holds `at`: `main` if it does. Null where neither does. */
  qualityAt(cameraId: string, at: number): StreamQuality | null;
  /**
   * From the keyframe at or before `from` (units before `from` are `cached`) up to and with `to`.
   * Bounded memory: blocks on disk are read one at a time. What is dropped meanwhile is a gap.
   */
  read(
    cameraId: string,
    quality: StreamQuality,
    from: number,
    to: number,
  ): AsyncIterable<BitstreamPiece>;
  /** The camera's clock minus ours in ms around `at`, or null. */
  clockOffsetMs(cameraId: string, quality: StreamQuality, at: number): number | null;
  /** From now on; what does not fit any more is gone when it resolves, on disk too. */
  setBounds(bounds: RingBounds): Promise<void>;
  readonly figures: RingFigures;
  close(): Promise<void>;
}

export interface RingFigures {
  readonly streams: number;
  /** Bytes of access units held in memory. */
  readonly heldBytes: number;
  /** Bytes allocated for them, index included. */
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** Bytes that did not reach the disk because it was slow or full. */
  readonly diskSkippedBytes: number;
  /** Arrival of the oldest picture that is held, Unix ms; null: nothing is. */
  readonly oldestAt: number | null;
}

/** Footage of a recorder (ONVIF Profile G, Hikvision playback). */
export interface RecorderFootage {
  /** Spans with what is missing between them; both ends as asked. */
  timeline(from: number, to: number): Promise<{ spans: HeldSpan[]; gaps: Gap[] }>;
  /** One playback at a time; ends with the iteration. */
  read(from: number, to: number, signal?: AbortSignal): AsyncIterable<BitstreamPiece>;
}

export type { GapReason };
