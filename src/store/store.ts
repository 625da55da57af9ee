import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Language, type WallState, wallState } from '../contract/schemas.ts';
import { type StreamKey, streamKeyText } from '../contract/stream-state.ts';
import type { TransportUsed } from '../rtsp/session.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { migrate, NewerSchema } from './migrations.ts';

/**
 * What the workstation remembers over restarts, in one SQLite file. Never a secret: logins live in
 * the vault. A wall must run whatever became of the file, so opening never fails; `warning` says
 * what the operator should know.
 */
export interface Store {
  /** Key of `shell.json`, or null where all is well. */
  readonly warning: StoreWarning | null;
  loadWall(screen: number): WallState | null;
  /** @throws {Fault} `store.failed`, as every method that writes. */
  saveWall(state: WallState): void;
  language(): Language | null;
  setLanguage(language: Language): void;
  /** For rooms that keep tables of their own; their steps stand in `migrations.ts`. */
  readonly database: DatabaseSync;
  forgetTransport(cameraId: string): void;
  lastTransport(key: StreamKey): TransportUsed | null;
  rememberTransport(key: StreamKey, used: TransportUsed): void;
  /** SHA-256 fingerprint that a person trusted for `host:port`, or null. */
  trustedFingerprint(endpoint: string): string | null;
  trust(endpoint: string, fingerprint: string): void;
  close(): void;
}

export type StoreWarning =
  | 'warning.store-replaced'
  | 'warning.store-memory'
  | 'warning.store-newer';

export interface StoreOptions {
  /** Null keeps everything in memory. */
  readonly dataDir: string | null;
  readonly log: Logger;
  /** How long to wait for another process that holds the file, ms; default 2000. */
  readonly lockTimeoutMs?: number;
}

const fileName = 'vonggac.db';
const transportsUsed: readonly string[] = ['tcp', 'udp', 'multicast', 'http'];

export function openStore(options: StoreOptions): Store {
  const { dataDir, log } = options;
  if (dataDir === null) return new SqliteStore(openFile(':memory:', options), null, log);
  const file = join(dataDir, fileName);
  try {
    return new SqliteStore(openIn(dataDir, file, options), null, log);
  } catch (error) {
    if (isDamage(error)) return replaceDamaged(file, options, error);
    const newer = error instanceof NewerSchema;
    log.error('the database cannot be used: nothing will be remembered', {
      file,
      reason: errorText(error),
    });
    const warning = newer ? 'warning.store-newer' : 'warning.store-memory';
    return new SqliteStore(openFile(':memory:', options), warning, log);
  }
}

/** True where a person added a hub, a site or a camera: then no demonstration is started. */
export function hasSavedSources(dataDir: string): boolean {
  const file = join(dataDir, fileName);
  if (!existsSync(file)) return false;
  try {
    const db = new DatabaseSync(file, { readOnly: true, timeout: 2000 });
    try {
      const has = (table: string) => {
        const isThere = db.prepare('select 1 from sqlite_schema where name = ?').get(table);
        return (
          isThere !== undefined && db.prepare(`select 1 from ${table} limit 1`).get() !== undefined
        );
      };
      // `source` until an older version's file is migrated.
      return ['source', 'register_hub', 'register_site'].some(has);
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}

function openIn(dataDir: string, file: string, options: StoreOptions): DatabaseSync {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const db = openFile(file, options);
  try {
    // Addresses of cameras are nobody else's business on a shared machine.
    chmodSync(file, 0o600);
  } catch (error) {
    options.log.warn('the database file keeps its permissions', { reason: errorText(error) });
  }
  return db;
}

function openFile(file: string, { lockTimeoutMs = 2000 }: StoreOptions): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: lockTimeoutMs, enableForeignKeyConstraints: true });
  try {
    db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma trusted_schema = off');
    const check = db.prepare('pragma quick_check(1)').get() as { quick_check: string };
    if (check.quick_check !== 'ok') throw new Damaged(check.quick_check);
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

class Damaged extends Error {}

/** SQLITE_CORRUPT (11) and SQLITE_NOTADB (26), https://sqlite.org/rescode.html, with extensions. */
function isDamage(error: unknown): boolean {
  if (error instanceof Damaged) return true;
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' && [11, 26].includes(code & 0xff);
}

function replaceDamaged(file: string, options: StoreOptions, reason: unknown): Store {
  const { log, dataDir } = options;
  const aside = `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  try {
    for (const end of ['', '-wal', '-shm']) {
      if (existsSync(file + end)) renameSync(file + end, aside + end);
    }
    const db = openIn(dataDir!, file, options);
    log.error('the database was damaged: moved aside, a new one is used', {
      aside,
      reason: errorText(reason),
    });
    return new SqliteStore(db, 'warning.store-replaced', log);
  } catch (error) {
    log.error('the database is damaged and cannot be replaced: nothing will be remembered', {
      file,
      reason: errorText(error),
    });
    return new SqliteStore(openFile(':memory:', options), 'warning.store-memory', log);
  }
}

class SqliteStore implements Store {
  readonly warning: StoreWarning | null;
  readonly #db: DatabaseSync;
  readonly #log: Logger;
  #open = true;

  constructor(db: DatabaseSync, warning: StoreWarning | null, log: Logger) {
    this.#db = db;
    this.#log = log;
    this.warning = warning;
  }

  loadWall(screen: number): WallState | null {
    const row = this.#row('select state from wall where screen = ?', screen);
    if (!row) return null;
    try {
      return wallState.parse(JSON.parse(String(row['state'])));
    } catch (error) {
      this.#log.warn('a saved wall cannot be read', { screen, reason: errorText(error) });
      return null;
    }
  }

  saveWall(state: WallState): void {
    this.#write(
      'insert into wall values (?, ?) on conflict do update set state = excluded.state',
      state.screen,
      JSON.stringify(state),
    );
  }

  language(): Language | null {
    const value = this.#row("select value from setting where name = 'language'")?.['value'];
    return value === 'vi' || value === 'en' ? value : null;
  }

  setLanguage(language: Language): void {
    this.#write(
      "insert into setting values ('language', ?) on conflict do update set value = excluded.value",
      language,
    );
  }

  get database(): DatabaseSync {
    return this.#db;
  }

  forgetTransport(cameraId: string): void {
    for (const quality of ['main', 'sub'] as const) {
      this.#write('delete from transport where stream = ?', streamKeyText({ cameraId, quality }));
    }
  }

  lastTransport(key: StreamKey): TransportUsed | null {
    const row = this.#row('select used from transport where stream = ?', streamKeyText(key));
    const used = String(row?.['used']);
    return transportsUsed.includes(used) ? (used as TransportUsed) : null;
  }

  rememberTransport(key: StreamKey, used: TransportUsed): void {
    this.#write(
      'insert into transport values (?, ?) on conflict do update set used = excluded.used',
      streamKeyText(key),
      used,
    );
  }

  trustedFingerprint(endpoint: string): string | null {
    const row = this.#row(
      'select fingerprint from trusted_certificate where endpoint = ?',
      endpoint,
    );
    return row ? String(row['fingerprint']) : null;
  }

  trust(endpoint: string, fingerprint: string): void {
    this.#write(
      `insert into trusted_certificate values (?, ?, ?) on conflict do update set
        fingerprint = excluded.fingerprint, trusted_at = excluded.trusted_at`,
      endpoint,
      fingerprint,
      Date.now(),
    );
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#db.close();
  }

  /** A failed read is as good as nothing saved: said in the log, and the wall goes on. */
  #row(sql: string, ...values: (string | number)[]): Record<string, unknown> | undefined {
    if (!this.#open) return undefined;
    try {
      return this.#db.prepare(sql).get(...values);
    } catch (error) {
      this.#log.error('the database cannot be read', { reason: errorText(error) });
      return undefined;
    }
  }

  #write(sql: string, ...values: (string | number | null)[]): void {
    if (!this.#open) throw new Fault('store.failed', 'the database is closed');
    try {
      this.#db.prepare(sql).run(...values);
    } catch (error) {
      this.#log.error('the database cannot be written', { reason: errorText(error) });
      throw new Fault('store.failed', errorText(error), {}, error);
    }
  }
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
