import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AuditAnchor, AuditDetails, AuditHead } from './audit.types.ts';
import { type CleanEntry, detailsText, hashOf, noHash } from './record-form.ts';
import { recordWords } from './record-words.ts';

/** Appends to the chain in one transaction each. Several processes may: the head is read under the lock. */
export class AuditWriter {
  readonly #db: DatabaseSync;
  readonly #broken: (details: AuditDetails) => CleanEntry;
  readonly #last: StatementSync;
  readonly #head: StatementSync;
  readonly #setHead: StatementSync;
  readonly #insert: StatementSync;
  readonly #words: StatementSync;
  #transactions = 0;

  /** @param broken says in the chain that it does not end where its head says. */
  constructor(database: DatabaseSync, broken: (details: AuditDetails) => CleanEntry) {
    this.#db = database;
    this.#broken = broken;
    this.#last = database.prepare('select seq, hash from audit_record order by seq desc limit 1');
    this.#head = database.prepare('select seq, hash from audit_head where id = 1');
    this.#setHead = database.prepare(
      `insert into audit_head values (1, ?, ?)
       on conflict do update set seq = excluded.seq, hash = excluded.hash`,
    );
    this.#insert = database.prepare(
      'insert into audit_record values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#words = database.prepare('insert into audit_words (rowid, words) values (?, ?)');
  }

  /** How many transactions were written: records of a quarter second share one. */
  get transactions(): number {
    return this.#transactions;
  }

  head(): AuditHead | null {
    return headOf(this.#head.get());
  }

  /** All of them or none. @throws as SQLite does. */
  append(entries: readonly CleanEntry[]): AuditHead | null {
    this.#db.exec('begin immediate');
    try {
      const kept = this.head();
      const last = headOf(this.#last.get());
      let head: AuditHead = last ?? { seq: 0, hash: noHash };
      if (kept?.seq !== last?.seq || kept?.hash !== last?.hash) {
        const told = { foundSeq: head.seq, keptSeq: kept?.seq ?? 0, keptHash: kept?.hash ?? '' };
        head = this.#append(this.#broken(told), head);
      }
      for (const entry of entries) head = this.#append(entry, head);
      this.#setHead.run(head.seq, Buffer.from(head.hash, 'hex'));
      this.#db.exec('commit');
      this.#transactions++;
      return head;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback');
      throw error;
    }
  }

  #append(entry: CleanEntry, head: AuditHead): AuditHead {
    const content = { ...entry, seq: head.seq + 1, prev: head.hash };
    const hash = hashOf(content);
    this.#insert.run(
      content.seq,
      content.at,
      content.steady,
      content.station,
      content.operator?.id ?? null,
      content.operator?.name ?? null,
      content.kind,
      content.camera,
      content.site,
      content.screen,
      content.outcome,
      content.cause,
      detailsText(content.details),
      Buffer.from(content.prev, 'hex'),
      Buffer.from(hash, 'hex'),
    );
    this.#words.run(content.seq, recordWords(content));
    return { seq: content.seq, hash };
  }

  lastAnchor(): { seq: number; at: number } | null {
    const row = this.#db
      .prepare('select seq, at from audit_anchor order by seq desc limit 1')
      .get();
    return (row as { seq: number; at: number } | undefined) ?? null;
  }

  /** @throws as SQLite does. */
  keepAnchor(anchor: AuditAnchor): void {
    this.#db
      .prepare('insert or ignore into audit_anchor values (?, ?, ?, ?)')
      .run(anchor.seq, Buffer.from(anchor.hash, 'hex'), anchor.at, anchor.signature);
  }
}

function headOf(row: Record<string, unknown> | undefined): AuditHead | null {
  if (!row) return null;
  return {
    seq: Number(row['seq']),
    hash: Buffer.from(row['hash'] as Uint8Array).toString('hex'),
  };
}
