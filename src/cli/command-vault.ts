import { Fault } from '../std/fault.ts';
import { silentLog } from '../std/log.ts';
import { systemKeychain } from '../vault/keychain.ts';
import { openPassphraseFile } from '../vault/passphrase-file.ts';
import { openVault, type Vault } from '../vault/vault.ts';
import type { Words } from './words.ts';

/**
 * The vault of a data folder, for commands: the system's keychain, or the sealed file, opened with the
 * passphrase where one is given. The sealed file of a wall that runs is read only: the wall holds it.
 * @throws {Fault} `vault.passphrase`, `vault.damaged`
 */
export async function openCommandVault(dataDir: string, passphrase: string | null): Promise<Vault> {
  const vault = openVault({
    keychain: systemKeychain(),
    file: openPassphraseFile({ dataDir, log: silentLog }),
    log: silentLog,
  });
  await vault.ready;
  try {
    if (passphrase !== null && vault.state !== 'open') await vault.unlock(passphrase);
    return vault;
  } catch (error) {
    vault.close();
    throw error;
  }
}

/**
 * The same, to keep logins in. Where there is neither a keychain nor a sealed file, the passphrase
 * makes one. Only what outlives this command will do: else nothing at all is done.
 * @throws {Fault} `vault.missing`, `vault.locked`, `input.value` for a passphrase that is too short
 */
export async function openLastingVault(
  dataDir: string,
  passphrase: string | null,
  { t }: Words,
): Promise<Vault> {
  const vault = await openCommandVault(dataDir, passphrase);
  try {
    if (vault.level === 'memory' && passphrase !== null) await vault.create(passphrase);
    if (vault.state === 'locked') throw new Fault('vault.locked', 'no passphrase was given');
    if (vault.level !== 'memory') return vault;
    process.stderr.write(`${t('import.noVault')}\n`);
    throw new Fault('vault.missing', 'logins have nowhere to go');
  } catch (error) {
    vault.close();
    throw error;
  }
}
