import {
  createCipheriv,
  createHash,
  createHmac,
  createPublicKey,
  pbkdf2,
  verify,
} from 'node:crypto';
import { crc32 } from 'node:zlib';
import { publicKeyPem } from '../evidence-format/keys.ts';
import type { Primitives } from '../evidence-format/primitives.ts';

/** OpenSSL's, through Node. */
export const nodePrimitives: Primitives = {
  sha256: () => createHash('sha256'),
  crc32: (bytes, before) => crc32(bytes, before),
  verifyEd25519(publicKey, message, signature) {
    try {
      return verify(null, message, createPublicKey(publicKeyPem(publicKey)), signature);
    } catch {
      return false;
    }
  },
  pbkdf2Sha1: (password, salt, iterations, length) =>
    new Promise((resolve, reject) => {
      pbkdf2(password, salt, iterations, length, 'sha1', (error, key) =>
        error ? reject(error) : resolve(key),
      );
    }),
  hmacSha1: (key) => createHmac('sha1', key),
  aesBlocks: (key) => {
    const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    return (blocks) => cipher.update(blocks);
  },
};
