import type { SQLInputValue } from 'node:sqlite';
import * as z from 'zod/mini';
import { cameraFields, deviceFields, siteFields } from '../contract/register-schemas.ts';
import { parseRtspUrl, splitUrl } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';
import { fold, vietnameseSortKey } from '../std/fold.ts';
import { redact } from '../std/log.ts';
import { cameraIdOf, plainName } from './camera-url.ts';
import type { Device, RegisterCamera, RowKind, Site } from './register.types.ts';

/**
 * How each kind of row lies in its table, and what text is allowed into it. The schemas of the
 * contract are the rules; this file only says which column holds which field.
 */
export interface Kept {
  /** Fields that a person changed on a row of a hub: they stand above what the hub says. */
  readonly kept: readonly string[];
}

export interface RowOf {
  site: Site & Kept;
  device: Device & Kept;
  camera: RegisterCamera & Kept;
}
export type AnyRow = RowOf[RowKind];
export type Values = Record<string, unknown>;
export type Columns = Record<string, SQLInputValue>;

interface Column {
  readonly field: string;
  readonly column: string;
  readonly type: 'plain' | 'json' | 'flag';
}

interface KindTable {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly schema: z.ZodMiniObject;
  readonly emptyFields: Values;
  /** Columns made from these fields, for searching and sorting. */
  readonly derivedFrom: readonly string[];
  readonly derived: (row: never) => Record<string, string>;
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const jsonFields = new Set(['hold', 'survey', 'plan', 'focalPoints', 'kept']);
const common = ['id', 'origin', 'gone', 'revision', 'kept'];

function columnsOf(fields: readonly string[]): Column[] {
  return fields.map((field) => ({
    field,
    column: snake(field),
    type: field === 'gone' ? 'flag' : jsonFields.has(field) ? 'json' : 'plain',
  }));
}

export const kindTables: Readonly<Record<RowKind, KindTable>> = {
  site: {
    table: 'register_site',
    columns: columnsOf([...common, ...Object.keys(siteFields)]),
    schema: z.partial(z.object(siteFields)),
    emptyFields: {
      code: '',
      province: '',
      district: '',
      address: '',
      hubId: null,
      kind: 'quarantine',
      ownership: null,
      budgetLevel: null,
      priority: 2,
      hold: null,
      survey: null,
      plan: null,
      focalPoints: [],
      purpose: '',
      notes: '',
      dueInspectionOn: null,
    },
    derivedFrom: ['name', 'code', 'district', 'province', 'address', 'focalPoints'],
    derived: (row: Site) => ({
      folded: searchText([
        row.name,
        row.code,
        row.district,
        row.province,
        row.address,
        ...row.focalPoints.flatMap(({ name, phone }) => [name, phone]),
      ]),
      sort_key: vietnameseSortKey(row.name),
      area_key: areaKey(row.province, row.district),
    }),
  },
  device: {
    table: 'register_device',
    columns: columnsOf([...common, ...Object.keys(deviceFields)]),
    schema: z.partial(z.object(deviceFields)),
    emptyFields: {
      kind: 'recorder',
      name: '',
      address: '',
      port: null,
      path: '',
      vendor: '',
      model: '',
      firmware: '',
      serial: '',
    },
    derivedFrom: [],
    derived: () => ({}),
  },
  camera: {
    table: 'register_camera',
    columns: columnsOf([...common, 'originKey', ...Object.keys(cameraFields)]),
    schema: z.partial(z.object(cameraFields)),
    emptyFields: {
      originKey: '',
      deviceId: null,
      placement: null,
      purpose: '',
      brand: '',
      model: '',
      serial: '',
      url: '',
      subUrl: '',
      directUrl: '',
      directSubUrl: '',
      transport: 'auto',
      localNotes: '',
    },
    derivedFrom: ['name', 'purpose', 'brand', 'model', 'serial', 'url'],
    derived: (row: RegisterCamera) => ({
      folded: searchText([
        row.name,
        row.purpose,
        row.brand,
        row.model,
        row.serial,
        addressWords(row.url),
      ]),
      sort_key: vietnameseSortKey(row.name),
      url_key: row.url === '' ? '' : cameraIdOf(row.url),
    }),
  },
};

/** `''` sorts last: what has no province stands below what has one. */
export function areaKey(province: string, district: string): string {
  const part = (name: string) => (name === '' ? '~' : vietnameseSortKey(name));
  return `${part(province)}\u0002${part(district)}`;
}

/** All words with a space before each, also those behind `-`, `.` and `/`. */
function searchText(parts: readonly string[]): string {
  const whole = fold(parts.filter(Boolean).join(' ')).replace(/\s+/gu, ' ');
  const apart = whole.replace(/[^\p{L}\p{N} ]+/gu, ' ').replace(/ {2,}/g, ' ');
  return apart === whole ? ` ${whole}` : ` ${whole}  ${apart}`;
}

/** `192.0.2.7:554/stream1`, without what may be a login in the path. */
function addressWords(url: string): string {
  if (url === '') return '';
  const { host, path } = parseRtspUrl(url);
  return `${host} ${/pass|pwd|user/i.test(path) ? '' : path}`;
}

export function readRow<K extends RowKind>(kind: K, columns: Values): RowOf[K] {
  const row: Values = {};
  for (const { field, column, type } of kindTables[kind].columns) {
    const value = columns[column];
    row[field] =
      type === 'flag' ? value === 1 : type === 'json' ? JSON.parse(String(value ?? 'null')) : value;
  }
  return row as unknown as RowOf[K];
}

/** The columns of a row: of the fields that changed, or of all. */
export function writeColumns(kind: RowKind, row: AnyRow, changed?: ReadonlySet<string>): Columns {
  const { columns, derived, derivedFrom } = kindTables[kind];
  const values: Columns = {};
  for (const { field, column, type } of columns) {
    if (changed && field !== 'id' && !changed.has(field)) continue;
    const value = (row as unknown as Values)[field];
    if (type === 'flag') values[column] = value ? 1 : 0;
    else if (type === 'json') values[column] = value === null ? null : JSON.stringify(value);
    else values[column] = value as SQLInputValue;
  }
  if (changed && !derivedFrom.some((field) => changed.has(field))) return values;
  return { ...values, ...derived(row as never) };
}

/**
 * What a person, a file or a device says, as the register takes it: plain text, known fields, no
 * login in any URL. `cut`: longer texts are cut (devices), not refused (people and files).
 * @throws {Fault} `input.value` with the `field`, or `input.url`
 */
export function cleanFields(kind: RowKind, given: object, cut = false): Values {
  const { schema } = kindTables[kind];
  const cleaned: Values = {};
  for (const [field, value] of Object.entries(given)) {
    if (value === undefined || !Object.hasOwn(schema.def.shape, field)) continue;
    cleaned[field] = cleanValue(field, value);
  }
  let parsed = schema.safeParse(cleaned);
  if (!parsed.success && cut) {
    for (const { code, path, ...issue } of parsed.error.issues) {
      const field = String(path[0]);
      const text = cleaned[field];
      if (code !== 'too_big' || path.length !== 1 || typeof text !== 'string') continue;
      // A cut address would lead somewhere else.
      if (/url$/i.test(field)) continue;
      cleaned[field] = cutText(text, Number((issue as { maximum?: unknown }).maximum));
    }
    parsed = schema.safeParse(cleaned);
  }
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    throw new Fault('input.value', `${kind}: ${field} does not fit`, { field });
  }
  const fields = parsed.data as Values;
  if (fields['name'] === '' && kind !== 'device') {
    throw new Fault('input.value', `${kind}: no name`, { field: 'name' });
  }
  return fields;
}

const manyLines = new Set(['notes', 'localNotes']);
const urls = new Set(['url', 'subUrl', 'directUrl', 'directSubUrl']);

function cleanValue(field: string, value: unknown): unknown {
  if (typeof value === 'string') {
    if (urls.has(field)) return cleanUrl(field, value);
    if (!manyLines.has(field)) return plainName(value.toWellFormed());
    return value
      .toWellFormed()
      .split(/\r\n|[\r\n]/)
      .map(plainName)
      .join('\n')
      .trim();
  }
  if (Array.isArray(value)) return value.map((item) => cleanValue('', item));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, cleanValue(key, inner)]),
    );
  }
  return value;
}

function cleanUrl(field: string, text: string): string {
  if (text.trim() === '') return '';
  const { url, credential } = splitUrl(text);
  if (credential) throw new Fault('input.url', `a login stands in ${field}`, { field });
  return url;
}

function cutText(text: string, max: number): string {
  return text
    .slice(0, max)
    .toWellFormed()
    .replace(/\ufffd$/, '')
    .trim();
}

/** For the page: some devices take the login in the path, `/user=…_password=…`. */
export function withoutLogins(camera: RegisterCamera & Partial<Kept>): RegisterCamera {
  const { kept: _, ...shown } = camera;
  for (const field of ['url', 'subUrl', 'directUrl', 'directSubUrl'] as const) {
    shown[field] = redact(shown[field]);
  }
  return shown;
}
