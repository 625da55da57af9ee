import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { RowKind } from './register.types.ts';
import {
  type AnyRow,
  type Columns,
  kindTables,
  type RowOf,
  readRow,
  type Values,
  writeColumns,
} from './register-columns.ts';

/** Rows in and out of their tables, by kind; statements are prepared once. */
export class RegisterTables {
  readonly db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.db = db;
  }

  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  get<K extends RowKind>(kind: K, id: string): RowOf[K] | null {
    const found = this.prepare(`select * from ${kindTables[kind].table} where id = ?`).get(id);
    return found ? readRow(kind, found) : null;
  }

  /** The first row that a condition finds. */
  find<K extends RowKind>(kind: K, where: string, ...values: SQLInputValue[]): RowOf[K] | null {
    const sql = `select * from ${kindTables[kind].table} where ${where} order by rowid limit 1`;
    const found = this.prepare(sql).get(...values);
    return found ? readRow(kind, found) : null;
  }

  all<K extends RowKind>(kind: K, rest: string, ...values: SQLInputValue[]): RowOf[K][] {
    const sql = `select * from ${kindTables[kind].table} ${rest}`;
    return this.prepare(sql)
      .all(...values)
      .map((row) => readRow(kind, row));
  }

  /**
   * Rows in the order of their ids, a slice at a time: writing between two slices is allowed, and a
   * row is never seen twice.
   */
  *each<K extends RowKind>(kind: K, siteId?: string): IterableIterator<RowOf[K]> {
    const slice = 500;
    for (let last = ''; ; ) {
      const rows =
        siteId === undefined
          ? this.all(kind, 'where id > ? order by id limit ?', last, slice)
          : this.all(kind, 'where site_id = ? and id > ? order by id limit ?', siteId, last, slice);
      yield* rows;
      if (rows.length < slice) return;
      last = rows.at(-1)?.id ?? '';
    }
  }

  insert(kind: RowKind, columns: Columns, revision: number): void {
    const names = Object.keys(columns);
    this.prepare(
      `insert into ${kindTables[kind].table} (${names.join(', ')})
       values (${names.map(() => '?').join(', ')})`,
    ).run(...Object.values({ ...columns, revision }));
  }

  /** `fields`: which ones changed; all where it is left out. */
  update(kind: RowKind, row: AnyRow, fields?: ReadonlySet<string>): void {
    const { id, ...columns } = writeColumns(kind, row, fields);
    const sets = Object.keys(columns).map((name) => `${name} = ?`);
    this.prepare(`update ${kindTables[kind].table} set ${sets.join(', ')} where id = ?`).run(
      ...Object.values(columns),
      id as string,
    );
  }

  delete(kind: RowKind, id: string): void {
    this.prepare(`delete from ${kindTables[kind].table} where id = ?`).run(id);
  }

  one(sql: string, ...values: SQLInputValue[]): Values {
    return this.prepare(sql).get(...values) ?? {};
  }

  rows(sql: string, ...values: SQLInputValue[]): Values[] {
    return this.prepare(sql).all(...values);
  }

  /** @throws what `work` throws, with nothing written */
  transaction<T>(work: () => T): T {
    this.db.exec('begin immediate');
    try {
      const result = work();
      this.db.exec('commit');
      return result;
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('rollback');
      throw error;
    }
  }
}
