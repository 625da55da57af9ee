import { createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/evidence/node-primitives.ts';
import { keyAccount, openWorkstationKey } from '../../../src/evidence/workstation-key.ts';
import { base64 } from '../../../src/evidence-format/bytes.ts';
import {
  publicKeyPem,
  publicKeyText,
  readPublicKey,
  spokenFingerprint,
} from '../../../src/evidence-format/keys.ts';
import { silentLog } from '../../../src/std/log.ts';
import type { Keychain } from '../../../src/vault/keychain.ts';
import { openVault } from '../../../src/vault/vault.ts';

function memoryKeychain(): Keychain {
  const kept = new Map<string, string>();
  return {
    get: async (account) => kept.get(account) ?? null,
    set: async (account, secret) => void kept.set(account, secret),
    delete: async (account) => void kept.delete(account),
    close() {},
  };
}

test('one key is made, kept in the keychain and found again; two askers get the same', async () => {
  const keychain = memoryKeychain();
  const vault = openVault({ keychain, log: silentLog });
  const [a, b] = await Promise.all([openWorkstationKey(vault), openWorkstationKey(vault)]);
  expect(a).toBe(b);
  expect(a).toMatchObject({ kept: 'keychain', isNew: true });
  const later = await openWorkstationKey(openVault({ keychain, log: silentLog }));
  expect(later).toMatchObject({ kept: 'keychain', isNew: false, fingerprint: a.fingerprint });
  const bytes = new TextEncoder().encode('vonggac Ước');
  const publicKey = createPublicKey(publicKeyPem(a.publicKey));
  expect(verify(null, bytes, publicKey, later.sign(bytes))).toBe(true);
});

test('without a keychain it lives in memory and says so', async () => {
  const key = await openWorkstationKey(openVault({ keychain: null, log: silentLog }));
  expect(key.kept).toBe('memory');
  const other = await openWorkstationKey(openVault({ keychain: null, log: silentLog }));
  expect(other.fingerprint).not.toBe(key.fingerprint);
});

test('what is no key in the vault is not replaced behind its back', async () => {
  const keychain = memoryKeychain();
  await keychain.set(keyAccount, JSON.stringify({ user: 'x', password: 'không phải khóa' }));
  const vault = openVault({ keychain, log: silentLog });
  await expect(openWorkstationKey(vault)).rejects.toMatchObject({ code: 'vault.damaged' });
  expect(await keychain.get(keyAccount)).toContain('không phải khóa');
});

test('a given key is understood in every form it is handed out', async () => {
  const { publicKey, fingerprint } = await openWorkstationKey(
    openVault({ keychain: null, log: silentLog }),
  );
  for (const given of [
    publicKeyText(publicKey, fingerprint),
    publicKeyPem(publicKey),
    base64(publicKey),
    fingerprint,
    spokenFingerprint(fingerprint).toUpperCase(),
    `Ed25519 SHA-256: ${spokenFingerprint(fingerprint)}`,
  ]) {
    expect(readPublicKey(given, nodePrimitives), given).toBe(fingerprint);
  }
  for (const given of ['', 'abc', fingerprint.slice(1), publicKeyPem(publicKey).slice(0, 60)]) {
    expect(readPublicKey(given, nodePrimitives), given).toBeNull();
  }
});
