import { createHash, randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Fault } from '../std/fault.ts';
import { vietnameseSortKey } from '../std/fold.ts';
import { cameraIdOf } from './camera-url.ts';
import { MovedCameras } from './moved-cameras.ts';
import type {
  BatchCamera,
  BatchDevice,
  BatchSite,
  RegisterBatch,
  RowKind,
  RowVerdict,
} from './register.types.ts';
import {
  type AnyRow,
  areaKey,
  cleanFields,
  kindTables,
  type Values,
  writeColumns,
} from './register-columns.ts';
import { conflict, differing, type Edit } from './register-journal.ts';
import type { RegisterTables } from './register-tables.ts';

export interface Plan {
  readonly verdicts: RowVerdict[];
  readonly edits: Edit[];
  readonly gone: number;
}

type BatchRow = BatchSite | BatchDevice | BatchCamera;

/** Rows looked at before others get their turn: a few milliseconds. */
const slice = 200;

/** Makes the plan a slice at a time; reads only. @throws {Fault} `input.cancelled` */
export async function planInSlices(tables: RegisterTables, batch: RegisterBatch): Promise<Plan> {
  const planner = new BatchPlanner(tables, batch);
  const total = planner.total;
  let done = 0;
  for (const step of planner.steps()) {
    step();
    done++;
    if (done % slice !== 0 && done !== total) continue;
    batch.onProgress?.(done, total);
    await nextTurn();
    if (batch.signal?.aborted) throw new Fault('input.cancelled', 'the batch was cancelled');
  }
  return planner.finish();
}

/** The same in one go, where somebody wrote between the slices. */
export function planAtOnce(tables: RegisterTables, batch: RegisterBatch): Plan {
  const planner = new BatchPlanner(tables, batch);
  for (const step of planner.steps()) step();
  return planner.finish();
}

class BatchPlanner {
  readonly #tables: RegisterTables;
  readonly #batch: RegisterBatch;
  readonly #isHub: boolean;
  readonly #moves: MovedCameras;
  readonly #verdicts: RowVerdict[] = [];
  readonly #edits: Edit[] = [];
  /** Every row that this batch speaks of, whatever became of it. */
  readonly #claimed = new Set<string>();
  readonly #codes = new Set<string>();
  /** From the caller's names of rows to ids; null where the row is not taken. */
  readonly #refs = new Map<string, string | null>();
  /** Sites that devices and cameras of this batch will be at. */
  readonly #deviceSites = new Map<string, string>();

  constructor(tables: RegisterTables, batch: RegisterBatch) {
    this.#tables = tables;
    this.#batch = batch;
    this.#moves = new MovedCameras(tables, batch.cameras ?? []);
    this.#isHub = batch.origin.startsWith('hub:');
  }

  get total(): number {
    const { sites = [], devices = [], cameras = [] } = this.#batch;
    return sites.length + devices.length + cameras.length;
  }

  *steps(): Generator<() => void> {
    const { sites = [], devices = [], cameras = [] } = this.#batch;
    for (const row of sites) yield () => this.#take('site', row, () => this.#findSite(row));
    for (const row of devices) yield () => this.#take('device', row, () => this.#findDevice(row));
    for (const row of cameras) yield () => this.#take('camera', row, () => this.#findCamera(row));
  }

  finish(): Plan {
    const gone = this.#batch.markMissing ? this.#markMissing() : 0;
    return { verdicts: this.#verdicts, edits: this.#edits, gone };
  }

  #take(kind: RowKind, row: BatchRow, find: () => AnyRow | null): void {
    const { ref } = row;
    let known: AnyRow | null = null;
    try {
      known = find();
      if (known) {
        const name = `${kind} ${known.id}`;
        if (this.#claimed.has(name)) {
          throw new Fault('input.value', 'the batch has this row twice', { field: 'id' });
        }
        this.#claimed.add(name);
        if (row.revision !== undefined && row.revision !== known.revision) throw conflict(known);
      } else if (row.id !== undefined && row.revision !== undefined) {
        // It was exported once and is gone from the register since.
        throw conflict(row.fields);
      }
      const fields = this.#fields(kind, row, known);
      const verdict = known ? this.#change(kind, row, known, fields) : this.#add(kind, row, fields);
      this.#verdicts.push({ ref, kind, ...verdict });
      this.#refs.set(`${kind} ${ref}`, verdict.id);
    } catch (error) {
      const fault = Fault.from(error);
      if (fault.code === 'internal') throw error;
      const verdict = fault.code === 'input.conflict' ? 'conflict' : 'invalid';
      this.#verdicts.push({ ref, kind, id: known?.id ?? null, verdict, cause: fault.shown });
      this.#refs.set(`${kind} ${ref}`, known?.id ?? null);
    }
  }

  #fields(kind: RowKind, row: BatchRow, known: AnyRow | null): Values {
    const fields = cleanFields(kind, row.fields, this.#isHub);
    if (this.#isHub) delete fields['localNotes'];
    if (kind === 'site') return fields;
    const { siteRef } = row as BatchDevice;
    if (siteRef !== undefined) fields['siteId'] = this.#resolve('site', siteRef);
    const deviceRef = (row as BatchCamera).deviceRef;
    if (kind === 'camera' && deviceRef !== undefined) {
      fields['deviceId'] = this.#resolve('device', deviceRef);
    }
    const siteId = fields['siteId'] ?? (known as unknown as Values | null)?.['siteId'];
    if (typeof siteId !== 'string') {
      throw new Fault('input.value', `${kind} without a site`, { field: 'siteId' });
    }
    if (siteRef === undefined && !this.#tables.get('site', siteId)) {
      throw new Fault('input.value', 'no such site', { field: 'siteId' });
    }
    if (kind === 'camera') this.#fitDevice(fields, siteId, known);
    return fields;
  }

  /** A camera belongs to a device of its own site. */
  #fitDevice(fields: Values, siteId: string, known: AnyRow | null): void {
    const given = fields['deviceId'];
    const deviceId = given === undefined ? (known as Values | null)?.['deviceId'] : given;
    if (typeof deviceId !== 'string') return;
    const at = this.#deviceSites.get(deviceId) ?? this.#tables.get('device', deviceId)?.siteId;
    if (at === siteId) return;
    if (given !== undefined) {
      throw new Fault('input.value', 'no such device at the site', { field: 'deviceId' });
    }
    fields['deviceId'] = null;
  }

  #resolve(kind: RowKind, ref: string): string {
    const id = this.#refs.get(`${kind} ${ref}`);
    if (id) return id;
    throw new Fault('input.value', `its ${kind} was not taken`, { field: `${kind}Ref` });
  }

  #add(kind: RowKind, row: BatchRow, fields: Values) {
    if (kind !== 'device' && fields['name'] === undefined) {
      throw new Fault('input.value', `${kind} without a name`, { field: 'name' });
    }
    this.#checkCode(fields, null);
    const id = this.#newId(kind, row, fields);
    this.#claimed.add(`${kind} ${id}`);
    const originKey = (row as BatchCamera).originKey ?? '';
    const after = {
      ...kindTables[kind].emptyFields,
      ...fields,
      ...(kind === 'camera' ? { originKey: originKey.slice(0, 500) } : {}),
      id,
      origin: this.#batch.origin,
      gone: row.gone ?? false,
      revision: 0,
      kept: [],
    } as unknown as AnyRow;
    if (kind === 'device') this.#deviceSites.set(id, fields['siteId'] as string);
    // Made here, so that the transaction at the end is short.
    const columns = writeColumns(kind, after);
    this.#edits.push({ kind, id, before: null, after, columns });
    return { id, verdict: 'added' } as const;
  }

  #change(kind: RowKind, row: BatchRow, known: AnyRow, fields: Values) {
    const { id } = known;
    const isOwn = known.origin === this.#batch.origin;
    // A hub has no say over rows that people or other hubs brought.
    if (this.#isHub && !isOwn) return { id, verdict: 'unchanged' } as const;
    if (this.#isHub) for (const field of known.kept) delete fields[field];
    this.#checkCode(fields, id);
    const gone = row.gone ?? (isOwn ? false : known.gone);
    let after = { ...known, ...fields, gone } as AnyRow;
    const [, changed] = differing(known, after);
    const names = Object.keys(changed);
    if (names.length === 0) return { id, verdict: 'unchanged' } as const;
    if (!this.#isHub) after = withKept(known, after, names);
    if (kind === 'device')
      this.#deviceSites.set(id, (after as unknown as Values)['siteId'] as string);
    this.#edits.push({ kind, id, before: known, after });
    return { id, verdict: 'changed', fields: names } as const;
  }

  /** The database would refuse the whole batch; this names the row. */
  #checkCode(fields: Values, id: string | null): void {
    const code = fields['code'];
    if (typeof code !== 'string' || code === '') return;
    const other = this.#tables.find('site', 'code = ?', code);
    if (this.#codes.has(code) || (other && other.id !== id)) {
      throw new Fault('input.value', 'another site has this code', { field: 'code' });
    }
    this.#codes.add(code);
  }

  #newId(kind: RowKind, row: BatchRow, fields: Values): string {
    const free = (id: string) =>
      !this.#claimed.has(`${kind} ${id}`) && this.#tables.get(kind, id) === null;
    if (row.id !== undefined && /^[\w:.-]{1,200}$/.test(row.id) && free(row.id)) return row.id;
    if (kind === 'camera') {
      const { originKey } = row as BatchCamera;
      const url = fields['url'];
      const id = originKey
        ? hashedId(`${this.#batch.origin} ${originKey}`)
        : typeof url === 'string' && url !== ''
          ? cameraIdOf(url)
          : null;
      if (id !== null && free(id)) return id;
    }
    return newRowId(kind);
  }

  #findSite({ id, fields }: BatchSite): AnyRow | null {
    const tables = this.#tables;
    if (id !== undefined) {
      const known = tables.get('site', id);
      if (known) return known;
    }
    const code = typeof fields.code === 'string' ? fields.code.trim() : '';
    if (code !== '') {
      const known = tables.find('site', 'code = ?', code);
      if (known) return known;
    }
    const words = cleanFields('site', {
      name: fields.name,
      province: fields.province,
      district: fields.district,
    });
    if (words['name'] === undefined) return null;
    return tables.find(
      'site',
      "area_key = ? and sort_key = ? and (code = '' or ? = '')",
      areaKey(String(words['province'] ?? ''), String(words['district'] ?? '')),
      vietnameseSortKey(String(words['name'])),
      code,
    );
  }

  #findDevice({ id, siteRef, fields }: BatchDevice): AnyRow | null {
    const tables = this.#tables;
    if (id !== undefined) {
      const known = tables.get('device', id);
      if (known) return known;
    }
    const siteId =
      siteRef === undefined ? fields.siteId : (this.#refs.get(`site ${siteRef}`) ?? undefined);
    if (siteId === undefined) return null;
    const {
      serial,
      address,
      port = null,
    } = cleanFields(
      'device',
      { serial: fields.serial, address: fields.address, port: fields.port },
      this.#isHub,
    );
    if (serial) {
      const known = tables.find('device', 'site_id = ? and serial = ?', siteId, String(serial));
      if (known) return known;
    }
    if (!address) return null;
    return tables.find(
      'device',
      "site_id = ? and address = ? and port is ? and (serial = '' or ? = '')",
      siteId,
      String(address),
      port === null ? null : Number(port),
      String(serial ?? ''),
    );
  }

  #findCamera(row: BatchCamera): AnyRow | null {
    const { id, originKey, siteRef, fields } = row;
    const tables = this.#tables;
    const { origin } = this.#batch;
    if (id !== undefined) {
      const known = tables.get('camera', id);
      if (known) return known;
    }
    if (originKey) {
      return tables.find(
        'camera',
        'origin = ? and origin_key = ?',
        origin,
        originKey.slice(0, 500),
      );
    }
    const { url, name } = cleanFields(
      'camera',
      { url: fields.url, name: fields.name },
      this.#isHub,
    );
    if (url) {
      const known = tables.find('camera', 'url_key = ?', cameraIdOf(String(url)));
      if (known) return known;
    }
    const siteId = siteRef === undefined ? fields.siteId : this.#refs.get(`site ${siteRef}`);
    if (!siteId || !name) return null;
    if (url && origin === 'import') {
      const moved = this.#moves.find(row, siteId, String(name), String(url), this.#claimed);
      if (moved) return moved;
    }
    // A line without an address in one of two lists of the same site.
    const known = tables.find(
      'camera',
      "site_id = ? and sort_key = ? and (url = '' or ? = '')",
      siteId,
      vietnameseSortKey(String(name)),
      String(url ?? ''),
    );
    return known && this.#claimed.has(`camera ${known.id}`) ? null : known;
  }

  #markMissing(): number {
    let gone = 0;
    for (const kind of ['site', 'device', 'camera'] as const) {
      for (const row of this.#tables.all(
        kind,
        'where origin = ? and gone = 0',
        this.#batch.origin,
      )) {
        if (this.#claimed.has(`${kind} ${row.id}`)) continue;
        this.#edits.push({ kind, id: row.id, before: row, after: { ...row, gone: true } });
        gone++;
      }
    }
    return gone;
  }
}

/** What a person changes on a hub's row is remembered as theirs. */
export function withKept(before: AnyRow, after: AnyRow, names: readonly string[]): AnyRow {
  if (!before.origin.startsWith('hub:')) return after;
  const kept = new Set(before.kept);
  for (const name of names) if (name !== 'gone' && name !== 'localNotes') kept.add(name);
  return { ...after, kept: [...kept].sort() };
}

export function newRowId(kind: RowKind): string {
  return kind[0] + randomBytes(12).toString('base64url');
}

function hashedId(text: string): string {
  return `c${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`;
}
