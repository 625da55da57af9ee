import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Caller, createCaller } from '../../../src/contract/call.ts';
import type { EventValue } from '../../../src/contract/schemas.ts';
import { composeHost } from '../../../src/host/compose-host.ts';
import { silentLog } from '../../../src/std/log.ts';
import { hasSavedSources, openStore } from '../../../src/store/store.ts';
import { openVault } from '../../../src/vault/vault.ts';
import { FakeSupervisor } from '../../support/fake-supervisor.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { cheapCost, signInAt } from '../../support/signed-in.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vonggac-register-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(dataDir: string | null = null) {
  const supervisor = new FakeSupervisor();
  const host = await composeHost(
    {
      dataDir,
      shell: 'kiosk',
      language: null,
      cameras: [],
      demo: false,
      wall: null,
      screens: 1,
      warnings: [],
      log: silentLog,
    },
    {
      openStore,
      openVault: ({ log }) => openVault({ keychain: null, log }),
      createSupervisor: () => supervisor,
      serveMedia: () => {},
      operators: { cost: cheapCost },
    },
  );
  undo.push(() => host.close());
  await signInAt(host);
  const page = () => {
    const [core, wire] = memoryWires();
    host.attachControl(core);
    return createCaller(wire);
  };
  return { host, supervisor, page };
}

async function newSite(caller: Caller, name = 'Khu A') {
  const fields = { name, province: 'Tỉnh An Hải' };
  return (await caller.call('register.saveSite', { id: null, revision: null, fields })).site;
}

describe('the calls of the register', () => {
  it('put a camera on the wall, under its site, and tell every page in one event', async () => {
    const { supervisor, page } = await start();
    const [first, second] = [page(), page()];
    const told: EventValue<'register.changed'>[] = [];
    const lists: EventValue<'cameras.changed'>[] = [];
    second.onEvent('register.changed', (news) => told.push(news));
    second.onEvent('cameras.changed', (list) => lists.push(list));
    const site = await newSite(first);
    const add = (channel: number) =>
      first.call('register.saveCamera', {
        id: null,
        revision: null,
        fields: { siteId: site.id, name: `Kênh ${channel}`, url: `rtsp://192.0.2.7/${channel}` },
      });
    const ids = [(await add(1)).row.camera.id, (await add(2)).row.camera.id];
    expect(supervisor.sources.map(({ key }) => key.cameraId)).toEqual(ids);
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]).toMatchObject({ siteIds: [site.id], cameraIds: ids, redo: null });
    expect(told[0]?.undo).toMatchObject({ what: 'save', subject: 'Kênh 2' });
    expect(lists.map((list) => list.length)).toEqual([2]);
    expect(lists[0]?.[0]).toMatchObject({ siteName: 'Khu A', province: 'Tỉnh An Hải' });
    expect(await first.call('register.toWall', { province: 'Tỉnh An Hải' })).toEqual({
      cameraIds: ids,
      refused: 0,
      noUrl: 0,
    });
    // What the wall does not show is no news for it.
    await first.call('register.saveSite', { ...site, fields: { notes: 'ghi chú' } });
    await expect.poll(() => told.length).toBe(2);
    expect(lists).toHaveLength(1);
  });

  it('refuse what two pages change at once, and lose neither', async () => {
    const { page } = await start();
    const [mine, theirs] = [page(), page()];
    const { id, revision } = await newSite(mine);
    const save = (caller: Caller, notes: string) =>
      caller.call('register.saveSite', { id, revision, fields: { notes } });
    await save(theirs, 'của họ');
    await expect(save(mine, 'của tôi')).rejects.toMatchObject({
      code: 'input.conflict',
      params: { name: 'Khu A' },
    });
    expect((await mine.call('register.site', { siteId: id })).site.notes).toBe('của họ');
  });

  it('keep a login of a URL for the keychain alone', async () => {
    const dataDir = dataFolder();
    const { host, supervisor, page } = await start(dataDir);
    const caller = page();
    const site = await newSite(caller);
    const saved = await caller.call('register.saveCamera', {
      id: null,
      revision: null,
      fields: { siteId: site.id, name: 'Cổng', url: 'rtsp://admin:bimat-7@192.0.2.7/1' },
    });
    const { camera } = saved.row;
    expect(camera.url).toBe('rtsp://192.0.2.7/1');
    expect(await supervisor.source(camera.id).credential()).toEqual({
      user: 'admin',
      password: 'bimat-7',
    });
    const found = await caller.call('register.search', { text: 'bimat', limit: 5 });
    expect(found.totalCameras).toBe(0);
    await host.close();
    for (const name of readdirSync(dataDir)) {
      expect(readFileSync(join(dataDir, name), 'latin1').includes('bimat-7'), name).toBe(false);
    }
    expect(hasSavedSources(dataDir)).toBe(true);
  });

  it('keep a login out of the path of a URL, and take the URL back as it was shown', async () => {
    const { supervisor, page } = await start();
    const caller = page();
    const site = await newSite(caller);
    const url = 'rtsp://192.0.2.7/user=admin&password=kin-9&channel=1';
    const fields = { siteId: site.id, name: 'Cổng', url };
    const { row } = await caller.call('register.saveCamera', { id: null, revision: null, fields });
    expect(JSON.stringify(row)).not.toContain('kin-9');
    const { id, revision } = row.camera;
    const again = { name: 'Cổng Đông', url: row.camera.url };
    await caller.call('register.saveCamera', { id, revision, fields: again });
    const marked = 'rtsp://192.0.2.7/user={user}&password={password}&channel=1';
    expect(row.camera.url).toBe(marked);
    expect(supervisor.source(id).url).toBe(marked);
    expect(await supervisor.source(id).credential()).toEqual({ user: 'admin', password: 'kin-9' });
    const struck = { url: 'rtsp://192.0.2.8/password=***' };
    await expect(
      caller.call('register.saveCamera', { id: null, revision: null, fields: struck }),
    ).rejects.toMatchObject({ code: 'input.url' });
  });

  it('find the focal point of a tile, and nothing for a camera of a file', async () => {
    const { page } = await start();
    const caller = page();
    const site = await newSite(caller);
    const focal = { name: 'Lê Thị Giả', title: 'Trưởng khu', phone: '0000', email: 'a@b.example' };
    await caller.call('register.saveSite', { ...site, fields: { focalPoints: [focal] } });
    const { row } = await caller.call('register.saveCamera', {
      id: null,
      revision: null,
      fields: { siteId: site.id, name: 'Cổng' },
    });
    const card = await caller.call('register.camera', { cameraId: row.camera.id });
    expect(card?.site.focalPoints).toEqual([focal]);
    expect(await caller.call('register.camera', { cameraId: 'c-of-a-file' })).toBeNull();
    expect(await caller.call('register.toWall', { siteId: site.id })).toEqual({
      cameraIds: [],
      refused: 0,
      noUrl: 1,
    });
  });

  it('are stopped at the door where the page asks too much', async () => {
    const { page } = await start();
    const caller = page();
    const ask = (query: object) => caller.call('register.page', query as never);
    for (const query of [
      { filter: {}, offset: 0, limit: 501 },
      { filter: {}, offset: -1, limit: 1 },
      { filter: {}, sort: { by: 'id; drop table register_site' }, offset: 0, limit: 1 },
      { filter: { text: 'x'.repeat(201) }, offset: 0, limit: 1 },
    ]) {
      await expect(ask(query)).rejects.toMatchObject({ code: 'input.value' });
    }
    const site = await newSite(caller);
    await expect(
      caller.call('register.saveSite', { ...site, fields: { dueInspectionOn: '25/6/2021' } }),
    ).rejects.toMatchObject({ code: 'input.value', params: { field: 'fields.dueInspectionOn' } });
    const { rows } = await ask({ filter: { text: "' or 1=1 --" }, offset: 0, limit: 1 });
    expect(rows).toEqual([]);
  });

  it('undo the removal of a site with all its cameras, and they are on the wall again', async () => {
    const { supervisor, page } = await start();
    const caller = page();
    await caller.call('sources.add', { name: 'Cổng', url: 'rtsp://192.0.2.7/1', site: 'Khu B' });
    const { sites } = await caller.call('register.tree', {});
    expect(sites).toMatchObject([{ name: 'Khu B', cameras: 1 }]);
    await caller.call('register.removeSites', { siteIds: sites.map(({ id }) => id) });
    expect(supervisor.sources).toEqual([]);
    expect(await caller.call('cameras.list', {})).toEqual([]);
    await caller.call('register.undo', {});
    expect(supervisor.sources).toHaveLength(1);
  });
});
