import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type HubKind, hubKinds } from '../contract/hub-schemas.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { HubWay } from './hub-adapter.types.ts';

export interface LastSync {
  readonly at: number;
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
}

/** A hub as a person set it up. Its login is in the vault, under `accountOfHub`. */
export interface SavedHub {
  readonly id: string;
  readonly name: string;
  readonly way: HubWay;
  readonly siteId: string | null;
  readonly province: string;
  readonly district: string;
  readonly hasLogin: boolean;
  readonly lastSync: LastSync | null;
}

export function accountOfHub(hubId: string): string {
  return `hub/${hubId}`;
}

export function newHubId(): string {
  return `h${randomBytes(9).toString('base64url')}`;
}

/** The hubs in the store, in the order in which they were added. */
export class HubBook {
  readonly #database: DatabaseSync;
  readonly #log: Logger;
  readonly #hubs = new Map<string, SavedHub>();

  constructor(database: DatabaseSync, log: Logger) {
    this.#database = database;
    this.#log = log;
    try {
      for (const row of database.prepare('select * from hub order by added_at, rowid').all()) {
        const hub = readRow(row);
        if (hub) this.#hubs.set(hub.id, hub);
      }
    } catch (error) {
      log.error('the hubs cannot be read', { reason: String(error) });
    }
  }

  all(): SavedHub[] {
    return [...this.#hubs.values()];
  }

  get size(): number {
    return this.#hubs.size;
  }

  get(id: string): SavedHub | null {
    return this.#hubs.get(id) ?? null;
  }

  /** @throws {Fault} `store.failed` */
  put(hub: SavedHub): void {
    const { id, name, way, siteId, province, district, hasLogin, lastSync } = hub;
    this.#write(
      `insert into hub values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set
        name = excluded.name, site_id = excluded.site_id, has_login = excluded.has_login,
        last_sync = excluded.last_sync`,
      id,
      name,
      way.kind,
      way.address,
      way.rtspAddress,
      way.channels,
      siteId,
      province,
      district,
      hasLogin ? 1 : 0,
      lastSync && JSON.stringify(lastSync),
      Date.now(),
    );
    this.#hubs.set(id, hub);
  }

  remove(id: string): void {
    this.#write('delete from hub where id = ?', id);
    this.#hubs.delete(id);
  }

  #write(sql: string, ...values: (string | number | null)[]): void {
    try {
      this.#database.prepare(sql).run(...values);
    } catch (error) {
      this.#log.error('a hub cannot be saved', { reason: String(error) });
      throw new Fault('store.failed', String(error), {}, error);
    }
  }
}

function readRow(row: Record<string, unknown>): SavedHub | null {
  const kind = hubKinds.find((known): known is HubKind => known === row['kind']);
  if (!kind) return null;
  const text = (name: string) => String(row[name] ?? '');
  return {
    id: text('id'),
    name: text('name'),
    way: {
      kind,
      address: text('address'),
      rtspAddress: text('rtsp_address'),
      channels: Number(row['channels']),
    },
    siteId: row['site_id'] === null ? null : text('site_id'),
    province: text('province'),
    district: text('district'),
    hasLogin: row['has_login'] === 1,
    lastSync: readSync(row['last_sync']),
  };
}

function readSync(text: unknown): LastSync | null {
  if (typeof text !== 'string') return null;
  const { at, added, changed, gone } = JSON.parse(text) as Record<string, number>;
  return { at: Number(at), added: Number(added), changed: Number(changed), gone: Number(gone) };
}
