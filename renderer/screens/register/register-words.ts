import { forbiddenPlaces } from '../../../src/contract/register-schemas.ts';
import { placements } from '../../../src/contract/schemas.ts';
import type { Texts } from '../../i18n.ts';
import type { RegisterCamera } from '../../stores/register/register-types.ts';
import type { Option } from '../manage/fields.tsx';

/** The register's choices in words, in the order in which they are offered. */
export function optionsOf<V extends string>(r: Texts, group: string, values: readonly V[]) {
  return values.map((value): Option<V> => ({ value, text: r(`${group}.${value}`) }));
}

export const allPlacements = [...placements, ...forbiddenPlaces] as const;

export function isForbiddenPlace(placement: RegisterCamera['placement']): boolean {
  return forbiddenPlaces.some((place) => place === placement);
}

/** `rtsp://192.0.2.7:554/stream1` as `192.0.2.7:554/stream1`. */
export function shortAddress(url: string): string {
  return url.replace(/^[a-z]+:\/\//iu, '');
}
