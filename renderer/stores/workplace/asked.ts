import type { Cause } from '../../../src/contract/cause.ts';
import { Fault } from '../../../src/std/fault.ts';

/** Something the core is asked for: every screen draws all four. */
export type Asked<T> =
  | { readonly state: 'idle' }
  | { readonly state: 'asking'; readonly value: T | null }
  | { readonly state: 'known'; readonly value: T }
  | { readonly state: 'failed'; readonly cause: Cause; readonly value: T | null };

export const notAsked: Asked<never> = { state: 'idle' };

/** What is known, also while it is asked for again. */
export function knownOf<T>(asked: Asked<T>): T | null {
  return asked.state === 'idle' ? null : asked.value;
}

/**
 * Asks, and puts each state away as it comes. Of answers that overtake each other only that of the
 * last question counts.
 */
export function asker<T>(put: (asked: Asked<T>) => void): (ask: () => Promise<T>) => Promise<void> {
  let turn = 0;
  let last: T | null = null;
  return async (ask) => {
    const mine = ++turn;
    put({ state: 'asking', value: last });
    try {
      const value = await ask();
      if (mine !== turn) return;
      last = value;
      put({ state: 'known', value });
    } catch (error) {
      if (mine === turn) put({ state: 'failed', cause: Fault.from(error).shown, value: last });
    }
  };
}
