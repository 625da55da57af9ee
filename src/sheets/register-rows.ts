import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Language } from '../contract/schemas.ts';
import type { Device, Register, Site } from '../sites/register.types.ts';
import { redact } from '../std/log.ts';
import { type Cells, cameraCells, deviceCells, siteCells } from './cells.ts';
import { exportFormat, exportVersion } from './read-json.ts';

/** How much is done before others get their turn: a few milliseconds. */
const slice = 100;

/** What of the register is written: its sites, and what lies in them. */
export type RegisterPart = Pick<Register, 'sites' | 'devices' | 'cameras'>;

/**
 * The register as rows of one table: every camera with its site and device, then devices and sites that
 * have no camera. It is read a slice at a time, site by site, so that streams are served meanwhile.
 */
export async function* registerRows(
  register: RegisterPart,
  language: Language,
): AsyncGenerator<readonly Cells[]> {
  let rows: Cells[] = [];
  for (const site of await sitesOf(register)) {
    const siteCell = siteCells(site, language);
    const devices = new Map<string, Device>();
    for (const device of register.devices(site.id)) devices.set(device.id, device);
    const used = new Set<string>();
    let any = false;
    for (const camera of [...register.cameras(site.id)]) {
      const device = camera.deviceId === null ? undefined : devices.get(camera.deviceId);
      if (device) used.add(device.id);
      any = true;
      rows.push({
        ...siteCell,
        ...(device ? deviceCells(device, language) : {}),
        ...cameraCells(camera, language),
      });
    }
    for (const device of devices.values()) {
      if (used.has(device.id)) continue;
      any = true;
      rows.push({ ...siteCell, ...deviceCells(device, language) });
    }
    if (!any) rows.push(siteCell);
    if (rows.length < slice) continue;
    yield rows;
    rows = [];
    await nextTurn();
  }
  if (rows.length > 0) yield rows;
}

/**
 * The register as JSON: sites, devices and cameras as they are kept, a line for each. What looks like a
 * login in an address is struck out.
 */
export async function registerJson(register: RegisterPart, now: Date): Promise<Uint8Array> {
  const parts: string[] = [
    `{"format":"${exportFormat}","version":${exportVersion},"exportedAt":"${now.toISOString()}",\n"sites":[\n`,
  ];
  const sites = await sitesOf(register);
  await list(parts, sites);
  parts.push('\n],\n"devices":[\n');
  await list(
    parts,
    bySite(sites, (id) => register.devices(id)),
    (device) => ({ ...device, path: redact(device.path) }),
  );
  parts.push('\n],\n"cameras":[\n');
  await list(
    parts,
    bySite(sites, (id) => register.cameras(id)),
    (camera) => ({
      ...camera,
      url: redact(camera.url),
      subUrl: redact(camera.subUrl),
      directUrl: redact(camera.directUrl),
      directSubUrl: redact(camera.directSubUrl),
    }),
  );
  parts.push('\n]}\n');
  return Buffer.from(parts.join(''));
}

async function list<T extends object>(
  parts: string[],
  rows: Iterable<T>,
  shown: (row: T) => object = (row) => row,
): Promise<void> {
  let count = 0;
  for (const row of rows) {
    if (count++ > 0) parts.push(',\n');
    parts.push(JSON.stringify(shown(row)));
    if (count % slice === 0) await nextTurn();
  }
}

function* bySite<T>(sites: readonly Site[], of: (id: string) => Iterable<T>): Generator<T> {
  // A cursor must not stay open over a turn in which somebody writes: one site at a time is held.
  for (const { id } of sites) yield* [...of(id)];
}

async function sitesOf(register: RegisterPart): Promise<Site[]> {
  const sites = [...register.sites()];
  await nextTurn();
  return sites;
}
