import { type AccessEntry, endsSoonDays, type OperatorScope, rights } from './operator-schemas.ts';
import { rightsOf } from './role-rights.ts';

/** What of an operator's access can be said in few words, on the page and in what is exported. */
export const accessStates = ['open', 'soon', 'due', 'not-yet', 'over', 'disabled'] as const;
export type AccessState = (typeof accessStates)[number];

/** A text of `operators.json`. */
export type OperatorTexts = (key: string, values?: Record<string, string | number>) => string;

/** Sites by their ids; those that are not there any more have no name. */
export type SiteNames = ReadonlyMap<string, { readonly name: string; readonly province: string }>;

/** @param today `2021-06-25`, in Viet Nam. `mustChange`: the password was given by somebody else. */
export function accessStateOf(
  entry: Pick<AccessEntry, 'disabled' | 'validFrom' | 'validUntil'> & {
    readonly mustChange?: boolean;
  },
  today: string,
): AccessState {
  const { disabled, validFrom, validUntil } = entry;
  if (disabled) return 'disabled';
  if (validUntil !== null && validUntil < today) return 'over';
  if (validFrom !== null && validFrom > today) return 'not-yet';
  if (validUntil !== null && daysBetween(today, validUntil) <= endsSoonDays) return 'soon';
  return entry.mustChange ? 'due' : 'open';
}

/** Whole days from one day to another one, both as `2021-06-25`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** `25/06/2021`; `''` for none. */
export function plainDay(day: string | null): string {
  return day === null ? '' : day.split('-').reverse().join('/');
}

export function rightsText(role: AccessEntry['role'], t: OperatorTexts): string {
  const own = rightsOf[role];
  return rights
    .filter((right) => own.has(right))
    .map((right) => t(`right.${right}`))
    .join('; ');
}

/** Each place of a scope, the large ones first. */
export function scopePlaces(scope: OperatorScope, sites: SiteNames, t: OperatorTexts): string[] {
  if (scope === 'all') return [t('scope.all')];
  const places = [
    ...scope.provinces,
    ...scope.districts.map(({ province, district }) =>
      t('scope.districtIn', { province, district }),
    ),
    ...scope.sites.map((id) => sites.get(id)?.name ?? t('scope.gone')),
  ];
  return places.length > 0 ? places : [t('scope.none')];
}

/** In one line; of many sites the first ones and how many more. */
export function scopeText(
  scope: OperatorScope,
  sites: SiteNames,
  t: OperatorTexts,
  most = Number.POSITIVE_INFINITY,
): string {
  const places = scopePlaces(scope, sites, t);
  const more = places.length - most;
  if (more <= 0) return places.join('; ');
  return `${places.slice(0, most).join('; ')} ${t('scope.moreSites', { more })}`;
}

export function periodText(
  { validFrom, validUntil }: Pick<AccessEntry, 'validFrom' | 'validUntil'>,
  t: OperatorTexts,
): string {
  const [from, until] = [plainDay(validFrom), plainDay(validUntil)];
  if (from && until) return t('period.span', { from, until });
  if (until) return t('period.until', { until });
  return from ? t('period.from', { from }) : t('period.always');
}

export function documentText({ number, date }: AccessEntry['document'], t: OperatorTexts): string {
  if (date === null) return number || t('noDocument');
  return t('documentOf', { number, date: plainDay(date) }).trim();
}

/** The value of one field, as people read it. */
export function accessFieldText(
  entry: AccessEntry,
  field: string,
  sites: SiteNames,
  t: OperatorTexts,
): string {
  switch (field) {
    case 'role':
      return t(`role.${entry.role}`);
    case 'scope':
      return scopeText(entry.scope, sites, t);
    case 'validFrom':
    case 'validUntil':
      return plainDay(entry[field]);
    case 'document':
      return documentText(entry.document, t);
    case 'disabled':
      return t(entry.disabled ? 'access.yes' : 'access.no');
    case 'name':
    case 'fullName':
      return entry[field];
    default:
      return '';
  }
}

/** The word for a field of an entry. */
export function accessFieldName(field: string, t: OperatorTexts): string {
  return t(field === 'disabled' ? 'state.disabled' : `column.${field}`);
}
