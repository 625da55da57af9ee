import { concat, utf8 } from './bytes.ts';

/**
 * The one way in which a package lies in its zip (PKWARE APPNOTE 6.3.10): entries one after the other
 * from the first byte on, stored, sizes and checksums in the local headers, no data descriptors, no
 * comments, no attributes, Zip64 only where a number needs it. Names, sizes, checksums and one date give
 * every other byte, so a verifier makes them again and compares.
 */
export interface ZipEntry {
  readonly name: string;
  /** Bytes of what is stored; in an encrypted entry what is encrypted. */
  readonly size: number;
  /** CRC-32; 0 in an encrypted entry (AE-2). */
  readonly crc: number;
  /** WinZip AE-2 with AES-256. */
  readonly isEncrypted?: boolean;
}

export interface PlacedEntry {
  readonly entry: ZipEntry;
  readonly headerAt: number;
  readonly header: Uint8Array;
  readonly dataAt: number;
  /** Bytes in the zip. */
  readonly stored: number;
  readonly centralAt: number;
  readonly central: Uint8Array;
}

export interface ZipLayout {
  readonly entries: readonly PlacedEntry[];
  readonly endAt: number;
  readonly end: Uint8Array;
  readonly size: number;
}

/** MS-DOS date and time, as one number with the date in the upper half. */
export type DosTime = number;

/** 1980-01-01 00:00, which says nothing. */
export const noDosTime: DosTime = 0x0021_0000;

/** Salt, password check value and authentication code of an AE-2 entry. */
export const encryptedExtra = 16 + 2 + 10;

const max32 = 0xffff_ffff;
const max16 = 0xffff;

/** Of a local time such as `2021-06-25T16:30:01.000+07:00`: two seconds are its finest step. */
export function dosTimeOf(local: string): DosTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (
    local.match(/\d+/g) ?? []
  ).map(Number);
  if (year < 1980 || year > 2107) return noDosTime;
  const date = ((year - 1980) << 9) | (month << 5) | day;
  const time = (hour << 11) | (minute << 5) | (second >> 1);
  return date * 0x1_0000 + time;
}

export function layOut(entries: readonly ZipEntry[], dosTime: DosTime): ZipLayout {
  let at = 0;
  const placed = entries.map((entry) => {
    const header = localHeader(entry, dosTime);
    const headerAt = at;
    const stored = storedSize(entry);
    const dataAt = headerAt + header.length;
    at = dataAt + stored;
    return { entry, header, headerAt, dataAt, stored };
  });
  const centralAt = at;
  const whole = placed.map((one) => {
    const central = centralHeader(one.entry, one.headerAt, dosTime);
    const mine = at;
    at += central.length;
    return { ...one, central, centralAt: mine };
  });
  const end = endRecords(whole.length, centralAt, at - centralAt);
  return { entries: whole, endAt: at, end, size: at + end.length };
}

export function storedSize(entry: ZipEntry): number {
  return entry.size + (entry.isEncrypted ? encryptedExtra : 0);
}

/** APPNOTE 4.3.7 */
function localHeader(entry: ZipEntry, dosTime: DosTime): Uint8Array {
  const name = utf8(entry.name);
  const stored = storedSize(entry);
  const isBig = stored >= max32;
  const extra = concat(
    isBig ? record(0x0001, [u64(entry.size), u64(stored)]) : new Uint8Array(0),
    aesField(entry),
  );
  return concat(
    u32(0x0403_4b50),
    commonFields(entry, dosTime, isBig),
    u32(isBig ? max32 : stored),
    u32(isBig ? max32 : entry.size),
    u16(name.length),
    u16(extra.length),
    name,
    extra,
  );
}

/** APPNOTE 4.3.12 */
function centralHeader(entry: ZipEntry, headerAt: number, dosTime: DosTime): Uint8Array {
  const name = utf8(entry.name);
  const stored = storedSize(entry);
  const isBig = stored >= max32;
  const isFar = headerAt >= max32;
  const numbers = [
    ...(isBig ? [u64(entry.size), u64(stored)] : []),
    ...(isFar ? [u64(headerAt)] : []),
  ];
  const extra = concat(
    numbers.length > 0 ? record(0x0001, numbers) : new Uint8Array(0),
    aesField(entry),
  );
  return concat(
    u32(0x0201_4b50),
    u16(versionNeeded(entry, isBig || isFar)),
    commonFields(entry, dosTime, isBig || isFar),
    u32(isBig ? max32 : stored),
    u32(isBig ? max32 : entry.size),
    u16(name.length),
    u16(extra.length),
    // No comment, first disk, no attributes.
    new Uint8Array(2 + 2 + 2 + 4),
    u32(isFar ? max32 : headerAt),
    name,
    extra,
  );
}

/** Version needed, flags, method, time, checksum: alike in both headers. */
function commonFields(entry: ZipEntry, dosTime: DosTime, needs64: boolean): Uint8Array {
  return concat(
    u16(versionNeeded(entry, needs64)),
    // Bit 11: the name is UTF-8; bit 0: encrypted.
    u16(0x0800 | (entry.isEncrypted ? 1 : 0)),
    u16(entry.isEncrypted ? 99 : 0),
    u32(dosTime),
    u32(entry.crc),
  );
}

function versionNeeded(entry: ZipEntry, needs64: boolean): number {
  if (entry.isEncrypted) return 51;
  return needs64 ? 45 : 20;
}

/** https://www.winzip.com/en/support/aes-encryption/, section II: AE-2, AES-256, stored. */
function aesField(entry: ZipEntry): Uint8Array {
  if (!entry.isEncrypted) return new Uint8Array(0);
  return record(0x9901, [u16(2), utf8('AE'), Uint8Array.of(3), u16(0)]);
}

/** APPNOTE 4.3.14 to 4.3.16 */
function endRecords(count: number, centralAt: number, centralSize: number): Uint8Array {
  const isBig = count >= max16 || centralAt >= max32 || centralSize >= max32;
  const end = concat(
    u32(0x0605_4b50),
    u32(0),
    u16(isBig ? max16 : count),
    u16(isBig ? max16 : count),
    u32(isBig ? max32 : centralSize),
    u32(isBig ? max32 : centralAt),
    u16(0),
  );
  if (!isBig) return end;
  return concat(
    u32(0x0606_4b50),
    u64(44),
    u16(45),
    u16(45),
    u32(0),
    u32(0),
    u64(count),
    u64(count),
    u64(centralSize),
    u64(centralAt),
    u32(0x0706_4b50),
    u32(0),
    u64(centralAt + centralSize),
    u32(1),
    end,
  );
}

function record(id: number, parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(...parts);
  return concat(u16(id), u16(body.length), body);
}

function u16(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value, true);
  return bytes;
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}
