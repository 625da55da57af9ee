import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import {
  type AccessChange,
  type AccessEntry,
  type AccessSubmission,
  accessEntry,
  type Operator,
} from '../contract/operator-schemas.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';

/** What was submitted: the entries as they were then. */
export interface Submitted extends AccessSubmission {
  readonly entries: readonly AccessEntry[];
}

/** Older ones go: what changed is told from the last one. */
const keptSubmissions = 24;
const storedEntries = z.array(accessEntry);

/** The register of access as it was submitted, time after time. */
export class AccessSubmissions {
  readonly #db: DatabaseSync;
  readonly #log: Logger;

  constructor(options: { database: DatabaseSync; log: Logger }) {
    this.#db = options.database;
    this.#log = options.log;
  }

  /** Null: never, or it cannot be read any more. */
  last(): Submitted | null {
    const row = this.#db
      .prepare(
        'select at, by_name, file_name, entries from access_submission order by id desc limit 1',
      )
      .get();
    if (!row) return null;
    try {
      return {
        at: Number(row['at']),
        by: String(row['by_name']),
        fileName: String(row['file_name']),
        entries: storedEntries.parse(JSON.parse(String(row['entries']))),
      };
    } catch {
      this.#log.error('a submitted register of access cannot be read');
      return null;
    }
  }

  /** @throws {Fault} `store.failed` */
  add({ at, by, fileName, entries }: Submitted): void {
    try {
      this.#db
        .prepare(
          'insert into access_submission (at, by_name, file_name, entries) values (?, ?, ?, ?)',
        )
        .run(at, by, fileName, JSON.stringify(entries));
      this.#db
        .prepare(
          `delete from access_submission where id not in
             (select id from access_submission order by id desc limit ?)`,
        )
        .run(keptSubmissions);
    } catch (error) {
      throw new Fault('store.failed', 'the submission cannot be kept', {}, error);
    }
  }
}

export function entryOf({ mustChange: _, ...entry }: Operator): AccessEntry {
  return entry;
}

/** By the id: who was renamed is the same person. Added first, then changed, then removed. */
export function accessChanges(
  before: readonly AccessEntry[],
  now: readonly AccessEntry[],
): AccessChange[] {
  const then = new Map(before.map((entry) => [entry.id, entry]));
  const there = new Set(now.map(({ id }) => id));
  const added = now
    .filter(({ id }) => !then.has(id))
    .map((entry): AccessChange => ({ what: 'added', entry, before: null, fields: [] }));
  const changed = now.flatMap((entry): AccessChange[] => {
    const old = then.get(entry.id);
    const fields = old ? differingFields(old, entry) : [];
    return old && fields.length > 0 ? [{ what: 'changed', entry, before: old, fields }] : [];
  });
  const removed = before
    .filter(({ id }) => !there.has(id))
    .map((entry): AccessChange => ({ what: 'removed', entry, before: null, fields: [] }));
  return [...added, ...changed, ...removed];
}

function differingFields(before: AccessEntry, now: AccessEntry): string[] {
  return (Object.keys(now) as (keyof AccessEntry)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(now[field]),
  );
}
