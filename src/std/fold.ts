/** Lower case without diacritics, đ as d: what somebody types on any keyboard finds the name. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd');
}

/** The words of a search, folded. */
export function foldedWords(text: string): string[] {
  return fold(text).split(/\s+/u).filter(Boolean);
}

const tones = /[\u0300\u0301\u0303\u0309\u0323]/g;
/** Breve, circumflex and horn make letters of their own, which follow the plain one: a ă â. */
const letterMarks: Readonly<Record<string, string>> = {
  '\u0306': '{1',
  '\u0302': '{2',
  '\u031b': '{3',
};

/**
 * A key whose order as plain text is that of a Vietnamese list: a ă â … d đ e ê o ô ơ u ư, tones only
 * where all else is equal, and `Cam 2` before `Cam 10`.
 */
export function vietnameseSortKey(text: string): string {
  const letters = text.normalize('NFD').toLowerCase();
  const first = letters
    .replace(tones, '')
    .replace(/\p{M}/gu, (mark) => letterMarks[mark] ?? '')
    .replaceAll('đ', 'd{1')
    .replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, '').padStart(12, '0'));
  return `${first}\u0001${letters}`;
}
