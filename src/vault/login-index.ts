import type { DatabaseSync } from 'node:sqlite';
import type { Dispose } from '../std/disposable.ts';
import type { Logger } from '../std/log.ts';
import type { Vault } from './vault.ts';

/**
 * Which accounts the vault has a login for, and since when: a keychain cannot be asked for a list. It
 * holds neither users nor passwords, and it is advice only: what it lacks is noted when it is read.
 */
export interface LoginIndex {
  has(account: string): boolean;
  /** Unix ms; null where the login is older than the index. */
  all(): ReadonlyMap<string, number | null>;
  close: Dispose;
}

export function openLoginIndex(database: DatabaseSync, vault: Vault, log: Logger): LoginIndex {
  const known = new Map<string, number | null>();
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      log.warn('the list of logins was not written', { reason: String(error) });
    }
  };
  attempt(() => {
    for (const row of database.prepare('select account, since from login').all()) {
      known.set(String(row['account']), row['since'] === null ? null : Number(row['since']));
    }
  });
  const off = vault.onLogin(({ account, what }) => {
    if (what === 'read' && known.has(account)) return;
    if (what === 'deleted') {
      known.delete(account);
      attempt(() => database.prepare('delete from login where account = ?').run(account));
      return;
    }
    const since = what === 'read' ? null : Date.now();
    known.set(account, since);
    attempt(() => {
      const sql =
        'insert into login values (?, ?) on conflict do update set since = excluded.since';
      database.prepare(sql).run(account, since);
    });
  });
  return { has: (account) => known.has(account), all: () => known, close: off };
}
