let offset = Date.now() - performance.now();

/**
 * Unix milliseconds with a fraction. Runs evenly between two ticks of the system's clock and follows
 * when that clock is set.
 */
export function wallNow(): number {
  const monotonic = performance.now();
  const coarse = Date.now();
  let now = monotonic + offset;
  // `coarse` was cut to whole milliseconds: the truth is at most one above it.
  if (now < coarse) now = coarse;
  else if (now > coarse + 1) now = coarse + 1;
  else return now;
  offset = now - monotonic;
  return now;
}
