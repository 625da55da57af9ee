import { fold } from '../camera-search.ts';
import type { RegisterTree, Scope, SiteNode } from './register-types.ts';

/** A drawn line of the register's tree. */
export interface TreeRow {
  readonly key: string;
  readonly kind: 'all' | 'province' | 'district' | 'site';
  readonly level: number;
  readonly name: string;
  readonly scope: Scope;
  readonly sites: number;
  readonly cameras: number;
  readonly forbidden: number;
  /** Null: nothing below it. */
  readonly open: boolean | null;
  readonly site: SiteNode | null;
  readonly position: number;
  readonly siblings: number;
}

export const allKey = 'all';
export const keyOf = (scope: Scope): string =>
  scope.siteId !== undefined
    ? `s:${scope.siteId}`
    : scope.district !== undefined
      ? `d:${scope.province}/${scope.district}`
      : scope.province !== undefined
        ? `p:${scope.province}`
        : allKey;

/**
 * The lines in sight of the tree: `open` has the keys that were opened. With a query only sites that
 * match it, in their province and district, all open.
 */
export function treeRows(tree: RegisterTree, open: ReadonlySet<string>, query: string): TreeRow[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const searching = words.length > 0;
  const kept = searching
    ? tree.sites.filter((site) => {
        const text = fold(`${site.name} ${site.code} ${site.district} ${site.province}`);
        return words.every((word) => text.includes(word));
      })
    : tree.sites;
  const inDistrict = grouped(kept, (site) => `${site.province}\n${site.district}`);
  const inProvince = grouped(kept, (site) => site.province);
  const rows: TreeRow[] = [
    {
      key: allKey,
      kind: 'all',
      level: 1,
      name: '',
      scope: {},
      sites: tree.sites.length,
      cameras: tree.cameras,
      forbidden: tree.forbidden,
      open: null,
      site: null,
      position: 1,
      siblings: 1,
    },
  ];
  const provinces = tree.provinces.filter(({ name }) => !searching || inProvince.has(name));
  for (const [index, province] of provinces.entries()) {
    const scope = { province: province.name };
    const key = keyOf(scope);
    const isOpen = searching || open.has(key);
    rows.push({
      ...counted(province),
      key,
      kind: 'province',
      level: 1,
      scope,
      open: isOpen,
      position: index + 1,
      siblings: provinces.length,
    });
    if (!isOpen) continue;
    const districts = province.districts.filter(
      ({ name }) => !searching || inDistrict.has(`${province.name}\n${name}`),
    );
    for (const [at, district] of districts.entries()) {
      const inner = { province: province.name, district: district.name };
      const innerKey = keyOf(inner);
      const innerOpen = searching || open.has(innerKey);
      rows.push({
        ...counted(district),
        key: innerKey,
        kind: 'district',
        level: 2,
        scope: inner,
        open: innerOpen,
        position: at + 1,
        siblings: districts.length,
      });
      if (innerOpen) pushSites(rows, inDistrict.get(`${province.name}\n${district.name}`) ?? []);
    }
  }
  return rows;
}

function pushSites(rows: TreeRow[], sites: readonly SiteNode[]): void {
  for (const [index, site] of sites.entries()) {
    const scope = { siteId: site.id };
    rows.push({
      key: keyOf(scope),
      kind: 'site',
      level: 3,
      name: site.name,
      scope,
      sites: 1,
      cameras: site.cameras,
      forbidden: site.forbidden,
      open: null,
      site,
      position: index + 1,
      siblings: sites.length,
    });
  }
}

function counted({
  name,
  sites,
  cameras,
  forbidden,
}: RegisterTree['provinces'][number]['districts'][number]) {
  return { name, sites, cameras, forbidden, site: null };
}

function grouped<T>(items: readonly T[], by: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group) group.push(item);
    else groups.set(by(item), [item]);
  }
  return groups;
}
