import { fold } from '../std/fold.ts';
import type { RecordContent } from './record-form.ts';

const notWord = /[^\p{L}\p{N}]+/gu;

/** The words by which a record is found: folded, so that what is typed on any keyboard finds them. */
export function recordWords(record: Omit<RecordContent, 'seq' | 'prev'>): string {
  const { operator, kind, camera, site, cause, details, outcome } = record;
  const parts = [kind, operator?.id, operator?.name, camera, site, cause, outcome];
  for (const value of Object.values(details))
    if (typeof value !== 'boolean') parts.push(String(value));
  return textWords(parts.filter(Boolean).join(' ')).join(' ');
}

/** Folded words, cut where letters and digits end: `192.0.2.7` is four of them. */
export function textWords(text: string): string[] {
  return fold(text).replace(notWord, ' ').split(' ').filter(Boolean);
}
