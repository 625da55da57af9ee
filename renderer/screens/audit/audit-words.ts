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

/** Names of cameras and sites by their ids; null: nobody knows it any more. */
export interface AuditNames {
  camera(id: string): string | null;
  site(id: string): string | null;
}

/** Who and what it was about, in few words. */
export function subjectText(words: Words, row: AuditRecordRow, names: AuditNames): string {
  const { camera, site, screen } = row;
  const parts = [
    camera === null ? null : (names.camera(camera) ?? camera),
    site === null ? null : (names.site(site) ?? (camera === null ? site : null)),
    screen === null ? null : words.in('audit')('screenNo', { screen: screen + 1 }),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** The ids behind the names of `subjectText`. */
export function subjectIds({ camera, site }: AuditRecordRow): string {
  return [camera, site].filter(Boolean).join(' · ');
}

/** The details in one line, in words where they are known. */
export function contentText(words: Words, { cause, details }: AuditRecordRow): string {
  const parts = Object.entries(details).map(
    ([name, value]) => `${detailName(words, name)}: ${valueText(words, name, value)}`,
  );
  return [cause ? causeOf(words, cause) : '', ...parts].filter(Boolean).join(' · ');
}

/** The word for a detail; what another version of the program wrote stands as it is. */
export function detailName(words: Words, name: string): string {
  return words.maybe('audit', `detail.${name}`) ?? name;
}

const moments = new Set(['from', 'to', 'before', 'after', 'since', 'lostFrom', 'lostTo']);

/** Moments and durations as people read them, known words in their language, the rest as it is. */
export function valueText(words: Words, name: string, value: string | number | boolean): string {
  if (typeof value === 'boolean') return words.in('audit')(value ? 'value.yes' : 'value.no');
  if (typeof value === 'number') {
    if (moments.has(name)) return momentText(value);
    return name === 'ms' || name.endsWith('Ms')
      ? durationText(words, value)
      : words.number(value, Number.isInteger(value) ? 0 : 2);
  }
  switch (name) {
    case 'role':
      return words.maybe('operators', `role.${value}`) ?? value;
    case 'looks':
      return each(value, (look) => words.maybe('audit', `look.${look}`));
    case 'changed':
      return each(value, (field) =>
        field === 'disabled'
          ? words.in('operators')('state.disabled')
          : words.maybe('operators', `column.${field}`),
      );
    case 'at':
    case 'by':
    case 'ended':
    case 'what':
    case 'stage':
    case 'quality':
    case 'scope':
      return words.maybe('audit', `value.${value}`) ?? value;
    default:
      return value;
  }
}

function each(text: string, wordOf: (one: string) => string | null): string {
  return text
    .split(' ')
    .map((one) => wordOf(one) ?? one)
    .join(', ');
}

/** `2 giờ 5 phút`, `3 phút 20 giây`, `4,5 giây`. */
export function durationText(words: Words, ms: number): string {
  const a = words.in('audit');
  const sign = ms < 0 ? '−' : '';
  const seconds = Math.abs(ms) / 1000;
  const whole = Math.round(seconds);
  if (whole >= 3600) {
    const minutes = Math.round(seconds / 60);
    const [h, m] = [Math.floor(minutes / 60), minutes % 60];
    return `${sign}${m === 0 ? a('coverage.wholeHours', { h }) : a('coverage.hours', { h, m })}`;
  }
  if (whole >= 60) {
    const [m, s] = [Math.floor(whole / 60), whole % 60];
    return `${sign}${s === 0 ? a('coverage.wholeMinutes', { m }) : a('coverage.minutes', { m, s })}`;
  }
  return `${sign}${a('coverage.seconds', { s: words.number(seconds, seconds < 10 ? 1 : 0) })}`;
}
