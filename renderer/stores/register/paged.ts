import type { Cause } from '../../../src/contract/cause.ts';
import { Fault } from '../../../src/std/fault.ts';

/** A long table of which only the pages that somebody looks at are asked for. */
export interface Paged<T> {
  readonly total: number;
  readonly pages: ReadonlyMap<number, readonly T[]>;
  /** False until the first page came. */
  readonly known: boolean;
  readonly cause: Cause | null;
}

export const emptyPaged: Paged<never> = { total: 0, pages: new Map(), known: false, cause: null };
export const pageRows = 200;

export function rowAt<T>(paged: Paged<T>, index: number): T | null {
  return paged.pages.get(Math.floor(index / pageRows))?.[index % pageRows] ?? null;
}

type AskPage<T> = (offset: number, limit: number) => Promise<{ total: number; rows: readonly T[] }>;

/**
 * Loads pages once each. `restart` begins another table (another filter); `refresh` asks again for
 * what is in sight and keeps the old rows until the new ones are there, so that nothing flickers.
 */
export function createPager<T>(get: () => Paged<T>, put: (paged: Paged<T>) => void) {
  let turn = 0;
  let ask: AskPage<T> | null = null;
  let under = new Set<number>();
  let seen: readonly [from: number, to: number] = [0, 0];

  async function load(page: number, replaces: boolean): Promise<void> {
    const mine = turn;
    if (!ask || under.has(page)) return;
    under.add(page);
    try {
      const { total, rows } = await ask(page * pageRows, pageRows);
      if (mine !== turn) return;
      const pages = new Map(get().pages);
      if (replaces) for (const other of pages.keys()) if (!inSight(other)) pages.delete(other);
      pages.set(page, rows);
      put({ total, pages, known: true, cause: null });
    } catch (error) {
      if (mine === turn) put({ ...get(), cause: Fault.from(error).shown });
    } finally {
      if (mine === turn) under.delete(page);
    }
  }
  const inSight = (page: number) => page >= seen[0] && page <= seen[1];

  return {
    restart(next: AskPage<T>): void {
      turn++;
      ask = next;
      under = new Set();
      seen = [0, 0];
      put({ ...get(), pages: new Map(), known: false, cause: null });
      void load(0, false);
    },
    refresh(): void {
      if (!ask) return;
      turn++;
      under = new Set();
      for (let page = seen[0]; page <= seen[1]; page++) void load(page, true);
    },
    /** Rows `from` to `to` are in sight. */
    look(from: number, to: number): void {
      seen = [Math.floor(from / pageRows), Math.floor(Math.max(from, to) / pageRows)];
      for (let page = seen[0]; page <= seen[1]; page++) {
        if (!get().pages.has(page) && page * pageRows < get().total) void load(page, false);
      }
    },
  };
}
