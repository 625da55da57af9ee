import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openRegister } from '../../../src/sites/register.ts';
import type { Register, RegisterNews } from '../../../src/sites/register.types.ts';
import { silentLog } from '../../../src/std/log.ts';
import { migrate, migrations } from '../../../src/store/migrations.ts';
import { inventedCountry, registerInMemory } from '../../support/register-of.ts';

const who = 'trực ban';

function siteWithCameras(register: Register, count: number, name = 'Khu cách ly Sông Lục') {
  const site = register.saveSite({
    id: null,
    revision: null,
    fields: { name, province: 'Tỉnh Bình Lạc', district: 'Huyện Đồng Sen' },
    who,
  });
  const cameras = Array.from({ length: count }, (_, index) =>
    register.saveCamera({
      id: null,
      revision: null,
      fields: {
        siteId: site.id,
        name: `Hành lang ${index + 1}`,
        url: `rtsp://192.0.2.${site.name.length}:554/${index + 1}`,
      },
      who,
    }),
  );
  return { site, cameras };
}

const conflict = (name?: string) =>
  expect.objectContaining({
    code: 'input.conflict',
    ...(name === undefined ? {} : { params: { name } }),
  });
const wrong = (field: string) =>
  expect.objectContaining({ code: 'input.value', params: { field } });

describe('the register', () => {
  it('keeps everything that is known of a site, a device and a camera', () => {
    const register = registerInMemory();
    const fields = {
      code: 'CS0001',
      name: 'Khu cách ly Trung đoàn BB888',
      province: 'Tỉnh An Hải',
      district: 'Huyện Vân Sơn',
      address: 'Thôn 3',
      hubId: 'hub-1',
      kind: 'barracks',
      ownership: 'military',
      budgetLevel: 'province',
      priority: 1,
      hold: { view: false, export: true, authority: 'Bộ Tư lệnh', askedOn: '2021-06-25' },
      survey: { done: true, by: 'Tổ khảo sát 2', on: '2021-06-20' },
      plan: { kind: 'recorder', deadline: '2021-07-01' },
      focalPoints: [{ name: 'Trần Văn Giả', title: 'Trạm trưởng', phone: '0000', email: '' }],
      purpose: 'Theo dõi',
      notes: 'dòng 1\ndòng 2',
      dueInspectionOn: '2021-07-10',
    } as const;
    const site = register.saveSite({
      id: null,
      revision: null,
      fields: { ...fields, focalPoints: [...fields.focalPoints] },
      who,
    });
    expect(site).toEqual({
      ...fields,
      id: site.id,
      origin: 'manual',
      gone: false,
      revision: register.revision,
    });
    expect(register.site(site.id)).toEqual(site);
    const device = register.saveDevice({
      id: null,
      revision: null,
      fields: { siteId: site.id, address: '192.0.2.9', port: 80, serial: '404705923918060213' },
      who,
    });
    expect(register.device(device.id)?.serial).toBe('404705923918060213');
    const camera = register.saveCamera({
      id: null,
      revision: null,
      fields: { siteId: site.id, deviceId: device.id, name: 'Cổng', url: 'rtsp://192.0.2.9/1' },
      who,
    });
    expect([...register.cameras(site.id)]).toEqual([camera]);
    expect(register.row(camera.id)).toMatchObject({
      siteName: site.name,
      province: 'Tỉnh An Hải',
      refusal: null,
    });
  });

  it('refuses to save over what somebody else changed, and keeps their work', () => {
    const register = registerInMemory();
    const { site } = siteWithCameras(register, 0);
    const seen = site.revision;
    register.saveSite({ id: site.id, revision: seen, fields: { notes: 'của người khác' }, who });
    expect(() =>
      register.saveSite({ id: site.id, revision: seen, fields: { notes: 'của tôi' }, who }),
    ).toThrowError(conflict(site.name));
    expect(register.site(site.id)?.notes).toBe('của người khác');
    register.remove('site', [site.id], who);
    expect(() =>
      register.saveSite({ id: site.id, revision: seen, fields: { name: 'còn đâu' }, who }),
    ).toThrowError(conflict('còn đâu'));
  });

  it('takes no login into the database, and no site or device that is not there', () => {
    const register = registerInMemory();
    const { site } = siteWithCameras(register, 0);
    const other = siteWithCameras(register, 0, 'Nơi khác').site;
    const device = register.saveDevice({
      id: null,
      revision: null,
      fields: { siteId: other.id, address: '192.0.2.9' },
      who,
    });
    const save = (fields: object) => () =>
      register.saveCamera({ id: null, revision: null, fields: { name: 'A', ...fields }, who });
    expect(save({ siteId: site.id, subUrl: 'rtsp://u:matkhau@192.0.2.9/1' })).toThrowError(
      expect.objectContaining({ code: 'input.url' }),
    );
    expect(save({ siteId: 'none' })).toThrowError(wrong('siteId'));
    expect(save({})).toThrowError(wrong('siteId'));
    expect(save({ siteId: site.id, deviceId: device.id })).toThrowError(wrong('deviceId'));
    expect(save({ siteId: site.id, name: '\u0000 ' })).toThrowError(wrong('name'));
    expect(save({ siteId: site.id, purpose: 'x'.repeat(501) })).toThrowError(wrong('purpose'));
    expect(register.tree().cameras).toBe(0);
  });

  it('cleans hostile names: one line, composed letters, no direction marks', () => {
    const register = registerInMemory();
    const { site } = siteWithCameras(
      register,
      0,
      'Khu\u202e\u0000\n<script>alert(1)</script> A\u0323',
    );
    expect(site.name).toBe('Khu <script>alert(1)</script> Ạ');
    expect(register.saveSite({ ...ids(site), fields: { notes: 'a\u0007b\r\nc' }, who }).notes).toBe(
      'a b\nc',
    );
  });

  it('lets no two sites have one code', () => {
    const register = registerInMemory();
    const { site } = siteWithCameras(register, 0);
    register.saveSite({ ...ids(site), fields: { code: 'A1' }, who });
    expect(() =>
      register.saveSite({ id: null, revision: null, fields: { name: 'B', code: 'A1' }, who }),
    ).toThrowError(wrong('code'));
  });

  it('takes the recorder off a camera that moves to another site', () => {
    const register = registerInMemory();
    const { site, cameras } = siteWithCameras(register, 1);
    const other = siteWithCameras(register, 0, 'Nơi khác').site;
    const device = register.saveDevice({
      id: null,
      revision: null,
      fields: { siteId: site.id, address: '192.0.2.9' },
      who,
    });
    const id = cameras[0]?.id as string;
    register.bulkEdit([id], { deviceId: device.id }, who);
    expect(register.camera(id)?.deviceId).toBe(device.id);
    register.bulkEdit([id], { siteId: other.id }, who);
    expect(register.camera(id)).toMatchObject({ siteId: other.id, deviceId: null });
  });

  it('names what changed, and says "many" for more than it can name', () => {
    const register = registerInMemory();
    const heard: RegisterNews[] = [];
    const off = register.onChange((news) => heard.push(news));
    const { site, cameras } = siteWithCameras(register, 201);
    expect(heard[1]).toMatchObject({ siteIds: [], cameraIds: [cameras[0]?.id] });
    register.bulkEdit(
      cameras.map(({ id }) => id),
      { purpose: 'x' },
      who,
    );
    expect(heard.at(-1)).toEqual({ revision: register.revision, siteIds: [], cameraIds: null });
    off();
    const before = heard.length;
    register.remove('site', [site.id], who);
    expect(heard).toHaveLength(before);
  });

  it('gives cameras with a URL to the wall, with why they may not be watched', () => {
    const register = registerInMemory();
    const { site, cameras } = siteWithCameras(register, 3);
    const [inside, , noUrl] = cameras.map(({ id }) => id) as [string, string, string];
    register.bulkEdit([inside], { placement: 'inside-toilet' }, who);
    const { revision } = register.camera(noUrl) as { revision: number };
    register.saveCamera({ id: noUrl, revision, fields: { url: '' }, who });
    expect([...register.wallCameras()].map(({ refusal }) => refusal)).toEqual([
      { code: 'site.forbidden-place' },
      null,
    ]);
    const hold = { view: true, export: true, authority: 'Quân khu', askedOn: null };
    register.saveSite({ ...ids(site), fields: { hold }, who });
    expect([...register.wallCameras()].map(({ refusal }) => refusal?.code)).toEqual([
      'site.forbidden-place',
      'site.hold',
    ]);
    expect(register.tree()).toMatchObject({ cameras: 3, forbidden: 1 });
    expect(register.tree().sites[0]).toMatchObject({ heldFromView: true, forbidden: 1 });
  });

  it('takes over the sources that an older version saved, under their ids', () => {
    const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
    migrate(database, migrations.slice(0, 1));
    database.exec(`insert into source values
      ('c1', 'Cổng Đông', 's1', 'Khu A', '', 'gate', 'rtsp://192.0.2.7/1', null, 'tcp', 1),
      ('c2', 'Sân', 's1', 'Khu A', '', null, 'rtsp://192.0.2.7/2', 'rtsp://192.0.2.7/3', 'auto', 2)`);
    migrate(database);
    const register = openRegister({ database, log: silentLog });
    expect([...register.wallCameras()]).toMatchObject([
      {
        id: 'c1',
        siteId: 's1',
        siteName: 'Khu A',
        placement: 'gate',
        subUrl: null,
        transport: 'tcp',
      },
      { id: 'c2', url: 'rtsp://192.0.2.7/2', subUrl: 'rtsp://192.0.2.7/3', removable: true },
    ]);
    expect(register.search('cong dong', 5).cameras.map(({ camera }) => camera.id)).toEqual(['c1']);
  });
});

describe('undo', () => {
  it('takes back and does again, in order, and keeps who did it', () => {
    let now = 1_000;
    const register = registerInMemory(() => now++);
    const { site, cameras } = siteWithCameras(register, 2);
    const ids = cameras.map(({ id }) => id);
    const before = [...register.cameras()];
    register.bulkEdit(ids, { placement: 'corridor', brand: 'X' }, 'A');
    register.remove('site', [site.id], 'B');
    expect(register.tree()).toMatchObject({ sites: [], cameras: 0 });
    expect(register.journal(0, 2).changes).toMatchObject([
      { what: 'remove', who: 'B', subject: site.name, removed: 3 },
      { what: 'bulk', who: 'A', changed: 2 },
    ]);
    expect(register.undo('C')).toMatchObject({ what: 'remove', undone: true });
    expect(register.tree().cameras).toBe(2);
    expect(register.camera(ids[0] as string)?.brand).toBe('X');
    register.undo('C');
    const bare = (rows: typeof before) => rows.map(({ revision: _, ...rest }) => rest);
    expect(bare([...register.cameras()])).toEqual(bare(before));
    register.redo('C');
    expect(register.camera(ids[1] as string)).toMatchObject({ placement: 'corridor', brand: 'X' });
    register.redo('C');
    expect(register.tree().cameras).toBe(0);
    expect(() => register.redo('C')).toThrowError(
      expect.objectContaining({ code: 'input.unknown' }),
    );
  });

  it('takes back what a hub brought before what lies below it', async () => {
    const register = registerInMemory();
    const hub = { origin: 'hub:h1', who: 'hub', subject: 'Hub' } as const;
    const list = (name: string, purpose: string) => ({
      ...hub,
      sites: [{ ref: 's', fields: { name: 'Khu A' } }],
      cameras: [{ ref: 'c', siteRef: 's', originKey: 'ch1', fields: { name, purpose } }],
    });
    await register.applyChanges(list('Kênh 1', 'a'));
    const [camera] = [...register.cameras()];
    const id = camera?.id as string;
    register.bulkEdit([id], { placement: 'gate' }, who);
    await register.applyChanges(list('Kênh 1', 'b'));
    expect(register.undo(who)).toMatchObject({ what: 'sync' });
    expect(register.camera(id)).toMatchObject({ placement: 'gate', purpose: 'a' });
    expect(register.undo(who)).toMatchObject({ what: 'bulk' });
    expect(register.camera(id)).toMatchObject({ placement: null, purpose: 'a' });

    // So a site that a person made never goes while a hub's camera is in it.
    const made = register.saveSite({ id: null, revision: null, fields: { name: 'Mới' }, who });
    await register.applyChanges({
      ...hub,
      cameras: [{ ref: 'c2', originKey: 'ch2', fields: { name: 'Kênh 2', siteId: made.id } }],
    });
    expect(register.undo(who)).toMatchObject({ what: 'sync' });
    expect(register.site(made.id)?.name).toBe('Mới');
    expect(register.tree().cameras).toBe(1);
    expect(register.undo(who)).toMatchObject({ what: 'save' });
    expect(register.site(made.id)).toBeNull();
  });

  it('takes back only the change that the page showed', () => {
    const register = registerInMemory();
    const { site } = siteWithCameras(register, 1);
    const shown = register.journal(0, 1).undo?.id as number;
    register.saveSite({ ...ids(site), fields: { notes: 'mới' }, who });
    expect(() => register.undo(who, shown)).toThrowError(conflict());
    expect(register.site(site.id)?.notes).toBe('mới');
  });

  it('forgets what was taken back once something new is done', () => {
    const register = registerInMemory();
    const { site } = siteWithCameras(register, 1);
    register.undo(who);
    register.saveSite({ ...ids(site), fields: { notes: 'mới' }, who });
    expect(register.journal(0, 1).redo).toBeNull();
  });

  it('is there after a restart', () => {
    const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
    migrate(database);
    const { site } = siteWithCameras(openRegister({ database, log: silentLog }), 2);
    const again = openRegister({ database, log: silentLog });
    again.undo(who);
    expect([...again.cameras(site.id)]).toHaveLength(1);
  });
});

describe('the journal', () => {
  it('lets old contents go, then old entries, and never the last change', () => {
    const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
    migrate(database);
    const journalLimits = { changes: 6, rows: 5 };
    const register = openRegister({ database, log: silentLog, journalLimits });
    const { cameras } = siteWithCameras(register, 8);
    expect(register.journal(0, 100).total).toBe(6);
    const kept = () =>
      database.prepare('select count(*) as rows from register_change_row').get()?.['rows'];
    expect(kept()).toBe(5);
    // More rows than are kept: it can be taken back nevertheless, and nothing before it.
    const all = cameras.map(({ id }) => id);
    register.bulkEdit(all, { brand: 'X' }, who);
    expect(kept()).toBe(8);
    register.undo(who);
    expect(register.camera(all[0] as string)?.brand).toBe('');
    expect(() => register.undo(who)).toThrowError(
      expect.objectContaining({ code: 'input.unknown' }),
    );
  });
});

describe('10,000 cameras in 700 sites', async () => {
  const register = registerInMemory();
  const outcome = await register.applyChanges(inventedCountry(10_000, 700));
  const found = (text: string) => register.page({ filter: { text }, offset: 0, limit: 1 }).total;

  it('come in as one change, with a verdict for each row', () => {
    expect(outcome).toMatchObject({ committed: true, added: 10_700, problems: 0 });
    expect(outcome.change).toMatchObject({
      what: 'import',
      subject: 'country.xlsx',
      added: 10_700,
    });
  });

  it('are one tree whose counts add up', () => {
    const tree = register.tree();
    expect(tree.provinces.map(({ name }) => name)).toEqual([
      'Tỉnh An Hải',
      'Tỉnh Bình Lạc',
      'Tỉnh Đèo Thông',
      'Tỉnh Ước Lễ',
      'Tỉnh Vân Sơn',
    ]);
    expect(tree.sites).toHaveLength(700);
    const districts = tree.provinces.flatMap((province) => province.districts);
    for (const level of [tree.provinces, districts]) {
      expect(level.reduce((sum, { cameras }) => sum + cameras, 0)).toBe(10_000);
      expect(level.reduce((sum, { sites }) => sum + sites, 0)).toBe(700);
    }
  });

  it('are paged without a gap or a repetition, whatever the order', () => {
    for (const by of ['name', 'brand', 'address', 'changed'] as const) {
      const seen = new Set<string>();
      for (let offset = 0; offset < 10_000; offset += 500) {
        const page = register.page({
          filter: {},
          sort: { by, descending: true },
          offset,
          limit: 500,
        });
        for (const { camera } of page.rows) seen.add(camera.id);
      }
      expect(seen.size).toBe(10_000);
    }
  });

  it('are found by words without diacritics, đ as d, at the beginning of words', () => {
    expect(found('hanh lang')).toBe(2_000);
    expect(found('HÀNH LANG')).toBe(2_000);
    expect(found('deo thong')).toBe(2_000);
    expect(found('lang han')).toBe(2_000);
    expect(found('ong thon')).toBe(0);
    expect(found('10.0.38.4')).toBe(11);
    expect(found('nguyen dau moi 13')).toBeGreaterThan(0);
    expect(register.search('CS0007', 10)).toMatchObject({ totalSites: 1 });
    expect(register.search('  ', 10).totalCameras).toBe(0);
  });

  it('are filtered by what is asked together', () => {
    const query = { province: 'Tỉnh An Hải', brand: 'Hikvision', placement: 'corridor' } as const;
    const page = register.page({ filter: query, offset: 0, limit: 500 });
    expect(page.total).toBeGreaterThan(0);
    for (const { camera, province } of page.rows) {
      expect([province, camera.brand, camera.placement]).toEqual(Object.values(query));
    }
    expect(register.cameraIds({ placement: 'none' })).toEqual([]);
    expect(register.cameraIds({ noUrl: false, origin: 'import', gone: false })).toHaveLength(
      10_000,
    );
    expect(register.sitePage({ filter: { surveyed: false }, offset: 0, limit: 1 }).total).toBe(700);
  });

  it('are all edited in one change, and all put back', () => {
    const ids = register.cameraIds({});
    expect(register.bulkEdit(ids, { placement: 'inside-room' }, who).changed).toBe(10_000);
    expect(register.tree().forbidden).toBe(10_000);
    register.undo(who);
    expect(register.tree().forbidden).toBe(0);
    expect(register.cameraIds({ placement: 'gate' })).toHaveLength(2_000);
  });
});

function ids({ id, revision }: { id: string; revision: number }) {
  return { id, revision };
}
