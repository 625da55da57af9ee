import { type ByteSource, fromUtf8 } from './bytes.ts';
import { limits } from './manifest.ts';
import { encryptedExtra, type ZipEntry } from './zip-layout.ts';

/**
 * What a zip says it holds. Nothing is believed: sizes and places are bounded by the file, and
 * whether the headers are the right ones is found by making them again (zip-layout.ts).
 */
export interface FoundEntry extends ZipEntry {
  readonly headerAt: number;
  readonly dataAt: number;
}

const endSize = 22;
const maxCentral = 64 * 1024 * 1024;
const maxEntries = limits.files + 16;

/** By the central directory, as zip tools do. Null where there is none that makes sense. */
export async function entriesByCentral(source: ByteSource): Promise<FoundEntry[] | null> {
  const place = await centralPlace(source);
  if (!place || place.count > maxEntries || place.size > maxCentral) return null;
  if (place.at + place.size > source.size) return null;
  const bytes = await source.read(place.at, place.size);
  const view = viewOf(bytes);
  const entries: FoundEntry[] = [];
  let at = 0;
  while (entries.length < place.count) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x0201_4b50) return null;
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const commentLength = view.getUint16(at + 32, true);
    const nameAt = at + 46;
    const next = nameAt + nameLength + extraLength + commentLength;
    if (next > bytes.length) return null;
    const read = readEntry(view, bytes, {
      flagsAt: at + 8,
      methodAt: at + 10,
      crcAt: at + 16,
      nameAt,
      nameLength,
      extraLength,
      offset: view.getUint32(at + 42, true),
    });
    if (!read) return null;
    const dataAt = await dataPlace(source, read.offset);
    if (dataAt === null || dataAt + read.stored > source.size) return null;
    entries.push({ ...read.entry, headerAt: read.offset, dataAt });
    at = next;
  }
  return at === bytes.length ? entries : null;
}

/** One after the other from the first byte on, for a zip whose directory is damaged. */
export async function entriesByWalking(source: ByteSource): Promise<FoundEntry[]> {
  const entries: FoundEntry[] = [];
  let at = 0;
  while (entries.length < maxEntries && at + 30 <= source.size) {
    const found = await localEntry(source, at);
    if (!found) break;
    entries.push(found.entry);
    at = found.next;
  }
  return entries;
}

/** The entry whose local header stands at this place. */
export async function localEntry(
  source: ByteSource,
  at: number,
): Promise<{ entry: FoundEntry; next: number } | null> {
  if (at < 0 || at + 30 > source.size) return null;
  const fixed = await source.read(at, 30);
  const view = viewOf(fixed);
  if (view.getUint32(0, true) !== 0x0403_4b50) return null;
  const nameLength = view.getUint16(26, true);
  const extraLength = view.getUint16(28, true);
  const length = 30 + nameLength + extraLength;
  if (at + length > source.size) return null;
  const bytes = await source.read(at, length);
  const read = readEntry(viewOf(bytes), bytes, {
    flagsAt: 6,
    methodAt: 8,
    crcAt: 14,
    nameAt: 30,
    nameLength,
    extraLength,
    offset: at,
  });
  if (!read) return null;
  const dataAt = at + length;
  if (dataAt + read.stored > source.size) return null;
  return { entry: { ...read.entry, headerAt: at, dataAt }, next: dataAt + read.stored };
}

async function dataPlace(source: ByteSource, headerAt: number): Promise<number | null> {
  if (headerAt + 30 > source.size) return null;
  const view = viewOf(await source.read(headerAt, 30));
  return headerAt + 30 + view.getUint16(26, true) + view.getUint16(28, true);
}

interface Fields {
  readonly flagsAt: number;
  readonly methodAt: number;
  readonly crcAt: number;
  readonly nameAt: number;
  readonly nameLength: number;
  readonly extraLength: number;
  readonly offset: number;
}

function readEntry(
  view: DataView,
  bytes: Uint8Array,
  fields: Fields,
): { entry: ZipEntry; offset: number; stored: number } | null {
  const { crcAt, nameAt, nameLength, extraLength } = fields;
  const name = fromUtf8(bytes.subarray(nameAt, nameAt + nameLength));
  if (name === null) return null;
  let stored = view.getUint32(crcAt + 4, true);
  let size = view.getUint32(crcAt + 8, true);
  let { offset } = fields;
  const extraAt = nameAt + nameLength;
  const big = zip64Numbers(view, extraAt, extraAt + extraLength);
  if (size === 0xffff_ffff) size = big.shift() ?? size;
  if (stored === 0xffff_ffff) stored = big.shift() ?? stored;
  if (offset === 0xffff_ffff) offset = big.shift() ?? offset;
  const method = view.getUint16(fields.methodAt, true);
  const isEncrypted = method === 99;
  // Stored only: there is nothing to inflate, so nothing can blow up.
  if (!isEncrypted && method !== 0) return null;
  if (stored !== size + (isEncrypted ? encryptedExtra : 0)) return null;
  return {
    entry: {
      name,
      size,
      crc: view.getUint32(crcAt, true),
      ...(isEncrypted ? { isEncrypted } : {}),
    },
    offset,
    stored,
  };
}

function zip64Numbers(view: DataView, from: number, to: number): number[] {
  const numbers: number[] = [];
  for (let at = from; at + 4 <= to; ) {
    const id = view.getUint16(at, true);
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > to) break;
    if (id === 0x0001) {
      for (let one = at + 4; one + 8 <= end; one += 8) {
        // Beyond 2^53 it is beyond any file too.
        numbers.push(Number(view.getBigUint64(one, true)));
      }
    }
    at = end;
  }
  return numbers;
}

async function centralPlace(
  source: ByteSource,
): Promise<{ at: number; size: number; count: number } | null> {
  // A comment may follow the end record; ours has none, but what was added is looked through.
  const length = Math.min(source.size, endSize + 0xffff);
  const tail = await source.read(source.size - length, length);
  const view = viewOf(tail);
  for (let at = length - endSize; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x0605_4b50) continue;
    const place = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      at: view.getUint32(at + 16, true),
    };
    const is64 = place.count === 0xffff || place.size === 0xffff_ffff || place.at === 0xffff_ffff;
    if (!is64) return place;
    const locatorAt = at - 20;
    if (locatorAt < 0 || view.getUint32(locatorAt, true) !== 0x0706_4b50) return place;
    const recordAt = Number(view.getBigUint64(locatorAt + 8, true));
    if (!(recordAt + 56 <= source.size)) return null;
    const big = viewOf(await source.read(recordAt, 56));
    if (big.getUint32(0, true) !== 0x0606_4b50) return null;
    return {
      count: Number(big.getBigUint64(32, true)),
      size: Number(big.getBigUint64(40, true)),
      at: Number(big.getBigUint64(48, true)),
    };
  }
  return null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
