import type { VaultLevel } from '../vault/vault.ts';

/** The Ed25519 key of this workstation (RFC 8032). The private half never leaves this object. */
export interface WorkstationKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** SHA-256 of the public key, 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** Where the private key is kept. `memory`: another one is made at the next start. */
  readonly kept: VaultLevel;
  /** @returns 64 bytes */
  sign(bytes: Uint8Array): Uint8Array;
}
