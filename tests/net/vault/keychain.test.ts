import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/std/log.ts';
import { keychainInChild, systemKeychain } from '../../../src/vault/keychain.ts';
import { openVault } from '../../../src/vault/vault.ts';
import { spawnedArguments } from '../../support/process-list.ts';
import { type SecretService, startSecretService } from '../../support/secret-service.ts';

const login = { user: 'quản trị', password: 'p@ss:/#% mật khẩu' };

describe('a real Secret Service (gnome-keyring)', () => {
  let service: SecretService;
  beforeAll(async () => {
    service = await startSecretService();
  });
  afterAll(() => service?.stop());

  it('keeps a login over a restart of the program, and forgets it when told', async () => {
    const open = () =>
      openVault({ keychain: systemKeychain(service.env), log: silentLog, patienceMs: 20_000 });
    const first = open();
    await first.ready;
    expect([first.level, first.warning]).toEqual(['keychain', null]);
    expect(await first.set('camera/c1', login)).toBe('keychain');
    first.close();

    const second = open();
    expect(await second.get('camera/c1')).toEqual(login);
    expect(await second.get('camera/c2')).toBeNull();
    await second.delete('camera/c1');
    second.close();

    const third = open();
    expect(await third.get('camera/c1')).toBeNull();
    third.close();
  });

  it('shows neither account nor secret in the arguments of its helper', async () => {
    const keychain = systemKeychain(service.env);
    await keychain?.set('camera/only-here', 'hunter2');
    const all = spawnedArguments(process.pid);
    expect(all.join('\n')).toContain('secret-service');
    expect(all.join('\n')).not.toMatch(/hunter2|only-here/);
    await keychain?.delete('camera/only-here');
    keychain?.close();
  });
});

describe('a session bus that accepts and never answers', () => {
  let folder: string;
  let server: Server;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vonggac-bus-'));
    server = createServer(() => {}).listen(join(folder, 'bus'));
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  it('costs its patience only, stops nothing, and its helper is killed', async () => {
    const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'bus')}` };
    const keychain = keychainInChild({ service: 'vonggac', timeoutMs: 3000, env });
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 50);
    const vault = openVault({ keychain, log: silentLog, patienceMs: 1000 });
    await vault.ready;
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(5);
    expect(vault.level).toBe('memory');
    expect(await vault.set('a', login)).toBe('memory');
    expect(await vault.get('a')).toEqual(login);
    await expect
      .poll(() => spawnedArguments(process.pid).some((line) => line.includes('secret-service')), {
        timeout: 15_000,
      })
      .toBe(false);
    vault.close();
  });
});

it('there is no keychain to ask where there is no session bus', () => {
  expect(systemKeychain({ PATH: '/usr/bin' })).toBeNull();
});
