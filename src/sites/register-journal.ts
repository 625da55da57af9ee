import { Fault } from '../std/fault.ts';
import type { RegisterChange, RowKind } from './register.types.ts';
import { type AnyRow, type Columns, type Values, writeColumns } from './register-columns.ts';
import type { RegisterTables } from './register-tables.ts';

/** One row before and after a change; null: it was not there, or is not any more. */
export interface Edit {
  readonly kind: RowKind;
  readonly id: string;
  readonly before: AnyRow | null;
  readonly after: AnyRow | null;
  /** The columns of a new row, where they were made beforehand. */
  readonly columns?: Columns;
}

export interface Entry {
  readonly what: RegisterChange['what'];
  readonly who: string;
  readonly subject: string;
  /** False for what only follows from something else: the removal of a hub, an undo itself. */
  readonly undoable: boolean;
}

export interface JournalLimits {
  /** Changes that stay in the journal. */
  readonly changes: number;
  /** Rows of which the former content is kept, so that the change can be taken back. */
  readonly rows: number;
}

const usualLimits: JournalLimits = { changes: 2_000, rows: 200_000 };

/**
 * Who changed what and when, with what it was before. Undo puts back only the fields that the change
 * touched, and refuses where one of them was changed since: nobody's work is lost.
 */
export class RegisterJournal {
  readonly #tables: RegisterTables;
  readonly #now: () => number;

  readonly #limits: JournalLimits;

  constructor(tables: RegisterTables, now: () => number, limits = usualLimits) {
    this.#tables = tables;
    this.#limits = limits;
    this.#now = now;
  }

  /** The number of the last change: the revision of the register as a whole. */
  get revision(): number {
    const { last } = this.#tables.one(
      "select coalesce((select seq from sqlite_sequence where name = 'register_change'), 0) as last",
    );
    return Number(last);
  }

  /** Writes rows and journal; call it within a transaction. All rows get the change as revision. */
  write(entry: Entry, edits: readonly Edit[]): RegisterChange {
    const tables = this.#tables;
    if (entry.undoable) {
      tables.prepare("update register_change set state = 'dropped' where state = 'undone'").run();
    }
    const count = (test: (edit: Edit) => boolean) => edits.filter(test).length;
    const { lastInsertRowid } = tables
      .prepare(
        `insert into register_change (at, who, what, subject, added, changed, removed, undoable)
         values (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        this.#now(),
        entry.who.slice(0, 200),
        entry.what,
        entry.subject.slice(0, 200),
        count(({ before }) => before === null),
        count(({ before, after }) => before !== null && after !== null),
        count(({ after }) => after === null),
        entry.undoable ? 1 : 0,
      );
    const id = Number(lastInsertRowid);
    const keep = tables.prepare('insert into register_change_row values (?, ?, ?, ?, ?, ?)');
    for (const [seq, edit] of edits.entries()) {
      const { kind, id: rowId, before, after } = edit;
      const [was, is] = before && after ? differing(before, after) : [before, after];
      if (after === null) tables.delete(kind, rowId);
      else if (before === null) tables.insert(kind, edit.columns ?? writeColumns(kind, after), id);
      else {
        const fields = new Set([...Object.keys(is ?? {}), 'revision']);
        tables.update(kind, { ...after, revision: id }, fields);
      }
      if (!entry.undoable) continue;
      keep.run(id, seq, kind, rowId, was && JSON.stringify(was), is && JSON.stringify(is));
    }
    this.#prune();
    return this.get(id) as RegisterChange;
  }

  get(id: number): RegisterChange | null {
    const row = this.#tables.one('select * from register_change where id = ?', id);
    return row['id'] === undefined ? null : toChange(row);
  }

  list(offset: number, limit: number): { total: number; changes: RegisterChange[] } {
    const { total } = this.#tables.one('select count(*) as total from register_change');
    const rows = this.#tables.rows(
      'select * from register_change order by id desc limit ? offset ?',
      limit,
      offset,
    );
    return { total: Number(total), changes: rows.map(toChange) };
  }

  nextUndo(): RegisterChange | null {
    return this.#first("undoable = 1 and state = 'done' order by id desc");
  }

  /** Undone one after the other, so the one undone last is the oldest of them. */
  nextRedo(): RegisterChange | null {
    return this.#first("undoable = 1 and state = 'undone' order by id");
  }

  /** What is to be written to take a change back, or to do it again. */
  editsTo(direction: 'undo' | 'redo', change: RegisterChange): Edit[] {
    const order = direction === 'undo' ? 'desc' : 'asc';
    const rows = this.#tables.rows(
      `select * from register_change_row where change_id = ? order by seq ${order}`,
      change.id,
    );
    return rows.map((row) => {
      const kind = row['kind'] as RowKind;
      const images = [row['before'], row['after']].map((text) =>
        text === null ? null : (JSON.parse(String(text)) as Values),
      );
      if (direction === 'undo') images.reverse();
      const [from, to] = images as [Values | null, Values | null];
      return this.#edit(kind, String(row['row_id']), from, to);
    });
  }

  /** Changes of this kind that touched rows of an origin can no longer be taken back. */
  settle(what: RegisterChange['what'], origin: string): void {
    const rows = (['site', 'device', 'camera'] as const).map(
      (kind) => `select id from register_${kind} where origin = ?1`,
    );
    this.#tables
      .prepare(
        `update register_change set undoable = 0 where what = ?2 and id in (
           select change_id from register_change_row where row_id in (${rows.join(' union ')})
         )`,
      )
      .run(origin, what);
  }

  setState(id: number, state: 'done' | 'undone'): void {
    this.#tables.prepare('update register_change set state = ? where id = ?').run(state, id);
  }

  #edit(kind: RowKind, id: string, from: Values | null, to: Values | null): Edit {
    const current = this.#tables.get(kind, id);
    if (from === null) {
      if (current) throw conflict(current);
      return { kind, id, before: null, after: to as unknown as AnyRow };
    }
    if (!current) throw conflict(from);
    const now = current as unknown as Values;
    for (const [field, value] of Object.entries(from)) {
      if (field !== 'revision' && !same(now[field], value)) throw conflict(current);
    }
    const after = to === null ? null : ({ ...current, ...to } as AnyRow);
    return { kind, id, before: current, after };
  }

  #first(rest: string): RegisterChange | null {
    const row = this.#tables.one(`select * from register_change where ${rest} limit 1`);
    return row['id'] === undefined ? null : toChange(row);
  }

  /** Old contents go first, then the old entries themselves. */
  #prune(): void {
    const tables = this.#tables;
    tables
      .prepare(
        `update register_change set undoable = 0 where id in (
           select id from (
             select id, sum(added + changed + removed) over (order by id desc) as kept,
               row_number() over (order by id desc) as place
             from register_change where undoable = 1
           ) where kept > ? and place > 1
         )`,
      )
      .run(this.#limits.rows);
    tables
      .prepare('delete from register_change where id <= (select max(id) from register_change) - ?')
      .run(this.#limits.changes);
    tables
      .prepare(
        `delete from register_change_row where change_id in (
           select id from register_change where undoable = 0
         )`,
      )
      .run();
  }
}

export function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The fields that differ, as they were and as they are. */
export function differing(before: AnyRow, after: AnyRow): [Values, Values] {
  const [was, is]: [Values, Values] = [{}, {}];
  const old = before as unknown as Values;
  for (const [field, value] of Object.entries(after)) {
    if (field === 'revision' || same(old[field], value)) continue;
    was[field] = old[field];
    is[field] = value;
  }
  return [was, is];
}

export function conflict(row: object | null): Fault {
  const { name } = (row ?? {}) as { name?: unknown };
  return new Fault('input.conflict', 'the row was changed in the meantime', {
    name: typeof name === 'string' ? name.slice(0, 200) : '',
  });
}

function toChange(row: Values): RegisterChange {
  return {
    id: Number(row['id']),
    at: Number(row['at']),
    who: String(row['who']),
    what: row['what'] as RegisterChange['what'],
    subject: String(row['subject']),
    added: Number(row['added']),
    changed: Number(row['changed']),
    removed: Number(row['removed']),
    undone: row['state'] !== 'done',
  };
}
