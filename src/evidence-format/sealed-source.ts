import { type ByteSource, chunksOf, sameBytes, slice, utf8 } from './bytes.ts';
import type { Primitives } from './primitives.ts';
import { layOut, noDosTime } from './zip-layout.ts';
import { localEntry } from './zip-read.ts';

/**
 * A package with a password: a zip with one entry, encrypted as WinZip's AE-2 with AES-256
 * (https://www.winzip.com/en/support/aes-encryption/), which holds the whole package. So names are
 * hidden too, any zip tool opens it, and what comes out is the same signed package as without.
 */
export const innerName = 'package.vgp.zip';

const saltSize = 16;
const checkSize = 2;
const codeSize = 10;
/** Fixed by the format. */
const iterations = 1000;

export interface SealKeys {
  readonly encrypt: Uint8Array;
  readonly authenticate: Uint8Array;
  readonly check: Uint8Array;
}

export async function sealKeys(
  password: string,
  salt: Uint8Array,
  primitives: Primitives,
): Promise<SealKeys> {
  // One spelling, whatever the keyboard composes.
  const words = utf8(password.normalize('NFC'));
  const made = await primitives.pbkdf2Sha1(words, salt, iterations, 32 + 32 + checkSize);
  return {
    encrypt: made.subarray(0, 32),
    authenticate: made.subarray(32, 64),
    check: made.subarray(64),
  };
}

/**
 * Encrypts and decrypts in place: AES in counter mode whose counter is little-endian and begins at 1.
 * @param offset of the bytes in the plain text
 */
export function sealStream(
  key: Uint8Array,
  primitives: Primitives,
): (bytes: Uint8Array, offset: number) => void {
  const aes = primitives.aesBlocks(key);
  return (bytes, offset) => {
    if (bytes.length === 0) return;
    const first = Math.floor(offset / 16);
    const skip = offset - first * 16;
    const count = Math.ceil((skip + bytes.length) / 16);
    const counters = new DataView(new ArrayBuffer(count * 16));
    for (let block = 0; block < count; block++) {
      const number = first + block + 1;
      counters.setUint32(block * 16, number % 0x1_0000_0000, true);
      counters.setUint32(block * 16 + 4, Math.floor(number / 0x1_0000_0000), true);
    }
    const pad = aes(new Uint8Array(counters.buffer));
    for (let at = 0; at < bytes.length; at++) bytes[at] = bytes[at]! ^ pad[skip + at]!;
  };
}

export interface SealedPlace {
  readonly salt: Uint8Array;
  readonly check: Uint8Array;
  readonly code: Uint8Array;
  /** What is encrypted. */
  readonly body: ByteSource;
  /** Headers and end are exactly those of such a package. */
  readonly isWhole: boolean;
}

/** Null where this is no package with a password. */
export async function findSealed(source: ByteSource): Promise<SealedPlace | null> {
  const found = await localEntry(source, 0);
  if (!found?.entry.isEncrypted) return null;
  const { name, size, dataAt } = found.entry;
  const expected = layOut([{ name: innerName, size, crc: 0, isEncrypted: true }], noDosTime);
  const placed = expected.entries[0]!;
  let isWhole = name === innerName && source.size === expected.size && dataAt === placed.dataAt;
  if (isWhole) {
    const header = await source.read(0, placed.header.length);
    const central = await source.read(placed.centralAt, placed.central.length);
    const end = await source.read(expected.endAt, expected.end.length);
    isWhole =
      sameBytes(header, placed.header) &&
      sameBytes(central, placed.central) &&
      sameBytes(end, expected.end);
  }
  const bodyAt = dataAt + saltSize + checkSize;
  return {
    salt: await source.read(dataAt, saltSize),
    check: await source.read(dataAt + saltSize, checkSize),
    code: await source.read(bodyAt + size, codeSize),
    body: slice(source, bodyAt, size),
    isWhole,
  };
}

export type Opened =
  | { readonly ok: true; readonly source: ByteSource }
  | { readonly ok: false; readonly reason: 'password-wrong' | 'encrypted-altered' };

/** Checks the password and, reading all of it once, the authentication code. */
export async function openSealed(
  place: SealedPlace,
  password: string,
  primitives: Primitives,
  onChunk: (bytes: number) => void = () => {},
): Promise<Opened> {
  const keys = await sealKeys(password, place.salt, primitives);
  if (!sameBytes(keys.check, place.check)) return { ok: false, reason: 'password-wrong' };
  const code = primitives.hmacSha1(keys.authenticate);
  for await (const chunk of chunksOf(place.body)) {
    code.update(chunk);
    onChunk(chunk.length);
  }
  if (!sameBytes(code.digest().subarray(0, codeSize), place.code)) {
    return { ok: false, reason: 'encrypted-altered' };
  }
  const apply = sealStream(keys.encrypt, primitives);
  return {
    ok: true,
    source: {
      size: place.body.size,
      async read(offset, length) {
        const bytes = await place.body.read(offset, length);
        apply(bytes, offset);
        return bytes;
      },
    },
  };
}
