import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import type { AuditVerdict } from '../../../src/audit/audit.types.ts';
import { auditFileName, auditGuards } from '../../../src/audit/audit-file.ts';
import { createAuditLog } from '../../../src/audit/audit-log.ts';
import { AuditReader } from '../../../src/audit/audit-reader.ts';
import { silentLog } from '../../../src/std/log.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Twenty records and what begins and ends them, in a file without its guards. */
async function chain(): Promise<DatabaseSync> {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-'));
  folders.push(dataDir);
  const audit = createAuditLog({ dataDir, station: 'w-1', version: '1.0', log: silentLog });
  for (let at = 0; at < 18; at++) {
    audit.write({
      kind: at % 3 === 0 ? 'view' : 'ptz.move',
      operator: at % 2 === 0 ? { id: `o-${at}`, name: 'Nguyễn Thị Hồng' } : null,
      camera: at % 4 === 0 ? null : `cam-${at}`,
      site: at % 5 === 0 ? null : `site-${at}`,
      screen: at % 3 === 0 ? at : null,
      outcome: at % 7 === 0 ? 'refused' : 'done',
      cause: at % 7 === 0 ? 'access.denied' : null,
      details: { pan: 0.25 * at, note: `Ổ khóa số ${at}`, wide: at % 2 === 0 },
    });
  }
  await audit.close();
  const database = new DatabaseSync(join(dataDir, auditFileName));
  database.exec('pragma journal_mode = memory; pragma synchronous = off');
  return database;
}

function unguard(database: DatabaseSync): void {
  for (const guard of auditGuards) database.exec(`drop trigger ${guard}`);
}

/** What is told besides that the guards are gone. */
function told(database: DatabaseSync): AuditVerdict['problems'] {
  const { problems, intact } = new AuditReader(database).verify({ publicKey: null });
  expect(intact).toBe(false);
  return problems.filter(({ what }) => what !== 'guard');
}

const blobs = ['prev', 'hash'];
const numbers = ['seq', 'at', 'steady', 'screen'];
const columns = [
  ...numbers,
  ...blobs,
  'station',
  'operator_id',
  'operator_name',
  'kind',
  'camera',
  'site',
  'outcome',
  'cause',
  'details',
];

describe('a chain of twenty records', () => {
  test('is intact as it was written', async () => {
    const database = await chain();
    const verdict = new AuditReader(database).verify({ publicKey: null });
    expect(verdict).toMatchObject({ intact: true, records: 20, problems: [], first: { seq: 1 } });
    expect(verdict.last?.seq).toBe(20);
    expect(verdict.anchors).toBeGreaterThan(0);
    database.close();
  });

  test('refuses every way of changing it from within', async () => {
    const database = await chain();
    for (const sql of [
      "update audit_record set kind = 'view' where seq = 3",
      'delete from audit_record where seq = 20',
      'delete from audit_record',
      'insert or replace into audit_record select * from audit_record where seq = 5',
      'replace into audit_record select * from audit_record where seq = 20',
      'insert into audit_record select 22, at, steady, station, operator_id, operator_name, kind, camera, site, screen, outcome, cause, details, prev, hash from audit_record where seq = 5',
      'update audit_anchor set at = 0',
      'delete from audit_anchor',
    ]) {
      expect(() => database.exec(sql), sql).toThrow(/audit (records|anchors) are/);
    }
    expect(new AuditReader(database).verify({ publicKey: null }).intact).toBe(true);
    database.close();
  });

  test.each(columns)(
    'names the record of any flipped bit in %s',
    async (column) => {
      const database = await chain();
      unguard(database);
      const read = database.prepare(
        `select seq, ${column} as whole, cast(${column} as blob) as bytes from audit_record order by seq`,
      );
      read.setReadBigInts(true);
      let flips = 0;
      for (const row of read.all()) {
        if (row['whole'] === null) continue;
        const seq = Number(row['seq']);
        const attempts: (bigint | Uint8Array)[] = [];
        if (numbers.includes(column)) {
          for (let bit = 0n; bit < 63n; bit++)
            attempts.push(BigInt(row['whole'] as bigint) ^ (1n << bit));
        } else {
          const bytes = row['bytes'] as Uint8Array;
          for (let at = 0; at < bytes.length * 8; at++) {
            const flipped = Uint8Array.from(bytes);
            flipped[at >> 3]! ^= 1 << (at & 7);
            // Of long columns every byte, and every bit of the records at both ends.
            if (bytes.length <= 4 || seq <= 2 || seq >= 19 || at % 8 === seq % 8)
              attempts.push(flipped);
          }
        }
        const isText = !numbers.includes(column) && !blobs.includes(column);
        const set = database.prepare(
          `update audit_record set ${column} = ${isText ? 'cast(? as text)' : '?'} where seq = ?`,
        );
        for (const value of attempts) {
          const place = column === 'seq' ? (value as bigint) : BigInt(seq);
          try {
            set.run(value, seq);
          } catch (error) {
            // Another record has that number: a file cannot hold it.
            expect(String(error)).toMatch(/UNIQUE/);
            continue;
          }
          flips++;
          const problems = told(database);
          if (!problems.some((problem) => problem.seq === seq)) {
            expect.fail(`${column} of ${seq} → ${String(value)}: ${JSON.stringify(problems)}`);
          }
          if (column !== 'seq')
            expect(problems.map((problem) => problem.seq)).toEqual(problems.map(() => seq));
          set.run(row['whole'] as never, place);
        }
      }
      expect(flips).toBeGreaterThan(30);
      const { problems } = new AuditReader(database).verify({ publicKey: null });
      expect(problems.filter(({ what }) => what !== 'guard')).toEqual([]);
      database.close();
    },
    60_000,
  );

  test('names what was deleted, at the beginning, inside and at the end', async () => {
    for (const [seqs, expected] of [
      [[1], { what: 'missing', seq: 1, until: 1 }],
      [[7], { what: 'missing', seq: 7, until: 7 }],
      [[8, 9, 10], { what: 'missing', seq: 8, until: 10 }],
      [[20], { what: 'cut-off', seq: 19, until: 20 }],
      [[18, 19, 20], { what: 'cut-off', seq: 17, until: 20 }],
    ] as const) {
      const database = await chain();
      unguard(database);
      database.exec(`delete from audit_record where seq in (${seqs.join(',')})`);
      expect(told(database)[0]).toMatchObject(expected);
      database.close();
    }
  });

  test('names records that changed places', async () => {
    const database = await chain();
    unguard(database);
    database.exec(`update audit_record set seq = -5 where seq = 5;
      update audit_record set seq = 5 where seq = 12;
      update audit_record set seq = 12 where seq = -5;`);
    const moved = told(database).filter(({ what }) => what === 'reordered');
    expect(moved).toMatchObject([
      { seq: 5, movedFrom: 12 },
      { seq: 12, movedFrom: 5 },
    ]);
    database.close();
  });

  test('names an inserted record, also one with a hash of its own', async () => {
    const database = await chain();
    unguard(database);
    // Those behind move on by one, as whoever inserts would let them.
    database.exec(`update audit_record set seq = -seq - 1 where seq > 9;
      update audit_record set seq = -seq where seq < 0;
      insert into audit_record select 10, at, steady, station, operator_id, operator_name, kind,
        camera, site, screen, outcome, cause, details, hash, hash from audit_record where seq = 9;`);
    expect(told(database)[0]).toMatchObject({ what: 'content', seq: 10 });
    database.close();
  });

  test('finds a tail that was cut off together with its head, by the anchors and by a head that somebody kept', async () => {
    const database = await chain();
    const reader = new AuditReader(database);
    const known = reader.head();
    unguard(database);
    database.exec(`delete from audit_record where seq > 15;
      update audit_head set seq = 15, hash = (select hash from audit_record where seq = 15);`);
    expect(told(database)).toMatchObject([{ what: 'cut-off', seq: 15, until: 20 }]);
    // Who takes the anchors too is found only from outside.
    database.exec('delete from audit_anchor where seq > 15');
    const verdict = reader.verify({ publicKey: null, known });
    expect(verdict.problems.filter(({ what }) => what === 'cut-off')).toMatchObject([
      { seq: 15, until: 20 },
    ]);
    database.close();
  });

  test('says so where what refuses changes was taken out of the file', async () => {
    const database = await chain();
    database.exec('drop trigger audit_record_no_delete');
    expect(new AuditReader(database).verify({ publicKey: null })).toMatchObject({
      intact: false,
      problems: [{ what: 'guard' }],
    });
    database.close();
  });
});
