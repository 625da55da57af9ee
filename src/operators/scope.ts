import type { Operator, OperatorScope, Right } from '../contract/operator-schemas.ts';
import { Fault } from '../std/fault.ts';
import type { FindPlaces, Place, Subject } from './operators.types.ts';

const day = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Ho_Chi_Minh',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** `2021-06-25`, in Viet Nam, whatever the workstation is set to. */
export function dayOf(unixMs: number): string {
  return day.format(unixMs);
}

/** Whether the dates of the access hold today; first and last day are days of it. */
export function isValidOn(operator: Operator, today: string): boolean {
  const { validFrom, validUntil } = operator;
  return (validFrom === null || validFrom <= today) && (validUntil === null || today <= validUntil);
}

export function isInScope(scope: OperatorScope, place: Place): boolean {
  if (scope === 'all') return true;
  const { siteId, province, district } = place;
  if (siteId !== null && scope.sites.includes(siteId)) return true;
  if (province === '') return false;
  if (scope.provinces.some((name) => isSame(name, province))) return true;
  return (
    district !== '' &&
    scope.districts.some(
      (each) => isSame(each.province, province) && isSame(each.district, district),
    )
  );
}

/** Places are typed by people: composed or not, with a space too many, they are one name. */
function isSame(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}

/**
 * Whether this may be done there. Role and dates are asked before.
 * @throws {Fault} `access.scope`, `access.hold`, `site.hold`, `site.forbidden-place`
 */
export function checkPlaces(
  operator: Operator,
  right: Right,
  subjects: Iterable<Subject>,
  findPlaces: FindPlaces,
): void {
  const isSteering = right.startsWith('ptz.');
  const isEvidence = right.startsWith('evidence.');
  const isExport = isEvidence || right === 'register.export';
  const { scope } = operator;
  if (scope === 'all' && !isSteering && !isExport) return;
  const outside = () => new Fault('access.scope', `${right} outside the operator's scope`);
  for (const subject of subjects) {
    const places = 'everywhere' in subject ? null : findPlaces(subject);
    if (!places?.length) {
      // What nobody knows is for the handler to say; to who may see a part, it is outside.
      if (scope !== 'all') throw outside();
      continue;
    }
    for (const place of places) {
      if (!isInScope(scope, place)) throw outside();
      if (isExport && place.exportHold) {
        const { authority } = place.exportHold;
        throw new Fault('access.hold', `${right} from a held site`, { authority });
      }
      if ((isEvidence || isSteering) && place.refusal) {
        throw new Fault(place.refusal.code, `${right} where nobody may watch`, {
          ...place.refusal.params,
        });
      }
    }
  }
}
