import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type Caller, createCaller } from '../../../src/contract/call.ts';
import type { EvidenceItem, EvidenceJob } from '../../../src/contract/evidence-schemas.ts';
import { composeHost } from '../../../src/host/compose-host.ts';
import type { Host } from '../../../src/host/host.types.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import { silentLog } from '../../../src/std/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { openVault } from '../../../src/vault/vault.ts';
import { FakeSupervisor } from '../../support/fake-supervisor.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { fieldsOf, givenPassword, ownPassword } from '../../support/operators-of.ts';
import { cheapCost, signIn } from '../../support/signed-in.ts';

/** The shelf, copies and packages as a page sees them, with the real disk and the real ffmpeg. */
const hosts: Host[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const gate = cameraFromUrl('rtsp://192.0.2.7/1', { name: 'Cổng số 1: ngoài/trong', site: 'Khu A' });
const yard = cameraFromUrl('rtsp://192.0.2.8/1', { name: 'Sân', site: 'Khu B' });
const everything = { cameraId: null, kind: null, from: null, to: null, text: '' };

async function start() {
  const dataDir = mkdtempSync(join(tmpdir(), 'vonggac-room-'));
  const stick = mkdtempSync(join(tmpdir(), 'vonggac-stick-'));
  folders.push(dataDir, stick);
  const host = await composeHost(
    {
      dataDir,
      shell: 'kiosk',
      language: 'vi',
      cameras: [gate, yard],
      demo: false,
      wall: null,
      screens: 1,
      warnings: [],
      log: silentLog,
    },
    {
      openStore,
      openVault: ({ log }) => openVault({ keychain: null, log }),
      createSupervisor: () => new FakeSupervisor(),
      serveMedia: () => {},
      operators: { cost: cheapCost },
    },
  );
  hosts.push(host);
  const [core, wire] = memoryWires();
  host.attachControl(core);
  const page = createCaller(wire);
  await signIn(page);
  return { page, dataDir, stick };
}

/** Red at the left, blue at the right. */
function picture(folder: string, width = 320, height = 180): Buffer {
  const file = join(folder, 'picture.png');
  const half = `${width / 2}x${height}`;
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `color=red:s=${half}`],
    ...['-f', 'lavfi', '-i', `color=blue:s=${half}`, '-filter_complex', 'hstack', '-frames:v', '1'],
    file,
  ]);
  return execFileSync('cat', [file]);
}

async function take(page: Caller, bytes: Buffer, cameraId = gate.id): Promise<EvidenceItem> {
  let uploadId: string | null = null;
  for (let offset = 0; offset < bytes.length; offset += 400) {
    const base64 = bytes.subarray(offset, offset + 400).toString('base64');
    const sent: { uploadId: string } = await page.call('evidence.upload', {
      uploadId,
      size: bytes.length,
      offset,
      base64,
    });
    uploadId = sent.uploadId;
  }
  const { item } = await page.call('evidence.snapshot', {
    uploadId: uploadId ?? '',
    cameraId,
    quality: 'main',
    format: 'png',
    codec: 'h264',
    width: 320,
    height: 180,
    takenAt: Date.UTC(2021, 5, 25, 17, 30),
    ageMs: 40,
    rtpTime: 2 ** 33 + 5,
    senderTime: null,
    replay: false,
    reason: 'Người lạ vượt rào',
    groupId: null,
  });
  return item;
}

async function ended(page: Caller, jobId: string): Promise<EvidenceJob> {
  return vi.waitFor(
    async () => {
      const job = (await page.call('evidence.jobs', {})).find(({ id }) => id === jobId);
      expect(job?.endedAt).not.toBeNull();
      return job as EvidenceJob;
    },
    { timeout: 30_000, interval: 50 },
  );
}

const order = (itemIds: string[], folder: string) => ({
  itemIds,
  folder,
  name: 'Trích xuất: Khu A',
  recipient: 'Công an phường Ước Hòa',
  legalBasis: 'Công văn 12/CV-BCĐ',
  reason: 'Xác minh',
  withAudit: true,
  password: null,
});

/** Red, green and blue of a point of a picture. */
function colourAt(file: string, x: number, y: number): number[] {
  return [
    ...execFileSync('ffmpeg', [
      ...['-v', 'error', '-i', file, '-vf', `crop=1:1:${x}:${y},format=rgb24`],
      ...['-f', 'rawvideo', '-frames:v', '1', 'pipe:1'],
    ]),
  ];
}

test('a picture lies on the shelf as it was taken, under a name that sorts and that Windows takes', async () => {
  const { page, dataDir } = await start();
  const bytes = picture(dataDir);
  const item = await take(page, bytes);
  expect(item.name).toMatch(/^20210626-003000_Cổng số 1_ ngoài_trong_[0-9a-f]{6}\.png$/);
  expect(item).toMatchObject({ cameraName: gate.name, siteName: 'Khu A', bytes: bytes.length });
  const { base64, next } = await page.call('evidence.file', { itemId: item.id, offset: 0 });
  expect(Buffer.from(base64, 'base64').equals(bytes) && next === null).toBe(true);
  const found = await page.call('evidence.items', {
    filter: { ...everything, text: 'cong vuot' },
    offset: 0,
    limit: 10,
  });
  expect(found.rows.map(({ id }) => id)).toEqual([item.id]);
  expect(found.bytes).toBe(bytes.length);
});

test('a package of shelved pictures is whole, signed here, and carries the audit of its camera', async () => {
  const { page, dataDir, stick } = await start();
  const items = [await take(page, picture(dataDir)), await take(page, picture(dataDir))];
  const asked = order(
    items.map(({ id }) => id),
    stick,
  );
  const made = await ended(page, (await page.call('evidence.package', asked)).jobId);
  expect(made).toMatchObject({ phase: 'done', title: 'Trích xuất_ Khu A.vgp.zip' });
  const check = await page.call('evidence.check', { path: made.path ?? '', password: null });
  const checked = await ended(page, check.jobId);
  expect(checked.check).toMatchObject({ ok: true, problems: [], compared: 'same' });
  const audit = execFileSync('unzip', ['-p', made.path ?? '', 'audit.json'], { encoding: 'utf8' });
  const kinds = JSON.parse(audit).records.map((record: { kind?: string }) => record.kind);
  expect(kinds.filter((kind: string) => kind === 'evidence.snapshot')).toHaveLength(2);
  const shown = await page.call('evidence.items', { filter: everything, offset: 0, limit: 10 });
  expect(shown.rows.every(({ packages }) => packages[0] === made.title)).toBe(true);

  const again = await ended(page, (await page.call('evidence.package', asked)).jobId);
  expect(again).toMatchObject({ phase: 'failed', cause: { code: 'evidence.exists' } });
  rmSync(made.path ?? '');
  const retried = await page.call('evidence.retry', { jobId: again.id });
  expect(await ended(page, retried.jobId)).toMatchObject({ phase: 'done' });
});

test('one byte that changed on the shelf is found before it leaves', async () => {
  const { page, dataDir, stick } = await start();
  const item = await take(page, picture(dataDir));
  const path = join(dataDir, 'evidence', item.name);
  chmodSync(path, 0o600);
  appendFileSync(path, 'x');
  const job = await ended(
    page,
    (await page.call('evidence.package', order([item.id], stick))).jobId,
  );
  expect(job).toMatchObject({ phase: 'failed', cause: { code: 'evidence.changed' } });
  expect(readdirSync(stick)).toEqual([]);
  const { rows } = await page.call('evidence.items', { filter: everything, offset: 0, limit: 1 });
  expect(rows[0]?.cause?.code).toBe('evidence.changed');
});

test.each(['blur', 'mask'] as const)(
  '%s hides a region in a copy, and the original stays',
  async (how) => {
    const { page, dataDir, stick } = await start();
    const item = await take(page, picture(dataDir));
    const regions = [
      [
        { x: 0.375, y: 0.1 },
        { x: 0.625, y: 0.1 },
        { x: 0.625, y: 0.9 },
        { x: 0.375, y: 0.9 },
      ],
    ];
    const asked = await page.call('evidence.copy', { itemId: item.id, regions, how, note: '' });
    const made = await ended(page, asked.jobId);
    expect(made.cause).toBeNull();
    const { rows } = await page.call('evidence.items', {
      filter: { ...everything, kind: 'copy' },
      offset: 0,
      limit: 10,
    });
    expect(rows).toMatchObject([{ alteredFrom: item.id, how: [how], width: 320, height: 180 }]);
    const copy = join(dataDir, 'evidence', rows[0]?.name ?? '');
    const original = join(dataDir, 'evidence', item.name);
    expect(colourAt(original, 150, 90)[0]).toBeGreaterThan(240);
    // Outside the region nothing changed but what coding costs.
    expect(colourAt(copy, 20, 40)[0]).toBeGreaterThan(235);
    if (how === 'mask') expect(Math.max(...colourAt(copy, 150, 90))).toBeLessThan(12);
    // The red and the blue of a square have become one: the border between them is not there any more.
    else {
      const [left, right] = [colourAt(copy, 155, 90), colourAt(copy, 165, 90)];
      expect(Math.abs(left[0]! - right[0]!) + Math.abs(left[2]! - right[2]!)).toBeLessThan(520);
    }
    const both = order([item.id, rows[0]?.id ?? ''], stick);
    const packed = await ended(page, (await page.call('evidence.package', both)).jobId);
    const manifest = JSON.parse(
      execFileSync('unzip', ['-p', packed.path ?? '', 'manifest.json'], { encoding: 'utf8' }),
    );
    const altered = manifest.files.filter((file: { alteredFrom: unknown }) => file.alteredFrom);
    expect(altered).toMatchObject([{ alteredFrom: { of: `du-lieu/${item.name}`, how: [how] } }]);
  },
);

test('a caption goes below the picture of a copy', async () => {
  const { page, dataDir } = await start();
  const item = await take(page, picture(dataDir));
  const job = await ended(page, (await page.call('evidence.caption', { itemId: item.id })).jobId);
  expect(job.cause).toBeNull();
  const { rows } = await page.call('evidence.items', { filter: everything, offset: 0, limit: 10 });
  const copy = rows.find(({ kind }) => kind === 'copy');
  expect(copy).toMatchObject({ how: ['caption'], width: 320 });
  expect(copy?.height).toBeGreaterThan(180);
  const file = join(dataDir, 'evidence', copy?.name ?? '');
  expect(colourAt(file, 20, 90)).toEqual(colourAt(join(dataDir, 'evidence', item.name), 20, 90));
});

test('a site under an approval hold lets nothing out, also what was taken before', async () => {
  const { page, dataDir, stick } = await start();
  const { site } = await page.call('register.saveSite', {
    id: null,
    revision: null,
    fields: { name: 'Doanh trại', province: 'An Hải' },
  });
  const {
    row: { camera },
  } = await page.call('register.saveCamera', {
    id: null,
    revision: null,
    fields: { name: 'Cổng doanh trại', siteId: site.id, url: 'rtsp://192.0.2.9/1' },
  });
  const item = await take(page, picture(dataDir), camera.id);
  await page.call('register.saveSite', {
    id: site.id,
    revision: site.revision,
    fields: { hold: { view: false, export: true, authority: 'Quân khu', askedOn: null } },
  });
  await expect(page.call('evidence.package', order([item.id], stick))).rejects.toMatchObject({
    code: 'access.hold',
  });
  await expect(take(page, picture(dataDir), camera.id)).rejects.toMatchObject({
    code: 'access.hold',
  });
});

test('an officer of another province sees nothing of it', async () => {
  const { page, dataDir, stick } = await start();
  const { site } = await page.call('register.saveSite', {
    id: null,
    revision: null,
    fields: { name: 'Trường học', province: 'An Hải' },
  });
  const {
    row: { camera },
  } = await page.call('register.saveCamera', {
    id: null,
    revision: null,
    fields: { name: 'Cổng', siteId: site.id, url: 'rtsp://192.0.2.9/1' },
  });
  const item = await take(page, picture(dataDir), camera.id);
  const scope = { provinces: ['Bình Lộc'], districts: [], sites: [] };
  const fields = fieldsOf('Cán bộ', 'evidence', { scope });
  await page.call('operators.save', { id: null, fields, password: givenPassword });
  await page.call('operators.signIn', { name: 'Cán bộ', password: givenPassword });
  await page.call('operators.password', { password: givenPassword, newPassword: ownPassword });
  const shown = await page.call('evidence.items', { filter: everything, offset: 0, limit: 10 });
  expect(shown).toMatchObject({ rows: [], total: 0 });
  for (const refused of [
    page.call('evidence.file', { itemId: item.id, offset: 0 }),
    page.call('evidence.package', order([item.id], stick)),
    page.call('evidence.remove', { itemIds: [item.id] }),
  ]) {
    await expect(refused).rejects.toMatchObject({ code: 'access.scope' });
  }
  expect(existsSync(join(dataDir, 'evidence', item.name))).toBe(true);
});

test('what is no picture is not taken for one', async () => {
  const { page } = await start();
  await expect(take(page, Buffer.from('<script>'))).rejects.toMatchObject({ code: 'input.value' });
});

test('an export can be cancelled, and leaves nothing', async () => {
  const { page, dataDir, stick } = await start();
  const item = await take(page, picture(dataDir));
  const jobs = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      page.call('evidence.package', { ...order([item.id], stick), name }),
    ),
  );
  const last = jobs.at(-1)?.jobId ?? '';
  await page.call('evidence.cancel', { jobId: last });
  expect(await ended(page, last)).toMatchObject({ phase: 'cancelled' });
  for (const { jobId } of jobs.slice(0, -1)) expect((await ended(page, jobId)).phase).toBe('done');
  expect(readdirSync(stick).sort()).toEqual(['a.vgp.zip', 'b.vgp.zip']);
});
