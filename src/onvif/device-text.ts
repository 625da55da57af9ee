import { plainName } from '../sites/camera-url.ts';
import { find, type XmlElement } from './xml.ts';

/** What a device says, made fit to keep: one line, NFC, no control characters, bounded; never a number. */
const maxWords = 200;
/** Tokens go back to the device exactly; a longer one than the standard's 64 is still taken. */
const maxToken = 512;

export function deviceWords(text: string | undefined | null, max = maxWords): string {
  return plainName((text ?? '').slice(0, max * 4))
    .slice(0, max)
    .toWellFormed();
}

/** Text of the element down a path as words; empty where missing. */
export function wordsAt(element: XmlElement | null, ...path: readonly string[]): string {
  return deviceWords(find(element, ...path)?.text);
}

/**
 * A token. Only the blanks around it go: it must come back to the device as it was.
 * A token that is too long or holds control characters is none.
 */
export function tokenText(text: string | undefined | null): string {
  const token = (text ?? '').trim();
  return token.length > maxToken || /\p{Cc}/u.test(token) ? '' : token;
}

export function tokenAt(element: XmlElement | null, ...path: readonly string[]): string {
  return tokenText(find(element, ...path)?.text);
}

/** The `token` attribute. */
export function tokenOf(element: XmlElement | null): string {
  return tokenText(element?.attributes.get('token'));
}

/** A number where the device wrote a plain one; null otherwise. */
export function numberText(text: string | undefined | null): number | null {
  const plain = (text ?? '').trim();
  if (!/^[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:e[+-]?\d{1,2})?$/i.test(plain)) return null;
  return Number(plain);
}

export function numberAt(element: XmlElement | null, ...path: readonly string[]): number | null {
  return numberText(find(element, ...path)?.text);
}

/** `true`, `1` and their like; null where untold. */
export function flagText(text: string | undefined | null): boolean | null {
  const plain = (text ?? '').trim().toLowerCase();
  if (plain === 'true' || plain === '1') return true;
  return plain === 'false' || plain === '0' ? false : null;
}
