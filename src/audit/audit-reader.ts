import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { type AuditFilter, maxViewSpans, type ViewSpan } from '../contract/audit-schemas.ts';
import type { AuditAnchor, AuditHead, AuditRecord, AuditVerdict } from './audit.types.ts';
import { auditGuards } from './audit-file.ts';
import { ChainCheck } from './chain-check.ts';
import { textWords } from './record-words.ts';
import { foundInRow, readDetails, recordOf } from './stored-record.ts';

export interface FoundPage {
  readonly rows: AuditRecord[];
  readonly total: number;
  readonly upTo: number;
}

export interface CoverageQuery {
  readonly camera: string | null;
  readonly screen: number | null;
  /** Unix ms; the end does not belong to it. */
  readonly from: number;
  readonly to: number;
}

/** A record of watching is written when it ends, ten minutes after its beginning at the latest. */
const latestViewMs = 15 * 60_000;

export interface VerifyOptions {
  /** The workstation's Ed25519 public key; null: signatures are not checked. */
  readonly publicKey: string | null;
  readonly known?: AuditHead | null;
}

/** Looks into a chain, which may be in use by its writer; every method sees one state of it. */
export class AuditReader {
  readonly #db: DatabaseSync;
  /** The last count, which pages of the same filter need again and again. */
  #counted: { key: string; total: number } | null = null;

  constructor(database: DatabaseSync) {
    this.#db = database;
  }

  page(filter: AuditFilter, upTo: number | null, offset: number, limit: number): FoundPage {
    const end = upTo ?? this.lastSeq();
    const { where, values } = conditionOf(filter, end);
    const key = JSON.stringify([filter, end]);
    if (this.#counted?.key !== key) {
      const row = this.#db
        .prepare(`select count(*) as n from audit_record ${where}`)
        .get(...values);
      this.#counted = { key, total: Number(row?.['n'] ?? 0) };
    }
    const rows = this.#db
      .prepare(`select * from audit_record ${where} order by seq desc limit ? offset ?`)
      .all(...values, limit, offset);
    return { rows: rows.map(recordOf), total: this.#counted.total, upTo: end };
  }

  /** Oldest first, cut off at both ends; what cannot be read is left out. */
  coverage(query: CoverageQuery): { spans: ViewSpan[]; more: boolean } {
    const { camera, screen, from, to } = query;
    const rows = this.#db
      .prepare(
        `select camera, screen, details from audit_record
         where at >= ? and at < ? and +kind = 'view'
           and (? is null or camera = ?) and (? is null or screen = ?)
         order by at, seq limit ?`,
      )
      .all(from, to + latestViewMs, camera, camera, screen, screen, maxViewSpans + 1);
    const spans = rows.slice(0, maxViewSpans).flatMap((row) => viewSpanOf(row, from, to) ?? []);
    return { spans, more: rows.length > maxViewSpans };
  }

  people(): { id: string; name: string }[] {
    return this.#db
      .prepare(
        `select operator_id as id, max(operator_name) as name from audit_record
         where operator_id is not null group by operator_id order by name limit 1000`,
      )
      .all()
      .map((row) => ({ id: String(row['id']), name: String(row['name']) }));
  }

  /** Oldest first; read as it goes. */
  *records(filter: AuditFilter): Generator<AuditRecord> {
    const { where, values } = conditionOf(filter, this.lastSeq());
    const rows = this.#db.prepare(`select * from audit_record ${where} order by seq`);
    for (const row of rows.iterate(...values)) yield recordOf(row);
  }

  /** First and last sequence of what the filter lets through. */
  bounds(filter: AuditFilter): { first: number; last: number; count: number } | null {
    const { where, values } = conditionOf(filter, this.lastSeq());
    const row = this.#db
      .prepare(`select min(seq) as a, max(seq) as b, count(*) as n from audit_record ${where}`)
      .get(...values);
    if (!row || Number(row['n']) === 0) return null;
    return { first: Number(row['a']), last: Number(row['b']), count: Number(row['n']) };
  }

  /** Records by their numbers, both included. */
  *range(first: number, last: number): Generator<AuditRecord> {
    const rows = this.#db.prepare(
      'select * from audit_record where seq between ? and ? order by seq',
    );
    for (const row of rows.iterate(first, last)) yield recordOf(row);
  }

  lastSeq(): number {
    return Number(this.#db.prepare('select max(seq) as n from audit_record').get()?.['n'] ?? 0);
  }

  /** Of the last record: the command line writes as the same workstation. */
  station(): string {
    const row = this.#db
      .prepare('select station from audit_record order by seq desc limit 1')
      .get();
    return String(row?.['station'] ?? '');
  }

  head(): AuditHead | null {
    const rows = this.#db.prepare('select seq, hash from audit_head');
    rows.setReadBigInts(true);
    const row = rows.get();
    return row ? { seq: Number(row['seq']), hash: hexOf(row['hash']) } : null;
  }

  anchors(): AuditAnchor[] {
    const rows = this.#db.prepare('select seq, hash, at, signature from audit_anchor order by seq');
    // What a flipped bit makes of a number may be more than JavaScript takes otherwise.
    rows.setReadBigInts(true);
    return rows.all().map((row) => ({
      seq: Number(row['seq']),
      hash: hexOf(row['hash']),
      at: Number(row['at']),
      signature: row['signature'] === null ? null : String(row['signature']),
    }));
  }

  /** Goes through the whole chain. */
  verify(options: VerifyOptions): AuditVerdict {
    return this.#inOneState(() => {
      const anchors = this.anchors();
      const head = this.head();
      const { known = null } = options;
      const wanted = [...anchors.map(({ seq }) => seq), ...(known ? [known.seq] : [])];
      const check = new ChainCheck({ wanted });
      const rows = this.#db.prepare('select * from audit_record order by seq');
      rows.setReadBigInts(true);
      for (const row of rows.iterate()) check.add(foundInRow(row));
      const there = this.#db.prepare("select name from sqlite_schema where type = 'trigger'").all();
      const names = new Set(there.map((row) => String(row['name'])));
      if (!auditGuards.every((guard) => names.has(guard))) check.guardMissing();
      return check.finish({
        head,
        mustHaveHead: true,
        anchors,
        publicKey: options.publicKey,
        known,
      });
    });
  }

  #inOneState<T>(work: () => T): T {
    if (this.#db.isTransaction) return work();
    this.#db.exec('begin');
    try {
      return work();
    } finally {
      this.#db.exec('commit');
    }
  }
}

function viewSpanOf(
  row: Readonly<Record<string, unknown>>,
  earliest: number,
  latest: number,
): ViewSpan | null {
  const details = readDetails(String(row['details'])) ?? {};
  const [began, ended, live] = [details['from'], details['to'], details['liveMs']];
  if (typeof began !== 'number' || typeof ended !== 'number') return null;
  const from = Math.max(began, earliest);
  const to = Math.min(ended, latest);
  if (!(to > from)) return null;
  // Of a span that is cut, the same part was live: when within it, nobody wrote down.
  const share = (to - from) / (ended - began);
  return {
    camera: String(row['camera'] ?? ''),
    screen: row['screen'] === null ? null : Number(row['screen']),
    from,
    to,
    liveMs: typeof live === 'number' ? Math.min(to - from, Math.max(0, live * share)) : 0,
  };
}

const hexOf = (value: unknown) => Buffer.from(value as Uint8Array).toString('hex');

function conditionOf(
  filter: AuditFilter,
  upTo: number,
): { where: string; values: SQLInputValue[] } {
  const parts = ['seq <= ?'];
  const values: SQLInputValue[] = [upTo];
  const add = (part: string, ...more: SQLInputValue[]) => {
    parts.push(part);
    values.push(...more);
  };
  if (filter.kinds.length > 0) {
    const choices = filter.kinds.map((kind) =>
      // A range, which the index can find; `operator.` … `operator/`.
      kind.endsWith('.') ? '(kind >= ? and kind < ?)' : 'kind = ?',
    );
    add(
      `(${choices.join(' or ')})`,
      ...filter.kinds.flatMap((kind) =>
        kind.endsWith('.') ? [kind, `${kind.slice(0, -1)}/`] : kind,
      ),
    );
  }
  if (filter.operatorId !== null) add('operator_id = ?', filter.operatorId);
  if (filter.camera !== null) add('camera = ?', filter.camera);
  if (filter.site !== null) add('site = ?', filter.site);
  if (filter.outcome !== null) add('outcome = ?', filter.outcome);
  if (filter.from !== null) add('at >= ?', filter.from);
  if (filter.to !== null) add('at < ?', filter.to);
  const words = textWords(filter.text);
  if (words.length > 0) {
    const match = words.map((word) => `"${word}"*`).join(' AND ');
    add('seq in (select rowid from audit_words where audit_words match ?)', match);
  }
  return { where: `where ${parts.join(' and ')}`, values };
}
