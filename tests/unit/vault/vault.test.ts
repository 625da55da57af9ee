import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/std/log.ts';
import type { Keychain } from '../../../src/vault/keychain.ts';
import { openVault } from '../../../src/vault/vault.ts';

const login = { user: 'admin', password: 'mật khẩu: @/#%' };

class FakeKeychain implements Keychain {
  readonly entries = new Map<string, string>();
  gate: Promise<void> = Promise.resolve();
  broken = false;
  async #pass(): Promise<void> {
    await this.gate;
    if (this.broken) throw new Error('bus is gone');
  }
  async get(account: string) {
    await this.#pass();
    return this.entries.get(account) ?? null;
  }
  async set(account: string, secret: string) {
    await this.#pass();
    this.entries.set(account, secret);
  }
  async delete(account: string) {
    await this.#pass();
    this.entries.delete(account);
  }
  close() {}
}

describe('the vault', () => {
  it('keeps logins in a keychain that proved itself, and leaves no probe behind', async () => {
    const keychain = new FakeKeychain();
    const vault = openVault({ keychain, log: silentLog });
    await vault.ready;
    expect([vault.level, vault.warning]).toEqual(['keychain', null]);
    expect(keychain.entries.size).toBe(0);
    expect(await vault.set('a', login)).toBe('keychain');
    const later = openVault({ keychain, log: silentLog });
    expect(await later.get('a')).toEqual(login);
    expect(await later.get('b')).toBeNull();
    await later.delete('a');
    expect(await later.get('a')).toBeNull();
    expect(keychain.entries.size).toBe(0);
  });

  it('keeps logins in memory without one, and warns', async () => {
    const vault = openVault({ keychain: null, log: silentLog });
    await vault.ready;
    expect(await vault.set('a', login)).toBe('memory');
    expect(await vault.get('a')).toEqual(login);
    expect([vault.level, vault.warning]).toEqual(['memory', 'warning.no-keychain']);
  });

  it('does not trust a keychain that forgets', async () => {
    const keychain = new FakeKeychain();
    keychain.get = async () => null;
    const vault = openVault({ keychain, log: silentLog });
    await vault.ready;
    expect(vault.level).toBe('memory');
  });

  it('waits for a locked keychain only so long, and moves in when it is unlocked', async () => {
    const keychain = new FakeKeychain();
    let unlock = () => {};
    keychain.gate = new Promise((resolve) => {
      unlock = resolve;
    });
    const vault = openVault({ keychain, log: silentLog, patienceMs: 20 });
    await vault.ready;
    expect(vault.warning).toBe('warning.no-keychain');
    expect(await vault.set('a', login)).toBe('memory');
    unlock();
    await expect.poll(() => vault.warning).toBeNull();
    await expect.poll(() => keychain.entries.get('a')).toBe(JSON.stringify(login));
  });

  it('says locked, not "no login", where the keychain does not answer any more', async () => {
    const keychain = new FakeKeychain();
    const vault = openVault({ keychain, log: silentLog, patienceMs: 20 });
    await vault.ready;
    keychain.gate = new Promise(() => {});
    await expect(vault.get('a')).rejects.toMatchObject({ code: 'vault.locked' });
  });

  it('keeps a typed login in memory where the keychain broke meanwhile', async () => {
    const keychain = new FakeKeychain();
    const vault = openVault({ keychain, log: silentLog });
    await vault.ready;
    keychain.broken = true;
    expect(await vault.set('a', login)).toBe('memory');
    expect(await vault.get('a')).toEqual(login);
    expect(vault.warning).toBe('warning.no-keychain');
  });

  it('reads anew after a refresh, but never loses what only memory has', async () => {
    const keychain = new FakeKeychain();
    const vault = openVault({ keychain, log: silentLog });
    await vault.set('a', login);
    keychain.entries.set('a', JSON.stringify({ user: 'x', password: 'y' }));
    expect(await vault.get('a')).toEqual(login);
    vault.refresh('a');
    expect(await vault.get('a')).toEqual({ user: 'x', password: 'y' });
    keychain.broken = true;
    await vault.set('a', login);
    vault.refresh('a');
    expect(await vault.get('a')).toEqual(login);
  });

  it('takes what another program wrote for no login', async () => {
    const keychain = new FakeKeychain();
    const vault = openVault({ keychain, log: silentLog });
    for (const text of ['nonsense', '{}', 'null', '{"user":1,"password":"x"}']) {
      keychain.entries.set('a', text);
      vault.refresh('a');
      expect(await vault.get('a')).toBeNull();
    }
  });
});
