const dayMs = 86_400_000;
const zoneMs = 7 * 3_600_000;

/** The first moment of a day `2021-06-25` in Viet Nam, Unix ms. */
export function dayStart(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - zoneMs;
}

/** The first moment after it: a span of time ends before it. */
export function dayEnd(day: string): number {
  return dayStart(day) + dayMs;
}

/** The day of a moment, in Viet Nam. */
export function dayOfMoment(at: number): string {
  return new Date(at + zoneMs).toISOString().slice(0, 10);
}
