import type { Register, Site } from '../sites/register.types.ts';
import { areaKey } from '../sites/register-columns.ts';
import { vietnameseSortKey } from '../std/fold.ts';
import type { SiteDraft } from './records.types.ts';

/** Finds the site a draft speaks of, by the same keys as the register: id, code, name at its place. */
export class KnownSites {
  readonly #byId = new Map<string, Site>();
  readonly #byCode = new Map<string, Site>();
  readonly #byName = new Map<string, Site>();

  constructor(register: Register) {
    for (const site of register.sites()) {
      this.#byId.set(site.id, site);
      if (site.code !== '') this.#byCode.set(site.code, site);
      this.#byName.set(nameKey(site.name, site.province, site.district), site);
    }
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  find({ id, fields }: SiteDraft): Site | null {
    const { code, name = '', province = '', district = '' } = fields;
    const named = this.#byName.get(nameKey(name, province, district)) ?? null;
    return (
      (id === undefined ? undefined : this.#byId.get(id)) ??
      (code ? this.#byCode.get(code) : undefined) ??
      (code && named && named.code !== '' ? null : named)
    );
  }
}

function nameKey(name: string, province: string, district: string): string {
  return `${areaKey(province, district)}\u0003${vietnameseSortKey(name)}`;
}
