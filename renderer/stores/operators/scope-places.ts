import type { OperatorScope } from '../../../src/contract/operator-schemas.ts';
import { fold, foldedWords } from '../../../src/std/fold.ts';
import type { PlaceTree } from './access-store.ts';

export type PartScope = Exclude<OperatorScope, 'all'>;

/** One place that may be chosen for an area. */
export type Place =
  | { readonly kind: 'province'; readonly province: string }
  | { readonly kind: 'district'; readonly province: string; readonly district: string }
  | { readonly kind: 'site'; readonly id: string; readonly name: string };

/** A line of the list of places. `open` null: there is nothing below it. */
export interface PlaceLine {
  readonly key: string;
  readonly place: Place;
  readonly name: string;
  /** Where it lies; of a province itself nothing. */
  readonly at: { readonly province: string; readonly district: string } | null;
  /** That in words; only where the list is a search's. */
  readonly of: string;
  readonly depth: number;
  readonly open: boolean | null;
}

export const noPlaces: PartScope = { provinces: [], districts: [], sites: [] };
export const mostFound = 100;

export function keyOf(place: Place): string {
  if (place.kind === 'site') return `s ${place.id}`;
  return place.kind === 'province'
    ? `p ${place.province}`
    : `d ${place.province}\u0000${place.district}`;
}

/** Provinces, and what was opened of them; or what a search finds, the larger places first. */
export function placeLines(
  tree: PlaceTree,
  opened: ReadonlySet<string>,
  search: string,
): { readonly lines: readonly PlaceLine[]; readonly more: number } {
  const words = foldedWords(search);
  const all = linesOf(tree, words.length > 0 ? null : opened);
  if (words.length === 0) return { lines: all, more: 0 };
  const found = all.filter(({ name }) => {
    const folded = fold(name);
    return words.every((word) => folded.includes(word));
  });
  const byDepth = [...found].sort((a, b) => a.depth - b.depth);
  return { lines: byDepth.slice(0, mostFound), more: Math.max(0, found.length - mostFound) };
}

/** @param opened null: everything, for a search */
function linesOf(tree: PlaceTree, opened: ReadonlySet<string> | null): PlaceLine[] {
  const sitesOf = new Map<string, PlaceTree['sites'][number][]>();
  for (const site of tree.sites) {
    const key = `${site.province}\u0000${site.district}`;
    const there = sitesOf.get(key);
    if (there) there.push(site);
    else sitesOf.set(key, [site]);
  }
  const lines: PlaceLine[] = [];
  const add = (place: Place, name: string, at: PlaceLine['at'], hasMore: boolean) => {
    const key = keyOf(place);
    const open = hasMore ? (opened?.has(key) ?? false) : null;
    const of = opened || !at ? '' : [at.district, at.province].filter(Boolean).join(', ');
    const depth = place.kind === 'province' ? 0 : place.kind === 'district' ? 1 : 2;
    lines.push({ key, place, name, at, of, depth, open });
    return opened === null || open === true;
  };
  for (const { name: province, districts } of tree.provinces) {
    if (!add({ kind: 'province', province }, province, null, districts.length > 0)) continue;
    for (const { name: district } of districts) {
      const sites = sitesOf.get(`${province}\u0000${district}`) ?? [];
      const place: Place = { kind: 'district', province, district };
      if (!add(place, district, { province, district: '' }, sites.length > 0)) continue;
      for (const { id, name } of sites) {
        add({ kind: 'site', id, name }, name, { province, district }, false);
      }
    }
  }
  return lines;
}

/** A place without a name cannot be granted as a province or district: nothing lies in it by name. */
export function isGrantable(place: Place): boolean {
  if (place.kind === 'site') return true;
  return place.kind === 'province'
    ? place.province !== ''
    : place.province !== '' && place.district !== '';
}

export function hasPlace(scope: PartScope, place: Place): boolean {
  return placesOf(scope, () => '').some((each) => keyOf(each) === keyOf(place));
}

/** Whether it lies in a larger place that is chosen. */
export function isCovered({ provinces, districts }: PartScope, { place, at }: PlaceLine): boolean {
  if (!at) return false;
  if (provinces.includes(at.province)) return true;
  return (
    place.kind === 'site' &&
    districts.some(({ province, district }) => province === at.province && district === at.district)
  );
}

export function withPlace(scope: PartScope, place: Place, on: boolean): PartScope {
  const key = keyOf(place);
  const { provinces, districts, sites } = scope;
  switch (place.kind) {
    case 'province': {
      const rest = provinces.filter((each) => each !== place.province);
      return { ...scope, provinces: on ? [...rest, place.province] : rest };
    }
    case 'district': {
      const { province, district } = place;
      const rest = districts.filter((each) => keyOf({ kind: 'district', ...each }) !== key);
      return { ...scope, districts: on ? [...rest, { province, district }] : rest };
    }
    case 'site': {
      const rest = sites.filter((id) => id !== place.id);
      return { ...scope, sites: on ? [...rest, place.id] : rest };
    }
  }
}

export function placesOf(scope: PartScope, nameOf: (siteId: string) => string): Place[] {
  return [
    ...scope.provinces.map((province): Place => ({ kind: 'province', province })),
    ...scope.districts.map((each): Place => ({ kind: 'district', ...each })),
    ...scope.sites.map((id): Place => ({ kind: 'site', id, name: nameOf(id) })),
  ];
}
