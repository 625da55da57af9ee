import { foldedWords } from '../std/fold.ts';
import type {
  CameraFilter,
  CameraSort,
  Hub,
  RegisterRow,
  RegisterTree,
  SiteFilter,
  SiteNode,
  SiteRow,
  SiteSort,
} from './register.types.ts';
import { type RowOf, withoutLogins } from './register-columns.ts';
import { byText, type CameraEntry, type RegisterIndex, type SiteEntry } from './register-index.ts';
import { refusalOf } from './register-refusal.ts';
import type { RegisterTables } from './register-tables.ts';

/** More words than this narrow nothing down. */
const maxWords = 10;

type Order<E> = (a: E, b: E) => number;

const cameraOrders: Readonly<Record<CameraSort['by'], Order<CameraEntry>>> = {
  name: (a, b) => byText(a.sortKey, b.sortKey),
  site: (a, b) => byText(a.site.sortKey, b.site.sortKey),
  province: (a, b) => byText(a.site.areaKey, b.site.areaKey),
  placement: (a, b) => byText(a.placement ?? '~', b.placement ?? '~'),
  brand: (a, b) => byText(a.brand, b.brand),
  address: (a, b) => byText(a.url, b.url),
  changed: (a, b) => a.revision - b.revision,
};

/** What has no date stands below what has one. */
const siteOrders: Readonly<Record<SiteSort['by'], Order<SiteEntry>>> = {
  name: (a, b) => byText(a.sortKey, b.sortKey),
  code: (a, b) => byText(a.code || '~', b.code || '~'),
  province: (a, b) => byText(a.areaKey, b.areaKey),
  priority: (a, b) => a.priority - b.priority,
  cameras: (a, b) => a.cameras - b.cameras,
  deadline: (a, b) => byText(a.deadline ?? '~', b.deadline ?? '~'),
  inspection: (a, b) => byText(a.inspection ?? '~', b.inspection ?? '~'),
  changed: (a, b) => a.revision - b.revision,
};

/** What the register is asked: the tree, pages of tables, and the search. */
export class RegisterQueries {
  readonly #tables: RegisterTables;
  readonly #index: RegisterIndex;
  /** A person scrolls through one table: its order is found once. */
  #lastList: { key: string; found: readonly CameraEntry[] } | null = null;

  constructor(tables: RegisterTables, index: RegisterIndex) {
    this.#tables = tables;
    this.#index = index;
  }

  hubs(): Hub[] {
    const rows = this.#tables.rows(
      'select id, name, kind, address from register_hub order by name',
    );
    return rows.map((row) => ({ ...row }) as unknown as Hub);
  }

  tree(revision: number): RegisterTree {
    const { sites } = this.#index;
    const provinces: RegisterTree['provinces'] = [];
    for (const site of sites) {
      const last = provinces.at(-1);
      const province =
        last?.name === site.province ? last : { ...counts(site.province), districts: [] };
      if (province !== last) provinces.push(province);
      const lastDistrict = province.districts.at(-1);
      const district = lastDistrict?.name === site.district ? lastDistrict : counts(site.district);
      if (district !== lastDistrict) province.districts.push(district);
      for (const level of [province, district]) {
        level.sites++;
        level.cameras += site.cameras;
        level.forbidden += site.forbidden;
      }
    }
    const sum = (of: 'cameras' | 'forbidden') => sites.reduce((all, site) => all + site[of], 0);
    return {
      hubs: this.hubs(),
      provinces,
      sites: sites.map(nodeOf),
      cameras: sum('cameras'),
      forbidden: sum('forbidden'),
      revision,
    };
  }

  page(
    query: { filter: CameraFilter; sort?: CameraSort | undefined; offset: number; limit: number },
    revision: number,
  ): { total: number; rows: RegisterRow[] } {
    const { filter, sort, offset, limit } = query;
    const key = JSON.stringify([filter, sort, revision]);
    let found = this.#lastList?.key === key ? this.#lastList.found : null;
    if (!found) {
      found = sortedBy(
        this.#index.cameras.filter(cameraTest(filter)),
        sort && cameraOrders[sort.by],
        sort?.descending,
      );
      this.#lastList = { key, found };
    }
    return { total: found.length, rows: this.#rows(found.slice(offset, offset + limit)) };
  }

  cameras(filter: CameraFilter): CameraEntry[] {
    return this.#index.cameras.filter(cameraTest(filter));
  }

  sitePage(query: {
    filter: SiteFilter;
    sort?: SiteSort | undefined;
    offset: number;
    limit: number;
  }): { total: number; rows: SiteRow[] } {
    const { filter, sort, offset, limit } = query;
    const found = sortedBy(
      this.#index.sites.filter(siteTest(filter)),
      sort && siteOrders[sort.by],
      sort?.descending,
    );
    const rows = found.slice(offset, offset + limit).flatMap(({ id, cameras, forbidden }) => {
      const row = this.#tables.get('site', id);
      if (!row) return [];
      const { kept: _, ...site } = row;
      return [{ site, cameras, forbidden }];
    });
    return { total: found.length, rows };
  }

  search(text: string, limit: number) {
    const words = foldedWords(text).slice(0, maxWords);
    if (words.length === 0) return { sites: [], cameras: [], totalSites: 0, totalCameras: 0 };
    // What begins with the words as they were typed comes first.
    const beginning = ` ${words.join(' ')}`;
    const best = <E extends { folded: string }>(found: readonly E[]): E[] => {
      const first: E[] = [];
      const rest: E[] = [];
      for (const entry of found) {
        if (entry.folded.startsWith(beginning)) first.push(entry);
        else if (rest.length < limit) rest.push(entry);
      }
      return [...first, ...rest].slice(0, limit);
    };
    const cameras = this.#index.cameras.filter(cameraTest({ text }));
    const sites = this.#index.sites.filter(siteTest({ text }));
    return {
      sites: best(sites).map(nodeOf),
      cameras: this.#rows(best(cameras)),
      totalSites: sites.length,
      totalCameras: cameras.length,
    };
  }

  row(cameraId: string): RegisterRow | null {
    return this.#rows([{ id: cameraId }])[0] ?? null;
  }

  #rows(entries: readonly { readonly id: string }[]): RegisterRow[] {
    const sites = new Map<string, RowOf['site'] | null>();
    return entries.flatMap(({ id }) => {
      const camera = this.#tables.get('camera', id);
      if (!camera) return [];
      let site = sites.get(camera.siteId);
      if (site === undefined) {
        site = this.#tables.get('site', camera.siteId);
        sites.set(camera.siteId, site);
      }
      return site ? [registerRowOf(camera, site)] : [];
    });
  }
}

export function registerRowOf(camera: RowOf['camera'], site: RowOf['site']): RegisterRow {
  return {
    camera: withoutLogins(camera),
    siteName: site.name,
    siteCode: site.code,
    province: site.province,
    district: site.district,
    hubId: site.hubId,
    refusal: refusalOf(camera.placement, site.hold),
  };
}

function counts(name: string) {
  return { name, sites: 0, cameras: 0, forbidden: 0 };
}

function nodeOf(site: SiteEntry): SiteNode {
  return {
    id: site.id,
    code: site.code,
    name: site.name,
    province: site.province,
    district: site.district,
    hubId: site.hubId,
    priority: site.priority,
    cameras: site.cameras,
    forbidden: site.forbidden,
    goneCameras: site.goneCameras,
    heldFromView: site.held,
    gone: site.gone,
  };
}

/** The order of the tree decides between equals, in both directions. */
function sortedBy<E>(
  found: E[],
  order: Order<E> | undefined,
  descending: boolean | undefined,
): readonly E[] {
  if (!order) return found;
  return found.sort(descending ? (a, b) => order(b, a) : order);
}

function flag(wanted: boolean | undefined, is: boolean): boolean {
  return wanted === undefined || wanted === is;
}

function equal(wanted: string | number | undefined, is: string | number | null): boolean {
  return wanted === undefined || wanted === is;
}

function wordsOf(text: string | undefined): string[] {
  // A space before: only at the beginning of a word.
  return foldedWords(text ?? '')
    .slice(0, maxWords)
    .map((word) => ` ${word}`);
}

function cameraTest(filter: CameraFilter): (camera: CameraEntry) => boolean {
  const words = wordsOf(filter.text);
  const bySite = new Map<SiteEntry, readonly string[]>();
  /** Words that the site does not hold: its cameras must. */
  const missing = (site: SiteEntry): readonly string[] => {
    let left = bySite.get(site);
    if (!left) {
      left = words.filter((word) => !site.folded.includes(word));
      bySite.set(site, left);
    }
    return left;
  };
  const hubOrigin = filter.hubId === undefined ? '' : `hub:${filter.hubId}`;
  return (camera) => {
    const { site } = camera;
    return (
      equal(filter.province, site.province) &&
      equal(filter.district, site.district) &&
      equal(filter.siteId, site.id) &&
      equal(filter.deviceId, camera.deviceId) &&
      equal(filter.brand, camera.brand) &&
      (filter.hubId === undefined || site.hubId === filter.hubId || camera.origin === hubOrigin) &&
      isPlaced(filter.placement, camera) &&
      (filter.origin === 'hub'
        ? camera.origin.startsWith('hub:')
        : equal(filter.origin, camera.origin)) &&
      flag(filter.gone, camera.gone) &&
      flag(filter.noUrl, camera.url === '') &&
      flag(filter.refused, camera.forbidden || site.held) &&
      (words.length === 0 || missing(site).every((word) => camera.folded.includes(word)))
    );
  };
}

function isPlaced(wanted: CameraFilter['placement'], camera: CameraEntry): boolean {
  if (wanted === 'none') return camera.placement === null;
  if (wanted === 'forbidden') return camera.forbidden;
  return equal(wanted, camera.placement);
}

function siteTest(filter: SiteFilter): (site: SiteEntry) => boolean {
  const words = wordsOf(filter.text);
  const before = (limit: string | undefined, day: string | null) =>
    limit === undefined || (day !== null && day < limit);
  return (site) =>
    equal(filter.province, site.province) &&
    equal(filter.district, site.district) &&
    equal(filter.hubId, site.hubId) &&
    equal(filter.kind, site.kind) &&
    equal(filter.ownership, site.ownership) &&
    equal(filter.priority, site.priority) &&
    flag(filter.surveyed, site.surveyed) &&
    flag(filter.held, site.held) &&
    flag(filter.planned, site.planned) &&
    flag(filter.gone, site.gone) &&
    before(filter.planDueBefore, site.deadline) &&
    before(filter.inspectionDueBefore, site.inspection) &&
    words.every((word) => site.folded.includes(word));
}
