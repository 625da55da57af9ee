import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Caller, createCaller } from '../../../src/contract/call.ts';
import type { WallState } from '../../../src/contract/schemas.ts';
import { composeHost, type HostParts } from '../../../src/host/compose-host.ts';
import type { Host, HostOptions } from '../../../src/host/host.types.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import { silentLog } from '../../../src/std/log.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Keychain } from '../../../src/vault/keychain.ts';
import { openVault } from '../../../src/vault/vault.ts';
import { FakeSupervisor } from '../../support/fake-supervisor.ts';
import { type MemoryEnd, memoryWires } from '../../support/memory-wire.ts';
import { cheapCost, signInAt } from '../../support/signed-in.ts';

const folders: string[] = [];
const hosts: Host[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const gate = cameraFromUrl('rtsp://file:secret1@192.0.2.7/1', {
  name: 'Cổng',
  subUrl: 'rtsp://192.0.2.7/2',
});

interface Setup {
  readonly host: Host;
  readonly supervisor: FakeSupervisor;
  page(screen?: number): { caller: Caller; wire: MemoryEnd };
}

async function start(given: Partial<HostOptions> = {}, parts: Partial<HostParts> = {}) {
  const supervisor = new FakeSupervisor();
  const host = await composeHost(
    {
      dataDir: null,
      shell: 'kiosk',
      language: null,
      cameras: [gate],
      demo: false,
      wall: null,
      screens: 2,
      warnings: ['warning.no-sandbox'],
      log: silentLog,
      ...given,
    },
    {
      openStore,
      openVault: ({ log }) => openVault({ keychain: null, log }),
      createSupervisor: () => supervisor,
      serveMedia: () => {},
      operators: { cost: cheapCost },
      ...parts,
    },
  );
  hosts.push(host);
  await signInAt(host);
  const setup: Setup = {
    host,
    supervisor,
    page() {
      const [core, page] = memoryWires();
      host.attachControl(core);
      return { caller: createCaller(page), wire: core };
    },
  };
  return setup;
}

const dataFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'vonggac-host-'));
  folders.push(folder);
  return folder;
};

const wall: WallState = {
  screen: 0,
  layout: '4',
  page: 0,
  tiles: [gate.id],
  selected: 0,
  full: null,
  audio: null,
  sideList: true,
  details: false,
  wallMode: false,
};

describe('the core', () => {
  it('says hello with every warning there is', async () => {
    const { host, page } = await start({ dataDir: dataFolder() });
    host.warn('warning.browser-restarted');
    const hello = await page().caller.call('hello', { screen: 1 });
    expect(hello).toMatchObject({
      shell: 'kiosk',
      language: 'vi',
      demo: false,
      warnings: ['warning.no-sandbox', 'warning.browser-restarted', 'warning.no-keychain'],
      screen: 1,
      screens: 2,
      transient: false,
    });
    expect(Math.abs(hello.now - Date.now())).toBeLessThan(60_000);
  });

  it('lists cameras without any login', async () => {
    const odd = cameraFromUrl('rtsp://192.0.2.9/user=admin_password=secret2_channel=1.sdp');
    const { page } = await start({ cameras: [gate, odd] });
    const { caller, wire } = page();
    const cameras = await caller.call('cameras.list', {});
    expect(cameras.map((camera) => [camera.name, camera.qualities])).toEqual([
      ['Cổng', ['main', 'sub']],
      ['192.0.2.9', ['main']],
    ]);
    expect(wire.sent.join()).not.toMatch(/secret/);
  });

  it('gives the supervisor the login of the inventory, until a person types another', async () => {
    const { page, supervisor } = await start();
    expect(await supervisor.source(gate.id).credential()).toEqual({
      user: 'file',
      password: 'secret1',
    });
    const { caller } = page();
    await caller.call('sources.login', { cameraId: gate.id, user: 'op', password: 'new' });
    expect(await supervisor.source(gate.id, 'sub').credential()).toEqual({
      user: 'op',
      password: 'new',
    });
    expect(supervisor.retried).toEqual([gate.id]);
  });

  it('adds a source, keeps its login away from page, database and other cameras', async () => {
    const dataDir = dataFolder();
    const { page, supervisor } = await start({ dataDir });
    const { caller, wire } = page();
    const changed = new Promise<number>((resolve) =>
      caller.onEvent('cameras.changed', (cameras) => resolve(cameras.length)),
    );
    const { cameraId } = await caller.call('sources.add', {
      name: 'Sân',
      url: 'rtsp://admin:p@ss%23secret@192.0.2.8/1',
    });
    expect(await changed).toBe(2);
    expect(await supervisor.source(cameraId).credential()).toEqual({
      user: 'admin',
      password: 'p@ss#secret',
    });
    expect(wire.sent.join()).not.toContain('secret');
    await hosts.pop()?.close();

    for (const name of readdirSync(dataDir)) {
      const bytes = readFileSync(join(dataDir, name)).toString('latin1');
      expect(bytes).not.toContain('secret');
    }
    const again = await start({ dataDir });
    const cameras = await again.page().caller.call('cameras.list', {});
    expect(cameras.find(({ id }) => id === cameraId)).toMatchObject({
      name: 'Sân',
      removable: true,
    });
    expect(await again.supervisor.source(cameraId).credential()).toBeNull();
  });

  it('adding a URL twice changes its name, and adding a given one only its login', async () => {
    const { page, supervisor } = await start();
    const { caller } = page();
    const url = 'rtsp://192.0.2.8/1';
    const first = await caller.call('sources.add', { name: 'A', url });
    const second = await caller.call('sources.add', { name: 'B', url, user: 'u', password: 'p' });
    expect(second).toEqual(first);
    await caller.call('sources.add', { name: 'X', url: gate.url, user: 'v', password: 'q' });
    const names = (await caller.call('cameras.list', {})).map((camera) => camera.name);
    expect(names).toEqual(['Cổng', 'B']);
    expect(await supervisor.source(gate.id).credential()).toEqual({ user: 'v', password: 'q' });
  });

  it('removes what a person added, with its login, and nothing else', async () => {
    const { page, supervisor } = await start();
    const { caller } = page();
    const url = 'rtsp://u:p@192.0.2.8/1';
    const { cameraId } = await caller.call('sources.add', { name: 'A', url });
    await caller.call('sources.remove', { cameraId });
    expect(supervisor.sources.map(({ key }) => key.cameraId)).not.toContain(cameraId);
    await caller.call('sources.add', { name: 'A', url: 'rtsp://192.0.2.8/1' });
    expect(await supervisor.source(cameraId).credential()).toBeNull();
    await expect(caller.call('sources.remove', { cameraId: gate.id })).rejects.toMatchObject({
      code: 'access.denied',
    });
  });

  it('answers a bad URL and an unknown camera with their causes', async () => {
    const { page } = await start();
    const { caller } = page();
    await expect(
      caller.call('sources.add', { name: 'A', url: 'http://192.0.2.8' }),
    ).rejects.toMatchObject({ code: 'input.url' });
    for (const call of ['streams.retry', 'sources.remove'] as const) {
      await expect(caller.call(call, { cameraId: 'none' })).rejects.toMatchObject({
        code: 'input.unknown',
      });
    }
  });

  it('trusts only a certificate that the device showed, for all cameras of that device', async () => {
    const cameras = ['1', '2'].map((n) => cameraFromUrl(`rtsps://192.0.2.7/${n}`));
    const other = cameraFromUrl('rtsps://192.0.2.8/1');
    const { page, supervisor } = await start({ cameras: [...cameras, other] });
    const { caller } = page();
    for (const camera of [...cameras, other]) {
      supervisor.set(
        { cameraId: camera.id, quality: 'main' },
        {
          phase: 'refused',
          since: 1,
          cause: { code: 'tls.untrusted', params: { fingerprint: 'AA:BB' } },
        },
      );
    }
    const id = cameras[0]!.id;
    await expect(
      caller.call('sources.trust', { cameraId: id, fingerprint: 'CC:DD' }),
    ).rejects.toMatchObject({ code: 'input.value' });
    expect(supervisor.source(id).pinnedFingerprint()).toBeNull();
    await caller.call('sources.trust', { cameraId: id, fingerprint: 'AA:BB' });
    expect(supervisor.source(cameras[1]!.id).pinnedFingerprint()).toBe('AA:BB');
    expect(supervisor.source(other.id).pinnedFingerprint()).toBeNull();
    expect(supervisor.retried).toEqual(cameras.map((camera) => camera.id));
  });

  it('brings wall, language and transports back after a restart', async () => {
    const dataDir = dataFolder();
    const first = await start({ dataDir });
    const { caller } = first.page();
    expect(await caller.call('wall.load', { screen: 0 })).toBeNull();
    await caller.call('wall.save', wall);
    await caller.call('language.set', { language: 'en' });
    first.supervisor.source(gate.id).rememberTransport('udp');
    await hosts.pop()?.close();
    const second = await start({ dataDir });
    const page = second.page().caller;
    expect(await page.call('wall.load', { screen: 0 })).toEqual(wall);
    expect((await page.call('hello', { screen: 0 })).language).toBe('en');
    expect(second.supervisor.source(gate.id).lastTransport()).toBe('udp');
  });

  it('a transient wall is given whole and leaves nothing behind', async () => {
    const dataDir = dataFolder();
    const { page } = await start({ dataDir, wall: { layout: '16' }, language: 'en' });
    const { caller } = page();
    const hello = await caller.call('hello', { screen: 0 });
    // A given wall keeps nothing, so there is no folder to name.
    expect(hello.dataDir).toBeUndefined();
    expect([hello.transient, hello.warnings]).toEqual([true, ['warning.no-sandbox']]);
    const given = await caller.call('wall.load', { screen: 0 });
    expect(given).toMatchObject({ layout: '16', tiles: [gate.id], wallMode: true });
    await caller.call('wall.save', { ...given!, layout: '4' });
    expect(await caller.call('wall.load', { screen: 0 })).toEqual(given);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('tells all pages what changes, states in batches with the last one only', async () => {
    const { page, supervisor } = await start();
    const pages = [page().caller, page().caller];
    const heard = pages.map(() => [] as unknown[]);
    pages.forEach((caller, index) => {
      caller.onEvent('streams.state', (states) => heard[index]?.push(states));
      caller.onEvent('language.changed', (value) => heard[index]?.push(value));
    });
    const key = { cameraId: gate.id, quality: 'main' as const };
    supervisor.set(key, { phase: 'connecting', since: 1, attempt: 1, cause: null });
    supervisor.set(key, { phase: 'live', since: 2, frozenSince: null });
    await pages[0]?.call('language.set', { language: 'en' });
    const state = { phase: 'live', since: 2, frozenSince: null };
    for (const list of heard) {
      await expect.poll(() => list).toEqual([{ language: 'en' }, [{ key, state }]]);
    }
  });

  it('keeps the latest report of each screen', async () => {
    const { host, page } = await start();
    const heard: number[] = [];
    host.onReport((screen) => heard.push(screen));
    const { caller } = page();
    await caller.call('hello', { screen: 1 });
    await caller.call('wall.report', { tiles: [], presenter: 'generator' });
    expect(heard).toEqual([1]);
    expect([...host.reports()]).toEqual([[1, { presenter: 'generator', tiles: [] }]]);
  });

  it('sends figures every second to whoever is there', async () => {
    const { page } = await start();
    const { caller } = page();
    const load = await new Promise<{ rssMiB: number }>((resolve) =>
      caller.onEvent('host.load', resolve),
    );
    expect(load.rssMiB).toBeGreaterThan(10);
  });

  it('tries a refused stream again when the keychain is unlocked late', async () => {
    const entries = new Map([[`camera/${gate.id}`, '{"user":"u","password":"p"}']]);
    let unlock = () => {};
    const locked = new Promise<void>((resolve) => {
      unlock = resolve;
    });
    const keychain: Keychain = {
      get: async (account) => {
        await locked;
        return entries.get(account) ?? null;
      },
      set: async (account, secret) => {
        await locked;
        entries.set(account, secret);
      },
      delete: async (account) => {
        await locked;
        entries.delete(account);
      },
      close() {},
    };
    const { supervisor } = await start(
      {},
      { openVault: ({ log }) => openVault({ keychain, log, patienceMs: 10 }) },
    );
    await supervisor.source(gate.id).credential();
    supervisor.set(
      { cameraId: gate.id, quality: 'main' },
      { phase: 'refused', since: 1, cause: { code: 'rtsp.unauthorized' } },
    );
    unlock();
    await expect.poll(() => supervisor.retried).toEqual([gate.id]);
    expect(await supervisor.source(gate.id).credential()).toEqual({ user: 'u', password: 'p' });
  });

  it('closes its wires and its parts, and takes no more', async () => {
    const { host, page, supervisor } = await start();
    const { caller, wire } = page();
    const [media, far] = memoryWires();
    host.attachMedia(media);
    let mediaClosed = false;
    far.onClose(() => {
      mediaClosed = true;
    });
    await Promise.all([host.close(), host.close()]);
    await expect.poll(() => caller.closed && mediaClosed).toBe(true);
    expect([supervisor.closed, supervisor.changes.size, wire.listeners]).toEqual([true, 0, 0]);
    expect((await caller.call('cameras.list', {}).catch((error) => error)).code).toBe('host.gone');
  });
});
