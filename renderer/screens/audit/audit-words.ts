import type { AuditRecordRow } from '../../../src/contract/audit-schemas.ts';
import { dateText, timeText, type Words } from '../../i18n.ts';

export function kindText(words: Words, kind: string): string {
  return words.maybe('audit', `kind.${kind}`) ?? kind;
}

export function outcomeText(words: Words, outcome: string): string {
  return words.maybe('audit', `outcome.${outcome}`) ?? outcome;
}

export function momentText(at: number): string {
  return Number.isFinite(at) && Math.abs(at) < 8e15 ? `${dateText(at)} ${timeText(at)}` : '–';
}

export function causeOf(words: Words, cause: string): string {
  return words.maybe('cause', `${cause}.text`) ?? cause;
}

/** Who and what it was about, in few words. */
export function subjectText(
  words: Words,
  row: AuditRecordRow,
  nameOf: (cameraId: string) => string | null,
): string {
  const { camera, site, screen } = row;
  const parts = [
    camera === null ? null : (nameOf(camera) ?? camera),
    camera === null ? site : null,
    screen === null ? null : words.in('audit')('screenNo', { screen: screen + 1 }),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** The details in one line, as they stand. */
export function contentText(words: Words, { cause, details }: AuditRecordRow): string {
  const parts = Object.entries(details).map(
    ([name, value]) => `${name}: ${valueText(name, value)}`,
  );
  return [cause ? causeOf(words, cause) : '', ...parts].filter(Boolean).join(' · ');
}

const moments = new Set(['from', 'to', 'before', 'after', 'since', 'lostFrom', 'lostTo']);

/** Moments as people read them, durations in seconds, the rest as it is. */
export function valueText(name: string, value: string | number | boolean): string {
  if (typeof value === 'number' && moments.has(name)) return momentText(value);
  return String(value);
}
