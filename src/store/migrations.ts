import type { DatabaseSync } from 'node:sqlite';

/**
 * The shape of the database, as steps that are only ever added to: a workstation may be updated from
 * any older version. `PRAGMA user_version` counts the steps taken.
 */
export const migrations: readonly string[] = [
  `
  create table setting (name text primary key, value text not null) strict;
  create table wall (screen integer primary key, state text not null) strict;
  create table source (
    id text primary key,
    name text not null,
    site_id text not null,
    site_name text not null,
    province text not null,
    placement text,
    url text not null,
    sub_url text,
    transport text not null,
    added_at integer not null
  ) strict;
  create table transport (stream text primary key, used text not null) strict;
  create table trusted_certificate (
    endpoint text primary key,
    fingerprint text not null,
    trusted_at integer not null
  ) strict;
  `,
];

/** The database was written by a newer version of the program: it is left as it is. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
}

/** Takes the steps that are missing, each wholly or not at all. */
export function migrate(db: DatabaseSync, steps: readonly string[] = migrations): void {
  for (;;) {
    // Read under the write lock: another process may be migrating the same file.
    db.exec('begin immediate');
    try {
      const row = db.prepare('pragma user_version').get() as { user_version: number };
      const version = row.user_version;
      if (version > steps.length) throw new NewerSchema(`schema ${version} > ${steps.length}`);
      const step = steps[version];
      if (step !== undefined) {
        db.exec(step);
        db.exec(`pragma user_version = ${version + 1}`);
      }
      db.exec('commit');
      if (step === undefined) return;
    } catch (error) {
      db.exec('rollback');
      throw error;
    }
  }
}
