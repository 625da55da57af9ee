import type { ImportField, ImportReason } from '../contract/import-schemas.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { cameraFromUrl, cameraIdOf } from '../sites/camera-url.ts';
import type { CameraFields } from '../sites/register.types.ts';
import { isForbiddenPlace } from '../sites/register-refusal.ts';
import type { BodyRow } from './body.ts';
import { deviceOf, siteOf } from './drafts.ts';
import type { HeadingColumn } from './heading.ts';
import { parseCell, type UrlValue } from './parse-cell.ts';
import { placementOf } from './placement-words.ts';
import type { Records, RowProblem } from './records.types.ts';
import { isError, type RowValues, type Say, text } from './row-values.ts';
import { CellProblem, looksLikeEmail, looksLikePhone } from './values.ts';

/** Fields whose text is never repeated in a verdict: they may hold a login. */
const unspoken = /^login\.|url$/i;

/** Reads rows one after the other: a row may speak of the site or device that another one began. */
export class RecordReader {
  readonly records: Records = { rows: [], sites: [], devices: [] };
  readonly #columns: readonly HeadingColumn[];
  readonly #sites = new Map<string, ReturnType<typeof siteOf>>();
  readonly #devices = new Map<string, ReturnType<typeof deviceOf>>();
  readonly #cameras = new Map<string, number>();
  #lastSite: string | null = null;
  /** Not blank, but an export struck a login from it: such a cell says nothing. */
  readonly #struck = new Set<ImportField>();

  constructor(columns: readonly HeadingColumn[]) {
    this.#columns = columns.filter((column) => column.field !== null && column.field !== 'ignore');
  }

  read(row: BodyRow): void {
    const problems: RowProblem[] = [];
    this.#struck.clear();
    const say = (
      reason: ImportReason,
      field: ImportField | null = null,
      value: string | null = null,
      otherLine: number | null = null,
    ) => problems.push({ reason, field, value, otherLine });
    const values = this.#values(row, say);
    const camera = this.#camera(values, say);
    const device = [...values.keys()].some(
      (field) => field.startsWith('device.') && !/\.(kind|revision|port)$/.test(field),
    );
    const site = this.#site(row, values, say);
    if (!camera && !device && !site.own) say('nothing');
    if (camera) this.#once(camera, site.ref, row.line, say);
    let wrong = problems.some(({ reason }) => isError(reason));
    if (site.ref !== null && site.own) {
      wrong = this.#sites.get(site.ref)!.take(values, row.line, wrong, say) || wrong;
    }
    const deviceRef =
      device && site.ref !== null ? this.#device(site.ref, values, row, wrong, say) : null;
    wrong ||= problems.some(({ reason }) => isError(reason));
    const login = loginOf(values);
    if (login && camera && !wrong) say('login-to-vault');
    const draft = site.ref === null ? null : this.#sites.get(site.ref)!.draft;
    const name = camera?.fields.name ?? text(values, 'device.name') ?? addressText(values) ?? '';
    this.records.rows.push({
      line: row.line,
      siteName: draft?.fields.name ?? '',
      name,
      siteRef: site.ref,
      deviceRef,
      camera:
        camera && !wrong && site.ref !== null
          ? {
              ref: `line ${row.line}`,
              siteRef: site.ref,
              ...(deviceRef === null ? {} : { deviceRef }),
              ...(camera.id === undefined ? {} : { id: camera.id }),
              ...(camera.revision === undefined ? {} : { revision: camera.revision }),
              fields: camera.fields,
            }
          : null,
      login: camera && !wrong ? login : null,
      problems: causesOf(problems),
      wrong,
    });
  }

  #values(row: BodyRow, say: Say): RowValues {
    const values: RowValues = new Map();
    for (const { index, field } of this.#columns) {
      if (field === null) continue;
      const raw = row.cells[index] ?? '';
      if (raw === '') continue;
      try {
        const value = parseCell(field, raw);
        if (value !== undefined) values.set(field, value);
        else this.#struck.add(field);
      } catch (error) {
        if (!(error instanceof CellProblem)) throw error;
        say(error.reason, field, unspoken.test(field) ? null : shown(raw));
      }
    }
    for (const group of ['focal1', 'focal2', 'focal3'] as const) {
      const [phone, email] = [text(values, `${group}.phone`), text(values, `${group}.email`)];
      if (phone !== null && !looksLikePhone(phone)) say('phone', `${group}.phone`, shown(phone));
      if (email !== null && !looksLikeEmail(email)) say('email', `${group}.email`, shown(email));
    }
    return values;
  }

  #camera(values: RowValues, say: Say) {
    const has = [...values.keys()].some(
      (field) => field.startsWith('camera.') && field !== 'camera.revision',
    );
    if (!has && !(values.has('login.user') && values.has('device.address'))) return null;
    const full = values.has('camera.id');
    const url = values.get('camera.url') as UrlValue | undefined;
    const fields: Partial<CameraFields> = {};
    const placement = text(values, 'camera.placement');
    const name =
      text(values, 'camera.name') ??
      (url ? cameraFromUrl(url.url).name : (placement ?? addressText(values)));
    if (name === null) say('missing', 'camera.name');
    else fields.name = name;
    for (const part of ['purpose', 'brand', 'model', 'serial', 'localNotes'] as const) {
      const value = text(values, `camera.${part}`);
      if (value !== null) fields[part] = value;
      else if (full && this.#maps(`camera.${part}`)) fields[part] = '';
    }
    for (const part of ['url', 'subUrl', 'directUrl', 'directSubUrl'] as const) {
      const value = values.get(`camera.${part}`) as UrlValue | undefined;
      if (value) fields[part] = value.url;
      else if (full && this.#maps(`camera.${part}`)) fields[part] = '';
    }
    const transport = values.get('camera.transport') as CameraFields['transport'] | undefined;
    if (transport) fields.transport = transport;
    if (placement === null) {
      if (full && this.#maps('camera.placement')) fields.placement = null;
      if (!full) say('placement-unset', 'camera.placement');
    } else {
      const place = placementOf(placement);
      if (place !== null) {
        fields.placement = place;
        if (isForbiddenPlace(place)) say('forbidden-place', 'camera.placement', shown(placement));
      } else {
        // Not one of the six areas: the words are kept, a person places it later.
        say('placement', 'camera.placement', shown(placement));
        fields.purpose ||= placement;
      }
    }
    if (!url && !full) say('no-url', 'camera.url');
    const id = text(values, 'camera.id') ?? undefined;
    return { id, revision: values.get('camera.revision') as number | undefined, fields };
  }

  /** The site a row belongs to: named in the row, or that of the rows above. */
  #site(row: BodyRow, values: RowValues, say: Say): { ref: string | null; own: boolean } {
    const place = (field: 'site.province' | 'site.district', above: string) => {
      if (!values.has(field) && above !== '') values.set(field, above);
    };
    if (!values.has('site.name') && row.siteGroup !== '') values.set('site.name', row.siteGroup);
    const named = ['site.id', 'site.code', 'site.name'].some((field) =>
      values.has(field as ImportField),
    );
    if (!named) {
      if (this.#lastSite !== null) return { ref: this.#lastSite, own: false };
      const url = values.get('camera.url') as UrlValue | undefined;
      if (!url) {
        say('site-unknown', 'site.name');
        return { ref: null, own: false };
      }
      // A plain list of addresses: cameras behind one address share its link, and so a site.
      values.set('site.name', cameraFromUrl(url.url).siteName);
    }
    place('site.province', row.province);
    place('site.district', row.district);
    const ref = siteKey(values);
    if (!this.#sites.has(ref)) {
      const site = siteOf(ref, row.line, (field) => this.#maps(field));
      this.#sites.set(ref, site);
      this.records.sites.push(site.draft);
    }
    if (named) this.#lastSite = ref;
    return { ref, own: true };
  }

  #device(
    siteRef: string,
    values: RowValues,
    row: BodyRow,
    wrong: boolean,
    say: Say,
  ): string | null {
    const ref = deviceKey(siteRef, values);
    if (ref === null) return null;
    let device = this.#devices.get(ref);
    if (!device) {
      if (wrong) return null;
      device = deviceOf(ref, siteRef, row.line, (field) => this.#maps(field));
      this.#devices.set(ref, device);
      this.records.devices.push(device.draft);
    }
    device.take(values, row.line, wrong, say);
    return ref;
  }

  #once(
    camera: { id?: string | undefined; fields: Partial<CameraFields> },
    siteRef: string | null,
    line: number,
    say: Say,
  ): void {
    const { id, fields } = camera;
    const key =
      id !== undefined
        ? `id ${id}`
        : fields.url
          ? `url ${cameraIdOf(fields.url)}`
          : `name ${siteRef} ${(fields.name ?? '').toLocaleLowerCase('vi')}`;
    const before = this.#cameras.get(key);
    if (before !== undefined)
      say('duplicate', id === undefined && fields.url ? 'camera.url' : 'camera.name', null, before);
    else this.#cameras.set(key, line);
  }

  #maps(field: ImportField): boolean {
    return !this.#struck.has(field) && this.#columns.some((column) => column.field === field);
  }
}

/** What only follows from a cell that cannot be read. */
const consequences: ReadonlySet<ImportReason> = new Set([
  'missing',
  'nothing',
  'site-unknown',
  'no-url',
]);

/** The reasons a person can do something about: not that an address is missing where it is wrong. */
function causesOf(problems: readonly RowProblem[]): RowProblem[] {
  const isCause = ({ reason }: RowProblem) => isError(reason) && !consequences.has(reason);
  const rest = problems.filter((problem) => !isCause(problem));
  const causes = problems.filter(isCause);
  if (causes.length === 0) return [...problems];
  const blamed = new Set(causes.map(({ field }) => field));
  return [
    ...causes,
    ...rest.filter(({ reason, field }) => !consequences.has(reason) && !blamed.has(field)),
  ];
}

function siteKey(values: RowValues): string {
  const [id, code] = [text(values, 'site.id'), text(values, 'site.code')];
  if (id !== null) return `site id ${id}`;
  if (code !== null) return `site code ${code}`;
  const place = ['site.name', 'site.province', 'site.district'] as const;
  return `site ${place.map((field) => (text(values, field) ?? '').toLocaleLowerCase('vi')).join(' / ')}`;
}

function deviceKey(siteRef: string, values: RowValues): string | null {
  const id = text(values, 'device.id');
  if (id !== null) return `device id ${id}`;
  const address = values.get('device.address') as { host: string; port: number | null } | undefined;
  const serial = text(values, 'device.serial');
  if (!address && serial === null) return null;
  return `device ${siteRef} ${serial ?? ''} ${address ? `${address.host}:${values.get('device.port') ?? address.port ?? ''}` : ''}`;
}

function addressText(values: RowValues): string | null {
  return (values.get('device.address') as { host: string } | undefined)?.host ?? null;
}

/** A login of its own columns stands above one in the address. */
function loginOf(values: RowValues): Credential | null {
  const [user, password] = [text(values, 'login.user'), text(values, 'login.password')];
  if (user !== null || password !== null) return { user: user ?? '', password: password ?? '' };
  for (const part of ['url', 'subUrl', 'directUrl', 'directSubUrl'] as const) {
    const value = values.get(`camera.${part}`) as UrlValue | undefined;
    if (value?.credential) return value.credential;
  }
  return null;
}

function shown(raw: string): string {
  return raw.replaceAll(/\s+/g, ' ').slice(0, 200);
}
