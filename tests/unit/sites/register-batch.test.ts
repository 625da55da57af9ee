import { describe, expect, it } from 'vitest';
import type { BatchCamera, RegisterBatch } from '../../../src/sites/register.types.ts';
import { inventedCountry, registerInMemory } from '../../support/register-of.ts';

const file = { origin: 'import', who: 'A', subject: 'an-hai.xlsx' } as const;
const hub = { origin: 'hub:h1', who: 'hub', subject: 'Cổng tỉnh' } as const;

/** What a hub lists: one site, and a camera for each key. */
function listed(...keys: string[]): RegisterBatch {
  return {
    ...hub,
    markMissing: true,
    sites: [{ ref: 's', fields: { name: 'Khu A', province: 'Tỉnh An Hải' } }],
    cameras: keys.map(
      (key): BatchCamera => ({
        ref: key,
        siteRef: 's',
        originKey: key,
        fields: { name: `Kênh ${key}`, url: `rtsp://192.0.2.7:554/${key}`, placement: 'gate' },
      }),
    ),
  };
}

const verdicts = ({ rows }: { rows: readonly { ref: string; verdict: string }[] }) =>
  rows.map(({ ref, verdict }) => `${ref} ${verdict}`);

describe('a batch', () => {
  it('brought twice changes nothing the second time', async () => {
    const register = registerInMemory();
    await register.applyChanges(inventedCountry(30, 7));
    const { revision } = register;
    const again = await register.applyChanges(inventedCountry(30, 7));
    expect(again).toMatchObject({ committed: true, added: 0, changed: 0, unchanged: 37 });
    expect(again.change).toBeNull();
    expect(register.revision).toBe(revision);
  });

  it('changes only the fields that it names, and says which', async () => {
    const register = registerInMemory();
    await register.applyChanges(inventedCountry(3, 1));
    const [camera] = [...register.cameras()];
    const { rows } = await register.applyChanges({
      ...file,
      cameras: [
        {
          ref: 'dòng 2',
          fields: { url: camera?.url ?? '', brand: 'Kbvision', name: camera?.name ?? '' },
        },
      ],
    });
    expect(rows).toEqual([
      { ref: 'dòng 2', kind: 'camera', id: camera?.id, verdict: 'changed', fields: ['brand'] },
    ]);
    expect(register.camera(camera?.id ?? '')).toEqual({
      ...camera,
      brand: 'Kbvision',
      revision: register.revision,
    });
  });

  it('with one bad row writes nothing, and names every bad one', async () => {
    const register = registerInMemory();
    const batch: RegisterBatch = {
      ...file,
      sites: [
        { ref: 's1', fields: { name: 'Khu A', code: 'A1' } },
        { ref: 's2', fields: { name: 'Khu B', code: 'A1' } },
        { ref: 's3', fields: { province: 'Tỉnh An Hải' } },
      ],
      cameras: [
        { ref: 'c1', siteRef: 's1', fields: { name: 'Cổng', url: 'rtsp://192.0.2.7/1' } },
        { ref: 'c2', siteRef: 's1', fields: { name: 'Cổng', url: 'rtsp://192.0.2.7:554/1' } },
        { ref: 'c3', siteRef: 's2', fields: { name: 'Sân', url: 'rtsp://192.0.2.7/3' } },
        { ref: 'c4', siteRef: 's1', fields: { name: 'Sân', url: 'ftp://192.0.2.7/3' } },
        { ref: 'c5', siteRef: 's1', fields: { name: 'Sân', url: 'rtsp://u:p@192.0.2.7/3' } },
        { ref: 'c6', siteRef: 's1', fields: { name: 'Sân', placement: 'roof' as 'gate' } },
        { ref: 'c7', fields: { name: 'Sân', siteId: 'none' } },
      ],
    };
    const outcome = await register.applyChanges(batch);
    expect(outcome).toMatchObject({ committed: false, problems: 7, change: null });
    expect(
      outcome.rows.map(({ ref, verdict, cause }) => [ref, verdict, cause?.params?.['field']]),
    ).toEqual([
      ['s1', 'added', undefined],
      ['s2', 'invalid', 'code'],
      ['s3', 'invalid', 'name'],
      ['c1', 'added', undefined],
      ['c2', 'added', undefined],
      ['c3', 'invalid', 'siteRef'],
      ['c4', 'invalid', undefined],
      ['c5', 'invalid', 'url'],
      ['c6', 'invalid', 'placement'],
      ['c7', 'invalid', 'siteId'],
    ]);
    expect(outcome.rows.every(({ verdict, id }) => verdict !== 'added' || id === null)).toBe(true);
    expect(JSON.stringify(outcome)).not.toContain('u:p');
    expect(register.tree()).toMatchObject({ sites: [], cameras: 0 });
    expect(await register.applyChanges({ ...batch, onProblem: 'skip' })).toMatchObject({
      committed: true,
      added: 3,
    });
    expect(register.tree()).toMatchObject({ cameras: 2 });
  });

  it('as a dry run says the same and writes nothing', async () => {
    const register = registerInMemory();
    const batch = inventedCountry(30, 7);
    const dry = await register.applyChanges({ ...batch, dryRun: true });
    expect(dry).toMatchObject({ committed: false, added: 37 });
    expect(register.revision).toBe(0);
    expect(verdicts(await register.applyChanges(batch))).toEqual(verdicts(dry));
  });

  it('that was exported before somebody else changed the row is a conflict', async () => {
    const register = registerInMemory();
    await register.applyChanges(inventedCountry(2, 1));
    const [first, second] = [...register.cameras()];
    if (!first || !second) throw new Error('no cameras');
    const row = ({ id, revision }: typeof first, name: string) => ({
      ref: name,
      id,
      revision,
      fields: { name },
    });
    register.bulkEdit([first.id], { purpose: 'của người khác' }, 'B');
    const batch = { ...file, cameras: [row(first, 'A'), row(second, 'B')] };
    const refused = await register.applyChanges(batch);
    expect(verdicts(refused)).toEqual(['A conflict', 'B changed']);
    expect(refused.rows[0]?.cause).toEqual({
      code: 'input.conflict',
      params: { name: first.name },
    });
    expect(register.camera(second.id)).toEqual(second);
    register.remove('camera', [second.id], 'B');
    expect(verdicts(await register.applyChanges(batch))).toEqual(['A conflict', 'B conflict']);
  });

  it('looked at in slices sees what was written in between', async () => {
    const register = registerInMemory();
    const batch = inventedCountry(1_000, 10);
    await register.applyChanges(batch);
    const [camera] = [...register.cameras()];
    if (!camera) throw new Error('no cameras');
    const outcome = await register.applyChanges({
      ...batch,
      cameras: [
        { ref: 'old', id: camera.id, revision: camera.revision, fields: { name: 'Tên mới' } },
        ...(batch.cameras ?? []).slice(1),
      ],
      onProgress: (done) => {
        if (done === 400) register.bulkEdit([camera.id], { purpose: 'xen vào' }, 'B');
      },
    });
    expect(outcome.committed).toBe(false);
    expect(outcome.rows.find(({ ref }) => ref === 'old')?.verdict).toBe('conflict');
    expect(register.camera(camera.id)).toMatchObject({ name: camera.name, purpose: 'xen vào' });
  });

  it('tells its progress, lets others work meanwhile, and can be cancelled', async () => {
    const register = registerInMemory();
    const told: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await register.applyChanges({
      ...inventedCountry(1_000, 10),
      dryRun: true,
      onProgress: (done, total) => told.push(done / total),
    });
    clearInterval(timer);
    expect(told.at(-1)).toBe(1);
    expect(told.length).toBeGreaterThan(3);
    expect(turns).toBeGreaterThan(0);
    const stop = new AbortController();
    const cancelled = register.applyChanges({
      ...inventedCountry(1_000, 10),
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'input.cancelled' });
    expect(register.tree().cameras).toBe(0);
  });

  it('finds sites by code, else by name in the same place', async () => {
    const register = registerInMemory();
    const site = (fields: object, ref = 's') => ({ ...file, sites: [{ ref, fields }] });
    const place = { province: 'Tỉnh An Hải', district: 'Huyện 1' };
    await register.applyChanges(site({ name: 'Trường Đông', ...place }));
    // The code comes later; the name is written in another way.
    const named = await register.applyChanges(site({ name: 'TRƯỜNG ĐÔNG', code: 'A1', ...place }));
    expect(named).toMatchObject({ added: 0, changed: 1 });
    expect(await register.applyChanges(site({ name: 'Tên mới', code: 'A1' }))).toMatchObject({
      changed: 1,
    });
    // Another code is another site, whatever its name.
    expect(
      await register.applyChanges(site({ name: 'Tên mới', code: 'A2', ...place })),
    ).toMatchObject({ added: 1 });
    expect(await register.applyChanges(site({ name: 'Tên mới', province: 'Khác' }))).toMatchObject({
      added: 1,
    });
  });

  it('finds devices by serial, else by address, and brings cameras to them', async () => {
    const register = registerInMemory();
    const batch = (serial: string, address: string): RegisterBatch => ({
      ...file,
      sites: [{ ref: 's', fields: { name: 'Khu A' } }],
      devices: [{ ref: 'd', siteRef: 's', fields: { serial, address, port: 80 } }],
      cameras: [{ ref: 'c', siteRef: 's', deviceRef: 'd', fields: { name: 'Kênh 1' } }],
    });
    const first = await register.applyChanges(batch('', '192.0.2.7'));
    const id = first.rows[1]?.id as string;
    await register.applyChanges(batch('00012', '192.0.2.7'));
    await register.applyChanges(batch('00012', '192.0.2.8'));
    expect([...register.devices()]).toMatchObject([{ id, serial: '00012', address: '192.0.2.8' }]);
    expect([...register.cameras()]).toMatchObject([{ deviceId: id, url: '' }]);
  });
});

describe('a synchronisation with a hub', () => {
  it('shows added, changed and gone, and brings back what returns', async () => {
    const register = registerInMemory();
    const first = await register.applyChanges(listed('1', '2', '3'));
    expect(first).toMatchObject({ added: 4, gone: 0, change: { what: 'sync' } });
    const second = await register.applyChanges(listed('1', '3', '4'));
    expect(second).toMatchObject({ added: 1, unchanged: 3, gone: 1 });
    const goneOnes = () => [...register.cameras()].filter(({ gone }) => gone);
    expect(goneOnes()).toMatchObject([{ originKey: '2' }]);
    expect(register.tree().sites[0]).toMatchObject({ goneCameras: 1, cameras: 4 });
    expect(await register.applyChanges(listed('1', '2', '3', '4'))).toMatchObject({ changed: 1 });
    expect(goneOnes()).toEqual([]);
  });

  it('leaves alone what people wrote on its rows, a forbidden placement above all', async () => {
    const register = registerInMemory();
    await register.applyChanges(listed('1', '2'));
    const camera = [...register.cameras()].find(({ originKey }) => originKey === '1');
    if (!camera) throw new Error('no camera');
    const { id, revision } = camera;
    register.saveCamera({
      id,
      revision,
      fields: { placement: 'inside-room', localNotes: 'dời ra hành lang', name: 'Phòng 101' },
      who: 'A',
    });
    const batch = listed('1', '2');
    const hostile = (batch.cameras ?? []).map((row) => ({
      ...row,
      fields: { ...row.fields, purpose: 'mới', localNotes: '' },
    }));
    await register.applyChanges({ ...batch, cameras: hostile });
    expect(register.camera(id)).toMatchObject({
      placement: 'inside-room',
      localNotes: 'dời ra hành lang',
      name: 'Phòng 101',
      purpose: 'mới',
    });
    expect([...register.wallCameras([id])]).toMatchObject([
      { refusal: { code: 'site.forbidden-place' } },
    ]);
    // Taken back, the last synchronisation first, the hub's word counts again.
    register.undo('A');
    register.undo('A');
    await register.applyChanges(batch);
    expect(register.camera(id)).toMatchObject({ placement: 'gate', name: 'Kênh 1' });
  });

  it('has no say over rows of people and of other hubs', async () => {
    const register = registerInMemory();
    await register.applyChanges(inventedCountry(2, 1));
    const own = [...register.cameras()];
    const { rows } = await register.applyChanges({
      ...hub,
      markMissing: true,
      cameras: own.map(({ id }) => ({ ref: id, id, fields: { name: 'Bị đổi' } })),
    });
    expect(rows.map(({ verdict }) => verdict)).toEqual(['unchanged', 'unchanged']);
    expect([...register.cameras()]).toEqual(own);
    await register.applyChanges(listed('1'));
    const other = listed('1');
    await register.applyChanges({ ...other, origin: 'hub:h2' });
    expect(register.tree().cameras).toBe(4);
  });

  it('is taken back and done again, with what it changed, added and marked', async () => {
    const register = registerInMemory();
    await register.applyChanges(listed('1', '2'));
    const before = [...register.cameras()];
    const second = await register.applyChanges({
      ...listed('2', '3'),
      sites: [{ ref: 's', fields: { name: 'Khu A', province: 'Tỉnh An Hải', purpose: 'khác' } }],
    });
    expect(second).toMatchObject({ gone: 1 });
    const after = [...register.cameras()];
    const content = (rows: typeof after) => rows.map(({ revision: _, ...row }) => row);
    expect(register.journal(0, 1).undo).toMatchObject({ what: 'sync' });
    register.undo('A');
    expect(content([...register.cameras()])).toEqual(content(before));
    register.redo('A');
    expect(content([...register.cameras()])).toEqual(content(after));
  });

  it('cannot be taken back once its hub is removed, and stands in the way of no other change', async () => {
    const register = registerInMemory();
    await register.applyChanges(inventedCountry(2, 1));
    register.putHub({ id: 'h1', name: 'Cổng tỉnh', kind: 'mediamtx', address: 'http://192.0.2.1' });
    await register.applyChanges(listed('1', '2'));
    register.removeHub('h1', 'A');
    expect(register.journal(0, 1).undo).toMatchObject({ what: 'import' });
    register.undo('A');
    expect([...register.cameras()].map(({ gone }) => gone)).toEqual([true, true]);
  });

  it('cuts the endless names of devices instead of refusing them, but never a URL', async () => {
    const register = registerInMemory();
    const name = `${'Á'.repeat(400)}\u202e`;
    const camera = (fields: object, ref: string) => ({
      ref,
      siteRef: 's',
      originKey: ref,
      fields: { name, ...fields },
    });
    const outcome = await register.applyChanges({
      ...listed(),
      onProblem: 'skip',
      cameras: [
        camera({ brand: '\ud800'.repeat(300) }, 'a'),
        camera({ url: `rtsp://192.0.2.7/${'x'.repeat(2_500)}` }, 'b'),
      ],
    });
    expect(verdicts(outcome)).toEqual(['s added', 'a added', 'b invalid']);
    expect([...register.cameras()][0]?.name).toBe('Á'.repeat(200));
  });

  it('of a hub that is removed leaves its rows behind, marked as gone', async () => {
    const register = registerInMemory();
    register.putHub({ id: 'h1', name: 'Cổng tỉnh', kind: 'mediamtx', address: 'http://192.0.2.1' });
    await register.applyChanges(listed('1', '2'));
    register.removeHub('h1', 'A');
    expect(register.hubs()).toEqual([]);
    expect([...register.cameras()].map(({ gone }) => gone)).toEqual([true, true]);
  });
});

describe('a camera that a file brings at another address', () => {
  const at = (address: string, path = '/1') => `rtsp://${address}${path}`;
  const rows = (...cameras: (Partial<BatchCamera['fields']> & { name: string })[]) => ({
    ...file,
    onProblem: 'skip' as const,
    sites: [{ ref: 's', fields: { name: 'Khu A', province: 'Tỉnh An Hải' } }],
    cameras: cameras.map(
      (fields, index): BatchCamera => ({ ref: `${index}`, siteRef: 's', fields }),
    ),
  });

  it('is known by its name at its site, or by its serial number wherever it is called', async () => {
    const register = registerInMemory();
    await register.applyChanges(
      rows(
        { name: 'Cổng', url: at('192.0.2.1') },
        { name: 'Sân', url: at('192.0.2.2'), serial: '404705923918060213' },
      ),
    );
    const ids = register.cameraIds({});
    const again = await register.applyChanges(
      rows(
        { name: 'cổng', url: at('192.0.2.11') },
        { name: 'Sân sau', url: at('192.0.2.12'), serial: '404705923918060213' },
      ),
    );
    expect(again).toMatchObject({ added: 0, changed: 2, problems: 0 });
    expect(again.rows.slice(1).map(({ fields }) => fields)).toEqual([
      ['name', 'url'],
      ['name', 'url'],
    ]);
    expect(register.cameraIds({}).sort()).toEqual([...ids].sort());
  });

  it('is another one where the file lists the old address too', async () => {
    const register = registerInMemory();
    await register.applyChanges(rows({ name: 'Cổng', url: at('192.0.2.1') }));
    const again = await register.applyChanges(
      rows({ name: 'Cổng', url: at('192.0.2.2') }, { name: 'Cổng', url: at('192.0.2.1') }),
    );
    expect(verdicts(again)).toEqual(['s unchanged', '0 added', '1 unchanged']);
  });

  it('of a recorder is known by its channel where all have one name', async () => {
    const register = registerInMemory();
    const channels = (address: string) =>
      rows(...['/1', '/2', '/3'].map((path) => ({ name: 'Kênh', url: at(address, path) })));
    await register.applyChanges(channels('192.0.2.1'));
    const again = await register.applyChanges(channels('192.0.2.9'));
    expect(again).toMatchObject({ added: 0, changed: 3, problems: 0 });
    expect(again.rows.slice(1).map(({ fields }) => fields)).toEqual(Array(3).fill(['url']));
  });

  it('that could be several is asked about, and not guessed', async () => {
    const register = registerInMemory();
    await register.applyChanges(
      rows({ name: 'Kênh', url: at('192.0.2.1') }, { name: 'Kênh', url: at('192.0.2.2') }),
    );
    const again = await register.applyChanges(rows({ name: 'Kênh', url: at('192.0.2.3') }));
    expect(again.rows[1]).toMatchObject({
      verdict: 'invalid',
      cause: { code: 'input.value', params: { field: 'name', why: 'ambiguous' } },
    });
    // Two rows for one camera are no clearer.
    const one = registerInMemory();
    await one.applyChanges(rows({ name: 'Kênh', url: at('192.0.2.1') }));
    const two = await one.applyChanges(
      rows({ name: 'Kênh', url: at('192.0.2.3') }, { name: 'Kênh', url: at('192.0.2.4') }),
    );
    expect(two).toMatchObject({ added: 0, problems: 2 });
  });

  it('stays what it is when a person adds a camera by its address, or a hub lists one', async () => {
    const register = registerInMemory();
    await register.applyChanges(rows({ name: 'Kênh 1', url: at('192.0.2.1') }));
    const typed = await register.applyChanges({
      ...rows({ name: 'Kênh 1', url: at('192.0.2.2') }),
      origin: 'manual',
    });
    expect(typed).toMatchObject({ added: 1 });
    expect(await register.applyChanges(listed('1'))).toMatchObject({ added: 1, changed: 0 });
  });
});
