import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import type { Workstation } from '../contract/operator-schemas.ts';
import { Fault } from '../std/fault.ts';

const idSetting = 'workstation-id';
const nameSetting = 'workstation-name';
const maxName = 100;

/** Which workstation this is: an id for ever, and a name that people give it (first the host's). */
export class WorkstationIdentity {
  readonly #db: DatabaseSync;
  readonly id: string;
  #name: string;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.id = this.#read(idSetting) ?? this.#keep(idSetting, randomUUID());
    this.#name = this.#read(nameSetting) ?? hostname().slice(0, maxName);
  }

  get current(): Workstation {
    return { id: this.id, name: this.#name };
  }

  /** @throws {Fault} `input.value`, `store.failed` */
  rename(name: string): Workstation {
    const plain = name.normalize('NFC').trim();
    if (plain === '' || plain.length > maxName || /\p{Cc}/u.test(plain)) {
      throw new Fault('input.value', 'not a name', { field: 'name' });
    }
    try {
      this.#write(nameSetting, plain);
    } catch (error) {
      throw new Fault('store.failed', 'the name cannot be kept', {}, error);
    }
    this.#name = plain;
    return this.current;
  }

  #read(name: string): string | null {
    try {
      const row = this.#db.prepare('select value from setting where name = ?').get(name);
      return row ? String(row['value']) : null;
    } catch {
      return null;
    }
  }

  /** A disk that takes nothing must not keep the wall from starting. */
  #keep(name: string, value: string): string {
    try {
      this.#write(name, value);
    } catch {}
    return value;
  }

  #write(name: string, value: string): void {
    this.#db
      .prepare('insert into setting values (?, ?) on conflict do update set value = excluded.value')
      .run(name, value);
  }
}
