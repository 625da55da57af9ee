import type { DatabaseSync } from 'node:sqlite';
import { type Dispose, Emitter } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { cameraIdOf } from './camera-url.ts';
import type {
  BatchOutcome,
  CameraFields,
  CameraFilter,
  CameraSort,
  Device,
  DeviceFields,
  Hub,
  Page,
  Register,
  RegisterBatch,
  RegisterCamera,
  RegisterChange,
  RegisterNews,
  RegisterRow,
  RowKind,
  Saving,
  Site,
  SiteFields,
  SiteFilter,
  SiteRow,
  SiteSort,
} from './register.types.ts';
import { newRowId, planAtOnce, planInSlices, withKept } from './register-batch.ts';
import {
  type AnyRow,
  cleanFields,
  type Kept,
  kindTables,
  type RowOf,
  type Values,
} from './register-columns.ts';
import { RegisterIndex } from './register-index.ts';
import {
  conflict,
  differing,
  type Edit,
  type Entry,
  type JournalLimits,
  RegisterJournal,
} from './register-journal.ts';
import { RegisterQueries } from './register-queries.ts';
import { RegisterTables } from './register-tables.ts';
import { wallCameras } from './register-wall.ts';
import type { SiteCamera } from './site-camera.types.ts';

export interface RegisterOptions {
  readonly database: DatabaseSync;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now?: () => number;
  readonly journalLimits?: JournalLimits;
}

/** Raised when search texts or sort keys are made in another way: all are then made anew. */
const derivedVersion = '1';
/** More rows than these are not named one by one to listeners. */
const maxNamed = 200;

/** The register on the tables of the store, see `register.types.ts`. */
export function openRegister(options: RegisterOptions): Register {
  return new SqliteRegister(options);
}

class SqliteRegister implements Register {
  readonly #tables: RegisterTables;
  readonly #journal: RegisterJournal;
  readonly #index: RegisterIndex;
  readonly #queries: RegisterQueries;
  readonly #log: Logger;
  readonly #changes: Emitter<RegisterNews>;

  constructor({ database, log, now = Date.now, journalLimits }: RegisterOptions) {
    this.#tables = new RegisterTables(database);
    this.#journal = new RegisterJournal(this.#tables, now, journalLimits);
    this.#index = new RegisterIndex(this.#tables);
    this.#queries = new RegisterQueries(this.#tables, this.#index);
    this.#log = log;
    this.#changes = new Emitter((error) =>
      log.error('a listener of the register failed', { error: Fault.from(error).message }),
    );
    this.#deriveAnew();
  }

  get revision(): number {
    return this.#journal.revision;
  }

  onChange(listener: (news: RegisterNews) => void): Dispose {
    return this.#changes.on(listener);
  }

  // --- asked ---------------------------------------------------------------------------------

  tree() {
    return this.#queries.tree(this.revision);
  }

  page(query: {
    filter: CameraFilter;
    sort?: CameraSort | undefined;
    offset: number;
    limit: number;
  }): Page<RegisterRow> {
    const { revision } = this;
    return { ...this.#queries.page(query, revision), revision };
  }

  sitePage(query: {
    filter: SiteFilter;
    sort?: SiteSort | undefined;
    offset: number;
    limit: number;
  }): Page<SiteRow> {
    return { ...this.#queries.sitePage(query), revision: this.revision };
  }

  search(text: string, limit: number) {
    return this.#queries.search(text, limit);
  }

  cameraIds(filter: CameraFilter): string[] {
    return this.#queries.cameras(filter).map(({ id }) => id);
  }

  site(id: string): Site | null {
    return bare(this.#tables.get('site', id));
  }

  device(id: string): Device | null {
    return bare(this.#tables.get('device', id));
  }

  camera(id: string): RegisterCamera | null {
    return bare(this.#tables.get('camera', id));
  }

  row(cameraId: string): RegisterRow | null {
    return this.#queries.row(cameraId);
  }

  *sites(): IterableIterator<Site> {
    for (const row of this.#tables.each('site')) yield bare(row);
  }

  *devices(siteId?: string): IterableIterator<Device> {
    for (const row of this.#tables.each('device', siteId)) yield bare(row);
  }

  *cameras(siteId?: string): IterableIterator<RegisterCamera> {
    for (const row of this.#tables.each('camera', siteId)) yield bare(row);
  }

  hubs(): Hub[] {
    return this.#queries.hubs();
  }

  *wallCameras(cameraIds?: readonly string[]): IterableIterator<SiteCamera> {
    yield* wallCameras(this.#tables, cameraIds);
  }

  // --- written -------------------------------------------------------------------------------

  saveSite(saving: Saving<SiteFields>): Site {
    return bare(this.#save('site', saving));
  }

  saveDevice(saving: Saving<DeviceFields>): Device {
    return bare(this.#save('device', saving));
  }

  saveCamera(saving: Saving<CameraFields>): RegisterCamera {
    return bare(this.#save('camera', saving));
  }

  putHub({ id, name, kind, address }: Hub): void {
    this.#written(() => {
      this.#tables
        .prepare(
          `insert into register_hub (id, name, kind, address) values (?, ?, ?, ?)
           on conflict do update set name = excluded.name, kind = excluded.kind,
             address = excluded.address`,
        )
        .run(id, name, kind, address);
    });
    this.#tell([]);
  }

  removeHub(id: string, who: string): void {
    const subject = this.hubs().find((hub) => hub.id === id)?.name ?? id;
    const edits = (['site', 'device', 'camera'] as const).flatMap((kind) =>
      this.#tables
        .all(kind, 'where origin = ? and gone = 0', `hub:${id}`)
        .map((row): Edit => ({ kind, id: row.id, before: row, after: { ...row, gone: true } })),
    );
    this.#written(() => {
      this.#tables.transaction(() => {
        this.#tables.prepare('delete from register_hub where id = ?').run(id);
        // Without the hub, its synchronisations are not taken back: what they brought is kept as gone.
        this.#journal.settle('sync', `hub:${id}`);
        this.#journal.write({ what: 'sync', who, subject, undoable: false }, edits);
      });
    });
    this.#tell(edits);
  }

  remove(kind: RowKind, ids: readonly string[], who: string): number {
    const edits = new Map<string, Edit>();
    const add = (of: RowKind, row: AnyRow, after: AnyRow | null = null) => {
      const name = `${of} ${row.id}`;
      if (after !== null && edits.has(name)) return;
      edits.set(name, { kind: of, id: row.id, before: row, after });
    };
    const rows = [...new Set(ids)].flatMap((id) => this.#tables.get(kind, id) ?? []);
    for (const row of rows) {
      add(kind, row);
      if (kind === 'site') {
        for (const below of ['device', 'camera'] as const) {
          for (const child of this.#tables.all(below, 'where site_id = ?', row.id)) {
            add(below, child);
          }
        }
      } else if (kind === 'device') {
        for (const camera of this.#tables.all('camera', 'where device_id = ?', row.id)) {
          add('camera', camera, { ...camera, deviceId: null });
        }
      }
    }
    this.#commit({ what: 'remove', who, subject: subjectOf(rows), undoable: true }, [
      ...edits.values(),
    ]);
    return rows.length;
  }

  bulkEdit(ids: readonly string[], patch: Partial<CameraFields>, who: string) {
    return this.#bulk('camera', ids, patch, who);
  }

  bulkEditSites(ids: readonly string[], patch: Partial<SiteFields>, who: string) {
    return this.#bulk('site', ids, patch, who);
  }

  async applyChanges(batch: RegisterBatch): Promise<BatchOutcome> {
    const seen = this.revision;
    let plan = await planInSlices(this.#tables, batch);
    // From here to the commit nobody else gets a turn.
    if (this.revision !== seen) plan = planAtOnce(this.#tables, batch);
    const { verdicts, edits, gone } = plan;
    const count = (...verdict: string[]) =>
      verdicts.filter((row) => verdict.includes(row.verdict)).length;
    const problems = count('conflict', 'invalid');
    const committed = !batch.dryRun && (problems === 0 || batch.onProblem === 'skip');
    const isHub = batch.origin.startsWith('hub:');
    const change = committed
      ? this.#commit(
          {
            what: isHub ? 'sync' : batch.origin === 'manual' ? 'save' : 'import',
            who: batch.who,
            subject: batch.subject,
            undoable: true,
          },
          edits,
        )
      : null;
    return {
      committed,
      rows: committed
        ? verdicts
        : verdicts.map((row) => (row.verdict === 'added' ? { ...row, id: null } : row)),
      added: count('added'),
      changed: count('changed'),
      unchanged: count('unchanged'),
      problems,
      gone,
      change,
    };
  }

  // --- taken back ----------------------------------------------------------------------------

  undo(who: string, changeId?: number): RegisterChange {
    return this.#turn('undo', who, changeId);
  }

  redo(who: string, changeId?: number): RegisterChange {
    return this.#turn('redo', who, changeId);
  }

  journal(offset: number, limit: number) {
    return {
      ...this.#journal.list(offset, limit),
      undo: this.#journal.nextUndo(),
      redo: this.#journal.nextRedo(),
    };
  }

  #turn(direction: 'undo' | 'redo', who: string, changeId: number | undefined): RegisterChange {
    const journal = this.#journal;
    const change = direction === 'undo' ? journal.nextUndo() : journal.nextRedo();
    if (!change) throw new Fault('input.unknown', `nothing to ${direction}`);
    if (changeId !== undefined && changeId !== change.id) throw conflict({ name: change.subject });
    let edits: Edit[] = [];
    this.#written(() =>
      this.#tables.transaction(() => {
        edits = journal.editsTo(direction, change);
        const { subject } = change;
        journal.write({ what: direction, who, subject, undoable: false }, edits);
        journal.setState(change.id, direction === 'undo' ? 'undone' : 'done');
      }),
    );
    this.#tell(edits);
    return journal.get(change.id) ?? change;
  }

  // --- in common -----------------------------------------------------------------------------

  #save<K extends RowKind>(
    kind: K,
    { id, revision, fields, who }: Saving<SiteFields | DeviceFields | CameraFields>,
  ): RowOf[K] {
    const values = cleanFields(kind, fields);
    const known = id === null ? null : this.#tables.get(kind, id);
    if (id !== null && !known) {
      // Where the editor saw it, somebody else removed it.
      throw revision === null ? new Fault('input.unknown', `no such ${kind}`) : conflict(values);
    }
    if (known && known.revision !== revision) throw conflict(known);
    this.#checkPlaces(kind, values, known);
    const after = known ? changed(known, values) : this.#fresh(kind, values);
    if (known && Object.keys(differing(known, after)[0]).length === 0) return known;
    const subject = String((after as unknown as Values)['name']);
    this.#commit({ what: 'save', who, subject, undoable: true }, [
      { kind, id: after.id, before: known, after },
    ]);
    return this.#tables.get(kind, after.id) as RowOf[K];
  }

  #bulk(
    kind: RowKind,
    ids: readonly string[],
    patch: Partial<CameraFields> | Partial<SiteFields>,
    who: string,
  ): { changed: number; unchanged: number } {
    const values = cleanFields(kind, patch);
    for (const field of ['url', 'subUrl', 'directUrl', 'directSubUrl', 'code']) {
      if (field in values) {
        throw new Fault('input.value', 'belongs to one row only', { field });
      }
    }
    const edits: Edit[] = [];
    const rows = [...new Set(ids)].map((id) => {
      const row = this.#tables.get(kind, id);
      if (!row) throw new Fault('input.unknown', `no such ${kind}`);
      return row;
    });
    for (const row of rows) {
      const own = { ...values };
      this.#checkPlaces(kind, own, row);
      const after = changed(row, own);
      if (Object.keys(differing(row, after)[0]).length === 0) continue;
      edits.push({ kind, id: row.id, before: row, after });
    }
    const subject = subjectOf(edits.flatMap(({ before }) => before ?? []));
    this.#commit({ what: 'bulk', who, subject, undoable: true }, edits);
    return { changed: edits.length, unchanged: rows.length - edits.length };
  }

  /** That a row lies where something is: site, device at the site, code of its own. */
  #checkPlaces(kind: RowKind, values: Values, known: AnyRow | null): void {
    const wrong = (field: string) => new Fault('input.value', `${field} does not fit`, { field });
    if (kind === 'site') {
      const code = values['code'];
      if (typeof code !== 'string' || code === '') return;
      const other = this.#tables.find('site', 'code = ?', code);
      if (other && other.id !== known?.id) throw wrong('code');
      return;
    }
    const old = (known ?? {}) as Values;
    const siteId = values['siteId'] ?? old['siteId'];
    if (typeof siteId !== 'string' || !this.#tables.get('site', siteId)) throw wrong('siteId');
    if (kind !== 'camera') return;
    const deviceId = values['deviceId'] === undefined ? old['deviceId'] : values['deviceId'];
    if (typeof deviceId !== 'string') return;
    if (this.#tables.get('device', deviceId)?.siteId === siteId) return;
    if (values['deviceId'] !== undefined) throw wrong('deviceId');
    // The camera moves to another site; its recorder stays.
    values['deviceId'] = null;
  }

  #fresh(kind: RowKind, values: Values): AnyRow {
    if (kind !== 'device' && values['name'] === undefined) {
      throw new Fault('input.value', 'no name', { field: 'name' });
    }
    const url = values['url'];
    const wanted = kind === 'camera' && typeof url === 'string' && url !== '' && cameraIdOf(url);
    const id = wanted && !this.#tables.get('camera', wanted) ? wanted : newRowId(kind);
    return {
      ...kindTables[kind].emptyFields,
      ...values,
      id,
      origin: 'manual',
      gone: false,
      revision: 0,
      kept: [],
    } as unknown as AnyRow;
  }

  #commit(entry: Entry, edits: readonly Edit[]): RegisterChange | null {
    if (edits.length === 0) return null;
    const change = this.#written(() =>
      this.#tables.transaction(() => this.#journal.write(entry, edits)),
    );
    this.#tell(edits);
    return change;
  }

  /** @throws {Fault} `store.failed` where the database refuses; nothing is written then */
  #written<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof Fault) throw error;
      const reason = Fault.from(error).message;
      // SQLITE_CONSTRAINT: what is taken back is needed by something that came later.
      if (((error as { errcode?: number }).errcode ?? 0) % 256 === 19) throw conflict(null);
      this.#log.error('the register cannot be written', { reason });
      throw new Fault('store.failed', reason, {}, error);
    }
  }

  #tell(edits: readonly Edit[]): void {
    this.#index.take(edits);
    const named = (ids: string[]) => {
      const unique = [...new Set(ids)];
      return unique.length > maxNamed ? null : unique;
    };
    const of = (kind: RowKind) => edits.filter((edit) => edit.kind === kind).map(({ id }) => id);
    const siteOf = ({ before, after }: Edit) =>
      [before, after].flatMap((row) => (row as unknown as Values | null)?.['siteId'] ?? []);
    const devices = edits.filter(({ kind }) => kind === 'device').flatMap(siteOf) as string[];
    this.#changes.emit({
      revision: this.revision,
      siteIds: named([...of('site'), ...devices]),
      cameraIds: named(of('camera')),
    });
  }

  /** Search texts and sort keys of rows that another version of the program wrote. */
  #deriveAnew(): void {
    const setting = "select value from setting where name = 'register-derived'";
    try {
      const all = this.#tables.one(setting)['value'] !== derivedVersion;
      this.#tables.transaction(() => {
        for (const kind of ['site', 'camera'] as const) {
          const rest = all ? '' : "where folded = ''";
          for (const row of this.#tables.all(kind, rest)) this.#tables.update(kind, row);
        }
        this.#tables
          .prepare("insert or replace into setting values ('register-derived', ?)")
          .run(derivedVersion);
      });
    } catch (error) {
      this.#log.error('search texts could not be made', { reason: Fault.from(error).message });
    }
  }
}

function changed(known: AnyRow, values: Values): AnyRow {
  const after = { ...known, ...values } as AnyRow;
  const names = Object.keys(differing(known, after)[0]);
  return names.length === 0 ? after : withKept(known, after, names);
}

function bare<R extends Kept>(row: R): Omit<R, 'kept'>;
function bare<R extends Kept>(row: R | null): Omit<R, 'kept'> | null;
function bare<R extends Kept>(row: R | null): Omit<R, 'kept'> | null {
  if (!row) return null;
  const { kept: _, ...rest } = row;
  return rest;
}

function subjectOf(rows: readonly AnyRow[]): string {
  return rows.length === 1 ? String(rows[0]?.name ?? '') : '';
}
