import type { DatabaseSync } from 'node:sqlite';
import { accountOfHub } from '../hubs/hub-book.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import { cameraIdOf } from '../sites/camera-url.ts';
import type { Dispose } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { accountOf } from '../vault/login-lookup.ts';
import type { Vault } from '../vault/vault.ts';

/**
 * Logins in the path of a URL (`/user=…_password=…`), which older versions kept in the register as they
 * were typed, go to the vault; marks stay in their place. Everything that writes a URL today passes
 * through `splitUrl`, so this is done once for a database.
 */
export interface MoveOptions {
  readonly database: DatabaseSync;
  readonly vault: Pick<Vault, 'get' | 'set' | 'level' | 'state' | 'ready'>;
  readonly log: Logger;
}

const urlFields = ['url', 'subUrl', 'directUrl', 'directSubUrl'] as const;
const urlColumns = ['url', 'sub_url', 'direct_url', 'direct_sub_url'] as const;
const doneSetting = 'url-logins-moved';

type Row = Record<string, unknown>;

/**
 * @returns false where the vault cannot keep them now (locked, or memory only): nothing was touched,
 *   the streams open as they did, and it is to be tried again when the vault is another.
 */
export async function moveUrlLogins({ database, vault, log }: MoveOptions): Promise<boolean> {
  try {
    const done = database.prepare('select value from setting where name = ?').get(doneSetting);
    if (done) return true;
    const cameras = withLogins(database, 'register_camera', urlColumns);
    const hubs = withLogins(database, 'hub', ['address', 'rtsp_address']);
    if (cameras.length + hubs.length > 0) {
      await vault.ready;
      if (vault.level === 'memory' || vault.state !== 'open') {
        log.warn('logins in addresses wait for a keychain or a vault', {
          cameras: cameras.length,
        });
        return false;
      }
      for (const { id, credential } of cameras) {
        if (!(await keep(vault, accountOf('camera', id), credential))) return false;
      }
      for (const { id, credential } of hubs) {
        if (!(await keep(vault, accountOfHub(id), credential))) return false;
      }
    }
    const touched = rewrite(database, cameras, hubs);
    if (touched > 0) {
      // What was written over still lies in free pages and in the log of the database.
      database.exec('vacuum');
      database.exec('pragma wal_checkpoint(truncate)');
      log.info('logins in addresses were moved to the vault', { rows: touched });
    }
    return true;
  } catch (error) {
    log.error('logins in addresses could not be moved', { reason: Fault.from(error).message });
    return false;
  }
}

/**
 * Moves them now, else as soon as the vault can keep them.
 * @returns ends the waiting
 */
export async function moveUrlLoginsOnce(
  options: MoveOptions & { readonly vault: Pick<Vault, 'onChange'> },
): Promise<Dispose> {
  const { vault } = options;
  if (await moveUrlLogins(options)) return () => {};
  // Each login that is put away is a change of the vault: one attempt at a time.
  let busy = false;
  const off = vault.onChange(() => {
    if (busy || vault.state !== 'open' || vault.level === 'memory') return;
    busy = true;
    void moveUrlLogins(options).then((done) => {
      busy = false;
      if (done) off();
    });
  });
  return off;
}

interface Found {
  readonly id: string;
  readonly plain: Readonly<Record<string, string>>;
  readonly credential: Credential;
}

function withLogins(database: DatabaseSync, table: string, columns: readonly string[]): Found[] {
  const where = columns.map((column) => `instr(${column}, '=') > 0`).join(' or ');
  const rows = database
    .prepare(`select id, ${columns.join(', ')} from ${table} where ${where}`)
    .all();
  return rows.flatMap((row): Found[] => {
    let credential: Credential | null = null;
    const plain: Record<string, string> = {};
    for (const column of columns) {
      const split = taken(row[column]);
      if (!split?.credential) continue;
      credential ??= split.credential;
      plain[column] = split.url;
    }
    return credential ? [{ id: String(row['id']), plain, credential }] : [];
  });
}

function taken(text: unknown): ReturnType<typeof splitUrl> | null {
  if (typeof text !== 'string' || !text.includes('=')) return null;
  try {
    return splitUrl(text);
  } catch {
    // Such a URL is opened by nobody either.
    return null;
  }
}

/** One that is there was typed by a person, after the address. */
async function keep(
  vault: MoveOptions['vault'],
  account: string,
  credential: Credential,
): Promise<boolean> {
  if (await vault.get(account)) return true;
  return (await vault.set(account, credential)) !== 'memory';
}

function rewrite(
  database: DatabaseSync,
  cameras: readonly Found[],
  hubs: readonly Found[],
): number {
  let touched = 0;
  database.exec('begin immediate');
  try {
    for (const { id, plain } of cameras) {
      update(database, 'register_camera', id, plain);
      // Search texts are made anew where they are empty.
      const url = plain['url'];
      database
        .prepare("update register_camera set folded = '', url_key = ? where id = ? and ? <> ''")
        .run(url ? cameraIdOf(url) : '', id, url ?? '');
      touched++;
    }
    for (const { id, plain } of hubs) {
      update(database, 'hub', id, plain);
      database.prepare('update hub set has_login = 1 where id = ?').run(id);
      const address = plain['address'];
      if (address)
        database.prepare('update register_hub set address = ? where id = ?').run(address, id);
      touched++;
    }
    touched += rewriteJournal(database);
    database.prepare("insert or replace into setting values (?, '1')").run(doneSetting);
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
  return touched;
}

function update(
  database: DatabaseSync,
  table: string,
  id: string,
  plain: Readonly<Record<string, string>>,
): void {
  const sets = Object.keys(plain).map((column) => `${column} = ?`);
  database
    .prepare(`update ${table} set ${sets.join(', ')} where id = ?`)
    .run(...Object.values(plain), id);
}

/** Undoing an old change must not bring the login back. */
function rewriteJournal(database: DatabaseSync): number {
  const rows = database
    .prepare(
      `select change_id, seq, before, after from register_change_row
       where kind = 'camera' and (instr(before, '=') > 0 or instr(after, '=') > 0)`,
    )
    .all();
  const write = database.prepare(
    'update register_change_row set before = ?, after = ? where change_id = ? and seq = ?',
  );
  let touched = 0;
  for (const row of rows) {
    const before = plainJson(row['before']);
    const after = plainJson(row['after']);
    if (before === row['before'] && after === row['after']) continue;
    write.run(before, after, row['change_id'] as number, row['seq'] as number);
    touched++;
  }
  return touched;
}

function plainJson(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const fields = JSON.parse(text) as Row;
  let changed = false;
  for (const field of urlFields) {
    const split = taken(fields[field]);
    if (!split?.credential) continue;
    fields[field] = split.url;
    changed = true;
  }
  return changed ? JSON.stringify(fields) : text;
}
