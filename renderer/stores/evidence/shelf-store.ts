import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import type {
  EvidenceFilter,
  EvidenceItem,
  Region,
} from '../../../src/contract/evidence-schemas.ts';
import { maxPackageItems } from '../../../src/contract/evidence-schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { createPager, emptyPaged, type Paged, rowAt } from '../register/paged.ts';
import { remember, remembered } from './evidence-memory.ts';

/** What lies on the shelf of this workstation, as far as somebody looks. */
export interface ShelfModel {
  readonly filter: EvidenceFilter;
  readonly rows: Paged<EvidenceItem>;
  /** Bytes of all that lies there. */
  readonly bytes: number;
  readonly view: 'table' | 'gallery';
  readonly open: EvidenceItem | null;
  /** By id; an item that is out of sight stays chosen. */
  readonly chosen: ReadonlyMap<string, EvidenceItem>;
  readonly cause: Cause | null;
}

export interface ShelfStore extends StoreApi<ShelfModel> {
  watch(): () => void;
  change(filter: Partial<EvidenceFilter>): void;
  clear(): void;
  restart(): void;
  look(from: number, to: number): void;
  setView(view: 'table' | 'gallery'): void;
  open(item: EvidenceItem | null): void;
  choose(item: EvidenceItem, on: boolean): void;
  /** All that are known of the present filter, asked for page by page. */
  chooseAll(on: boolean): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  /** Makes an altered copy; resolves with its job. */
  copy(id: string, regions: readonly Region[], how: 'blur' | 'mask', note: string): Promise<string>;
  caption(id: string): Promise<string>;
  /** The item by id, where it is known or the core has it in sight. */
  find(id: string): EvidenceItem | null;
}

export const everyItem: EvidenceFilter = {
  cameraId: null,
  kind: null,
  from: null,
  to: null,
  text: '',
};

export function createShelfStore(core: Core): ShelfStore {
  const store = createStore<ShelfModel>(() => ({
    filter: everyItem,
    rows: emptyPaged,
    bytes: 0,
    view: remembered().shelfView,
    open: null,
    chosen: new Map(),
    cause: null,
  }));
  const { getState: get, setState: set } = store;
  const pager = createPager<EvidenceItem>(
    () => get().rows,
    (rows) => set({ rows }),
  );
  const restart = () => {
    const { filter } = get();
    pager.restart(async (offset, limit) => {
      const page = await core.call('evidence.items', { filter, offset, limit });
      const open = page.rows.find(({ id }) => id === get().open?.id);
      set({ bytes: page.bytes, ...(open && { open }) });
      return page;
    });
  };
  const api: ShelfStore = {
    ...store,
    watch() {
      restart();
      return core.on('evidence.changed', () => pager.refresh());
    },
    change(change) {
      set({ filter: { ...get().filter, ...change } });
      restart();
    },
    clear() {
      set({ filter: everyItem });
      restart();
    },
    restart,
    look: pager.look,
    setView(view) {
      remember({ shelfView: view });
      set({ view });
    },
    open: (open) => set({ open, cause: null }),
    choose(item, on) {
      const chosen = new Map(get().chosen);
      if (!on) chosen.delete(item.id);
      else if (chosen.size < maxPackageItems) chosen.set(item.id, item);
      set({ chosen });
    },
    async chooseAll(on) {
      if (!on) {
        set({ chosen: new Map() });
        return;
      }
      const { filter } = get();
      const chosen = new Map<string, EvidenceItem>();
      try {
        for (let offset = 0, total = 1; offset < total && chosen.size < maxPackageItems; ) {
          const page = await core.call('evidence.items', { filter, offset, limit: 200 });
          for (const row of page.rows) chosen.set(row.id, row);
          total = page.total;
          offset += page.rows.length;
          if (page.rows.length === 0) break;
        }
        set({ chosen });
      } catch (error) {
        set({ cause: Fault.from(error).shown });
      }
    },
    async remove(ids) {
      await core.call('evidence.remove', { itemIds: [...ids] });
      const chosen = new Map(get().chosen);
      for (const id of ids) chosen.delete(id);
      const { open } = get();
      set({ chosen, open: open && ids.includes(open.id) ? null : open });
    },
    async copy(itemId, regions, how, note) {
      const { jobId } = await core.call('evidence.copy', {
        itemId,
        regions: regions.map((region) => [...region]),
        how,
        note,
      });
      return jobId;
    },
    async caption(itemId) {
      return (await core.call('evidence.caption', { itemId })).jobId;
    },
    find(id) {
      const { rows, open, chosen } = get();
      if (open?.id === id) return open;
      const known = chosen.get(id);
      if (known) return known;
      for (const page of rows.pages.values()) {
        const found = page.find((row) => row.id === id);
        if (found) return found;
      }
      return null;
    },
  };
  return api;
}

export const itemAt = rowAt<EvidenceItem>;
