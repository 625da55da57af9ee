import { minPassword } from './operator-schemas.ts';

/** What a new password has to be, for the core that decides and the page that shows it while one types. */
export type PasswordRule = 'too-short' | 'too-long' | 'too-simple' | 'like-name' | 'same';

/** In characters. */
export const maxPassword = 200;
/** Of so many kinds of characters there have to be some. */
export const minKinds = 3;

export const characterKinds = ['small', 'capital', 'digit', 'other'] as const;
export type CharacterKind = (typeof characterKinds)[number];

const patterns: Readonly<Record<CharacterKind, RegExp>> = {
  small: /\p{Ll}/u,
  capital: /\p{Lu}/u,
  digit: /\p{Nd}/u,
  other: /[^\p{Ll}\p{Lu}\p{Nd}]/u,
};

export function kindsIn(password: string): readonly CharacterKind[] {
  const text = password.normalize('NFC');
  return characterKinds.filter((kind) => patterns[kind].test(text));
}

/** Which rule a new password breaks, or null. `name`: with which its owner signs in. */
export function brokenRule(password: string, name: string): PasswordRule | null {
  const length = [...password.normalize('NFC')].length;
  if (length < minPassword) return 'too-short';
  if (length > maxPassword) return 'too-long';
  if (kindsIn(password).length < minKinds) return 'too-simple';
  return isLikeName(password, name) ? 'like-name' : null;
}

/** Short names are in too many words to be looked for inside. */
export function isLikeName(password: string, name: string): boolean {
  const own = nameKey(name);
  const lower = password.normalize('NFC').toLowerCase();
  return own !== '' && (lower === own || ([...own].length >= 3 && lower.includes(own)));
}

/** One name however it is typed. */
export function nameKey(name: string): string {
  return name.normalize('NFC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();
}
