import type { Cause } from '../contract/cause.ts';
import { forbiddenPlaces } from '../contract/register-schemas.ts';
import type { AnyPlacement, Hold } from './register.types.ts';

/** Why the streams of a camera are never opened, or null. A place is worse than a missing paper. */
export function refusalOf(placement: AnyPlacement | null, hold: Hold | null): Cause | null {
  if (placement !== null && isForbiddenPlace(placement)) return { code: 'site.forbidden-place' };
  if (hold?.view) return { code: 'site.hold', params: { authority: hold.authority } };
  return null;
}

export function isForbiddenPlace(placement: string): boolean {
  return (forbiddenPlaces as readonly string[]).includes(placement);
}
