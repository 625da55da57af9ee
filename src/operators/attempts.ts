import type { DatabaseSync } from 'node:sqlite';

/** So many failures within so long lock a name for so long. */
export interface LockOut {
  readonly failures: number;
  readonly withinMs: number;
  readonly forMs: number;
}

export const usualLockOut: LockOut = { failures: 5, withinMs: 30_000, forMs: 5 * 60_000 };

/** Names are cut off here before they are kept: what is typed may be anything. */
const maxKey = 100;
const maxRows = 5000;

/**
 * Counts failed sign-ins by name, in the database, so that a restart forgives nobody. A name that no
 * account has is counted in the same way: neither the answer nor the work tells them apart.
 */
export class Attempts {
  readonly #db: DatabaseSync;
  readonly #rule: LockOut;

  constructor(db: DatabaseSync, rule: LockOut = usualLockOut) {
    this.#db = db;
    this.#rule = rule;
  }

  /**
   * Counts an attempt as failed before its password is looked at: who ends the program in between has
   * gained nothing.
   * @returns whether the password may decide, and whether this very attempt locked the name.
   */
  begin(name: string, now: number): { readonly open: boolean; readonly locks: boolean } {
    const key = name.slice(0, maxKey);
    const { failures, withinMs, forMs } = this.#rule;
    const row = this.#db
      .prepare('select failures, locked_until from operator_attempt where name_key = ?')
      .get(key);
    const wasLockedUntil = Number(row?.['locked_until'] ?? 0);
    const isLocked = wasLockedUntil > now;
    const before = row ? readTimes(row['failures']) : [];
    // A clock that was set back must not lock for longer than the rule says.
    const recent = before.filter((at) => at > now - withinMs && at <= now);
    const times = isLocked ? recent : [...recent, now];
    const locks = !isLocked && times.length >= failures;
    const lockedUntil = isLocked ? Math.min(wasLockedUntil, now + forMs) : locks ? now + forMs : 0;
    this.#makeRoom(now);
    this.#db
      .prepare(
        `insert into operator_attempt values (?, ?, ?) on conflict do update set
          failures = excluded.failures, locked_until = excluded.locked_until`,
      )
      .run(key, JSON.stringify(locks ? [] : times), lockedUntil);
    return { open: !isLocked, locks };
  }

  /** The password was right. */
  forgive(name: string): void {
    this.#db.prepare('delete from operator_attempt where name_key = ?').run(name.slice(0, maxKey));
  }

  /** What says nothing any more goes; a row that locks stays. */
  #makeRoom(now: number): void {
    const count = this.#db.prepare('select count(*) as n from operator_attempt').get();
    if (Number(count?.['n']) < maxRows) return;
    this.#db
      .prepare(
        `delete from operator_attempt where locked_until <= ?
          and coalesce(json_extract(failures, '$[#-1]'), 0) <= ?`,
      )
      .run(now, now - this.#rule.withinMs);
  }
}

function readTimes(value: unknown): number[] {
  try {
    const times: unknown = JSON.parse(String(value));
    return Array.isArray(times) ? times.filter((at) => typeof at === 'number') : [];
  } catch {
    return [];
  }
}
