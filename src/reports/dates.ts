/** Where the centres are; written times are theirs whatever the workstation is set to. */
export const timeZone = 'Asia/Ho_Chi_Minh';

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** Day, month, year, hour and minute in Viet Nam, two digits each. */
export function dateParts(unixMs: number): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(unixMs).map(({ type, value }) => [type, value]));
}

/** `dd/MM/yyyy`. */
export function dayText(unixMs: number): string {
  const { day, month, year } = dateParts(unixMs);
  return `${day}/${month}/${year}`;
}

/** `dd/MM/yyyy HH:mm`. */
export function minuteText(unixMs: number): string {
  const { hour, minute } = dateParts(unixMs);
  return `${dayText(unixMs)} ${hour}:${minute}`;
}
