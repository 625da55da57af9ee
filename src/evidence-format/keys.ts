import { base64, concat, fromBase64, hex } from './bytes.ts';
import type { Primitives } from './primitives.ts';

/** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410, section 4). */
const spkiHead = Uint8Array.of(
  0x30,
  0x2a,
  0x30,
  0x05,
  0x06,
  0x03,
  0x2b,
  0x65,
  0x70,
  0x03,
  0x21,
  0x00,
);

/** SHA-256 of the 32 bytes of a public key, 64 hexadecimal digits. */
export function keyFingerprint(publicKey: Uint8Array, primitives: Primitives): string {
  const hasher = primitives.sha256();
  hasher.update(publicKey);
  return hex(hasher.digest());
}

/** As people compare it: groups of four digits. */
export function spokenFingerprint(fingerprint: string): string {
  return (fingerprint.match(/.{1,4}/g) ?? []).join(' ');
}

/** The public key for other programs (RFC 7468), as OpenSSL reads it. */
export function publicKeyPem(publicKey: Uint8Array): string {
  return `-----BEGIN PUBLIC KEY-----\n${base64(concat(spkiHead, publicKey))}\n-----END PUBLIC KEY-----\n`;
}

/** `public-key.txt`: the fingerprint for people, the key for programs. */
export function publicKeyText(publicKey: Uint8Array, fingerprint: string): string {
  return `Ed25519 SHA-256: ${spokenFingerprint(fingerprint)}\n${publicKeyPem(publicKey)}`;
}

/**
 * The fingerprint of what a person gave: the text of `public-key.txt`, PEM, base64 of 32 bytes, or a
 * fingerprint, with spaces or without. Null where it is none of these.
 */
export function readPublicKey(text: string, primitives: Primitives): string | null {
  const pem = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]*)-----END PUBLIC KEY-----/.exec(text);
  if (pem) {
    const bytes = fromBase64(pem[1]!.replaceAll(/\s/g, ''));
    if (!bytes || bytes.length !== spkiHead.length + 32) return null;
    if (hex(bytes.subarray(0, spkiHead.length)) !== hex(spkiHead)) return null;
    return keyFingerprint(bytes.subarray(spkiHead.length), primitives);
  }
  const plain = text.replaceAll(/[\s:]/g, '');
  const digits = /^(?:Ed25519)?(?:SHA-?256)?([0-9a-f]{64})$/i.exec(plain)?.[1];
  if (digits) return digits.toLowerCase();
  const raw = fromBase64(plain);
  return raw?.length === 32 ? keyFingerprint(raw, primitives) : null;
}
