/** Cryptography that the runtime lends: this folder knows neither Node nor a browser. */
export interface Primitives {
  /** FIPS 180-4. */
  sha256(): Hasher;
  /** CRC-32 of ISO 3309, going on from `before`. */
  crc32(bytes: Uint8Array, before: number): number;
  /** RFC 8032, Ed25519. False also for a key or signature that is none. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** RFC 8018 with HMAC-SHA-1. */
  pbkdf2Sha1(
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    length: number,
  ): Promise<Uint8Array>;
  /** RFC 2104. */
  hmacSha1(key: Uint8Array): Hasher;
  /** AES with a key of 32 bytes, each block of 16 bytes by itself. */
  aesBlocks(key: Uint8Array): (blocks: Uint8Array) => Uint8Array;
}

export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** For runtimes without one of their own. */
export function plainCrc32(bytes: Uint8Array, before: number): number {
  let crc = ~before;
  for (let at = 0; at < bytes.length; at++) {
    crc = table[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}
