import { createInflateRaw } from 'node:zlib';
import { limits } from './limits.ts';
import { SheetProblem } from './sheet-fault.ts';

/**
 * The parts of a ZIP archive, read from its central directory (APPNOTE 4.3.12 to 4.3.16). What the
 * directory declares is bounded before anything is unpacked, and what really comes out is counted
 * while it does: a directory may lie.
 */
export interface ZipPart {
  readonly name: string;
  readonly packedBytes: number;
  /** As declared. */
  readonly bytes: number;
  readonly method: number;
  readonly encrypted: boolean;
  readonly headerOffset: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;

/** @throws {SheetProblem} `not-xlsx`, `unpacked-too-large`. */
export function readZipDirectory(file: Buffer): Map<string, ZipPart> {
  const end = findEnd(file);
  let count = file.readUInt16LE(end + 10);
  let at = file.readUInt32LE(end + 16);
  // ZIP64 end locator, 20 bytes before: writers that stream use it without need.
  if (end >= 20 && file.readUInt32LE(end - 20) === 0x07064b50) {
    const far = Number(file.readBigUInt64LE(end - 12));
    need(file, far, 56);
    count = Number(file.readBigUInt64LE(far + 32));
    at = Number(file.readBigUInt64LE(far + 48));
  }
  if (count > limits.zipEntries) throw new SheetProblem('not-xlsx', 'too many parts');
  const parts = new Map<string, ZipPart>();
  let total = 0;
  for (let index = 0; index < count; index++) {
    need(file, at, 46);
    if (file.readUInt32LE(at) !== entrySignature) throw damaged('directory entry');
    const nameLength = file.readUInt16LE(at + 28);
    const extraLength = file.readUInt16LE(at + 30);
    const commentLength = file.readUInt16LE(at + 32);
    need(file, at + 46, nameLength + extraLength);
    const extra = file.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const sizes = [24, 20, 42].map((offset) => file.readUInt32LE(at + offset));
    const [bytes, packedBytes, headerOffset] = wideSizes(sizes, extra);
    const part: ZipPart = {
      name: file.toString('utf8', at + 46, at + 46 + nameLength).replaceAll('\\', '/'),
      method: file.readUInt16LE(at + 10),
      encrypted: (file.readUInt16LE(at + 8) & 1) !== 0,
      bytes,
      packedBytes,
      headerOffset,
    };
    total += bytes;
    if (total > limits.unpackedBytes) throw new SheetProblem('unpacked-too-large');
    parts.set(part.name.replace(/^\//, '').toLowerCase(), part);
    at += 46 + nameLength + extraLength + commentLength;
  }
  return parts;
}

/** What a part unpacks to, in pieces. @throws {SheetProblem} also while it is read. */
export async function* unpack(
  file: Buffer,
  part: ZipPart,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  if (part.encrypted) throw new SheetProblem('encrypted');
  const at = part.headerOffset;
  need(file, at, 30);
  if (file.readUInt32LE(at) !== localSignature) throw damaged('local header');
  const from = at + 30 + file.readUInt16LE(at + 26) + file.readUInt16LE(at + 28);
  need(file, from, part.packedBytes);
  const packed = file.subarray(from, from + part.packedBytes);
  let came = 0;
  const counted = (chunk: Buffer): Buffer => {
    came += chunk.length;
    if (came > maxBytes) throw new SheetProblem('unpacked-too-large');
    return chunk;
  };
  if (part.method === 0) {
    for (let offset = 0; offset < packed.length; offset += 65_536) {
      yield counted(packed.subarray(offset, offset + 65_536));
    }
    return;
  }
  if (part.method !== 8) throw damaged('unknown compression');
  const inflate = createInflateRaw({ chunkSize: 65_536 });
  inflate.end(packed);
  try {
    for await (const chunk of inflate) yield counted(chunk as Buffer);
  } catch (error) {
    throw error instanceof SheetProblem ? error : damaged('compressed data');
  } finally {
    inflate.destroy();
  }
}

/** ZIP64 extended information (APPNOTE 4.5.3): only what did not fit stands there, in this order. */
function wideSizes(sizes: number[], extra: Buffer): [number, number, number] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      let from = at + 4;
      for (let index = 0; index < 3; index++) {
        if (sizes[index] !== 0xffffffff || from + 8 > extra.length) continue;
        sizes[index] = Number(extra.readBigUInt64LE(from));
        from += 8;
      }
    }
    at += 4 + length;
  }
  return sizes as [number, number, number];
}

function findEnd(file: Buffer): number {
  const last = file.length - 22;
  for (let at = last; at >= 0 && at >= last - 65_535; at--) {
    if (file.readUInt32LE(at) === endSignature) return at;
  }
  throw damaged('no end of directory');
}

function need(file: Buffer, at: number, length: number): void {
  if (at < 0 || !Number.isSafeInteger(at) || at + length > file.length) throw damaged('cut short');
}

function damaged(what: string): SheetProblem {
  return new SheetProblem('not-xlsx', what);
}
