import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createAuditLog } from '../../src/audit/audit-log.ts';
import { AuditReader } from '../../src/audit/audit-reader.ts';
import { type AuditFilter, everyRecord } from '../../src/contract/audit-schemas.ts';
import { silentLog } from '../../src/std/log.ts';

export interface AuditFigures {
  readonly records: number;
  readonly recordsPerSecond: number;
  /** One-table inserts of the same values, as many per transaction, without chain, indexes or words. */
  readonly plainPerSecond: number;
  /** Time of a record over that of a plain insert. */
  readonly ratio: number;
  /** What hashing alone costs of it: SHA-256 of such a record's text. */
  readonly hashesPerSecond: number;
  /** Processor time of a wall of 16 tiles for one hour: a record per tile each ten minutes. */
  readonly wallHourCpuMs: number;
  readonly search: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly verifyMs: number;
  readonly databaseMiB: number;
}

const batch = 2000;
const searches: readonly Partial<AuditFilter>[] = [
  {},
  { text: 'hong' },
  { text: 'cong phu 17' },
  { text: 'khong co gi het' },
  { kinds: ['ptz.'] },
  { kinds: ['view'], camera: 'cam-7' },
  { operatorId: 'o-3' },
  { site: 'site-5', outcome: 'refused' },
  { from: Date.now() - 60_000 },
];

/** The chain on a real file: writing, searching and verifying many records. */
export async function benchAudit(records: number, rounds = 10): Promise<AuditFigures> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vonggac-bench-audit-'));
  try {
    const audit = createAuditLog({ dataDir, station: 'bench', version: '0', log: silentLog });
    const start = performance.now();
    for (let at = 0; at < records; at++) {
      audit.write(entry(at));
      if (at % batch === batch - 1) audit.flush();
    }
    audit.flush();
    const ours = performance.now() - start;
    await audit.close();

    const database = new DatabaseSync(join(dataDir, 'audit.db'), { readOnly: true });
    const reader = new AuditReader(database);
    const times: number[] = [];
    for (let run = 0; run < rounds * searches.length; run++) {
      const begin = performance.now();
      // A new reader each time: it remembers the last count.
      const filter = { ...everyRecord, ...searches[run % searches.length] };
      new AuditReader(database).page(filter, null, 0, 200);
      times.push(performance.now() - begin);
    }
    times.sort((a, b) => a - b);
    const part = (share: number) =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))];
    const verifyStart = performance.now();
    const verdict = reader.verify({ publicKey: null });
    const verifyMs = performance.now() - verifyStart;
    if (!verdict.intact) throw new Error('the chain of the bench is not intact');
    database.close();

    const plain = plainInserts(join(dataDir, 'plain.db'), records);
    return {
      records,
      recordsPerSecond: Math.round((records / ours) * 1000),
      plainPerSecond: Math.round((records / plain) * 1000),
      ratio: round(ours / plain),
      hashesPerSecond: hashes(),
      wallHourCpuMs: await wallHour(),
      search: { p50: round(part(0.5)), p95: round(part(0.95)), max: round(part(1)) },
      verifyMs: Math.round(verifyMs),
      databaseMiB: round(statSync(join(dataDir, 'audit.db')).size / 1024 ** 2),
    };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function entry(at: number) {
  return {
    kind: at % 5 === 0 ? 'ptz.move' : 'view',
    operator: at % 3 === 0 ? { id: `o-${at % 7}`, name: 'Nguyễn Thị Hồng' } : null,
    camera: `cam-${at % 2000}`,
    site: `site-${at % 300}`,
    screen: at % 4,
    outcome: at % 50 === 0 ? 'refused' : 'done',
    details: { note: `cổng phụ ${at % 40}`, onMs: 600_000, liveMs: 599_000 + (at % 1000) },
  } as const;
}

function plainInserts(file: string, records: number): number {
  const database = new DatabaseSync(file);
  database.exec(`pragma journal_mode = wal; pragma synchronous = normal;
    create table plain (seq integer primary key, at integer, operator text, name text, kind text,
      camera text, site text, screen integer, outcome text, details text) strict`);
  const insert = database.prepare('insert into plain values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const start = performance.now();
  database.exec('begin');
  for (let at = 0; at < records; at++) {
    const { kind, operator, camera, site, screen, outcome, details } = entry(at);
    const person = [operator?.id ?? null, operator?.name ?? null] as const;
    const text = JSON.stringify(details);
    insert.run(at, Date.now(), ...person, kind, camera, site, screen, outcome, text);
    if (at % batch === batch - 1) database.exec('commit; begin');
  }
  database.exec('commit');
  const took = performance.now() - start;
  database.close();
  return took;
}

function hashes(): number {
  const text = 'x'.repeat(500);
  const start = performance.now();
  for (let at = 0; at < 100_000; at++) createHash('sha256').update(text).digest('hex');
  return Math.round(100_000 / ((performance.now() - start) / 1000));
}

/** Sixteen records in one transaction, six times, as the viewing of an hour writes them. */
async function wallHour(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vonggac-bench-audit-'));
  const audit = createAuditLog({ dataDir, station: 'bench', version: '0', log: silentLog });
  const before = process.cpuUsage();
  for (let part = 0; part < 6; part++) {
    for (let tile = 0; tile < 16; tile++) audit.write(entry(tile));
    audit.flush();
  }
  const { user, system } = process.cpuUsage(before);
  await audit.close();
  rmSync(dataDir, { recursive: true, force: true });
  return round((user + system) / 1000);
}

function round(value: number | undefined): number {
  return Math.round((value ?? 0) * 100) / 100;
}
