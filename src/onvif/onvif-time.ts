/** Times and durations as XML Schema writes them, and as devices do. Milliseconds everywhere. */

const dateTime =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s_-]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * A point in time. Devices put `-`, a blank or nothing but the date where `T` belongs; a time without a
 * zone is UTC, as ONVIF wants it.
 * @returns ms since 1970, or null for what is no time
 */
export function parseOnvifTime(text: string | undefined | null): number | null {
  const match = dateTime.exec((text ?? '').slice(0, 64).trim());
  if (!match) return null;
  const part = (index: number) => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(part) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const time = utcTime(year, month, day, hour, minute, second);
  if (time === null) return null;
  const fraction = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000);
  return time + fraction - zoneMs(match[8] ?? 'Z');
}

/** ms since 1970 of a date and time of day in UTC; null where there is no such date. */
export function utcTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  // 24:00:00 and a leap second are legal; anything else out of range is a broken clock.
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) {
    return null;
  }
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  return Number.isFinite(time) && new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
    ? time
    : null;
}

function zoneMs(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const digits = zone.replace(/\D/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** A time as the device takes it: Zulu, nothing else. */
export function zulu(ms: number): string {
  return new Date(ms).toISOString();
}

/** The footage of a device that lost its clock begins in 1970: that is no time anybody recorded at. */
const earliestFootage = Date.UTC(2000, 0, 2);

/** A time of footage; null for 1970, for factory defaults, and for what is no time. */
export function parseFootageTime(text: string | undefined | null): number | null {
  const time = parseOnvifTime(text);
  return time !== null && time >= earliestFootage ? time : null;
}

const duration =
  /^(-)?P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/i;

/** `PT1.5S` → 1500; null for what is no duration. Years are 365 days, months 30. */
export function parseDuration(text: string | undefined | null): number | null {
  const match = duration.exec((text ?? '').slice(0, 64).trim());
  if (!match) return null;
  const part = (index: number) => Number(match[index] ?? 0);
  const days = part(2) * 365 + part(3) * 30 + part(4);
  const seconds = ((days * 24 + part(5)) * 60 + part(6)) * 60 + part(7);
  return Math.round((match[1] ? -seconds : seconds) * 1000);
}

/** 1500 → `PT1.5S`; never less than a millisecond, because zero means "for ever" to some devices. */
export function durationText(ms: number): string {
  return `PT${Math.max(1, Math.round(ms)) / 1000}S`;
}
