import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { keyFingerprint } from '../evidence-format/keys.ts';
import { Fault } from '../std/fault.ts';
import type { Vault, VaultLevel } from '../vault/vault.ts';
import { nodePrimitives } from './node-primitives.ts';

/**
 * The Ed25519 key of this workstation (RFC 8032), with which packages and heads of the audit log are
 * signed. The private half never leaves this object but to the vault.
 */
export interface WorkstationKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** SHA-256 of the public key, 64 hexadecimal digits. */
  readonly fingerprint: string;
  /**
   * Where the private key is kept. `memory`, where there is neither a keychain nor a passphrase vault:
   * it is gone when the program ends and the next start makes another one. It never lies in a plain file.
   */
  readonly kept: VaultLevel;
  /** It was made just now. */
  readonly isNew: boolean;
  /** @returns 64 bytes */
  sign(bytes: Uint8Array): Uint8Array;
}

export const keyAccount = 'workstation/evidence-key';

const opening = new WeakMap<Vault, Promise<WorkstationKey>>();

/**
 * The key that the vault keeps; made and put there when it is needed for the first time.
 * @throws {Fault} `vault.locked`: there may be a key, and another one must not take its place
 */
export function openWorkstationKey(vault: Vault): Promise<WorkstationKey> {
  // Two that ask at once get one key, not two of which one is lost.
  const asked = opening.get(vault);
  if (asked) return asked;
  const key = readOrMake(vault);
  opening.set(vault, key);
  key.catch(() => opening.delete(vault));
  return key;
}

async function readOrMake(vault: Vault): Promise<WorkstationKey> {
  await vault.ready;
  if (vault.state !== 'open') throw new Fault('vault.locked', 'the vault is not open');
  const kept = await vault.get(keyAccount);
  if (kept) return keyOf(privateKeyOf(kept.password), vault.level, false);
  const { privateKey } = generateKeyPairSync('ed25519');
  const made = keyOf(privateKey, 'memory', true);
  const password = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  const level = await vault.set(keyAccount, { user: made.fingerprint, password });
  return { ...made, kept: level };
}

/** For tests, and for a key that was carried in. */
export function keyOf(privateKey: KeyObject, kept: VaultLevel, isNew: boolean): WorkstationKey {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(-32));
  return {
    publicKey,
    fingerprint: keyFingerprint(publicKey, nodePrimitives),
    kept,
    isNew,
    sign: (bytes) => new Uint8Array(sign(null, bytes, privateKey)),
  };
}

function privateKeyOf(text: string): KeyObject {
  try {
    const key = createPrivateKey({
      key: Buffer.from(text, 'base64'),
      format: 'der',
      type: 'pkcs8',
    });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // The reason could repeat what was read.
  }
  throw new Fault('vault.damaged', 'the workstation key in the vault cannot be read');
}
