import { Fault } from '../std/fault.ts';
import type { BlockWriter } from './block-writer.ts';

const startCode = Buffer.from([0, 0, 1]);

/**
 * Writes an access unit of Annex B with the length of each NAL unit before it, in four bytes (ISO/IEC
 * 14496-15 section 5.2.3): the bytes of the NAL units are the camera's.
 * @returns bytes of the sample, 0 where there is no NAL unit in it
 */
export function writeSample(out: BlockWriter, annexB: Uint8Array): number | Promise<number> {
  // At most a third more: a start code of three bytes becomes a length of four.
  const most = annexB.length + (annexB.length >> 1) + 8;
  const room = out.room(most);
  if (!room) return writeLarge(out, annexB, most);
  const bytes = withLengths(annexB, room.block, room.at);
  out.advance(bytes);
  return bytes;
}

async function writeLarge(out: BlockWriter, annexB: Uint8Array, most: number): Promise<number> {
  await out.flush();
  const room = out.room(most);
  if (room) {
    const bytes = withLengths(annexB, room.block, room.at);
    out.advance(bytes);
    return bytes;
  }
  // Larger than a block: no camera sends that, a file may.
  const sample = Buffer.allocUnsafeSlow(most);
  const bytes = withLengths(annexB, sample, 0);
  await out.write(sample.subarray(0, bytes));
  return bytes;
}

/** Needs room for half as much again as there is. */
export function withLengths(annexB: Uint8Array, target: Buffer, at: number): number {
  const source = Buffer.from(annexB.buffer, annexB.byteOffset, annexB.length);
  let written = at;
  // Searching for all three bytes at once is native code; a NAL unit never has them (section 7.4.1).
  let start = source.indexOf(startCode);
  while (start >= 0) {
    const from = start + 3;
    start = source.indexOf(startCode, from);
    let to = start < 0 ? source.length : start;
    while (to > from && source[to - 1] === 0) to--;
    if (to === from) continue;
    if (written + 4 + to - from > target.length) {
      throw new Fault('file.failed', 'a sample beyond its room', { reason: 'mp4' });
    }
    target.writeUInt32BE(to - from, written);
    target.set(annexB.subarray(from, to), written + 4);
    written += 4 + to - from;
  }
  return written - at;
}
