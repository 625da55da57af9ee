import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createAuditLog, type OpenAuditLog } from '../../../src/audit/audit-log.ts';
import { checkExport } from '../../../src/audit/check-export.ts';
import type { GivenFilter } from '../../../src/contract/audit-schemas.ts';
import { type AuditDesk, createAuditDesk } from '../../../src/host/audit-calls.ts';
import { silentLog } from '../../../src/std/log.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

function open(dataDir: string | null): { audit: OpenAuditLog; desk: AuditDesk } {
  const audit = createAuditLog({ dataDir, station: 'w-1', version: '1.0', log: silentLog });
  const desk = createAuditDesk({
    audit,
    dataDir,
    operators: { current: () => null },
    language: () => 'vi',
    publicKey: async () => null,
    onChange: () => {},
  });
  undo.push(() => audit.close());
  undo.push(() => desk.close());
  return { audit, desk };
}

function folder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-desk-'));
  undo.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

function fill(audit: OpenAuditLog): void {
  const hong = { id: 'o-1', name: 'Nguyễn Thị Hồng' };
  audit.write({ kind: 'operator.sign-in', operator: hong });
  audit.write({ kind: 'view', operator: hong, camera: 'cam-1', site: 'Đồn 7', screen: 0 });
  audit.write({
    kind: 'call.refused',
    operator: null,
    outcome: 'refused',
    cause: 'operator.needed',
  });
  audit.write({
    kind: 'evidence.export',
    operator: hong,
    camera: 'cam-2',
    details: { reason: '=HYPERLINK("x")', note: 'sự cố, "cổng phụ"' },
  });
}

const kinds = async (desk: AuditDesk, filter: GivenFilter) =>
  (await desk['audit.page']({ filter, upTo: null, offset: 0, limit: 200 })).rows.map(
    ({ kind }) => kind,
  );

async function fetchAll(desk: AuditDesk, filter: GivenFilter, format: 'csv' | 'json') {
  const made = await desk['audit.export']({ filter, format });
  let bytes = Buffer.alloc(0);
  for (let offset: number | null = 0; offset !== null; ) {
    const piece: { base64: string; next: number | null } = await desk['audit.download']({
      exportId: made.exportId,
      offset,
    });
    bytes = Buffer.concat([bytes, Buffer.from(piece.base64, 'base64')]);
    offset = piece.next;
  }
  expect(bytes.length).toBe(made.size);
  return { ...made, text: bytes.toString('utf8') };
}

for (const place of ['a file, read by a thread', 'memory'] as const) {
  test(`finds records by every filter and without diacritics (${place})`, async () => {
    const { audit, desk } = open(place === 'memory' ? null : folder());
    fill(audit);
    expect(await kinds(desk, {})).toEqual([
      'evidence.export',
      'call.refused',
      'view',
      'operator.sign-in',
      'audit.start',
    ]);
    expect(await kinds(desk, { kinds: ['operator.', 'view'] })).toEqual([
      'view',
      'operator.sign-in',
    ]);
    expect(await kinds(desk, { camera: 'cam-2' })).toEqual(['evidence.export']);
    expect(await kinds(desk, { site: 'Đồn 7' })).toEqual(['view']);
    expect(await kinds(desk, { outcome: 'refused' })).toEqual(['call.refused']);
    expect(await kinds(desk, { operatorId: 'o-1', text: 'cong phu' })).toEqual(['evidence.export']);
    expect(await kinds(desk, { text: 'don 7' })).toEqual(['view']);
    expect(await kinds(desk, { text: 'hồng' })).toEqual([
      'evidence.export',
      'view',
      'operator.sign-in',
    ]);
    expect(await kinds(desk, { text: '"; drop' })).toEqual([]);
    expect(await kinds(desk, { from: Date.now() + 60_000 })).toEqual([]);
    expect(await desk['audit.people']({})).toEqual([{ id: 'o-1', name: 'Nguyễn Thị Hồng' }]);
    expect(await desk['audit.verify']({})).toMatchObject({ intact: true, records: 5 });
  });
}

test('pages stay true while more is written', async () => {
  const { audit, desk } = open(folder());
  for (let at = 0; at < 30; at++) audit.write({ kind: 'view', operator: null, camera: `c${at}` });
  const first = await desk['audit.page']({ filter: {}, upTo: null, offset: 0, limit: 10 });
  for (let at = 0; at < 30; at++) audit.write({ kind: 'view', operator: null, camera: `d${at}` });
  const second = await desk['audit.page']({ filter: {}, upTo: first.upTo, offset: 10, limit: 10 });
  expect(first.rows.map(({ seq }) => seq)).toEqual([31, 30, 29, 28, 27, 26, 25, 24, 23, 22]);
  expect(second.rows.map(({ seq }) => seq)).toEqual([21, 20, 19, 18, 17, 16, 15, 14, 13, 12]);
  expect(second.total).toBe(31);
});

test('an exported CSV runs nothing and is read as UTF-8', async () => {
  const { audit, desk } = open(folder());
  audit.write({ kind: 'view', operator: { id: 'o', name: '=cmd|calc' }, camera: '@x' });
  const { text, fileName, records } = await fetchAll(desk, {}, 'csv');
  expect(fileName).toMatch(/^nhat-ky-\d{8}\.csv$/);
  expect(text.charCodeAt(0)).toBe(0xfeff);
  expect(records).toBe(3);
  const line = text.split('\r\n')[2];
  expect(line).toContain(`"'=cmd|calc"`);
  expect(line).toContain(`"'@x"`);
  expect(line).toContain('Xem camera');
});

test('an exported JSON proves itself, and each change of it is named', async () => {
  const { audit, desk } = open(folder());
  fill(audit);
  const { text } = await fetchAll(desk, {}, 'json');
  const options = { publicKey: null };
  expect(checkExport(text, options)).toMatchObject({ intact: true, complete: true, records: 6 });
  const changed = (edit: (records: Record<string, unknown>[]) => void) => {
    const file = JSON.parse(text);
    edit(file.records);
    return checkExport(JSON.stringify(file), options).problems;
  };
  expect(changed((records) => (records[2]!['camera'] = 'cam-9'))).toMatchObject([
    { what: 'content', seq: 3 },
  ]);
  expect(changed((records) => (records[2]!['more'] = 1))).toMatchObject([
    { what: 'content', seq: 3 },
  ]);
  expect(changed((records) => records.splice(3, 1))).toMatchObject([{ what: 'missing', seq: 4 }]);
  expect(changed((records) => records.pop())).toMatchObject([
    { what: 'cut-off', seq: 5, until: 6 },
  ]);
  expect(changed((records) => records.splice(1, 1, null as never))[0]).toMatchObject({
    what: 'content',
    seq: 2,
  });
  expect(changed((records) => records.reverse()).length).toBeGreaterThan(0);
  expect(() => checkExport('{}', options)).toThrow();
});

test('a filtered JSON says that it is an excerpt, and still names a changed record', async () => {
  const { audit, desk } = open(folder());
  fill(audit);
  const { text } = await fetchAll(desk, { operatorId: 'o-1' }, 'json');
  const options = { publicKey: null };
  expect(checkExport(text, options)).toMatchObject({ intact: true, complete: false, records: 3 });
  const changed = text.replace('cổng phụ', 'cổng chính');
  expect(checkExport(changed, options)).toMatchObject({
    intact: false,
    problems: [{ what: 'content', seq: 5 }],
  });
});

test('a file made for a page is gone when the core closes', async () => {
  const { audit, desk } = open(folder());
  fill(audit);
  const made = await desk['audit.export']({ filter: {}, format: 'json' });
  desk.close();
  await expect(
    Promise.resolve().then(() => desk['audit.download']({ exportId: made.exportId, offset: 0 })),
  ).rejects.toThrow('no such file');
});

test('tells when a camera was on which screen, cut off at the ends of the day', async () => {
  const { audit, desk } = open(folder());
  const now = Date.now();
  const view = (camera: string, screen: number, from: number, to: number, liveMs: number) =>
    audit.write({ kind: 'view', operator: null, camera, screen, details: { from, to, liveMs } });
  view('cam-1', 0, now - 60_000, now - 20_000, 40_000);
  view('cam-1', 1, now - 20_000, now, 5000);
  view('cam-2', 0, now - 60_000, now, 0);
  audit.write({ kind: 'view', operator: null, camera: 'cam-1', details: { from: 'never' } });
  const ask = (camera: string | null, screen: number | null) =>
    desk['audit.coverage']({ camera, screen, from: now - 40_000, to: now + 1000 });
  expect(await ask('cam-1', null)).toEqual({
    spans: [
      // Half of it lies before the day: so does half of what was live.
      { camera: 'cam-1', screen: 0, from: now - 40_000, to: now - 20_000, liveMs: 20_000 },
      { camera: 'cam-1', screen: 1, from: now - 20_000, to: now, liveMs: 5000 },
    ],
    more: false,
  });
  expect((await ask(null, 0)).spans.map(({ camera }) => camera)).toEqual(['cam-1', 'cam-2']);
  expect((await ask('cam-3', null)).spans).toEqual([]);
});
