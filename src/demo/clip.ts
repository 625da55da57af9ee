/**
 * Elementary streams cut into access units, as a simulated camera sends them.
 *
 * Limits: H.264 and H.265 as Annex B without B frames, MJPEG as JPEG images one after another. The
 * frame rate is told by the caller, because an elementary stream need not know it.
 */
export type ClipCodec = 'h264' | 'h265' | 'mjpeg';

export interface ClipShape {
  readonly codec: ClipCodec;
  /** Frames per second. */
  readonly fps: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export interface ClipFrame {
  readonly keyframe: boolean;
  /** NAL units without start codes; for MJPEG one whole JPEG image. */
  readonly units: readonly Uint8Array[];
}

export interface Clip extends ClipShape {
  readonly frames: readonly ClipFrame[];
  /** VPS (H.265), SPS and PPS, first of each kind, in that order; empty for MJPEG. */
  readonly parameterSets: readonly Uint8Array[];
}

/** @throws {Error} where the bytes hold no picture, or do not begin with a keyframe. */
export function readClip(bytes: Uint8Array, shape: ClipShape): Clip {
  const frames =
    shape.codec === 'mjpeg' ? jpegFrames(bytes) : nalFrames(splitAnnexB(bytes), shape.codec);
  const first = frames[0];
  if (!first) throw new Error(`no ${shape.codec} picture in the clip`);
  if (!first.keyframe) throw new Error('the clip does not begin with a keyframe');
  return { ...shape, frames, parameterSets: firstParameterSets(frames, shape.codec) };
}

/** NAL units between start codes of three or four bytes (ITU-T H.264 annex B). */
export function splitAnnexB(bytes: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let start = -1;
  for (let i = 0; i + 2 < bytes.length; i++) {
    if (bytes[i + 2]! > 1) {
      i += 2;
      continue;
    }
    if (bytes[i] !== 0 || bytes[i + 1] !== 0 || bytes[i + 2] !== 1) continue;
    if (start >= 0) pushTrimmed(units, bytes, start, i);
    start = i + 3;
    i += 2;
  }
  if (start >= 0) pushTrimmed(units, bytes, start, bytes.length);
  return units;
}

function pushTrimmed(units: Uint8Array[], bytes: Uint8Array, from: number, to: number): void {
  // trailing_zero_8bits, and the first byte of a four-byte start code
  let end = to;
  while (end > from && bytes[end - 1] === 0) end--;
  if (end > from) units.push(bytes.subarray(from, end));
}

export function nalType(unit: Uint8Array, codec: 'h264' | 'h265'): number {
  return codec === 'h264' ? unit[0]! & 0x1f : (unit[0]! >> 1) & 0x3f;
}

type Role = 'picture' | 'before-picture' | 'drop';

/** What a NAL unit means for the cut into access units (H.264 7.4.1.2.3, H.265 7.4.2.4.4). */
function roleOf(unit: Uint8Array, codec: 'h264' | 'h265'): Role {
  const type = nalType(unit, codec);
  if (codec === 'h264') {
    if (type >= 1 && type <= 5) return 'picture';
    // An encoder's signature in SEI (payload 5) is of no use to a viewer; 9 delimiter, 12 filler
    if (type === 9 || type === 12 || (type === 6 && unit[1] === 5)) return 'drop';
    return 'before-picture';
  }
  if (type < 32) return 'picture';
  if (type === 35 || type === 38 || (type === 39 && unit[2] === 5)) return 'drop';
  return 'before-picture';
}

function nalFrames(units: readonly Uint8Array[], codec: 'h264' | 'h265'): ClipFrame[] {
  const frames: ClipFrame[] = [];
  let current: Uint8Array[] = [];
  let keyframe = false;
  let hasPicture = false;
  const finish = () => {
    if (hasPicture) frames.push({ keyframe, units: current });
    current = [];
    keyframe = false;
    hasPicture = false;
  };
  for (const unit of units) {
    const role = roleOf(unit, codec);
    if (role === 'drop') continue;
    if (role === 'before-picture') {
      if (hasPicture) finish();
      current.push(unit);
      continue;
    }
    // first_mb_in_slice is 0, or first_slice_segment_in_pic_flag is set: one bit in both codecs
    const firstSlice = ((codec === 'h264' ? unit[1]! : unit[2]!) & 0x80) !== 0;
    if (hasPicture && firstSlice) finish();
    current.push(unit);
    hasPicture = true;
    const type = nalType(unit, codec);
    if (codec === 'h264' ? type === 5 : type >= 16 && type <= 21) keyframe = true;
  }
  finish();
  return frames;
}

function firstParameterSets(frames: readonly ClipFrame[], codec: ClipCodec): Uint8Array[] {
  if (codec === 'mjpeg') return [];
  const wanted = codec === 'h264' ? [7, 8] : [32, 33, 34];
  return wanted.flatMap((type) => {
    for (const frame of frames) {
      const found = frame.units.find((unit) => nalType(unit, codec) === type);
      if (found) return [found];
    }
    return [];
  });
}

/** Images from SOI to EOI, walking the segments so that a marker inside a table is no end. */
function jpegFrames(bytes: Uint8Array): ClipFrame[] {
  const frames: ClipFrame[] = [];
  let at = 0;
  while (at + 3 < bytes.length) {
    if (bytes[at] !== 0xff || bytes[at + 1] !== 0xd8) {
      at++;
      continue;
    }
    const end = jpegEnd(bytes, at);
    if (end < 0) break;
    frames.push({ keyframe: true, units: [bytes.subarray(at, end)] });
    at = end;
  }
  return frames;
}

function jpegEnd(bytes: Uint8Array, soi: number): number {
  let at = soi + 2;
  while (at + 3 < bytes.length) {
    if (bytes[at] !== 0xff) return -1;
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) return at + 2;
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    at += 2 + length;
    if (marker !== 0xda) continue;
    // entropy-coded data: FF00 is a stuffed byte, FFD0 to FFD7 are restart markers
    for (; at + 1 < bytes.length; at++) {
      if (bytes[at] !== 0xff) continue;
      const next = bytes[at + 1]!;
      if (next !== 0 && (next < 0xd0 || next > 0xd7)) break;
    }
  }
  return bytes[at] === 0xff && bytes[at + 1] === 0xd9 ? at + 2 : -1;
}
