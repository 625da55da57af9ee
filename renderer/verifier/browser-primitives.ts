import { ecb } from '@noble/ciphers/aes.js';
import { hashes, verify } from '@noble/ed25519';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { type Primitives, plainCrc32 } from '../../src/evidence-format/primitives.ts';

hashes.sha512 = sha512;

/**
 * In plain JavaScript. The browser's own cryptography takes no file in pieces, lacks Ed25519 in some
 * browsers, and all of it where a page from a stick is no secure context: one way for all is one to trust.
 */
export const browserPrimitives: Primitives = {
  sha256: () => sha256.create(),
  crc32: plainCrc32,
  verifyEd25519(publicKey, message, signature) {
    try {
      return verify(signature, message, publicKey, { zip215: false });
    } catch {
      return false;
    }
  },
  pbkdf2Sha1: (password, salt, iterations, length) =>
    pbkdf2Async(sha1, password, salt, { c: iterations, dkLen: length }),
  hmacSha1: (key) => hmac.create(sha1, key),
  aesBlocks: (key) => {
    const own = new Uint8Array(key);
    return (blocks) => ecb(own, { disablePadding: true }).encrypt(blocks);
  },
};
