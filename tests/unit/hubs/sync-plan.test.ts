import { describe, expect, it } from 'vitest';
import type { HubCamera } from '../../../src/hubs/hub-adapter.types.ts';
import { camerasOfHub, planSync, type SyncHub, syncBatch } from '../../../src/hubs/sync-plan.ts';
import { registerInMemory } from '../../support/register-of.ts';

const hub: SyncHub = {
  id: 'h1',
  name: 'Trung tâm tỉnh',
  siteId: null,
  province: 'Tỉnh An Hải',
  district: '',
};
const who = 'kỹ thuật';

function listed(key: string, more: Partial<HubCamera> = {}): HubCamera {
  return {
    key,
    name: `Camera ${key}`,
    url: `rtsp://192.0.2.1:8554/${key}`,
    subUrl: null,
    directUrl: null,
    directSubUrl: null,
    site: null,
    device: null,
    credential: null,
    ...more,
  };
}

function centre() {
  const register = registerInMemory();
  register.putHub({ id: hub.id, name: hub.name, kind: 'mediamtx', address: 'hub' });
  const request = (cameras: readonly HubCamera[], of = hub) => ({
    hub: of,
    cameras,
    register,
    who,
  });
  return {
    register,
    plan: async (cameras: readonly HubCamera[], of = hub) =>
      (await planSync(request(cameras, of), 'p')).plan,
    sync: (cameras: readonly HubCamera[], leaveOut: string[] = []) =>
      register.applyChanges(syncBatch(request(cameras), new Set(leaveOut))),
    camera: (key: string) => {
      const found = camerasOfHub(register, hub.id).get(key);
      if (!found) throw new Error(`no camera ${key}`);
      return found;
    },
  };
}

describe('a synchronisation', () => {
  it('tells what is added, changed and gone, and writes nothing yet', async () => {
    const { plan, sync, register } = centre();
    await sync([listed('a'), listed('b'), listed('c')]);
    const before = register.revision;
    const found = await plan([
      listed('a'),
      listed('b', { url: 'rtsp://192.0.2.1:8554/b2' }),
      listed('d'),
    ]);
    expect(found.counts).toEqual({ added: 1, changed: 1, gone: 1, unchanged: 1, problems: 0 });
    expect(found.added.map(({ key }) => key)).toEqual(['d']);
    expect(found.changed).toMatchObject([{ key: 'b', fields: ['url'] }]);
    expect(found.gone).toMatchObject([{ key: 'c', name: 'Camera c' }]);
    expect(register.revision).toBe(before);
  });

  it('keeps what is gone, marked, and takes it back when it returns', async () => {
    const { sync, camera } = centre();
    await sync([listed('a'), listed('b')]);
    const { id } = camera('b');
    await sync([listed('a')]);
    expect(camera('b')).toMatchObject({ id, gone: true });
    await sync([listed('a'), listed('b')]);
    expect(camera('b')).toMatchObject({ id, gone: false });
  });

  it('leaves local notes, placement and a name that a person gave as they are', async () => {
    const { sync, camera, register } = centre();
    await sync([listed('a')]);
    const { id, revision } = camera('a');
    register.saveCamera({
      id,
      revision,
      who,
      fields: { localNotes: 'thang để ở phòng trực', placement: 'gate', name: 'Cổng chính' },
    });
    await sync([listed('a', { name: 'cam-0001', subUrl: 'rtsp://192.0.2.1:8554/a_sub' })]);
    expect(camera('a')).toMatchObject({
      localNotes: 'thang để ở phòng trực',
      placement: 'gate',
      name: 'Cổng chính',
      subUrl: 'rtsp://192.0.2.1:8554/a_sub',
    });
  });

  it('does not take away a direct address that a person gave', async () => {
    const { sync, camera, register } = centre();
    await sync([listed('a')]);
    const { id, revision } = camera('a');
    register.saveCamera({ id, revision, who, fields: { directUrl: 'rtsp://10.0.0.9/a' } });
    await sync([listed('a', { name: 'khác' })]);
    expect(camera('a').directUrl).toBe('rtsp://10.0.0.9/a');
  });

  it('puts new cameras where a person renamed the site or moved its cameras to', async () => {
    const { sync, camera, register } = centre();
    await sync([listed('a')]);
    const site = register.site(camera('a').siteId);
    if (!site) throw new Error('no site');
    register.saveSite({
      id: site.id,
      revision: site.revision,
      who,
      fields: { name: 'Ký túc xá B' },
    });
    await sync([listed('a'), listed('b')]);
    expect(camera('b').siteId).toBe(site.id);
    expect([...register.sites()]).toHaveLength(1);
    expect(register.site(site.id)).toMatchObject({ name: 'Ký túc xá B', gone: false });
  });

  it('leaves out what a person does not want, without marking it as gone', async () => {
    const { sync, camera, register } = centre();
    await sync([listed('a'), listed('b'), listed('c')]);
    await sync([listed('a', { name: 'mới' }), listed('b'), listed('d')], ['a', 'c', 'd']);
    expect(camera('a')).toMatchObject({ name: 'Camera a', gone: false });
    expect(camera('c').gone).toBe(false);
    expect(camerasOfHub(register, hub.id).has('d')).toBe(false);
  });

  it('refuses a hub that lists nothing any more: it was set up anew', async () => {
    const { sync, plan } = centre();
    await sync([listed('a')]);
    await expect(plan([])).rejects.toMatchObject({ code: 'hub.empty', params: { count: 1 } });
  });

  it('puts cameras to the site that was chosen for the hub', async () => {
    const { plan, register } = centre();
    const site = register.saveSite({ id: null, revision: null, who, fields: { name: 'Trường C' } });
    const { added } = await plan([listed('a')], { ...hub, siteId: site.id });
    expect(added).toMatchObject([{ siteName: 'Trường C' }]);
  });

  it('takes the recorder behind the cameras into the register once', async () => {
    const { sync, camera, register } = centre();
    const device = {
      kind: 'recorder' as const,
      address: '10.0.0.5',
      port: 80,
      path: '/onvif/device_service',
      vendor: 'Hikvision',
      model: 'DS-7616',
      firmware: '5.10',
      serial: '404705923918060213',
    };
    const cameras = [listed('s1', { device }), listed('s2', { device })];
    await sync(cameras);
    await sync(cameras);
    expect([...register.devices()]).toMatchObject([
      { serial: '404705923918060213', firmware: '5.10' },
    ]);
    expect(camera('s1').deviceId).toBe(camera('s2').deviceId);
  });

  it('of 10,000 cameras is planned and applied', async () => {
    const { plan, sync, register } = centre();
    const cameras = Array.from({ length: 10_000 }, (_, index) => listed(`cam-${index}`));
    const planned = await plan(cameras);
    expect(planned.counts.added).toBe(10_000);
    expect(planned.added).toHaveLength(1000);
    await sync(cameras);
    expect(register.tree().cameras).toBe(10_000);
  }, 60_000);
});
