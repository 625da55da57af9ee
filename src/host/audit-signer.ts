import {
  keyAccount,
  openWorkstationKey,
  type WorkstationKey,
} from '../evidence/workstation-key.ts';
import type { Vault } from '../vault/vault.ts';

/** The workstation's key as the audit uses it. */
export interface AuditSigner {
  /** By which key, and base64 of the signature; null where there is no key yet, or the vault is locked. */
  sign(bytes: Uint8Array): Promise<string | null>;
  /** Base64 of 32 bytes, or null. */
  publicKey(): Promise<string | null>;
}

/** Signs with the key that is there, and makes none: that is done where evidence is first packed. */
export function auditSigner(vault: Vault): AuditSigner {
  const key = async (): Promise<WorkstationKey | null> => {
    if (vault.state !== 'open' || vault.level === 'memory') return null;
    if ((await vault.get(keyAccount)) === null) return null;
    return openWorkstationKey(vault);
  };
  return {
    async sign(bytes) {
      const found = await key();
      if (!found) return null;
      const signature = Buffer.from(found.sign(bytes)).toString('base64');
      return `${found.fingerprint.slice(0, 16)}.${signature}`;
    },
    async publicKey() {
      try {
        const found = await key();
        return found ? Buffer.from(found.publicKey).toString('base64') : null;
      } catch {
        return null;
      }
    },
  };
}
