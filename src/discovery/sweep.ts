import { setTimeout as sleep } from 'node:timers/promises';
import { type AddressRange, addressAt, countAddresses } from './address-ranges.ts';

export interface SweepOptions {
  readonly ranges: readonly AddressRange[];
  /** Addresses that were looked at before, from the first. */
  readonly from: number;
  readonly signal: AbortSignal;
  readonly visit: (address: string) => Promise<void>;
  /** How many addresses from the first are done: going on there leaves none out. */
  readonly onProgress: (done: number) => void;
  /** Addresses begun in one second; default 100. */
  readonly perSecond?: number;
  /** Addresses under way at the same time; default 64. */
  readonly atOnce?: number;
}

/**
 * Visits every address once, slowly enough for small routers: their tables of neighbours and of
 * connections are short.
 */
export async function sweep(options: SweepOptions): Promise<void> {
  const { ranges, signal, visit, perSecond = 100, atOnce = 64 } = options;
  const total = countAddresses(ranges);
  const underWay = new Set<number>();
  let next = options.from;
  let begun = performance.now();
  const worker = async () => {
    while (next < total && !signal.aborted) {
      const position = next++;
      underWay.add(position);
      const wait = begun - performance.now();
      begun = Math.max(begun, performance.now()) + 1000 / perSecond;
      if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => {});
      const address = addressAt(ranges, position);
      // What was begun and not ended is done again after a resume.
      if (signal.aborted || address === null) return;
      await visit(address);
      if (signal.aborted) return;
      underWay.delete(position);
      options.onProgress(Math.min(next, ...underWay));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, total - next) }, worker));
}
