import { placements } from '../contract/schemas.ts';
import type { AnyPlacement, Hold } from './register.types.ts';
import type { Values } from './register-columns.ts';
import { refusalOf } from './register-refusal.ts';
import type { RegisterTables } from './register-tables.ts';
import type { SiteCamera } from './site-camera.types.ts';

const columns = `c.id, c.name, c.placement, c.origin, c.url, c.sub_url, c.direct_url, c.direct_sub_url, c.transport, c.site_id,
  s.name as site_name, s.province, s.hold, s.hub_id`;
const joined = 'register_camera c join register_site s on s.id = c.site_id';

/** The cameras of the register as the wall takes them; those without a URL are left out. */
export function* wallCameras(
  tables: RegisterTables,
  cameraIds?: readonly string[],
): IterableIterator<SiteCamera> {
  const sql = `select ${columns} from ${joined} where c.url <> ''`;
  if (cameraIds === undefined) {
    for (const row of tables.rows(`${sql} order by c.rowid`)) yield toCamera(row);
    return;
  }
  for (const id of cameraIds) {
    const row = tables.one(`${sql} and c.id = ?`, id);
    if (row['id'] !== undefined) yield toCamera(row);
  }
}

function toCamera(row: Values): SiteCamera {
  const placement = row['placement'] as AnyPlacement | null;
  const hold = row['hold'] === null ? null : (JSON.parse(String(row['hold'])) as Hold);
  const refusal = refusalOf(placement, hold);
  return {
    id: String(row['id']),
    name: String(row['name']),
    siteId: String(row['site_id']),
    siteName: String(row['site_name']),
    province: String(row['province']),
    placement: placements.find((place) => place === placement) ?? null,
    url: String(row['url']),
    subUrl: row['sub_url'] === '' ? null : String(row['sub_url']),
    hubId: hubOf(row),
    directUrl: row['direct_url'] === '' ? null : String(row['direct_url']),
    directSubUrl: row['direct_sub_url'] === '' ? null : String(row['direct_sub_url']),
    transport: row['transport'] as SiteCamera['transport'],
    // What a hub lists is taken away by the hub.
    removable: !String(row['origin']).startsWith('hub:'),
    refusal,
    credential: null,
  };
}

/** Its own hub; else that of its site, where a second URL says that the first leads through it. */
function hubOf(row: Values): string | null {
  const origin = String(row['origin']);
  if (origin.startsWith('hub:')) return origin.slice('hub:'.length);
  return row['direct_url'] === '' || row['hub_id'] === null ? null : String(row['hub_id']);
}
