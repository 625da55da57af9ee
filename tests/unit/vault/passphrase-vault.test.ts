import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/std/log.ts';
import { openPassphraseFile } from '../../../src/vault/passphrase-file.ts';
import { openVault } from '../../../src/vault/vault.ts';

const login = { user: 'xem', password: 'Hoa/Sen#9 bí mật' };
const passphrase = 'trạm gác số năm';

let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vonggac-vault-'));
  file = join(dataDir, 'vault.sealed');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const open = (beforeRename?: () => void) =>
  openVault({
    keychain: null,
    log: silentLog,
    file: openPassphraseFile({
      dataDir,
      log: silentLog,
      ...(beforeRename ? { beforeRename } : {}),
    }),
  });
const failure = (code: string) => expect.objectContaining({ code });

describe('a passphrase vault', () => {
  it('takes what memory held, and keeps it over a restart', async () => {
    const first = open();
    await first.ready;
    expect(await first.set('camera/c1', login)).toBe('memory');
    expect([first.level, first.canCreate, first.unkept]).toEqual(['memory', true, 1]);
    await first.create(passphrase);
    expect([first.level, first.state, first.canCreate, first.unkept]).toEqual([
      'passphrase',
      'open',
      false,
      0,
    ]);
    expect(first.warning).toBeNull();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    first.close();

    const second = open();
    expect([second.level, second.state, second.warning]).toEqual([
      'passphrase',
      'locked',
      'warning.vault-locked',
    ]);
    await second.unlock(passphrase);
    expect(await second.get('camera/c1')).toEqual(login);
    second.close();
  });

  it('says locked for a login it has, and "none" for one it has not', async () => {
    const vault = open();
    await vault.create(passphrase);
    await vault.set('camera/c1', login);
    await vault.lock();
    expect(vault.state).toBe('locked');
    await expect(vault.get('camera/c1')).rejects.toEqual(failure('vault.locked'));
    expect(await vault.get('camera/c2')).toBeNull();
    await expect(vault.delete('camera/c1')).rejects.toEqual(failure('vault.locked'));
    await vault.unlock(passphrase);
    expect(await vault.get('camera/c1')).toEqual(login);
    await vault.delete('camera/c1');
    expect(await vault.get('camera/c1')).toBeNull();
    vault.close();
  });

  it('puts away what was typed while it was locked once it is opened', async () => {
    const vault = open();
    await vault.create(passphrase);
    await vault.lock();
    expect(await vault.set('site/s1', login)).toBe('memory');
    expect(await vault.get('site/s1')).toEqual(login);
    await vault.unlock(passphrase);
    expect(vault.unkept).toBe(0);
    await vault.lock();
    await expect(vault.get('site/s1')).rejects.toEqual(failure('vault.locked'));
    vault.close();
  });

  it('refuses a short passphrase, a second vault, a wrong one, and stays as it was', async () => {
    const vault = open();
    await expect(vault.unlock(passphrase)).rejects.toEqual(failure('vault.missing'));
    await expect(vault.create('ngắn')).rejects.toEqual(failure('input.value'));
    await vault.create(passphrase);
    await expect(vault.create('một mật ngữ khác')).rejects.toEqual(failure('input.conflict'));
    await vault.lock();
    await expect(vault.unlock('một mật ngữ khác')).rejects.toEqual(failure('vault.passphrase'));
    expect(vault.state).toBe('locked');
    vault.close();
  });

  it('is not there for a wall that writes nothing', async () => {
    const vault = openVault({ keychain: null, log: silentLog });
    expect(vault.canCreate).toBe(false);
    await expect(vault.create(passphrase)).rejects.toEqual(failure('vault.missing'));
  });

  it('that is damaged stops no camera, and is put aside for a new one', async () => {
    writeFileSync(file, 'not a vault\n');
    const vault = open();
    expect([vault.state, vault.level, vault.warning]).toEqual([
      'damaged',
      'memory',
      'warning.vault-damaged',
    ]);
    expect(await vault.get('camera/c1')).toBeNull();
    expect(await vault.set('camera/c1', login)).toBe('memory');
    await expect(vault.unlock(passphrase)).rejects.toEqual(failure('vault.damaged'));
    expect(readFileSync(file, 'utf8')).toBe('not a vault\n');
    await vault.create(passphrase);
    expect(readdirSync(dataDir).some((name) => name.startsWith('vault.sealed.damaged-'))).toBe(
      true,
    );
    await vault.lock();
    await expect(vault.get('camera/c1')).rejects.toEqual(failure('vault.locked'));
    vault.close();
  });

  it('keeps the old file whole where the new one could not be written', async () => {
    let full = false;
    const vault = open(() => {
      if (full) throw new Error('no space left');
    });
    await vault.create(passphrase);
    await vault.set('camera/c1', login);
    const before = readFileSync(file, 'utf8');
    full = true;
    expect(await vault.set('camera/c2', login)).toBe('memory');
    expect([vault.warning, vault.unkept]).toEqual(['warning.no-keychain', 1]);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(dataDir)).toEqual(['vault.sealed']);
    expect(await vault.get('camera/c2')).toEqual(login);
    vault.close();
  });

  it('writes one change after the other, and loses none', async () => {
    const vault = open();
    await vault.create(passphrase);
    const accounts = Array.from({ length: 20 }, (_, index) => `camera/c${index}`);
    await Promise.all(accounts.map((account) => vault.set(account, login)));
    vault.close();
    const again = open();
    await again.unlock(passphrase);
    for (const account of accounts) expect(await again.get(account)).toEqual(login);
    again.close();
  });
});
