import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * The file of the chain. It stands apart from the wall's own database, so that a list of cameras that is
 * being imported never makes the audit wait, and damage of one is not damage of the other.
 */
export const auditFileName = 'audit.db';
const schemaVersion = 1;

/** Triggers by name: `verify` says so where one is missing. */
export const auditGuards = [
  'audit_record_append',
  'audit_record_no_update',
  'audit_record_no_delete',
  'audit_anchor_no_update',
  'audit_anchor_no_delete',
] as const;

const schema = `
  create table audit_record (
    seq integer primary key,
    at integer not null,
    steady integer not null,
    station text not null,
    operator_id text,
    operator_name text,
    kind text not null,
    camera text,
    site text,
    screen integer,
    outcome text not null,
    cause text,
    details text not null,
    prev blob not null,
    hash blob not null
  ) strict;
  create index audit_record_at on audit_record (at);
  create index audit_record_kind on audit_record (kind);
  create index audit_record_operator on audit_record (operator_id) where operator_id is not null;
  create index audit_record_camera on audit_record (camera) where camera is not null;
  create index audit_record_site on audit_record (site) where site is not null;
  create table audit_head (
    id integer primary key check (id = 1),
    seq integer not null,
    hash blob not null
  ) strict;
  create table audit_anchor (
    seq integer primary key,
    hash blob not null,
    at integer not null,
    signature text
  ) strict;
  -- Only a way to find records: nothing in it is shown or verified.
  create virtual table audit_words using fts5(words, content='', columnsize=0, detail=none);
  -- \`insert or replace\` deletes without asking the trigger of deletions.
  create trigger audit_record_append before insert on audit_record
    when new.seq <> coalesce((select max(seq) from audit_record), 0) + 1
    begin select raise(abort, 'audit records are appended only'); end;
  create trigger audit_record_no_update before update on audit_record
    begin select raise(abort, 'audit records are never changed'); end;
  create trigger audit_record_no_delete before delete on audit_record
    begin select raise(abort, 'audit records are never deleted'); end;
  create trigger audit_anchor_no_update before update on audit_anchor
    begin select raise(abort, 'audit anchors are never changed'); end;
  create trigger audit_anchor_no_delete before delete on audit_anchor
    begin select raise(abort, 'audit anchors are never deleted'); end;
  pragma user_version = ${schemaVersion};
`;

export interface OpenedAudit {
  readonly database: DatabaseSync;
  /** Name of the damaged file that was put aside for a new one, or null. */
  readonly aside: string | null;
}

/**
 * For writing. Damage is moved aside; whatever else is wrong is thrown, and tried again later.
 * @param dataDir null: in memory.
 */
export function openAuditFile(dataDir: string | null): OpenedAudit {
  if (dataDir === null) return { database: openFile(':memory:'), aside: null };
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, auditFileName);
  try {
    return { database: openPrivate(file), aside: null };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const aside = moveAside(dataDir);
    return { database: openPrivate(file), aside };
  }
}

/** Puts the damaged file away under another name, which is returned. */
export function moveAside(dataDir: string): string {
  const name = `${auditFileName}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const end of ['', '-wal', '-shm']) {
    const from = join(dataDir, auditFileName + end);
    if (existsSync(from)) renameSync(from, join(dataDir, name + end));
  }
  return name;
}

/**
 * For reading, also while a wall writes to it and where the folder itself cannot be written.
 * @returns null where there is no such file. @throws as SQLite does.
 */
export function openAuditForReading(dataDir: string): DatabaseSync | null {
  const file = join(dataDir, auditFileName);
  if (!existsSync(file)) return null;
  const database = new DatabaseSync(file, { readOnly: true, timeout: 2000 });
  try {
    database.exec('pragma trusted_schema = off');
    database.prepare('select 1 from sqlite_schema').get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLITE_CORRUPT (11) and SQLITE_NOTADB (26), https://sqlite.org/rescode.html, with extensions. */
export function isDamage(error: unknown): boolean {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' && [11, 26].includes(code & 0xff);
}

/** SQLITE_BUSY (5) and SQLITE_LOCKED (6): another process writes at this moment. */
export function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' && [5, 6].includes(code & 0xff);
}

function openPrivate(file: string): DatabaseSync {
  const database = openFile(file);
  try {
    chmodSync(file, 0o600);
  } catch {
    // A file system without permissions: the folder's own have to do.
  }
  return database;
}

function openFile(file: string): DatabaseSync {
  // A wall never waits long for another process: what could not be written is tried again.
  const database = new DatabaseSync(file, { timeout: 100 });
  try {
    database.exec(
      'pragma journal_mode = wal; pragma synchronous = normal; pragma trusted_schema = off',
    );
    database.exec('begin immediate');
    const row = database.prepare('pragma user_version').get() as { user_version: number };
    if (row.user_version === 0) database.exec(schema);
    database.exec('commit');
    if (row.user_version > schemaVersion) throw new Error('the audit is of a newer version');
    // The ends of the table: damage there would let a chain start anew on top of it.
    database.prepare('select * from audit_head').get();
    database.prepare('select * from audit_record order by seq desc limit 1').get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
