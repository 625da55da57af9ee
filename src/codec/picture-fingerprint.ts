import type { VideoCodec } from './access-unit.ts';
import { forEachNal, unescapeNal } from './nal.ts';

/**
 * Tells whether a source repeats the very same coded picture. A sensor never does: noise changes the
 * coded picture from frame to frame, so equal fingerprints of two *keyframes* are as good as proof of
 * a frozen source. Equal fingerprints of two *other* pictures are only a hint: a quiet, denoised
 * scene is coded as "all skipped" again and again. Whoever judges must therefore compare keyframes
 * with keyframes, and may look at the others only together with them.
 *
 * What does not belong to the picture is left out: parameter sets, SEI (time codes, vendor data),
 * delimiters, and the slice header with its counters (frame_num, idr_pic_id, picture order count).
 * The header's length varies by bits, so the slice is read from its end, aligned to the stop bit of
 * its trailing bits, at up to `maxSamples` places.
 *
 * @param data an access unit's `data`: Annex B, or a JPEG image, or an MPEG-4 part 2 picture
 * @returns an unsigned 32-bit number; 0 where there is no picture in `data`
 */
export function pictureFingerprint(codec: VideoCodec, data: Uint8Array): number {
  if (codec === 'mjpeg') return hashTail(data, scanStart(data), false, seed);
  if (codec === 'mpeg4') return hashTail(data, vopStart(data), false, seed);
  let hash = seed;
  let pictures = 0;
  forEachNal(data, (nal) => {
    const first = nal[0]!;
    const slice = codec === 'h264' ? (first & 27) === 1 : (first >> 1) % 64 < 32;
    if (!slice) return;
    pictures++;
    hash = hashTail(unescapeNal(nal), headerBytes, true, hash);
  });
  return pictures === 0 ? 0 : hash;
}

const seed = 0x811c9dc5;
const maxSamples = 1024;
/** More than a slice header of a camera takes, NAL unit header included. */
const headerBytes = 14;

/** FNV-1a over 32-bit words, taken from the end backwards so that a longer header changes nothing. */
function hashTail(bytes: Uint8Array, start: number, toStopBit: boolean, before: number): number {
  let end = bytes.length;
  let shift = 0;
  if (toStopBit) {
    while (end > start && bytes[end - 1] === 0) end--;
    if (end > start) {
      const last = bytes[end - 1]!;
      // Position of the lowest set bit: that many bits behind the stop bit, plus itself, are cut off.
      shift = 32 - Math.clz32(last & -last);
      if (shift === 8) {
        end--;
        shift = 0;
      }
    }
  }
  let hash = before;
  // In steps of 32 bytes, so that a few bits more or less of header rarely change how many are read.
  const length = Math.floor((end - start) / 4);
  const words = length < 32 ? length : length & ~7;
  if (words <= 0) return Math.imul(hash ^ 1, 0x01000193) >>> 0;
  // A power of two for the same reason.
  let stride = 1;
  while (words / stride > maxSamples) stride *= 2;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const step = stride * 4;
  for (let at = end - 4, last = end - words * 4; at >= last; at -= step) {
    let value = view.getInt32(at);
    if (shift > 0) value = (value >>> shift) | (bytes[at - 1]! << (32 - shift));
    hash = Math.imul(hash ^ value, 0x01000193);
    // FNV alone lets high bits never reach low ones.
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

/** Behind the last segment header of a JPEG image: comments and vendor segments carry clocks. */
function scanStart(jpeg: Uint8Array): number {
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1]!;
    const length = (jpeg[at + 2]! << 8) | jpeg[at + 3]!;
    at += 2 + length;
    if (marker === 0xda) return Math.min(at, jpeg.length);
  }
  return Math.min(2, jpeg.length);
}

/** Behind the header of the first coded picture (ISO 14496-2 vop_start_code, 00 00 01 B6). */
function vopStart(data: Uint8Array): number {
  for (let at = data.indexOf(0xb6, 3); at >= 0; at = data.indexOf(0xb6, at + 1)) {
    if (data[at - 1] === 1 && data[at - 2] === 0 && data[at - 3] === 0) return at + 8;
  }
  return data.length;
}
