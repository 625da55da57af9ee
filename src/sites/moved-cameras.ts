import { parseRtspUrl } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';
import { vietnameseSortKey } from '../std/fold.ts';
import { cameraIdOf } from './camera-url.ts';
import type { BatchCamera } from './register.types.ts';
import type { RowOf } from './register-columns.ts';
import type { RegisterTables } from './register-tables.ts';

type Row = RowOf['camera'];

/**
 * Cameras that a file brings at another address than the register has: the same serial number, or the
 * same name at the same site. A camera that the file also lists at its old address has not moved.
 */
export class MovedCameras {
  readonly #tables: RegisterTables;
  readonly #batch: readonly BatchCamera[];
  /** Addresses of the batch; made when the first address is met that nobody knows. */
  #listed: ReadonlySet<string> | null = null;
  /** Rows of the batch that call themselves alike at one site and at one path. */
  #alike = new Map<string, number>();
  #serials: ReadonlyMap<string, readonly string[]> | null = null;

  constructor(tables: RegisterTables, batch: readonly BatchCamera[]) {
    this.#tables = tables;
    this.#batch = batch;
  }

  /**
   * The camera that moved to `url`, or null for a new one.
   * @throws {Fault} `input.value` with `why: 'ambiguous'` where several could be it
   */
  find(
    row: BatchCamera,
    siteId: string,
    name: string,
    url: string,
    claimed: ReadonlySet<string>,
  ): Row | null {
    const listed = this.#list();
    const free = (camera: Row) =>
      camera.url !== '' &&
      !camera.origin.startsWith('hub:') &&
      !claimed.has(`camera ${camera.id}`) &&
      !listed.has(cameraIdOf(camera.url));
    const serial = serialOf(row);
    const bySerial = serial === '' ? [] : this.#withSerial(serial).filter(free);
    if (bySerial.length === 1) return bySerial[0] ?? null;
    const named = this.#tables
      .all('camera', 'where site_id = ? and sort_key = ?', siteId, vietnameseSortKey(name))
      .filter(free);
    if (named.length === 0) return null;
    // A recorder that moved keeps the paths of its channels, whatever they are all called.
    const samePath = named.filter((camera) => pathOf(camera.url) === pathOf(url));
    const found = samePath.length > 0 ? samePath : named;
    const others = samePath.length > 0 ? this.#alikeAt(row, url) : this.#alikeAt(row);
    if (found.length === 1 && others === 1) return found[0] ?? null;
    throw new Fault('input.value', 'several cameras of this name at other addresses', {
      field: 'name',
      why: 'ambiguous',
    });
  }

  #list(): ReadonlySet<string> {
    if (this.#listed) return this.#listed;
    const listed = new Set<string>();
    for (const row of this.#batch) {
      const key = urlKey(row);
      if (key === '') continue;
      listed.add(key);
      // What the register knows at this address has not moved, and is no rival.
      if (this.#tables.find('camera', 'url_key = ?', key)) continue;
      for (const alike of [nameKey(row), nameKey(row, row.fields.url)]) {
        this.#alike.set(alike, (this.#alike.get(alike) ?? 0) + 1);
      }
    }
    this.#listed = listed;
    return listed;
  }

  #alikeAt(row: BatchCamera, url?: string): number {
    return this.#alike.get(nameKey(row, url && row.fields.url)) ?? 1;
  }

  #withSerial(serial: string): Row[] {
    if (!this.#serials) {
      const serials = new Map<string, string[]>();
      for (const { id, serial: own } of this.#tables.all('camera', "where serial <> ''")) {
        serials.set(own, [...(serials.get(own) ?? []), id]);
      }
      this.#serials = serials;
    }
    return (this.#serials.get(serial) ?? []).flatMap((id) => this.#tables.get('camera', id) ?? []);
  }
}

function serialOf({ fields }: BatchCamera): string {
  return typeof fields.serial === 'string' ? fields.serial.trim() : '';
}

function urlKey({ fields }: BatchCamera): string {
  try {
    return fields.url ? cameraIdOf(fields.url) : '';
  } catch {
    return '';
  }
}

function nameKey({ siteRef, fields }: BatchCamera, url?: string): string {
  const at = siteRef ?? fields.siteId ?? '';
  return `${at}\u0000${vietnameseSortKey(fields.name ?? '')}\u0000${url ? pathOf(url) : ''}`;
}

/** Main and sub are told apart by it, and the channels of a recorder. */
function pathOf(url: string): string {
  try {
    return parseRtspUrl(url).path;
  } catch {
    return '';
  }
}
