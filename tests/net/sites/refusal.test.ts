import { afterEach, describe, expect, it } from 'vitest';
import { type Caller, createCaller } from '../../../src/contract/call.ts';
import { createHost } from '../../../src/host/create-host.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import type { SiteCamera } from '../../../src/sites/site-camera.types.ts';
import { silentLog } from '../../../src/std/log.ts';
import { fakeCameras } from '../../support/fake-cameras.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { signInAt } from '../../support/signed-in.ts';

const { camera: fakeCamera } = fakeCameras();
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function start(cameras: readonly SiteCamera[] = []) {
  const host = await createHost({
    dataDir: null,
    shell: 'kiosk',
    language: 'vi',
    cameras,
    demo: false,
    wall: null,
    screens: 1,
    warnings: [],
    log: silentLog,
  });
  undo.push(() => host.close());
  await signInAt(host);
  const [core, page] = memoryWires();
  host.attachControl(core);
  return { host, caller: createCaller(page) };
}

/** A site with one camera, as a person enters them. */
async function enter(caller: Caller, url: string) {
  const { site } = await caller.call('register.saveSite', {
    id: null,
    revision: null,
    fields: { name: 'Khu cách ly Đồi Chè' },
  });
  const { row } = await caller.call('register.saveCamera', {
    id: null,
    revision: null,
    fields: { siteId: site.id, name: 'Hành lang', url },
  });
  return { site, camera: row.camera };
}

describe('a camera that may not be watched', () => {
  it('is closed in the moment its site is held, and opens again with the approval', async () => {
    const peer = await fakeCamera();
    const { host, caller } = await start();
    const { site, camera } = await enter(caller, peer.url);
    const key = { cameraId: camera.id, quality: 'main' } as const;
    const reader = host.supervisor.read(key);
    await expect.poll(() => reader.state.phase, { timeout: 10_000 }).toBe('live');

    const held = await caller.call('register.saveSite', {
      id: site.id,
      revision: site.revision,
      fields: { hold: { view: true, export: true, authority: 'Quân khu', askedOn: null } },
    });
    const cause = { code: 'site.hold', params: { authority: 'Quân khu' } };
    expect(reader.state).toMatchObject({ phase: 'refused', cause });
    await expect.poll(() => peer.open, { timeout: 5_000 }).toBe(0);
    expect((await caller.call('cameras.list', {}))[0]?.refusal).toEqual(cause);
    expect(await caller.call('register.toWall', { siteId: site.id })).toEqual({
      cameraIds: [],
      refused: 1,
      noUrl: 0,
    });

    const connections = peer.links.length;
    await caller.call('streams.retry', { cameraId: camera.id });
    await caller.call('sources.login', { cameraId: camera.id, user: 'u', password: 'p' });
    host.supervisor.read(key).close();
    expect(reader.state).toMatchObject({ phase: 'refused', cause });
    expect(host.supervisor.connections).toBe(0);
    expect(peer.links).toHaveLength(connections);

    await caller.call('register.saveSite', {
      id: site.id,
      revision: held.site.revision,
      fields: { hold: null },
    });
    await expect.poll(() => reader.state.phase, { timeout: 10_000 }).toBe('live');
    reader.close();
  });

  it('inside a bathroom is never asked, under whatever name its URL comes', async () => {
    const peer = await fakeCamera();
    const other = peer.url.replace('/live', '/sub');
    const given = cameraFromUrl(other, { name: 'Từ tệp' });
    const { host, caller } = await start([given]);
    const { camera } = await enter(caller, peer.url);
    const { row } = await caller.call('register.saveCamera', {
      id: camera.id,
      revision: camera.revision,
      fields: { placement: 'inside-bathroom', subUrl: other },
    });
    expect(row.refusal).toEqual({ code: 'site.forbidden-place' });
    const { cameraId } = await caller.call('sources.add', {
      name: 'Tên khác',
      url: peer.url.replace('rtsp://', 'RTSP://').replace('127.0.0.1', 'LOCALHOST'),
    });
    const { cameraId: again } = await caller.call('sources.add', {
      name: 'Tên khác nữa',
      url: peer.url.replace('rtsp://', 'rtsp://u:p@'),
    });
    expect(again).toBe(camera.id);
    for (const id of [camera.id, given.id]) {
      for (const quality of ['main', 'sub'] as const) {
        if (id === given.id && quality === 'sub') continue;
        const reader = host.supervisor.read({ cameraId: id, quality });
        expect(reader.state).toMatchObject({
          phase: 'refused',
          cause: { code: 'site.forbidden-place' },
        });
        reader.close();
      }
    }
    expect(host.supervisor.connections).toBe(0);
    expect(peer.links).toEqual([]);
    expect((await caller.call('register.tree', {})).forbidden).toBe(1);
    // Another name of the host is another address: that much a URL cannot tell.
    expect(cameraId).not.toBe(camera.id);
  });
});
