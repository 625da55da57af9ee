import type { DatabaseSync } from 'node:sqlite';
import { type Dispose, Emitter } from '../std/disposable.ts';
import type { Logger } from '../std/log.ts';
import type { AuditEntry, AuditHead, AuditKind, AuditLog, SignBytes } from './audit.types.ts';
import { isBusy, isDamage, moveAside, openAuditFile } from './audit-file.ts';
import { AuditWriter } from './audit-writer.ts';
import { anchorBytes, type CleanEntry, cleanEntry } from './record-form.ts';
import { type Clocks, systemClocks } from './steady-clock.ts';

export interface AuditLogOptions {
  /** Null keeps the chain in memory: a transient wall. */
  readonly dataDir: string | null;
  /** Identity of the workstation, in every record. */
  readonly station: string;
  /** What people call the workstation, in the first record and at each start. */
  readonly stationName?: string;
  /** The wall's own database was damaged and replaced: told at the start. */
  readonly isStoreReplaced?: boolean;
  /** Version of the program, in the first record and at each start. */
  readonly version: string;
  readonly log: Logger;
  /** By the workstation's key; without one, anchors are unsigned. */
  readonly sign?: SignBytes;
  /** False for the command line: no records of opening and closing. Default true. */
  readonly announces?: boolean;
  readonly clocks?: Clocks;
}

/** What a test wants to know besides. */
export interface OpenAuditLog extends AuditLog {
  /** The chain for readers in this process; null while the file cannot be opened. */
  readonly database: DatabaseSync | null;
  readonly transactions: number;
  readonly waiting: number;
  close(): Promise<void>;
}

/** Written with the next quarter second; all other kinds at the end of the running turn. */
const unhurried: ReadonlySet<AuditKind> = new Set([
  'view',
  'call.done',
  'ptz.move',
  'ptz.stop',
  'ptz.focus',
  'ptz.iris',
]);
const flushMs = 250;
const retryMs = 5000;
/** A wall that could not write for days still holds the first of them. */
const maxWaiting = 20_000;
const maxBatch = 2000;
/** Another process holds the file for longer than this: no brief collision any more. */
const busyIsTroubleMs = 5000;
const anchorEveryRecords = 1000;
const anchorEveryMs = 10 * 60_000;
const signMs = 2000;
const clockBackMs = 2000;

export function createAuditLog(options: AuditLogOptions): OpenAuditLog {
  return new SqliteAuditLog(options);
}

class SqliteAuditLog implements OpenAuditLog {
  readonly #options: AuditLogOptions;
  readonly #log: Logger;
  readonly #clocks: Clocks;
  readonly #changed: Emitter<void>;
  #db: DatabaseSync | null = null;
  #writer: AuditWriter | null = null;
  #waiting: CleanEntry[] = [];
  #lost: { count: number; from: number; to: number } | null = null;
  #failing: { readonly wall: number; readonly steady: number } | null = null;
  #warned = false;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #anchoring: Promise<void> | null = null;
  #lastAnchor: { seq: number; at: number } | null = null;
  #anchorTimer: NodeJS.Timeout | undefined;
  #anchorDue = false;
  #opened = false;
  /** Where the damaged file went that was in use until now. */
  #aside: string | null = null;
  #closed: Promise<void> | null = null;
  #closing = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#clocks = options.clocks ?? systemClocks;
    this.#changed = new Emitter((error) => this.#log.error('audit', { error: String(error) }));
    this.flush();
  }

  get database(): DatabaseSync | null {
    return this.#db;
  }

  get transactions(): number {
    return this.#writer?.transactions ?? 0;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get warning() {
    return this.#warned ? 'warning.audit-not-written' : null;
  }

  onChange(listener: () => void): Dispose {
    return this.#changed.on(listener);
  }

  head(): AuditHead | null {
    this.flush();
    return this.#tryHead();
  }

  write(entry: AuditEntry): void {
    if (this.#closed) {
      this.#log.warn('audit: after the end', { kind: entry.kind });
      return;
    }
    try {
      this.#take(this.#stamped(entry));
    } catch (error) {
      this.#log.error('audit: an entry cannot be kept', { reason: errorText(error) });
      return;
    }
    if (this.#failing) return;
    if (unhurried.has(entry.kind)) {
      this.#timer ??= setTimeout(() => this.flush(), flushMs).unref();
    } else {
      this.#soon ??= setImmediate(() => this.flush());
    }
  }

  flush(): boolean {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#timer = undefined;
    this.#soon = undefined;
    if (this.#closing) return false;
    try {
      if (!this.#writer) this.#open();
      let wrote = false;
      while (this.#waiting.length > 0 || this.#lost || this.#warned) {
        this.#append();
        wrote = true;
      }
      this.#failing = null;
      if (wrote) {
        this.#changed.emit();
        this.#anchor(false);
      }
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      const { announces = true } = this.#options;
      if (announces) this.#take(this.#stamped({ kind: 'audit.close', operator: null }));
      this.flush();
      await this.#anchoring;
      this.#anchor(true);
      await this.#anchoring;
      this.#closing = true;
      clearTimeout(this.#timer);
      clearTimeout(this.#anchorTimer);
      this.#changed.clear();
      this.#drop();
    })();
    return this.#closed;
  }

  #stamped(entry: AuditEntry): CleanEntry {
    const { wall, steady } = this.#clocks;
    return cleanEntry(entry, {
      at: wall(),
      steady: steady(),
      station: this.#options.station,
    });
  }

  #take(entry: CleanEntry): void {
    if (this.#waiting.length < maxWaiting) {
      this.#waiting.push(entry);
      return;
    }
    this.#lost ??= { count: 0, from: entry.at, to: entry.at };
    this.#lost.count++;
    this.#lost.to = entry.at;
  }

  /** @throws as SQLite does. */
  #open(): void {
    const { database, aside } = openAuditFile(this.#options.dataDir);
    this.#db = database;
    this.#writer = new AuditWriter(database, (details) =>
      this.#stamped({ kind: 'audit.broken', operator: null, outcome: 'failed', details }),
    );
    this.#lastAnchor = this.#writer.lastAnchor();
    const damaged = aside ?? this.#aside;
    this.#aside = null;
    if (damaged) this.#log.error('the audit was damaged: a new chain begins', { aside: damaged });
    this.#waiting.unshift(...this.#opening(damaged));
    this.#opened = true;
  }

  /** What the chain says first: that it begins, or how it goes on. */
  #opening(aside: string | null): CleanEntry[] {
    const { version, stationName = '', isStoreReplaced, announces = true } = this.#options;
    const about = { version, stationName, ...(isStoreReplaced ? { storeReplaced: true } : {}) };
    const stamped = (kind: AuditKind, details: AuditEntry['details'] = {}) =>
      this.#stamped({ kind, operator: null, details });
    const last = lastRecord(this.#db!);
    if (!last) return [stamped('audit.start', { ...about, ...(aside ? { damaged: aside } : {}) })];
    if (this.#opened || !announces) return [];
    const now = this.#clocks.wall();
    const opened = stamped('audit.open', { ...about, endedCleanly: last.ended });
    if (last.at <= now + clockBackMs) return [opened];
    return [stamped('clock.jump', { before: last.at, after: now, running: false }), opened];
  }

  /** One transaction. After a time without disk, the chain itself says that it was so, and what it cost. */
  #append(): void {
    const batch = this.#waiting.slice(0, maxBatch);
    const isGapTold = (this.#lost || this.#warned) && batch.length === this.#waiting.length;
    const lost = this.#lost;
    const gap = this.#stamped({
      kind: 'audit.gap',
      operator: null,
      outcome: lost ? 'failed' : 'done',
      details: {
        since: Math.round(this.#failing?.wall ?? lost?.from ?? this.#clocks.wall()),
        waited: this.#waiting.length,
        lost: lost?.count ?? 0,
        ...(lost ? { lostFrom: lost.from, lostTo: lost.to } : {}),
      },
    });
    this.#writer!.append(isGapTold ? [...batch, gap] : batch);
    this.#waiting = this.#waiting.slice(batch.length);
    if (isGapTold) {
      this.#lost = null;
      this.#warned = false;
    }
  }

  #failed(error: unknown): void {
    const { wall, steady } = this.#clocks;
    this.#failing ??= { wall: wall(), steady: steady() };
    const busy = isBusy(error);
    if (!busy || steady() - this.#failing.steady > busyIsTroubleMs) {
      if (!this.#warned) {
        this.#warned = true;
        this.#log.error('the audit cannot be written', { reason: errorText(error) });
        this.#changed.emit();
      }
    }
    const { dataDir } = this.#options;
    if (!busy && dataDir !== null) {
      // Opened anew next time: the disk may be another one by then.
      this.#drop();
      if (isDamage(error)) {
        try {
          this.#aside = moveAside(dataDir);
        } catch (problem) {
          this.#log.error('the damaged audit stays where it is', { reason: errorText(problem) });
        }
      }
    }
    this.#timer ??= setTimeout(() => this.flush(), busy ? flushMs : retryMs).unref();
  }

  #drop(): void {
    this.#writer = null;
    try {
      this.#db?.close();
    } catch (error) {
      this.#log.warn('the audit did not close', { reason: errorText(error) });
    }
    this.#db = null;
  }

  /** Sets down the head every thousand records, every ten minutes in which any came, and at the end. */
  #anchor(isLast: boolean): void {
    if (this.#anchoring) return;
    const head = this.#tryHead();
    const last = this.#lastAnchor;
    if (!head || !this.#writer || head.seq === last?.seq) return;
    const at = Math.round(this.#clocks.wall());
    const isDue = !last || head.seq - last.seq >= anchorEveryRecords || isLast;
    if (!isDue && !this.#anchorDue) {
      this.#anchorTimer ??= setTimeout(() => {
        this.#anchorTimer = undefined;
        this.#anchorDue = true;
        this.#anchor(false);
      }, anchorEveryMs).unref();
      return;
    }
    this.#anchorDue = false;
    this.#anchoring = (async () => {
      const signature = await this.#signature(anchorBytes({ ...head, at }));
      try {
        this.#writer?.keepAnchor({ ...head, at, signature });
        this.#lastAnchor = { seq: head.seq, at };
      } catch (error) {
        this.#log.warn('an anchor of the audit is not kept', { reason: errorText(error) });
      }
      this.#anchoring = null;
    })();
  }

  async #signature(bytes: Uint8Array): Promise<string | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), signMs);
    });
    try {
      return (await Promise.race([this.#options.sign?.(bytes) ?? null, late])) ?? null;
    } catch (error) {
      this.#log.warn('an anchor of the audit is not signed', { reason: errorText(error) });
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  #tryHead(): AuditHead | null {
    try {
      return this.#writer?.head() ?? null;
    } catch {
      return null;
    }
  }
}

function lastRecord(database: DatabaseSync): { at: number; ended: boolean } | null {
  const row = database.prepare('select at from audit_record order by seq desc limit 1').get();
  if (!row) return null;
  const mark = database
    .prepare(
      `select kind from audit_record where kind in ('audit.start', 'audit.open', 'audit.close')
       order by seq desc limit 1`,
    )
    .get();
  return { at: Number(row['at']), ended: mark?.['kind'] === 'audit.close' };
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
