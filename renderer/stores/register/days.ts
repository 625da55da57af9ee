/** Days cross the wire as `2021-06-25` and are shown and typed as `25/06/2021`. */
export function dayText(day: string | null | undefined): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(day ?? '');
  return match ? `${match[3]}/${match[2]}/${match[1]}` : '';
}

/**
 * What a person typed, as a day; `''` is no day (null), anything that is not in the calendar is
 * undefined. `5/6/2021`, `05-06-2021` and `05.06.2021` mean the fifth of June.
 */
export function dayOf(typed: string): string | null | undefined {
  const text = typed.trim();
  if (text === '') return null;
  const match = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$/u.exec(text);
  if (!match) return undefined;
  const [day, month, year] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  const real =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.toISOString().slice(0, 10) : undefined;
}

/** Today in Viet Nam, as a day of the wire. */
export function today(now = Date.now()): string {
  return new Date(now + 7 * 3_600_000).toISOString().slice(0, 10);
}
