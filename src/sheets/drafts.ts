import type { ImportField } from '../contract/import-schemas.ts';
import type { DeviceFields, FocalPoint, SiteFields } from '../sites/register.types.ts';
import type { DeviceDraft, SiteDraft } from './records.types.ts';
import { type RowValues, type Say, text } from './row-values.ts';

/**
 * A site or device is mostly spoken of by several rows, one for each of its cameras. The first that
 * says something of a field is believed; one that says something else of it is wrong, and told so.
 */
class Said {
  readonly #said = new Map<ImportField, { text: string; line: number }>();

  /** Whether the row may be taken: nothing it says was said otherwise before. */
  agrees(values: RowValues, prefixes: readonly string[], line: number, say: Say): boolean {
    let agrees = true;
    for (const [field, value] of values) {
      if (!prefixes.some((prefix) => field.startsWith(prefix))) continue;
      const before = this.#said.get(field);
      if (!before || before.text === JSON.stringify(value)) continue;
      say('contradiction', field, null, before.line);
      agrees = false;
    }
    if (!agrees) return false;
    for (const [field, value] of values) {
      if (!prefixes.some((prefix) => field.startsWith(prefix)) || this.#said.has(field)) continue;
      this.#said.set(field, { text: JSON.stringify(value), line });
    }
    return true;
  }
}

const sitePrefixes = ['site.', 'focal'];

export function siteOf(ref: string, line: number, maps: (field: ImportField) => boolean) {
  const said = new Said();
  const draft: SiteDraft = { ref, line, fields: {}, parts: { focal: [] } };
  return {
    draft,
    /** Returns whether the row is wrong. A wrong row still names its site for the rows below. */
    take(values: RowValues, at: number, wrong: boolean, say: Say): boolean {
      const name = text(values, 'site.name');
      if (name !== null) draft.fields.name ??= name;
      if (wrong || !said.agrees(values, sitePrefixes, at, say)) return true;
      fillSite(draft, values, (field) => values.has('site.id') && maps(field));
      return false;
    },
  };
}

/** `cleared`: a blank cell of a row that was exported means that the field is empty. */
function fillSite(
  draft: SiteDraft,
  values: RowValues,
  cleared: (field: ImportField) => boolean,
): void {
  const { fields, parts } = draft;
  const id = text(values, 'site.id');
  if (id !== null) draft.id = id;
  const revision = values.get('site.revision');
  if (typeof revision === 'number') draft.revision = revision;
  for (const part of [
    'name',
    'code',
    'province',
    'district',
    'address',
    'purpose',
    'notes',
  ] as const) {
    const value = text(values, `site.${part}`);
    if (value !== null) fields[part] = value;
    else if (part !== 'name' && cleared(`site.${part}`)) fields[part] = '';
  }
  const take = <K extends keyof SiteFields>(part: K, empty: SiteFields[K] | undefined) => {
    const value = values.get(`site.${part}` as ImportField) as SiteFields[K] | undefined;
    if (value !== undefined) fields[part] = value;
    else if (empty !== undefined && cleared(`site.${part}` as ImportField)) fields[part] = empty;
  };
  take('hubId', null);
  take('kind', undefined);
  take('priority', undefined);
  take('ownership', null);
  take('budgetLevel', null);
  take('dueInspectionOn', null);
  const part = <T>(field: ImportField, empty: T): T | undefined => {
    const value = values.get(field) as T | undefined;
    return value !== undefined ? value : cleared(field) ? empty : undefined;
  };
  parts.hold = merged(parts.hold, {
    kind: part('site.hold', null),
    authority: part('site.holdAuthority', ''),
    askedOn: part('site.holdAskedOn', null),
  });
  parts.survey = merged(parts.survey, {
    done: part('site.surveyDone', null),
    by: part('site.surveyBy', ''),
    on: part('site.surveyOn', null),
  });
  parts.plan = merged(parts.plan, {
    kind: part('site.plan', null),
    deadline: part('site.planDeadline', null),
  });
  for (const index of [0, 1, 2] as const) {
    const group = `focal${index + 1}` as 'focal1';
    const point: Partial<FocalPoint> = {};
    for (const word of ['name', 'title', 'phone', 'email'] as const) {
      const value = part(`${group}.${word}`, '');
      if (value !== undefined) point[word] = value;
    }
    if (Object.keys(point).length > 0) parts.focal[index] = { ...parts.focal[index], ...point };
  }
  const more = part<FocalPoint[]>('site.moreFocalPoints', []);
  if (more !== undefined) parts.moreFocal = more;
}

/** Only what is said; a key with `undefined` would wipe what the register has. */
function merged<T extends object>(before: T | undefined, next: T): T {
  const said = Object.entries(next).filter(([, value]) => value !== undefined);
  return { ...(before ?? {}), ...Object.fromEntries(said) } as T;
}

export function deviceOf(
  ref: string,
  siteRef: string,
  line: number,
  maps: (field: ImportField) => boolean,
) {
  const said = new Said();
  const draft: DeviceDraft = { ref, line, siteRef, fields: {}, cameras: 0 };
  return {
    draft,
    take(values: RowValues, at: number, wrong: boolean, say: Say): void {
      if (wrong || !said.agrees(values, ['device.'], at, say)) return;
      const { fields } = draft;
      const id = text(values, 'device.id');
      if (id !== null) draft.id = id;
      const revision = values.get('device.revision');
      if (typeof revision === 'number') draft.revision = revision;
      const cleared = (field: ImportField) => id !== null && maps(field);
      for (const part of ['name', 'path', 'vendor', 'model', 'firmware', 'serial'] as const) {
        const value = text(values, `device.${part}`);
        if (value !== null) fields[part] = value;
        else if (cleared(`device.${part}`)) fields[part] = '';
      }
      const address = values.get('device.address') as
        | { host: string; port: number | null }
        | undefined;
      if (address) fields.address = address.host;
      else if (cleared('device.address')) fields.address = '';
      const port = (values.get('device.port') as number | undefined) ?? address?.port;
      if (port) fields.port = port;
      else if (cleared('device.port')) fields.port = null;
      const kind = values.get('device.kind') as DeviceFields['kind'] | undefined;
      if (kind) fields.kind = kind;
      draft.cameras++;
    },
  };
}
