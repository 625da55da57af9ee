import { parse } from 'csv-parse/sync';
import { afterEach, expect, test } from 'vitest';
import type { ImportOutcome, ImportPreview } from '../../../src/contract/import-schemas.ts';
import { importCalls } from '../../../src/contract/import-schemas.ts';
import { createImportDesk, type ImportDesk } from '../../../src/host/import-calls.ts';
import type { Credential } from '../../../src/rtsp/session.types.ts';
import { openHeadingMemory } from '../../../src/sheets/heading-memory.ts';
import { silentLog } from '../../../src/std/log.ts';
import { freeHand } from '../../support/free-hand.ts';
import { contents, fillRegister, memoryRegister } from '../../support/full-register.ts';
import { provinceSheet } from '../../support/province-sheet.ts';

const desks: ImportDesk[] = [];
afterEach(() => {
  for (const desk of desks.splice(0)) desk.close();
});

function setUp() {
  const { register, database } = memoryRegister();
  const kept = new Map<string, Credential>();
  const progress: string[] = [];
  const desk = createImportDesk({
    register,
    memory: openHeadingMemory(database, silentLog),
    who: 'test',
    operators: freeHand,
    language: () => 'vi',
    keepLogin: async ({ scope, id }, login) => {
      kept.set(`${scope}/${id}`, login);
      return 'keychain';
    },
    log: silentLog,
    onProgress: ({ stage }) => progress.push(stage),
  });
  desks.push(desk);
  return { register, database, desk, kept, progress };
}

async function upload(desk: ImportDesk, content: Buffer | string, fileName: string) {
  const bytes = Buffer.from(content as string);
  let uploadId: string | null = null;
  for (let offset = 0; offset < bytes.length; offset += 1000) {
    const base64 = bytes.subarray(offset, offset + 1000).toString('base64');
    const size = bytes.length;
    const done = await desk['imports.upload']({ uploadId, fileName, offset, size, base64 });
    uploadId = done.uploadId;
  }
  return uploadId!;
}

async function preview(desk: ImportDesk, content: Buffer | string, fileName = 'ds.csv') {
  const uploadId = await upload(desk, content, fileName);
  const found = await desk['imports.preview']({ uploadId, sheet: null, mapping: null });
  expect(importCalls['imports.preview'].result.safeParse(found).success).toBe(true);
  return found as ImportPreview;
}

async function run(desk: ImportDesk, { planId }: ImportPreview, leaveOutErrors = false) {
  const outcome = await desk['imports.run']({ planId, leaveOutErrors });
  expect(importCalls['imports.run'].result.safeParse(outcome).success).toBe(true);
  return outcome as ImportOutcome;
}

async function exported(desk: ImportDesk, format: 'csv' | 'json'): Promise<string> {
  const { exportId, size } = await desk['exports.start']({ format });
  const pieces: Buffer[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const { base64, next } = await desk['exports.download']({ exportId, offset });
    pieces.push(Buffer.from(base64, 'base64'));
    offset = next;
  }
  const bytes = Buffer.concat(pieces);
  expect(bytes.length).toBe(size);
  return bytes.toString();
}

test('a province’s workbook is looked at, taken over and undone; logins go to the vault alone', async () => {
  const { desk, register, database, kept, progress } = setUp();
  const found = await preview(desk, await provinceSheet(), 'ds.xlsx');
  expect(found.counts).toMatchObject({ rows: 4, new: 4, error: 0, logins: 2 });
  expect(found.rows.map(({ problems }) => problems.map(({ reason }) => reason))).toEqual([
    ['login-to-vault'],
    [],
    ['forbidden-place'],
    ['login-to-vault'],
  ]);
  expect([...register.sites()]).toEqual([]);
  const outcome = await run(desk, found);
  expect(outcome).toMatchObject({ outcome: 'done', skipped: 0, loginsKept: 'keychain' });
  expect(
    contents(register)
      .cameras.map(({ url }) => url)
      .sort(),
  ).toEqual([
    'rtsp://192.0.2.10/ch1',
    'rtsp://192.0.2.10/ch2',
    'rtsp://192.0.2.10/ch3',
    'rtsp://192.0.2.20:8554/live',
  ]);
  // The recorder's login is that of its other cameras, too.
  expect(Object.fromEntries(kept)).toEqual({
    'device/192.0.2.10:554': { user: 'admin', password: 'Bí-mật#1' },
    'device/192.0.2.20:8554': { user: 'kt', password: 'Mật@khẩu' },
  });
  expect(new Set(progress)).toEqual(new Set(['checking', 'writing']));
  const tables = database.prepare("select name from sqlite_schema where type = 'table'").all();
  const everything = [
    ...tables.map(({ name }) => JSON.stringify(database.prepare(`select * from ${name}`).all())),
    JSON.stringify(found),
    await exported(desk, 'csv'),
    await exported(desk, 'json'),
  ].join('\n');
  expect(everything).toContain('Cổng chính');
  expect(everything).not.toMatch(/Bí-mật#1|Mật@khẩu/);
  if (outcome.outcome === 'done') register.undo('test', outcome.changeId ?? undefined);
  expect([...register.sites()]).toEqual([]);
});

test('wrong rows are named by line and column, and nothing is half imported', async () => {
  const { desk, register } = setUp();
  const found = await preview(
    desk,
    [
      'Tên cơ sở;Ngày khảo sát;Tên camera;Vị trí lắp đặt;Địa chỉ RTSP',
      'Trường Mẫu;25/06/2021;C1;Hành lang;rtsp://192.0.2.1/1',
      'Trường Mẫu;31/02/2021;C2;Hành lang;rtsp://192.0.2.1/2',
      'Trường Mẫu;;C3;Hành lang;http://192.0.2.1/3',
      'Trường Mẫu;;C4;;rtsp://192.0.2.1/1',
      'Trường Mẫu;24/06/2021;C5;#REF!;rtsp://192.0.2.1/5',
      'Trường Mẫu;24/06/2021;C6;cạnh cây đa;rtsp://192.0.2.1/6',
    ].join('\n'),
  );
  const told = found.rows.map(({ line, verdict, problems }) => [
    line,
    verdict,
    ...problems.map(({ reason, column, otherLine }) => [reason, column?.letter, otherLine]),
  ]);
  expect(told).toEqual([
    [2, 'new'],
    [3, 'error', ['date', 'B', null]],
    [4, 'error', ['url', 'E', null]],
    [5, 'error', ['duplicate', 'E', 2], ['placement-unset', 'D', null]],
    [6, 'error', ['formula-error', 'D', null]],
    [7, 'error', ['contradiction', 'B', 2], ['placement', 'D', null]],
  ]);
  await expect(run(desk, found)).rejects.toMatchObject({
    code: 'input.sheet',
    params: { reason: 'rows-with-errors', errors: 5 },
  });
  expect([...register.sites()]).toEqual([]);
  expect(await run(desk, found, true)).toMatchObject({ outcome: 'done', skipped: 5 });
  expect(contents(register).cameras.map(({ name }) => name)).toEqual(['C1']);
  expect(contents(register).sites).toMatchObject([{ survey: { done: true, on: '2021-06-25' } }]);
});

test('two workstations: an exported row that was changed since is a conflict, and the newer one stays', async () => {
  const { desk, register } = setUp();
  await fillRegister(register);
  const file = await exported(desk, 'csv');
  const camera = [...register.cameras()].find(({ brand }) => brand === '001')!;
  const { id, revision } = camera;
  register.saveCamera({ id, revision, fields: { brand: 'Hãng mới' }, who: 'other' });
  const found = await preview(desk, file.replace('Cổng, chính ""A""', 'Cổng sau'));
  expect(found.rows).toMatchObject([
    {
      verdict: 'error',
      problems: [{ reason: 'conflict' }],
      changes: [
        { field: 'camera.name', before: 'Cổng, chính "A"', after: 'Cổng sau' },
        { field: 'camera.brand', before: 'Hãng mới', after: '001' },
      ],
    },
  ]);
  expect(await run(desk, found, true)).toMatchObject({ outcome: 'done', skipped: 1 });
  expect(register.camera(id)).toMatchObject({ name: 'Cổng, chính "A"', brand: 'Hãng mới' });
});

test('whatever is changed between the look and the import is not overwritten', async () => {
  const { desk, register } = setUp();
  await fillRegister(register);
  const file = await exported(desk, 'csv');
  const found = await preview(desk, file.replaceAll('Hãng Mẫu', 'Hãng Khác'));
  expect(found.counts).toMatchObject({ changed: 1, error: 0 });
  const device = [...register.devices()].find(({ vendor }) => vendor === 'Hãng Mẫu')!;
  const { id, revision } = device;
  register.saveDevice({ id, revision, fields: { vendor: 'Hãng Ba' }, who: 'other' });
  expect(await run(desk, found)).toMatchObject({
    outcome: 'conflict',
    rows: [{ verdict: 'error', problems: [{ reason: 'conflict' }] }],
  });
  expect(register.device(id)?.vendor).toBe('Hãng Ba');
});

test('a file that was taken over already changes nothing, whoever brings it', async () => {
  const { desk, register } = setUp();
  const bytes = await provinceSheet();
  await run(desk, await preview(desk, bytes, 'a.xlsx'));
  const before = contents(register);
  const found = await preview(desk, bytes, 'b.xlsx');
  expect(found.counts).toMatchObject({ same: 4, new: 0, changed: 0, error: 0 });
  await run(desk, found);
  expect(contents(register)).toEqual(before);
});

test('only what a list says is changed: blank cells and other focal points stay', async () => {
  const { desk, register } = setUp();
  await fillRegister(register);
  const site = [...register.sites()].find(({ name }) => name === 'Trung đoàn BB998')!;
  register.saveSite({
    id: site.id,
    revision: site.revision,
    fields: {
      notes: 'giữ',
      focalPoints: [
        { name: 'Lê Mẫu', title: 'Trợ lý', phone: '1', email: 'a@b.example' },
        { name: 'Hai', title: '', phone: '2', email: '' },
      ],
    },
    who: 'test',
  });
  const found = await preview(
    desk,
    'Tên cơ sở,Họ tên,SĐT,Ghi chú\nTrung đoàn BB998,Lê Mẫu,912345678,\n',
  );
  expect(found.rows).toMatchObject([
    { verdict: 'changed', changes: [{ field: 'focal1.phone', before: '1', after: '0912345678' }] },
  ]);
  await run(desk, found);
  expect(register.site(site.id)).toMatchObject({
    notes: 'giữ',
    focalPoints: [
      { name: 'Lê Mẫu', title: 'Trợ lý', phone: '0912345678', email: 'a@b.example' },
      { name: 'Hai', phone: '2' },
    ],
  });
});

test('what a person says of columns is used, and remembered for the next file with this heading', async () => {
  const { desk, register } = setUp();
  const file = (name: string) =>
    `Tên cơ sở,Cột lạ,Địa chỉ RTSP\nTrường Mẫu,${name},rtsp://192.0.2.1/1\n`;
  const uploadId = await upload(desk, file('C1'), 'ds.csv');
  const first = await desk['imports.preview']({ uploadId, sheet: null, mapping: null });
  expect(first.columns[1]).toMatchObject({ field: null, by: null, samples: ['C1'] });
  const chosen = await desk['imports.preview']({
    uploadId,
    sheet: null,
    mapping: [{ index: 1, field: 'camera.name' }],
  });
  expect(chosen.columns[1]).toMatchObject({ field: 'camera.name', by: 'person' });
  await expect(run(desk, first)).rejects.toMatchObject({ params: { reason: 'gone' } });
  await run(desk, chosen);
  expect(contents(register).cameras.map(({ name }) => name)).toEqual(['C1']);
  const next = await preview(desk, file('C2'));
  expect(next.columns[1]).toMatchObject({ field: 'camera.name', by: 'remembered' });
  expect(next.rows[0]?.changes).toEqual([{ field: 'camera.name', before: 'C1', after: 'C2' }]);
  const [mapping] = await desk['imports.mappings']({});
  expect(await desk['imports.mappings']({ forget: mapping!.fingerprint })).toEqual([]);
});

test('no cell of an exported CSV begins as a formula does', async () => {
  const { desk, register } = setUp();
  await fillRegister(register);
  const file = await exported(desk, 'csv');
  const cells = (parse(file, { bom: true }) as string[][]).flat();
  expect(cells).toContain('<script>alert(1)</script>');
  expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  expect(file).toContain(`"'+84 912 345 678"`);
});

test('pieces out of order, files that are too large and uploads that are gone are refused', async () => {
  const { desk } = setUp();
  const piece = (offset: number, size: number, uploadId: string | null = null) =>
    Promise.resolve().then(() =>
      desk['imports.upload']({ uploadId, fileName: 'x.csv', offset, size, base64: 'YWJj' }),
    );
  await expect(piece(0, 65 * 1024 * 1024)).rejects.toMatchObject({
    params: { reason: 'too-large' },
  });
  await expect(piece(3, 6)).rejects.toMatchObject({ code: 'input.value' });
  await expect(piece(0, 2)).rejects.toMatchObject({ code: 'input.value' });
  const { uploadId } = await piece(0, 6);
  const look = () => desk['imports.preview']({ uploadId, sheet: null, mapping: null });
  await expect(Promise.resolve().then(look)).rejects.toMatchObject({ code: 'input.value' });
  for (let other = 0; other < 4; other++) await piece(0, 6);
  await expect(piece(3, 6, uploadId)).rejects.toMatchObject({ params: { reason: 'gone' } });
});

test('cameras of one device that name different logins keep each its own', async () => {
  const { desk, register, kept } = setUp();
  const found = await preview(
    desk,
    'name,url,site\nC1,rtsp://a:1@192.0.2.1/1,S\nC2,rtsp://b:2@192.0.2.1/2,S\n',
  );
  await run(desk, found);
  const id = (name: string) => [...register.cameras()].find((camera) => camera.name === name)?.id;
  expect(Object.fromEntries(kept)).toEqual({
    [`camera/${id('C1')}`]: { user: 'a', password: '1' },
    [`camera/${id('C2')}`]: { user: 'b', password: '2' },
  });
});

test('a camera that moved is shown as changed, with its address, and its sub stream moves along', async () => {
  const { desk, register } = setUp();
  const head = 'Cơ sở;Tên camera;Vị trí;RTSP;RTSP phụ\n';
  const first = 'Khu A;Cổng;Cổng;rtsp://192.0.2.1/main;rtsp://192.0.2.1/sub\n';
  await run(desk, await preview(desk, head + first));
  const moved = await preview(
    desk,
    `Cơ sở;Tên camera;RTSP\nKhu A;Cổng;rtsp://192.0.2.9:8554/main\n`,
  );
  expect(moved.counts).toMatchObject({ new: 0, changed: 1, cameras: { new: 0, changed: 1 } });
  const { rows } = await desk['imports.rows']({
    planId: moved.planId,
    verdict: null,
    offset: 0,
    limit: 10,
  });
  expect(rows[0]?.changes).toEqual([
    {
      field: 'camera.url',
      before: 'rtsp://192.0.2.1/main',
      after: 'rtsp://192.0.2.9:8554/main',
    },
    {
      field: 'camera.subUrl',
      before: 'rtsp://192.0.2.1/sub',
      after: 'rtsp://192.0.2.9:8554/sub',
    },
  ]);
  await run(desk, moved);
  expect([...register.cameras()]).toMatchObject([{ subUrl: 'rtsp://192.0.2.9:8554/sub' }]);
});

test('a wrong row says what is wrong, and not what only follows from it', async () => {
  const { desk } = setUp();
  const bad = await preview(
    desk,
    'Cơ sở;Tên camera;Vị trí;RTSP\nKhu A;Cổng;Cổng;http://192.0.2.1/\n',
  );
  const ask = { planId: bad.planId, verdict: null, offset: 0, limit: 10 };
  const { rows } = await desk['imports.rows'](ask);
  expect(rows[0]?.problems.map(({ reason }) => reason)).toEqual(['url']);
  const listOnly = await preview(desk, 'RTSP\nrtsp:/192.0.2.1/\nrtsp://192.0.2.2/1\n');
  const list = await desk['imports.rows']({ ...ask, planId: listOnly.planId });
  expect(list.rows[0]?.problems.map(({ reason }) => reason)).toEqual(['url']);
});

test('a camera of which nobody knows which it is keeps its row out, with the reason', async () => {
  const { desk, register } = setUp();
  const sheet = (...addresses: string[]) =>
    `Cơ sở;Tên camera;Vị trí;RTSP\n${addresses
      .map((address) => `Khu A;Kênh;Cổng;rtsp://${address}/1`)
      .join('\n')}\n`;
  await run(desk, await preview(desk, sheet('192.0.2.1', '192.0.2.2')));
  const asked = await preview(desk, sheet('192.0.2.3'));
  const ask = { planId: asked.planId, verdict: null, offset: 0, limit: 10 };
  const { rows } = await desk['imports.rows'](ask);
  expect(rows[0]).toMatchObject({ verdict: 'error', problems: [{ reason: 'ambiguous' }] });
  expect(register.cameraIds({})).toHaveLength(2);
});
