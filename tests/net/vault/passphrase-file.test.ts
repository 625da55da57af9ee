import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../../src/std/log.ts';
import { keychainInChild } from '../../../src/vault/keychain.ts';
import { openPassphraseFile } from '../../../src/vault/passphrase-file.ts';
import { openVault } from '../../../src/vault/vault.ts';
import { startSecretService } from '../../support/secret-service.ts';

const passphrase = 'trạm gác số năm';
const login = { user: 'xem', password: 'Hoa/Sen#9 bí mật' };

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vonggac-vault-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('a program killed between writing and renaming leaves the old vault whole', async () => {
  const first = openPassphraseFile({ dataDir, log: silentLog });
  await first.create(passphrase);
  await first.set(new Map([['camera/c1', 'old']]));
  const before = readFileSync(join(dataDir, 'vault.sealed'), 'utf8');

  const program = join(import.meta.dirname, '..', '..', 'support', 'vault-writer.ts');
  const killed = spawnSync(process.execPath, [program, dataDir], { timeout: 30_000 });
  expect(killed.signal).toBe('SIGKILL');
  expect(readdirSync(dataDir)).toHaveLength(2);
  expect(readFileSync(join(dataDir, 'vault.sealed'), 'utf8')).toBe(before);

  const again = openPassphraseFile({ dataDir, log: silentLog });
  expect(readdirSync(dataDir)).toEqual(['vault.sealed']);
  await again.unlock(passphrase);
  expect([again.get('camera/c1'), again.get('camera/c2')]).toEqual(['old', null]);
});

it('a real keychain is used where there is no vault, and a vault once there is one', async () => {
  const service = await startSecretService();
  try {
    const open = () =>
      openVault({
        keychain: keychainInChild({ service: 'vonggac', timeoutMs: 20_000, env: service.env }),
        file: openPassphraseFile({ dataDir, log: silentLog }),
        log: silentLog,
        patienceMs: 20_000,
      });
    const first = open();
    expect(await first.set('device/192.0.2.7:554', login)).toBe('keychain');
    expect([first.level, first.canCreate]).toEqual(['keychain', false]);
    await expect(first.create(passphrase)).rejects.toMatchObject({ code: 'input.conflict' });
    first.close();
    expect(readdirSync(dataDir)).toEqual([]);

    // Made in a session without a keychain.
    await openPassphraseFile({ dataDir, log: silentLog }).create(passphrase);
    const second = open();
    await second.ready;
    expect([second.level, second.state]).toEqual(['passphrase', 'locked']);
    // What the keychain has is still found.
    expect(await second.get('device/192.0.2.7:554')).toEqual(login);
    await second.unlock(passphrase);
    expect(await second.set('site/s1', login)).toBe('passphrase');
    await second.delete('device/192.0.2.7:554');
    second.close();

    const third = open();
    expect(await third.get('device/192.0.2.7:554')).toBeNull();
    await expect(third.get('site/s1')).rejects.toMatchObject({ code: 'vault.locked' });
    third.close();
  } finally {
    await service.stop();
  }
});
