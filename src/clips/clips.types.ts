import type { AudioCodec, VideoCodec } from '../codec/access-unit.ts';
import type { BitstreamPiece, Gap } from '../replay/replay.types.ts';

/** `writeClip`: a stretch of a bitstream as MP4 file(s), nothing decoded, nothing encoded. */
export interface ClipRequest {
  /** All of it is written: what is `cached` too, so the clip begins with a keyframe. */
  readonly pieces: AsyncIterable<BitstreamPiece>;
  /** The finished file. Another part (see `ClipPart`) is `<name>-2.mp4` and so on. */
  readonly file: string;
  /** Default true: sound where there is some. */
  readonly audio?: boolean;
  /** Cancel: nothing is left on disk, `input.cancelled`. */
  readonly signal?: AbortSignal;
  /** At most 5 a second. `atMs`: how far into the footage, Unix ms. */
  readonly onProgress?: (progress: ClipProgress) => void;
}

export interface ClipProgress {
  readonly bytes: number;
  readonly pictures: number;
  readonly atMs: number;
}

/**
 * One file. There is more than one only where the footage changed so that one MP4 track cannot hold
 * it (another codec, size or sequence parameter set), or fell silent for more than ten minutes.
 */
export interface ClipPart {
  readonly file: string;
  readonly bytes: number;
  /** Lower-case hex of the finished file, computed by reading it back. */
  readonly sha256: string;
  readonly video: { codec: VideoCodec; codecString: string; width: number; height: number };
  /** `stored`: AAC as it came; G.711 widened to 16-bit PCM, which loses nothing. */
  readonly audio: { codec: AudioCodec; stored: 'aac' | 'pcm-s16'; sampleRate: number } | null;
  readonly pictures: number;
  /** Length of the track with its gaps, in ms. */
  readonly durationMs: number;
  /** Arrival of the first and last picture, Unix ms of this workstation. */
  readonly from: number;
  readonly to: number;
  /** The sender's clock of the first picture, Unix ms, or null. */
  readonly senderFrom: number | null;
  readonly senderTo: number | null;
  /** Unwrapped ticks of the first picture on the sender's media clock. */
  readonly rtpFrom: { ticks: number; clockRate: number };
  /** Shown in the file as time without a picture, never closed up. */
  readonly gaps: readonly Gap[];
}

export interface ClipResult {
  readonly parts: readonly ClipPart[];
}

/** `takeSnapshot`: a still of a bitstream at the stream's full size. */
export interface SnapshotRequest {
  readonly pieces: AsyncIterable<BitstreamPiece>;
  /** Unix ms: the last picture at or before it. Infinity: the last of the pieces. */
  readonly at: number;
  readonly file: string;
  readonly format: 'png' | 'jpeg';
  readonly signal?: AbortSignal;
}

export interface SnapshotResult {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly codec: VideoCodec;
  /** The camera's own JPEG, byte for byte; else decoded. */
  readonly original: boolean;
  /** Arrival of the picture, Unix ms of this workstation. */
  readonly takenAt: number;
  readonly senderTimeMs: number | null;
  readonly rtp: { ticks: number; clockRate: number };
}
