import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import type { Role } from '../../../src/contract/operator-schemas.ts';
import { verifyPackage } from '../../../src/evidence/verify-package.ts';
import { silentLog } from '../../../src/std/log.ts';
import { roomCamera, type ShelfRoom, shelfRoom } from '../../support/shelf-room.ts';

/** What masks and the mark mean for evidence, with the real disk and the real ffmpeg. */
const folders: string[] = [];
const rooms: ShelfRoom[] = [];
afterEach(async () => {
  for (const room of rooms.splice(0)) await room.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const rightHalf = {
  id: 'm1',
  note: 'cửa sổ nhà dân',
  points: [
    { x: 0.5, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0.5, y: 1 },
  ],
};
const everything = { cameraId: null, kind: null, from: null, to: null, text: '' };

async function start() {
  const dataDir = mkdtempSync(join(tmpdir(), 'vonggac-che-'));
  const stick = mkdtempSync(join(tmpdir(), 'vonggac-thẻ-'));
  folders.push(dataDir, stick);
  const as = { role: 'administrator' as Role };
  const room = await shelfRoom(dataDir, silentLog, () => as.role);
  rooms.push(room);
  const call = room.handlers;
  const rows = async () =>
    (await call['evidence.items']({ filter: everything, offset: 0, limit: 50 })).rows;
  return {
    room,
    call,
    as,
    stick,
    rows,
    path: (item: EvidenceItem) => join(dataDir, 'evidence', item.name),
    mask: () => call['privacy.saveMasks']({ cameraId: roomCamera, masks: [rightHalf] }),
    /** The copy that is made by itself. */
    copyOf: (item: EvidenceItem) =>
      vi.waitFor(
        async () => {
          const found = (await rows()).find(({ alteredFrom }) => alteredFrom === item.id);
          expect(found).toBeDefined();
          return found as EvidenceItem;
        },
        { timeout: 30_000, interval: 50 },
      ),
    pack: async (items: EvidenceItem[], withOriginals?: boolean) => {
      const { jobId } = await call['evidence.package']({
        itemIds: items.map(({ id }) => id),
        folder: stick,
        name: `Gói ${Math.random()}`,
        ...{ recipient: null, legalBasis: null, reason: null, withAudit: false, password: null },
        ...(withOriginals === undefined ? {} : { withOriginals }),
      });
      const job = await room.ended(jobId);
      expect(job.cause).toBeNull();
      return job.path ?? '';
    },
  };
}

/** White, 320×180. */
function whitePicture(): Buffer {
  return execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'color=white:s=320x180', '-frames:v', '1'],
    ...['-c:v', 'png', '-f', 'image2pipe', 'pipe:1'],
  ]);
}

/** Brightness of a point of a picture, or of the first one of a clip. */
function brightness(file: string, x: number, y: number): number {
  const filter = `crop=2:2:${x}:${y},format=gray`;
  const args = ['-v', 'error', '-i', file, '-vf', filter, '-frames:v', '1', '-f', 'rawvideo'];
  return execFileSync('ffmpeg', [...args, 'pipe:1'])[0] ?? -1;
}

const manifestOf = (path: string) =>
  JSON.parse(execFileSync('unzip', ['-p', path, 'manifest.json'], { encoding: 'utf8' })) as {
    files: { name: string; sha256: string; alteredFrom: Record<string, unknown> | null }[];
  };
const evidenceIn = (path: string) =>
  manifestOf(path).files.filter(({ name }) => name.startsWith('du-lieu/'));

test('a picture of a camera with masks is sealed as it came, with a masked copy beside it', async () => {
  const { room, mask, copyOf, path, rows } = await start();
  await mask();
  const bytes = whitePicture();
  const item = await room.take(bytes);
  expect(item.exposed).toBe(true);
  const copy = await copyOf(item);
  expect(copy).toMatchObject({ kind: 'copy', how: ['mask'], exposed: false });
  expect(readFileSync(path(item)).equals(bytes)).toBe(true);
  expect(brightness(path(copy), 60, 60)).toBeGreaterThan(250);
  for (const x of [161, 240, 316]) expect(brightness(path(copy), x, 60)).toBeLessThan(5);
  expect(await rows()).toHaveLength(2);
});

test('who may not see what is masked neither looks at the original nor takes it out', async () => {
  const { room, call, as, mask, copyOf, pack } = await start();
  await mask();
  const item = await room.take(whitePicture());
  const copy = await copyOf(item);
  for (const role of ['evidence', 'duty', 'technician'] as const) {
    as.role = role;
    await expect(pack([item])).rejects.toMatchObject({ code: 'privacy.originals' });
    await expect(pack([item], true)).rejects.toMatchObject({ code: 'privacy.originals' });
    const asked = { itemId: item.id, offset: 0 };
    await expect(call['evidence.file'](asked)).rejects.toMatchObject({ code: 'privacy.originals' });
  }
  as.role = 'evidence';
  expect((await call['evidence.file']({ itemId: copy.id, offset: 0 })).size).toBe(copy.bytes);
  expect(evidenceIn(await pack([copy]))).toHaveLength(1);
  as.role = 'supervisor';
  expect(evidenceIn(await pack([item, copy]))).toHaveLength(2);
});

test('a package of masked copies only names the digest of each original that stayed', async () => {
  const { room, call, as, mask, copyOf, pack } = await start();
  const before = await room.take(whitePicture());
  const plain = await room.take(whitePicture());
  expect(before.exposed).toBe(false);
  await mask();
  const after = await room.take(whitePicture());
  await copyOf(after);
  as.role = 'evidence';
  // The two that were taken before the mask was drawn have no copy yet: it is made.
  const path = await pack([before, plain, after], false);
  expect(await verifyPackage(path)).toMatchObject({ ok: true });
  const files = evidenceIn(path);
  expect(files.map(({ alteredFrom }) => alteredFrom?.['sha256']).sort()).toEqual(
    [before, plain, after].map(({ sha256 }) => sha256).sort(),
  );
  const note = 'Bản gốc được niêm phong tại máy trạm Máy trực số 2';
  for (const { alteredFrom } of files) expect(alteredFrom).toMatchObject({ how: ['mask'], note });
  expect(files.map(({ sha256 }) => sha256)).not.toContain(before.sha256);
  // The mask is taken away: what was taken under it stays hidden, what came before does not.
  await call['privacy.saveMasks']({ cameraId: roomCamera, masks: [] });
  expect(evidenceIn(await pack([before]))).toHaveLength(1);
  await expect(pack([after])).rejects.toMatchObject({ code: 'privacy.originals' });
});

test('blurring, captions and a second look do not show what is masked', async () => {
  const { room, call, as, mask, path, rows } = await start();
  await mask();
  const item = await room.take(whitePicture());
  as.role = 'evidence';
  const corner = [
    { x: 0, y: 0 },
    { x: 0.1, y: 0 },
    { x: 0.1, y: 0.1 },
  ];
  const asked = { itemId: item.id, regions: [corner], how: 'blur' as const, note: '' };
  const jobs = [
    await call['evidence.copy'](asked),
    await call['evidence.caption']({ itemId: item.id }),
  ];
  for (const { jobId } of jobs) expect((await room.ended(jobId)).cause).toBeNull();
  const copies = (await rows()).filter(({ kind }) => kind === 'copy');
  expect(copies.map(({ how }) => how.join(' ')).sort()).toEqual([
    'blur mask',
    'mask',
    'mask caption',
  ]);
  for (const copy of copies) {
    expect(brightness(path(copy), 240, 60)).toBeLessThan(5);
    expect(brightness(path(copy), 80, 60)).toBeGreaterThan(250);
    expect((await call['evidence.file']({ itemId: copy.id, offset: 0 })).size).toBe(copy.bytes);
  }
});

test('a package that failed is not tried again by somebody who may not', async () => {
  const { room, call, as, mask, stick } = await start();
  await mask();
  const item = await room.take(whitePicture());
  const { jobId } = await call['evidence.package']({
    ...{ itemIds: [item.id], folder: join(stick, 'không có'), name: 'Gói', withAudit: false },
    ...{ recipient: null, legalBasis: null, reason: null, password: null },
  });
  expect((await room.ended(jobId)).phase).toBe('failed');
  as.role = 'evidence';
  expect(() => call['evidence.retry']({ jobId })).toThrow(
    expect.objectContaining({ code: 'privacy.originals' }),
  );
});

test('a clip of a camera with masks gets a masked copy too', async () => {
  const { room, call, mask, copyOf, path, rows } = await start();
  await mask();
  const to = Date.now();
  const { jobIds } = await call['evidence.clip']({
    ...{ cameraIds: [roomCamera], from: to - 4000, to, source: 'ring', quality: null },
    ...{ audio: true, reason: null },
  });
  expect((await room.ended(jobIds[0] ?? '')).cause).toBeNull();
  const clip = (await rows()).find(({ kind }) => kind === 'clip') as EvidenceItem;
  const copy = await copyOf(clip);
  expect(copy).toMatchObject({ mediaType: 'video/mp4', how: ['mask'], width: 320, height: 240 });
  expect(brightness(path(clip), 240, 60)).toBeGreaterThan(30);
  for (const x of [164, 240, 310]) expect(brightness(path(copy), x, 60)).toBeLessThan(20);
  // Every picture of it, to the last one.
  const filter = ['-vf', 'crop=140:200:170:0,scale=1:1:flags=area,format=gray', '-f', 'rawvideo'];
  const means = execFileSync('ffmpeg', ['-v', 'error', '-i', path(copy), ...filter, 'pipe:1']);
  expect(means).toHaveLength(50);
  expect(Math.max(...means)).toBeLessThan(20);
});

test('a marked copy says who, where and when; the original is not touched', async () => {
  const { room, call, copyOf, path } = await start();
  await call['privacy.saveMark']({ onScreen: false, onSnapshots: true, opacity: 0.5 });
  const bytes = whitePicture();
  const item = await room.take(bytes);
  const copy = await copyOf(item);
  expect(copy.how).toEqual(['mark']);
  const original = readFileSync(path(item));
  expect(original.equals(bytes)).toBe(true);
  expect(createHash('sha256').update(original).digest('hex')).toBe(item.sha256);
  // White alone would stay white: the black edge of the letters is there, all over the picture.
  const gray = ['-vf', 'format=gray', '-f', 'rawvideo', 'pipe:1'];
  // Above its label, which lies at the bottom.
  const points = execFileSync('ffmpeg', ['-v', 'error', '-i', path(copy), ...gray]);
  for (const [from, to] of [
    [0, 40],
    [60, 100],
    [105, 145],
  ] as const) {
    const part = points.subarray(from * 320, to * 320);
    expect(part.filter((value) => value < 215).length).toBeGreaterThan(50);
  }
});
