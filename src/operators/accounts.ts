import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import {
  maxOperators,
  type Operator,
  type OperatorFields,
  type OperatorRow,
  operatorScope,
  operator as operatorShape,
} from '../contract/operator-schemas.ts';
import { nameKey } from '../contract/password-rules.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { dayOf } from './scope.ts';

/** An operator with what never leaves this room. */
export interface Account {
  readonly operator: Operator;
  readonly hash: string;
  readonly createdAt: number;
  readonly lastSignInAt: number | null;
}

export interface AccountsOptions {
  readonly database: DatabaseSync;
  readonly log: Logger;
  readonly now: () => number;
}

type Row = Readonly<Record<string, unknown>>;

/** The table of operators. Every method that writes is one transaction. */
export class Accounts {
  readonly #db: DatabaseSync;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor({ database, log, now }: AccountsOptions) {
    this.#db = database;
    this.#log = log;
    this.#now = now;
  }

  get isEmpty(): boolean {
    return this.#read('select 1 from operator limit 1').length === 0;
  }

  byId(id: string): Account | null {
    return this.#one('select * from operator where id = ?', id);
  }

  byName(name: string): Account | null {
    return this.#one('select * from operator where name_key = ?', nameKey(name));
  }

  rows(): OperatorRow[] {
    return this.#all().map(({ operator, createdAt, lastSignInAt }) => ({
      operator,
      createdAt,
      lastSignInAt,
    }));
  }

  /**
   * @throws {Fault} `operator.last-administrator`, `operator.name-taken`, `input.value` (name, scope, dates), `access.denied`
   *   where `onlyFirst` and there is an operator already.
   */
  add(
    fields: OperatorFields,
    hash: string,
    as: { mustChange: boolean; onlyFirst?: true },
  ): Operator {
    const clean = cleanFields(fields);
    const id = randomUUID();
    return this.#transaction(() => {
      if (as.onlyFirst && !this.isEmpty) throw new Fault('access.denied', 'there is an operator');
      this.#checkName(clean.name, null);
      const count = this.#read('select count(*) as n from operator')[0]?.['n'];
      if (Number(count) >= maxOperators) {
        throw new Fault('input.value', 'too many operators', { field: 'name' });
      }
      this.#db
        .prepare(
          `insert into operator (id, name, name_key, full_name, role, scope, valid_from, valid_until,
             document_number, document_date, disabled, must_change, password, created_at)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(id, ...columnsOf(clean), as.mustChange ? 1 : 0, hash, this.#now());
      return this.#known(id).operator;
    });
  }

  save(id: string, fields: OperatorFields): Operator {
    const clean = cleanFields(fields);
    return this.#transaction(() => {
      this.#known(id);
      this.#checkName(clean.name, id);
      this.#db
        .prepare(
          `update operator set name = ?, name_key = ?, full_name = ?, role = ?, scope = ?,
             valid_from = ?, valid_until = ?, document_number = ?, document_date = ?, disabled = ?
           where id = ?`,
        )
        .run(...columnsOf(clean), id);
      this.#checkAdministrators();
      return this.#known(id).operator;
    });
  }

  remove(id: string): Operator {
    return this.#transaction(() => {
      const { operator } = this.#known(id);
      this.#db.prepare('delete from operator where id = ?').run(id);
      this.#checkAdministrators();
      return operator;
    });
  }

  setPassword(id: string, hash: string, mustChange: boolean): Operator {
    return this.#transaction(() => {
      this.#known(id);
      this.#db
        .prepare('update operator set password = ?, must_change = ? where id = ?')
        .run(hash, mustChange ? 1 : 0, id);
      return this.#known(id).operator;
    });
  }

  signedIn(id: string): void {
    this.#db.prepare('update operator set last_sign_in_at = ? where id = ?').run(this.#now(), id);
  }

  #checkName(name: string, own: string | null): void {
    const other = this.#read('select id from operator where name_key = ?', nameKey(name))[0];
    if (other && other['id'] !== own) {
      throw new Fault('operator.name-taken', 'the name is taken');
    }
  }

  /** Somebody can manage operators today and on every day after. */
  #checkAdministrators(): void {
    const today = dayOf(this.#now());
    const isThere = this.#all().some(
      ({ operator: { role, disabled, validFrom, validUntil } }) =>
        role === 'administrator' &&
        !disabled &&
        validUntil === null &&
        (validFrom === null || validFrom <= today),
    );
    if (!isThere) throw new Fault('operator.last-administrator', 'nobody could manage operators');
  }

  #known(id: string): Account {
    const account = this.byId(id);
    if (!account) throw new Fault('input.unknown', 'no such operator');
    return account;
  }

  #all(): Account[] {
    return this.#read('select * from operator order by name_key').flatMap(
      (row) => this.#account(row) ?? [],
    );
  }

  #one(sql: string, value: string): Account | null {
    const row = this.#read(sql, value)[0];
    return row ? this.#account(row) : null;
  }

  /** A row that cannot be understood is nobody: it must not become somebody with more rights. */
  #account(row: Row): Account | null {
    try {
      const operator = operatorShape.parse({
        id: row['id'],
        name: row['name'],
        fullName: row['full_name'],
        role: row['role'],
        scope: operatorScope.parse(JSON.parse(String(row['scope']))),
        validFrom: row['valid_from'],
        validUntil: row['valid_until'],
        document: { number: row['document_number'], date: row['document_date'] },
        disabled: row['disabled'] !== 0,
        mustChange: row['must_change'] !== 0,
      });
      return {
        operator,
        hash: String(row['password']),
        createdAt: Number(row['created_at']),
        lastSignInAt: row['last_sign_in_at'] === null ? null : Number(row['last_sign_in_at']),
      };
    } catch {
      this.#log.error('an operator cannot be read', { id: String(row['id']) });
      return null;
    }
  }

  #read(sql: string, ...values: string[]): Row[] {
    return this.#db.prepare(sql).all(...values) as Row[];
  }

  #transaction<T>(work: () => T): T {
    this.#db.exec('begin immediate');
    try {
      const result = work();
      this.#db.exec('commit');
      return result;
    } catch (error) {
      this.#db.exec('rollback');
      if (error instanceof Fault) throw error;
      this.#log.error('operators cannot be written', { reason: Fault.from(error).message });
      throw new Fault('store.failed', 'operators cannot be written', {}, error);
    }
  }
}

function columnsOf(fields: OperatorFields): (string | number | null)[] {
  return [
    fields.name,
    nameKey(fields.name),
    fields.fullName,
    fields.role,
    JSON.stringify(fields.scope),
    fields.validFrom,
    fields.validUntil,
    fields.document.number,
    fields.document.date,
    fields.disabled ? 1 : 0,
  ];
}

function cleanFields(fields: OperatorFields): OperatorFields {
  const name = fields.name.normalize('NFC').trim().replaceAll(/\s+/gu, ' ');
  const wrong = (field: string) => new Fault('input.value', `${field} does not fit`, { field });
  if (name === '' || /\p{Cc}/u.test(name)) throw wrong('name');
  const { role, scope, validFrom, validUntil } = fields;
  // A part of the country could otherwise hand out the whole of it.
  if (role === 'administrator' && scope !== 'all') throw wrong('scope');
  if (validFrom !== null && validUntil !== null && validUntil < validFrom)
    throw wrong('validUntil');
  return { ...fields, name, fullName: fields.fullName.normalize('NFC').trim() };
}
