import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  ImportChange,
  ImportColumn,
  ImportCounts,
  ImportField,
  ImportProblem,
  ImportRow,
  ImportVerdict,
} from '../contract/import-schemas.ts';
import type { Language } from '../contract/schemas.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { parseRtspUrl } from '../rtsp-parse/url.ts';
import { endpointOf } from '../sites/camera-url.ts';
import type {
  BatchCamera,
  BatchDevice,
  BatchOutcome,
  BatchSite,
  Device,
  Register,
  RegisterBatch,
  RegisterCamera,
  RowKind,
  RowVerdict,
  Site,
} from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import { type Cells, cameraCells, deviceCells, siteCells } from './cells.ts';
import { KnownSites } from './known-sites.ts';
import type { ImportRecord, Records, RowProblem } from './records.types.ts';
import { isError } from './row-values.ts';
import { mergedFields } from './site-merge.ts';

/** What an import would do, with a verdict on every row; nothing was changed to know it. */
export interface ImportPlan {
  readonly rows: readonly ImportRow[];
  readonly counts: ImportCounts;
  readonly batch: PlannedBatch;
  /** Of the register when it was asked. */
  readonly revision: number;
  /** The register's verdicts then, by kind and ref: others later are a conflict. */
  readonly verdicts: ReadonlyMap<string, RowVerdict>;
  /** Which of `rows` speaks of what, by kind and ref: the first that does. */
  readonly rowOf: ReadonlyMap<string, number>;
  /** By ref of the camera. */
  readonly logins: ReadonlyMap<string, Credential>;
}

export type PlannedBatch = Pick<RegisterBatch, 'sites' | 'devices' | 'cameras'> & {
  readonly sites: Changeable<BatchSite>[];
  readonly devices: Changeable<BatchDevice>[];
  readonly cameras: Changeable<BatchCamera>[];
};
type Changeable<T> = { -readonly [K in keyof T]: T[K] };

export interface PlanOptions {
  readonly records: Records;
  readonly columns: readonly Pick<ImportColumn, 'letter' | 'heading' | 'field'>[];
  readonly register: Register;
  readonly language: Language;
  readonly who: string;
  readonly subject: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

const slice = 200;

/** @throws {Fault} `input.cancelled`. */
export async function planImport(options: PlanOptions): Promise<ImportPlan> {
  const { records, register, language, signal } = options;
  const turn = async () => {
    await nextTurn();
    if (signal?.aborted) throw new Fault('input.cancelled', 'stopped as asked');
  };
  const batch = batchOf(records, new KnownSites(register), register);
  const outcome = await tryBatch(batch, options);
  const verdicts = new Map(outcome.rows.map((row) => [key(row.kind, row.ref), row]));
  const changes = new Map<string, ImportChange[]>();
  const planned = new Map(
    (['site', 'device', 'camera'] as const).flatMap((kind) =>
      rowsOf(batch, kind).map((row) => [key(kind, row.ref), row] as const),
    ),
  );
  let done = 0;
  for (const row of outcome.rows) {
    if (row.verdict === 'changed' || row.verdict === 'conflict') {
      const said = planned.get(key(row.kind, row.ref))!;
      if (row.kind === 'camera' && row.id !== null) followMove(register.camera(row.id), said);
      const found = differences(register, row, said, language);
      changes.set(key(row.kind, row.ref), found);
      if (row.verdict === 'conflict' && found.length === 0 && row.id !== null) {
        // Somebody made the very same change: there is nothing to quarrel about.
        delete said.revision;
        verdicts.set(key(row.kind, row.ref), { ...row, verdict: 'unchanged' });
      }
      if (row.verdict === 'changed' && row.id !== null) {
        // Whoever changes this row before the import is run is not overwritten.
        said.id = row.id;
        said.revision = revisionOf(register, row.kind, row.id);
      }
    }
    if (++done % slice === 0) await turn();
  }
  const rows: ImportRow[] = [];
  const rowOf = new Map<string, number>();
  const byField = new Map(options.columns.map((column) => [column.field, column]));
  for (const record of records.rows) {
    rows.push(importRow(record, verdicts, changes, { rowOf, at: rows.length }, byField));
    if (rows.length % slice === 0) await turn();
  }
  const logins = new Map<string, Credential>();
  for (const { camera, login } of records.rows) if (camera && login) logins.set(camera.ref, login);
  return {
    rows,
    counts: countsOf(rows, verdicts, logins.size),
    batch,
    revision: register.revision,
    verdicts,
    rowOf,
    logins,
  };
}

/** Asks the register what it would make of the batch. */
export function tryBatch(
  batch: PlannedBatch,
  options: Pick<PlanOptions, 'register' | 'who' | 'subject' | 'signal' | 'onProgress'>,
): Promise<BatchOutcome> {
  const { register, who, subject, signal, onProgress } = options;
  return register.applyChanges({
    ...batch,
    origin: 'import',
    who,
    subject,
    dryRun: true,
    onProblem: 'skip',
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
  });
}

export function key(kind: RowKind, ref: string): string {
  return `${kind} ${ref}`;
}

function batchOf(records: Records, known: KnownSites, register: Register): PlannedBatch {
  const hubs = new Set(register.hubs().map((hub) => hub.id));
  // A file from another register may be taken over whole; one of this register may be out of date.
  const ours =
    records.sites.some(({ id }) => id !== undefined && known.has(id)) ||
    records.rows
      .slice(0, slice)
      .some(({ camera }) => camera?.id !== undefined && register.camera(camera.id) !== null);
  const told = (revision: number | undefined) =>
    ours && revision !== undefined ? { revision } : {};
  const sites = records.sites.map((draft): BatchSite => {
    const fields = mergedFields(draft, known.find(draft));
    if (fields.hubId != null && !hubs.has(fields.hubId)) delete fields.hubId;
    const { ref, id, revision } = draft;
    return { ref, ...(id === undefined ? {} : { id }), ...told(revision), fields };
  });
  const devices = records.devices.map(
    ({ ref, siteRef, id, revision, fields, cameras }): BatchDevice => ({
      ref,
      siteRef,
      ...(id === undefined ? {} : { id }),
      ...told(revision),
      // An address of one camera alone is the camera's; one that several share is a recorder's.
      fields:
        id === undefined && fields.kind === undefined
          ? { ...fields, kind: cameras > 1 ? 'recorder' : 'camera' }
          : fields,
    }),
  );
  const cameras = records.rows.flatMap(({ camera }): BatchCamera[] => {
    if (!camera) return [];
    const { revision, ...rest } = camera;
    return [{ ...rest, ...told(revision) }];
  });
  return { sites, devices, cameras };
}

function rowsOf(
  batch: PlannedBatch,
  kind: RowKind,
): readonly Changeable<BatchSite | BatchDevice | BatchCamera>[] {
  return kind === 'site' ? batch.sites : kind === 'device' ? batch.devices : batch.cameras;
}

/** What would be other in the register, as a person reads it. */
function differences(
  register: Register,
  { kind, id }: RowVerdict,
  planned: BatchSite | BatchDevice | BatchCamera,
  language: Language,
): ImportChange[] {
  if (id === null) return [];
  const before = cellsOf(register, kind, id, {}, language);
  const after = cellsOf(register, kind, id, planned.fields, language);
  return (Object.keys(after) as ImportField[])
    .filter((field) => before[field] !== after[field] && !field.endsWith('.revision'))
    .map((field) => ({
      field,
      before: (before[field] ?? '').slice(0, 500),
      after: (after[field] ?? '').slice(0, 500),
    }));
}

/** Where the main stream of a camera moved to another host, the sub stream beside it moved too. */
function followMove(before: RegisterCamera | null, said: Changeable<BatchCamera>): void {
  const { url, subUrl } = said.fields;
  if (!before?.url || !before.subUrl || !url || subUrl !== undefined) return;
  const [old, now] = [endpointOf(before.url), endpointOf(url)];
  if (old === now || endpointOf(before.subUrl) !== old) return;
  const { scheme, path } = parseRtspUrl(before.subUrl);
  said.fields = { ...said.fields, subUrl: `${scheme}://${now}${path}` };
}

function cellsOf(
  register: Register,
  kind: RowKind,
  id: string,
  fields: object,
  language: Language,
): Cells {
  if (kind === 'site') return siteCells({ ...register.site(id), ...fields } as Site, language);
  if (kind === 'device')
    return deviceCells({ ...register.device(id), ...fields } as Device, language);
  return cameraCells({ ...register.camera(id), ...fields } as RegisterCamera, language);
}

function revisionOf(register: Register, kind: RowKind, id: string): number {
  return register[kind](id)?.revision ?? 0;
}

/** A row's verdict is that of its camera, and of the site and device if it is the first to name them. */
function importRow(
  record: ImportRecord,
  verdicts: ReadonlyMap<string, RowVerdict>,
  changes: ReadonlyMap<string, ImportChange[]>,
  spoken: { readonly rowOf: Map<string, number>; readonly at: number },
  columns: ReadonlyMap<ImportField | null, Pick<ImportColumn, 'letter' | 'heading'>>,
): ImportRow {
  const problems: RowProblem[] = [...record.problems];
  const found: ImportChange[] = [];
  const words: ImportVerdict[] = [];
  const names: string[] = [];
  const first = (name: string) => {
    if (spoken.rowOf.has(name)) return;
    spoken.rowOf.set(name, spoken.at);
    names.push(name);
  };
  if (record.siteRef !== null) first(key('site', record.siteRef));
  if (record.deviceRef !== null) first(key('device', record.deviceRef));
  if (record.camera) first(key('camera', record.camera.ref));
  for (const name of names) {
    const row = verdicts.get(name);
    if (!row) continue;
    words.push(wordOf(row.verdict));
    found.push(...(changes.get(name) ?? []));
    if (row.cause) problems.push(problemOf(row));
  }
  const wrong = problems.some(({ reason }) => isError(reason));
  // A new camera at a site that changes is a new row; a site of an old camera that is new is, too.
  const verdict: ImportVerdict = wrong
    ? 'error'
    : ((['new', 'changed'] as const).find((word) => words.includes(word)) ?? 'same');
  return {
    line: record.line,
    verdict,
    siteName: record.siteName.slice(0, 200),
    name: record.name.slice(0, 200),
    problems: problems.slice(0, 50).map((problem): ImportProblem => {
      const column = problem.field === null ? undefined : columns.get(problem.field);
      return {
        ...problem,
        column: column ? { letter: column.letter, heading: column.heading } : null,
      };
    }),
    changes: found.slice(0, 80),
  };
}

function wordOf(verdict: RowVerdict['verdict']): ImportVerdict {
  if (verdict === 'added') return 'new';
  return verdict === 'changed' ? 'changed' : verdict === 'unchanged' ? 'same' : 'error';
}

function problemOf({ kind, cause }: RowVerdict): RowProblem {
  const field = String(cause?.params?.['field'] ?? '');
  const reason =
    cause?.params?.['why'] === 'ambiguous'
      ? 'ambiguous'
      : cause?.code === 'input.conflict'
        ? 'conflict'
        : cause?.code === 'input.url'
          ? 'url'
          : 'value';
  const name = `${kind}.${field.split('.')[0]}`;
  return { reason, field: isField(name) ? name : null, value: null, otherLine: null };
}

function isField(name: string): name is ImportField {
  return /^(site\.(code|name|province|district|address|kind|purpose|notes)|device\.(name|address|port|path|serial)|camera\.(name|placement|url|subUrl|directUrl|directSubUrl|purpose))$/.test(
    name,
  );
}

function countsOf(
  rows: readonly ImportRow[],
  verdicts: ReadonlyMap<string, RowVerdict>,
  logins: number,
): ImportCounts {
  const counts = { rows: rows.length, new: 0, changed: 0, same: 0, error: 0 };
  let warnings = 0;
  for (const row of rows) {
    counts[row.verdict]++;
    warnings += row.problems.filter(({ reason }) => !isError(reason)).length;
  }
  const kinds = {
    site: { new: 0, changed: 0 },
    device: { new: 0, changed: 0 },
    camera: { new: 0, changed: 0 },
  };
  for (const { kind, verdict } of verdicts.values()) {
    if (verdict === 'added') kinds[kind].new++;
    else if (verdict === 'changed') kinds[kind].changed++;
  }
  return {
    ...counts,
    sites: kinds.site,
    devices: kinds.device,
    cameras: kinds.camera,
    logins,
    warnings,
  };
}
