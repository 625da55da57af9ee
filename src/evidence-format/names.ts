import { utf8 } from './bytes.ts';
import { evidenceFolder, limits, ownNames } from './manifest.ts';

/** Names that Windows gives to devices, with any ending. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const forbidden =
  /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/u;

/** Whether a name may stand in a package: what every system can write, and what looks like what it is. */
export function isSafeName(name: string): boolean {
  if (name === '' || name !== name.normalize('NFC') || !name.isWellFormed()) return false;
  if (utf8(name).length > limits.name) return false;
  return name.split('/').every(isSafePart);
}

function isSafePart(part: string): boolean {
  return (
    part !== '' &&
    !/[. ]$/.test(part) &&
    !part.startsWith(' ') &&
    !forbidden.test(part) &&
    !device.test(part)
  );
}

/** Two names that some system takes for one are the same under this. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase();
}

/**
 * A name below `du-lieu/` for a file that was handed in: NFC, safe on Windows, not longer than 120
 * bytes, and unlike all in `taken` (keys as of `nameKey`), to which it is added. The ending stays.
 */
export function evidenceName(wanted: string, taken: Set<string>): string {
  const plain = wanted
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(new RegExp(forbidden.source, 'gu'), '_')
    .replace(/^[\s.]+/u, '')
    .replace(/[\s.]+$/u, '');
  const dot = plain.lastIndexOf('.');
  const hasEnding = dot > 0 && /^\.[A-Za-z0-9]{1,10}$/.test(plain.slice(dot));
  const ending = hasEnding ? plain.slice(dot) : '';
  let stem = shorten(hasEnding ? plain.slice(0, dot) : plain, 110 - ending.length).replace(
    /[\s.]+$/u,
    '',
  );
  if (stem === '') stem = 'tep';
  if (device.test(`${stem}${ending}`)) stem = `_${stem}`;
  for (let number = 1; ; number++) {
    const name = `${evidenceFolder}${stem}${number === 1 ? '' : ` (${number})`}${ending}`;
    const key = nameKey(name);
    if (taken.has(key)) continue;
    taken.add(key);
    return name;
  }
}

function shorten(text: string, most: number): string {
  let out = '';
  let length = 0;
  for (const { segment } of new Intl.Segmenter('vi').segment(text)) {
    length += utf8(segment).length;
    if (length > most) break;
    out += segment;
  }
  return out;
}

export function isOwnName(name: string): boolean {
  return (Object.values(ownNames) as string[]).includes(name);
}

/** Order by UTF-16 code units: the same everywhere, whatever the language of the machine. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
