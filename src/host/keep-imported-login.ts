import type { Credential } from '../rtsp/session.types.ts';
import type { LoginOwner } from '../sheets/run-import.ts';
import { accountOf } from '../vault/login-lookup.ts';
import type { Vault, VaultLevel } from '../vault/vault.ts';

/**
 * Takes a login of a file into the vault. An older one of a single camera would stand above that of its
 * device: it goes, because the file named the camera with the new one.
 */
export async function keepImportedLogin(
  vault: Pick<Vault, 'get' | 'set' | 'delete'>,
  { scope, id, cameraIds }: LoginOwner,
  login: Credential,
): Promise<VaultLevel> {
  const level = await vault.set(accountOf(scope, id), login);
  if (scope === 'camera') return level;
  for (const cameraId of cameraIds) {
    const own = accountOf('camera', cameraId);
    if (await vault.get(own)) await vault.delete(own);
  }
  return level;
}
