import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createCaller } from '../../../src/contract/call.ts';
import type { EventValue } from '../../../src/contract/schemas.ts';
import { composeHost } from '../../../src/host/compose-host.ts';
import type { Host } from '../../../src/host/host.types.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import { silentLog } from '../../../src/std/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { openPassphraseFile } from '../../../src/vault/passphrase-file.ts';
import { openVault } from '../../../src/vault/vault.ts';
import { FakeSupervisor } from '../../support/fake-supervisor.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { cheapCost, signIn } from '../../support/signed-in.ts';

const recorder = '192.0.2.7:554';
const yard = cameraFromUrl('rtsp://file:fromfile@192.0.2.7/1', { name: 'Sân', site: 'Trạm 1' });
const hall = cameraFromUrl('rtsp://192.0.2.7/2', { name: 'Sảnh', site: 'Trạm 1' });
const gate = cameraFromUrl('rtsp://192.0.2.8/1', { name: 'Cổng', site: 'Trạm 1' });
const far = cameraFromUrl('rtsp://192.0.2.9/1', { name: 'Xa', site: 'Trạm 2' });

const hosts: Host[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(dataDir = mkdtempSync(join(tmpdir(), 'vonggac-logins-'))) {
  folders.push(dataDir);
  const supervisor = new FakeSupervisor();
  const host = await composeHost(
    {
      dataDir,
      shell: 'kiosk',
      language: null,
      cameras: [yard, hall, gate, far],
      demo: false,
      wall: null,
      screens: 1,
      warnings: [],
      log: silentLog,
    },
    {
      openStore,
      openVault: ({ log }) =>
        openVault({ keychain: null, file: openPassphraseFile({ dataDir, log }), log }),
      createSupervisor: () => supervisor,
      serveMedia: () => {},
      operators: { cost: cheapCost },
    },
  );
  hosts.push(host);
  const [core, page] = memoryWires();
  host.attachControl(core);
  const caller = createCaller(page);
  await signIn(caller);
  const login = async (camera: { id: string }) =>
    (await supervisor.source(camera.id).credential())?.password ?? null;
  const refuse = (camera: { id: string }, code: 'rtsp.unauthorized' | 'rtsp.credentials-needed') =>
    supervisor.set(
      { cameraId: camera.id, quality: 'main' },
      { phase: 'refused', since: 5, cause: { code } },
    );
  return { dataDir, host, supervisor, caller, sent: () => core.sent.join(), login, refuse };
}

describe('one login for a device or a site', () => {
  it('is looked up camera first, then device, site, inventory', async () => {
    const { caller, login } = await start();
    const set = (scope: 'camera' | 'device' | 'site', id: string, password: string) =>
      caller.call('logins.set', { scope, id, user: 'xem', password });
    expect([await login(yard), await login(hall)]).toEqual(['fromfile', null]);
    await set('site', yard.siteId, 'of-site');
    expect([await login(yard), await login(gate), await login(far)]).toEqual([
      'of-site',
      'of-site',
      null,
    ]);
    await set('device', recorder, 'of-device');
    expect([await login(yard), await login(hall), await login(gate)]).toEqual([
      'of-device',
      'of-device',
      'of-site',
    ]);
    await set('camera', hall.id, 'of-camera');
    expect([await login(yard), await login(hall)]).toEqual(['of-device', 'of-camera']);
    await caller.call('logins.remove', { scope: 'camera', id: hall.id });
    expect(await login(hall)).toBe('of-device');
  });

  it('wakes every stream that shares it when it is changed, and no other', async () => {
    const { caller, supervisor } = await start();
    await caller.call('logins.set', { scope: 'camera', id: hall.id, user: 'a', password: 'b' });
    supervisor.retried.length = 0;
    await caller.call('logins.set', { scope: 'device', id: recorder, user: 'a', password: 'c' });
    expect(supervisor.retried).toEqual([yard.id]);
    supervisor.retried.length = 0;
    await caller.call('logins.set', {
      scope: 'site',
      id: gate.siteId,
      user: 'a',
      password: 'd',
    });
    expect(supervisor.retried).toEqual([gate.id]);
  });

  it('is asked for once for each device, however many cameras it refused', async () => {
    const { caller, refuse } = await start();
    const heard: EventValue<'logins.questions'>[] = [];
    caller.onEvent('logins.questions', (questions) => heard.push(questions));
    refuse(yard, 'rtsp.credentials-needed');
    refuse(hall, 'rtsp.unauthorized');
    refuse(far, 'rtsp.credentials-needed');
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]).toMatchObject([
      { device: recorder, cameras: 2, siteName: 'Trạm 1', cause: { code: 'rtsp.unauthorized' } },
      { device: '192.0.2.9:554', cameras: 1, cameraName: 'Xa' },
    ]);
    expect((await caller.call('logins.list', {})).questions).toEqual(heard[0]);
  });

  it('replaces the refused logins of single cameras of that device', async () => {
    const { caller, login, refuse } = await start();
    await caller.call('logins.set', { scope: 'camera', id: hall.id, user: 'a', password: 'old' });
    refuse(hall, 'rtsp.unauthorized');
    await expect
      .poll(async () => (await caller.call('logins.list', {})).logins)
      .toMatchObject([{ scope: 'camera', id: hall.id, refused: { code: 'rtsp.unauthorized' } }]);
    await caller.call('logins.set', { scope: 'device', id: recorder, user: 'a', password: 'new' });
    expect(await login(hall)).toBe('new');
  });

  it('is listed with its user and never with its password', async () => {
    const { caller, sent } = await start();
    await caller.call('logins.set', {
      scope: 'device',
      id: recorder,
      user: 'xem',
      password: 'secret77',
    });
    const { logins } = await caller.call('logins.list', {});
    expect(logins).toMatchObject([
      { scope: 'device', id: recorder, name: recorder, user: 'xem', cameras: 2, refused: null },
    ]);
    expect(sent()).not.toContain('secret77');
  });

  it('is refused for what is not there', async () => {
    const { caller } = await start();
    const set = (scope: 'camera' | 'device' | 'site', id: string) =>
      caller.call('logins.set', { scope, id, user: 'a', password: 'b' });
    await expect(set('camera', 'none')).rejects.toMatchObject({ code: 'input.unknown' });
    await expect(set('site', 'none')).rejects.toMatchObject({ code: 'input.unknown' });
    for (const id of ['', 'a b', '192.0.2.7', 'x:1/path', 'u:p@192.0.2.7:554']) {
      await expect(set('device', id), id).rejects.toMatchObject({ code: 'input.value' });
    }
    await expect(caller.call('logins.remove', { scope: 'site', id: 'none' })).rejects.toMatchObject(
      { code: 'input.unknown' },
    );
  });
});

describe('a locked vault', () => {
  it('makes its streams wait, no others, and they are tried when it is opened', async () => {
    const first = await start();
    await first.caller.call('vault.create', { passphrase: 'trạm gác số năm' });
    await first.caller.call('logins.set', {
      scope: 'device',
      id: recorder,
      user: 'a',
      password: 'b',
    });
    await first.host.close();

    const { caller, supervisor, login } = await start(first.dataDir);
    const states: string[] = [];
    caller.onEvent('vault.changed', ({ state }) => states.push(state));
    expect(await caller.call('vault.level', {})).toEqual({
      level: 'passphrase',
      state: 'locked',
      canCreate: false,
      unkept: 0,
    });
    expect((await caller.call('hello', { screen: 0 })).warnings).toContain('warning.vault-locked');
    await expect(login(yard)).rejects.toMatchObject({ code: 'vault.locked' });
    expect(await login(far)).toBeNull();
    expect((await caller.call('logins.list', {})).logins).toMatchObject([
      { id: recorder, user: null },
    ]);
    supervisor.set(
      { cameraId: yard.id, quality: 'main' },
      { phase: 'waiting', since: 1, until: 2, attempt: 1, cause: { code: 'vault.locked' } },
    );
    await expect(
      caller.call('vault.unlock', { passphrase: 'trạm gác số bốn' }),
    ).rejects.toMatchObject({ code: 'vault.passphrase' });
    expect(supervisor.retried).toEqual([]);
    await caller.call('vault.unlock', { passphrase: 'trạm gác số năm' });
    await expect.poll(() => supervisor.retried).toEqual([yard.id]);
    expect(await login(yard)).toBe('b');
    await expect.poll(() => states).toContain('open');
    expect((await caller.call('vault.lock', {})).state).toBe('locked');
    await expect(login(yard)).rejects.toMatchObject({ code: 'vault.locked' });
  });
});
