import type { VideoCodec } from '../codec/access-unit.ts';

/**
 * The IVF container, as the way into a decoder program: each access unit has its length and a number
 * in front, so that the program need not look for the next start code (which would cost one frame of
 * delay) and says which picture came out of which unit. Little endian; 32-byte file header, 12-byte
 * frame header (length u32, time u64).
 */
const fourcc: Record<VideoCodec, string> = {
  h264: 'H264',
  h265: 'HEVC',
  mjpeg: 'MJPG',
  mpeg4: 'FMP4',
};

/** Numbers of consecutive units differ by this: a time base of 1/1000 s at a plausible rate. */
export const ivfStep = 40;

export function ivfHeader(codec: VideoCodec, width: number, height: number): Buffer {
  const header = Buffer.alloc(32);
  header.write('DKIF', 0, 'latin1');
  header.writeUInt16LE(32, 6);
  header.write(fourcc[codec], 8, 'latin1');
  header.writeUInt16LE(Math.min(width, 0xffff), 12);
  header.writeUInt16LE(Math.min(height, 0xffff), 14);
  header.writeUInt32LE(1000, 16);
  header.writeUInt32LE(1, 20);
  return header;
}

/** @param number of the unit, counted from 0 */
export function ivfFrameHeader(length: number, number: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(length, 0);
  header.writeBigUInt64LE(BigInt(number * ivfStep), 4);
  return header;
}
