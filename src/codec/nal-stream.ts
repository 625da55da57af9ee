import type { VideoFormat } from './access-unit.ts';

/**
 * One H.264 or H.265 elementary stream as it goes by, NAL unit by NAL unit in decoding order: keeps
 * its parameter sets, knows keyframes, and says what a decoder needs before a picture. Transport
 * (RTP, a file) decides where an access unit ends.
 */
export interface NalStream {
  /** As of the parameter sets seen so far, or null while they are missing or half there. */
  readonly format: VideoFormat | null;
  /** Bytes of cached parameter sets. */
  readonly bufferedBytes: number;
  role(nal: Uint8Array): NalRole;
  /** Of a slice: it is the first of its picture. */
  startsPicture(slice: Uint8Array): boolean;
  /** Takes a whole NAL unit of the access unit under way. */
  take(nal: Uint8Array): void;
  /** The access unit is whole: what it is, or null while parameter sets are missing. */
  finish(): FinishedPicture | null;
  /**
   * Parameter sets to put before a keyframe that was `undecided`, as soon as another picture was seen
   * or none will come.
   */
  decide(): Uint8Array;
  /** The access unit is broken and will not be used. */
  discard(): void;
}

/**
 * - `slice`: part of a picture.
 * - `parameters`: cached and given out before keyframes, not where it stood.
 * - `kept`: stays in the access unit (SEI and the like).
 * - `stripped`: delimiters and filler, of no use in Annex B access units.
 */
export type NalRole = 'slice' | 'parameters' | 'kept' | 'stripped';

export interface FinishedPicture {
  readonly keyframe: boolean;
  /** Annex B of the parameter sets to put before the picture; empty where none are needed. */
  readonly prefix: Uint8Array;
  /**
   * The first keyframe of a stream that does not say whether it reorders: the next picture tells, and
   * a decoder takes its parameter sets only with a keyframe. Hold this one back until then.
   */
  readonly undecided: boolean;
}

/** Larger ones are hostile: a real parameter set takes some dozen bytes, with scaling lists 1 kB. */
export const maxParameterSetBytes = 4096;

/** Pictures watched before a declared reordering is disbelieved: encoders may begin to use it late. */
export const picturesToDisbelieve = 32;

export const noBytes: Uint8Array = new Uint8Array(0);

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function sameVideoFormat(a: VideoFormat | null, b: VideoFormat | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.codec === b.codec &&
    a.codecString === b.codecString &&
    a.width === b.width &&
    a.height === b.height &&
    a.declaredFps === b.declaredFps &&
    a.reorderFrames === b.reorderFrames
  );
}
