import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { type AuditLogOptions, createAuditLog } from '../../../src/audit/audit-log.ts';
import { AuditReader } from '../../../src/audit/audit-reader.ts';
import { watchClocks } from '../../../src/audit/clock-watch.ts';
import { everyRecord } from '../../../src/contract/audit-schemas.ts';
import { silentLog } from '../../../src/std/log.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

function folder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-log-'));
  undo.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

function open(dataDir: string | null, more: Partial<AuditLogOptions> = {}) {
  const audit = createAuditLog({ dataDir, station: 'w', version: '1.0', log: silentLog, ...more });
  undo.push(() => audit.close());
  return audit;
}

const view = (camera: string) => ({ kind: 'view', operator: null, camera }) as const;
const recordsOf = (database: DatabaseSync) => [...new AuditReader(database).records(everyRecord)];
const verdictOf = (database: DatabaseSync) => new AuditReader(database).verify({ publicKey: null });

test('50,000 records share few transactions, and the last cost no more than the first', () => {
  const audit = open(null);
  const before = audit.transactions;
  for (let at = 0; at < 50_000; at++) {
    audit.write(view(`c${at % 16}`));
    if (at % 10_000 === 9999) audit.flush();
  }
  audit.flush();
  expect(audit.waiting).toBe(0);
  expect(audit.transactions - before).toBe(25);
  expect(audit.head()?.seq).toBe(50_001);
  // What an insert does must not grow with the chain: no step of it reads the table.
  const plans = audit.database
    ?.prepare('explain query plan select coalesce((select max(seq) from audit_record), 0) + 1')
    .all()
    .map((row) => String(row['detail']));
  expect(plans?.join()).not.toMatch(/SCAN audit_record(?! USING)/);
});

test('the first record names workstation and version; the chain goes on after a start and says how the last run ended', async () => {
  const dataDir = folder();
  const first = open(dataDir, { stationName: 'Ca trực 1' });
  first.write(view('c1'));
  await first.close();
  // Opened, and never closed as a program is.
  const second = open(dataDir);
  second.flush();
  const third = open(dataDir, { version: '1.1' });
  const records = recordsOf(third.database!);
  expect(records.map(({ kind }) => kind)).toEqual([
    'audit.start',
    'view',
    'audit.close',
    'audit.open',
    'audit.open',
  ]);
  expect(records[0]).toMatchObject({
    seq: 1,
    station: 'w',
    prev: '0'.repeat(64),
    details: { version: '1.0', stationName: 'Ca trực 1' },
  });
  expect(records[3]?.details['endedCleanly']).toBe(true);
  expect(records[4]?.details).toMatchObject({ version: '1.1', endedCleanly: false });
  expect(verdictOf(third.database!).intact).toBe(true);
});

test('two processes write one chain', () => {
  const dataDir = folder();
  const wall = open(dataDir);
  const command = open(dataDir, { announces: false });
  for (let at = 0; at < 10; at++) {
    (at % 2 ? wall : command).write(view(`c${at}`));
    (at % 2 ? wall : command).flush();
  }
  expect(verdictOf(wall.database!)).toMatchObject({ intact: true, records: 11 });
});

test('a disk that refuses loses nothing that fits: records wait, a warning shows, the chain tells the gap', () => {
  const place = join(folder(), 'data');
  // A file where the folder should be: nothing can be opened there.
  writeFileSync(place, '');
  const audit = open(place);
  let changes = 0;
  audit.onChange(() => changes++);
  for (let at = 0; at < 5; at++) audit.write(view(`c${at}`));
  expect(audit.flush()).toBe(false);
  expect(audit.warning).toBe('warning.audit-not-written');
  expect(audit.head()).toBeNull();
  rmSync(place);
  mkdirSync(place);
  expect(audit.flush()).toBe(true);
  expect(audit.warning).toBeNull();
  expect(changes).toBeGreaterThan(0);
  const records = recordsOf(audit.database!);
  expect(records.map(({ kind }) => kind)).toEqual([
    'audit.start',
    ...Array.from({ length: 5 }, () => 'view'),
    'audit.gap',
  ]);
  expect(records.at(-1)).toMatchObject({ outcome: 'done', details: { waited: 6, lost: 0 } });
  expect(verdictOf(audit.database!).intact).toBe(true);
});

test('what does not fit in memory is counted, and the chain says how much and from when', () => {
  const place = join(folder(), 'data');
  writeFileSync(place, '');
  const audit = open(place);
  for (let at = 0; at < 20_100; at++) audit.write(view('c'));
  rmSync(place);
  expect(audit.flush()).toBe(true);
  const gap = recordsOf(audit.database!).at(-1);
  expect(gap).toMatchObject({ kind: 'audit.gap', outcome: 'failed', details: { lost: 100 } });
});

test('a damaged file is put aside, and the new chain says so', () => {
  const dataDir = folder();
  writeFileSync(join(dataDir, 'audit.db'), Buffer.alloc(8192, 7));
  const audit = open(dataDir);
  const [start] = recordsOf(audit.database!);
  expect(start?.kind).toBe('audit.start');
  expect(readdirSync(dataDir)).toContain(start?.details['damaged']);
});

test('a tail that was cut off while the program was away stays found for ever', async () => {
  const dataDir = folder();
  const first = open(dataDir);
  for (let at = 0; at < 5; at++) first.write(view(`c${at}`));
  await first.close();
  const thief = new DatabaseSync(join(dataDir, 'audit.db'));
  thief.exec(`drop trigger audit_record_no_delete; delete from audit_record where seq > 4;
    create trigger audit_record_no_delete before delete on audit_record
    begin select raise(abort, 'audit records are never deleted'); end;`);
  thief.close();
  const second = open(dataDir);
  second.write(view('later'));
  second.flush();
  expect(recordsOf(second.database!).map(({ kind }) => kind)).toContain('audit.broken');
  const { problems, intact } = verdictOf(second.database!);
  expect(intact).toBe(false);
  expect(problems[0]).toMatchObject({ what: 'cut-off', seq: 4, until: 7 });
});

test('anchors are signed, and a wrong signature is found with the public key', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const dataDir = folder();
  const audit = open(dataDir, {
    sign: async (bytes) => `.${sign(null, bytes, privateKey).toString('base64')}`,
  });
  audit.write(view('c'));
  await audit.close();
  const database = new DatabaseSync(join(dataDir, 'audit.db'));
  undo.push(() => database.close());
  const check = () => new AuditReader(database).verify({ publicKey: pem });
  expect(check()).toMatchObject({ intact: true, signed: 2 });
  database.exec(
    'drop trigger audit_anchor_no_update; update audit_anchor set at = at + 1 where seq = 1',
  );
  expect(check().problems.filter(({ what }) => what === 'anchor')).toMatchObject([{ seq: 1 }]);
});

test('what a room writes is made fit to be hashed: no secrets, no half characters, NFC', () => {
  const audit = open(null);
  audit.write({
    kind: 'call.failed',
    operator: { id: 'o', name: 'Hồng'.normalize('NFD') },
    details: {
      url: 'rtsp://xem:bimat@192.0.2.7/1',
      half: 'a\ud800b',
      pan: 0.123456,
      nan: Number.NaN,
      '1': 'first',
      b: true,
      a: 'x\u0000y',
    },
  });
  audit.flush();
  const record = recordsOf(audit.database!).at(-1);
  expect(record?.operator?.name).toBe('Hồng'.normalize('NFC'));
  expect(JSON.stringify(record)).not.toContain('bimat');
  expect(record?.details).toMatchObject({
    pan: 0.1235,
    nan: 'NaN',
    _1: 'first',
    b: true,
    a: 'x y',
  });
  expect(verdictOf(audit.database!).intact).toBe(true);
});

test('never throws, whatever it is given', () => {
  const audit = open(null);
  const strange = [null, undefined, 7, {}, { kind: null }, { kind: 'view', details: null }];
  for (const entry of strange) expect(() => audit.write(entry as never)).not.toThrow();
  expect(audit.flush()).toBe(true);
  expect(verdictOf(audit.database!).intact).toBe(true);
});

test('a clock that jumps is told from a machine that slept', () => {
  const now = { wall: 1_000_000, steady: 5000, always: 9000 };
  const written: [kind: string, details: object | undefined][] = [];
  const watch = watchClocks(
    { write: ({ kind, details }) => written.push([kind, details]) },
    { wall: () => now.wall, steady: () => now.steady, awakeOrNot: () => now.always },
  );
  undo.push(watch);
  const pass = (wall: number, steady: number, always: number) => {
    now.wall += wall;
    now.steady += steady;
    now.always += always;
    watch.check();
  };
  pass(1000, 1000, 1000);
  pass(2900, 1000, 1000);
  expect(written).toEqual([]);
  pass(3_601_000, 1000, 1000);
  expect(written.splice(0)).toEqual([
    ['clock.jump', expect.objectContaining({ jumpMs: 3_600_000, before: 1_004_900 })],
  ]);
  pass(-60_000, 1000, 1000);
  expect(written.splice(0)).toMatchObject([['clock.jump', { jumpMs: -61_000 }]]);
  pass(30_000, 1000, 30_000);
  expect(written.splice(0)).toMatchObject([['clock.sleep', { sleptMs: 29_000 }]]);
  pass(90_000, 1000, 30_000);
  expect(written.map(([kind]) => kind)).toEqual(['clock.sleep', 'clock.jump']);
});
