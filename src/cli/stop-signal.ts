/** Signals closer together than this are one: a terminal and every launcher above us each send theirs. */
const samePressMs = 1000;

/** Aborts at the first SIGINT, SIGTERM or SIGHUP; a later one ends the process at once. */
export function stopSignal(): AbortSignal {
  // Left to end by itself, Node takes its handlers down while it still runs for some milliseconds: a
  // second signal would then end it as if nobody listened, and with no exit code.
  process.once('beforeExit', () => process.exit());
  const controller = new AbortController();
  let abortedAt = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        abortedAt = performance.now();
        controller.abort();
      } else if (performance.now() - abortedAt > samePressMs) {
        process.exit(130);
      }
    });
  }
  return controller.signal;
}
