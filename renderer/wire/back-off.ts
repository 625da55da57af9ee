const firstMs = 200;
const longestMs = 3000;

/**
 * Milliseconds to wait before attempt number `attempt` (from 0) to reach the core again: it runs on
 * this machine, so soon and never longer than 3 s, with a tenth of chance.
 */
export function backOffMs(attempt: number, chance = Math.random()): number {
  const steady = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 10));
  return Math.round(steady * (0.95 + 0.1 * chance));
}
