import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { type Asked, asker, knownOf, notAsked } from '../workplace/asked.ts';
import { type CardStore, createCardStore } from './card-store.ts';
import { today } from './days.ts';
import { createPager, emptyPaged, type Paged } from './paged.ts';
import {
  type CameraChip,
  type CameraFilter,
  type CameraSort,
  cameraChipFilter,
  type RegisterChange,
  type RegisterRow,
  type RegisterTree,
  type Scope,
  type SiteChip,
  type SiteFilter,
  type SiteRow,
  type SiteSort,
  siteChipFilter,
} from './register-types.ts';

export type RegisterTable = 'cameras' | 'sites';

export interface RegisterModel {
  readonly tree: Asked<RegisterTree>;
  readonly openNodes: ReadonlySet<string>;
  readonly treeQuery: string;
  readonly scope: Scope;
  readonly table: RegisterTable;
  readonly query: string;
  readonly cameraChip: CameraChip | null;
  readonly siteChip: SiteChip | null;
  readonly cameraSort: CameraSort | null;
  readonly siteSort: SiteSort | null;
  readonly cameras: Paged<RegisterRow>;
  readonly sites: Paged<SiteRow>;
  /** Chosen rows of the shown table, as they were when they were chosen. */
  readonly selectedCameras: ReadonlyMap<string, RegisterRow>;
  readonly selectedSites: ReadonlyMap<string, SiteRow>;
  readonly selectingAll: boolean;
  readonly undo: RegisterChange | null;
  readonly redo: RegisterChange | null;
  /** What was just done, such as an undo; or why it could not be done. */
  readonly done: { readonly how: 'undo' | 'redo'; readonly change: RegisterChange } | null;
  readonly trouble: Cause | null;
}

export interface RegisterStore extends StoreApi<RegisterModel> {
  readonly card: CardStore;
  /** Asks for everything and listens; until the returned function is called. */
  watch(): () => void;
  toggleNode(key: string, open: boolean): void;
  setTreeQuery(query: string): void;
  setScope(scope: Scope): void;
  setTable(table: RegisterTable): void;
  setQuery(query: string): void;
  setCameraChip(chip: CameraChip | null): void;
  setSiteChip(chip: SiteChip | null): void;
  sortCameras(by: CameraSort['by']): void;
  sortSites(by: SiteSort['by']): void;
  look(from: number, to: number): void;
  selectCamera(row: RegisterRow, on: boolean): void;
  selectSite(row: SiteRow, on: boolean): void;
  /** Every row of the table as it is filtered now. */
  selectAll(): Promise<void>;
  selectNone(): void;
  undoLast(): Promise<void>;
  redoLast(): Promise<void>;
  retry(): void;
  setTrouble(cause: Cause | null): void;
}

const mostSelected = 20_000;

export function createRegisterStore(core: Core): RegisterStore {
  const store = createStore<RegisterModel>(() => ({
    tree: notAsked,
    openNodes: new Set(),
    treeQuery: '',
    scope: {},
    table: 'cameras',
    query: '',
    cameraChip: null,
    siteChip: null,
    cameraSort: null,
    siteSort: null,
    cameras: emptyPaged,
    sites: emptyPaged,
    selectedCameras: new Map(),
    selectedSites: new Map(),
    selectingAll: false,
    undo: null,
    redo: null,
    done: null,
    trouble: null,
  }));
  const get = store.getState;
  const set = store.setState;

  const cameraPager = createPager<RegisterRow>(
    () => get().cameras,
    (cameras) => set({ cameras }),
  );
  const sitePager = createPager<SiteRow>(
    () => get().sites,
    (sites) => set({ sites }),
  );
  const askTree = asker<RegisterTree>((tree) => set({ tree }));
  const loadTree = () => askTree(() => core.call('register.tree', {}));

  function cameraFilter(): CameraFilter {
    const { scope, query, cameraChip } = get();
    const text = query.trim();
    return {
      ...scope,
      ...(text === '' ? {} : { text }),
      ...(cameraChip ? cameraChipFilter(cameraChip) : {}),
    };
  }
  function siteFilter(): SiteFilter {
    const { scope, query, siteChip } = get();
    const text = query.trim();
    return {
      ...(scope.province === undefined ? {} : { province: scope.province }),
      ...(scope.district === undefined ? {} : { district: scope.district }),
      ...(text === '' ? {} : { text }),
      ...(siteChip ? siteChipFilter(siteChip, today()) : {}),
    };
  }
  const askCameras = () => {
    const filter = cameraFilter();
    const { cameraSort } = get();
    return (offset: number, limit: number) =>
      core.call('register.page', {
        filter,
        ...(cameraSort ? { sort: cameraSort } : {}),
        offset,
        limit,
      });
  };
  const askSites = () => {
    const filter = siteFilter();
    const { siteSort } = get();
    return (offset: number, limit: number) =>
      core.call('register.sites', {
        filter,
        ...(siteSort ? { sort: siteSort } : {}),
        offset,
        limit,
      });
  };
  const restart = () =>
    get().table === 'cameras' ? cameraPager.restart(askCameras()) : sitePager.restart(askSites());
  const refresh = () => (get().table === 'cameras' ? cameraPager.refresh() : sitePager.refresh());

  let typing: ReturnType<typeof setTimeout> | undefined;
  const setAndRestart = (change: Partial<RegisterModel>) => {
    clearTimeout(typing);
    set(change);
    restart();
  };
  const sorted = <S extends { by: string; descending?: boolean | undefined }>(
    before: S | null,
    by: S['by'],
  ) => ({ by, descending: before?.by === by && !before.descending });

  async function step(how: 'undo' | 'redo'): Promise<void> {
    const change = get()[how];
    if (!change) return;
    try {
      const done = await core.call(`register.${how}`, { changeId: change.id });
      set({ done: { how, change: done.change }, trouble: null });
    } catch (error) {
      set({ trouble: Fault.from(error).shown });
    }
    await askJournal();
  }

  async function askJournal(): Promise<void> {
    try {
      const { undo, redo } = await core.call('register.journal', { offset: 0, limit: 1 });
      set({ undo, redo });
    } catch {
      set({ undo: null, redo: null });
    }
  }

  const card = createCardStore(core);
  return {
    ...store,
    card,
    watch() {
      void loadTree();
      void askJournal();
      if (get().cameras.known || get().sites.known) refresh();
      else restart();
      const off = core.on('register.changed', ({ undo, redo, siteIds, cameraIds }) => {
        set({ undo, redo });
        void loadTree();
        refresh();
        card.heard(siteIds, cameraIds);
      });
      const offConnection = core.connection.subscribe((now, before) => {
        if (now.phase !== 'open' || before.phase === 'open') return;
        void loadTree();
        void askJournal();
        refresh();
      });
      return () => {
        off();
        offConnection();
      };
    },
    toggleNode(key, open) {
      const openNodes = new Set(get().openNodes);
      if (open) openNodes.add(key);
      else openNodes.delete(key);
      set({ openNodes });
    },
    setTreeQuery: (treeQuery) => set({ treeQuery }),
    setScope: (scope) => setAndRestart({ scope }),
    setTable: (table) => {
      if (table !== get().table) setAndRestart({ table });
    },
    setQuery(query) {
      set({ query });
      clearTimeout(typing);
      typing = setTimeout(restart, 120);
    },
    setCameraChip: (cameraChip) => setAndRestart({ cameraChip }),
    setSiteChip: (siteChip) => setAndRestart({ siteChip }),
    sortCameras: (by) => setAndRestart({ cameraSort: sorted(get().cameraSort, by) }),
    sortSites: (by) => setAndRestart({ siteSort: sorted(get().siteSort, by) }),
    look: (from, to) =>
      get().table === 'cameras' ? cameraPager.look(from, to) : sitePager.look(from, to),
    selectCamera(row, on) {
      const selectedCameras = new Map(get().selectedCameras);
      if (on) selectedCameras.set(row.camera.id, row);
      else selectedCameras.delete(row.camera.id);
      set({ selectedCameras });
    },
    selectSite(row, on) {
      const selectedSites = new Map(get().selectedSites);
      if (on) selectedSites.set(row.site.id, row);
      else selectedSites.delete(row.site.id);
      set({ selectedSites });
    },
    async selectAll() {
      if (get().selectingAll) return;
      set({ selectingAll: true });
      const { table } = get();
      try {
        if (table === 'cameras') {
          const rows = await allRows(askCameras());
          set({ selectedCameras: new Map(rows.map((row) => [row.camera.id, row])) });
        } else {
          const rows = await allRows(askSites());
          set({ selectedSites: new Map(rows.map((row) => [row.site.id, row])) });
        }
      } catch (error) {
        set({ trouble: Fault.from(error).shown });
      } finally {
        set({ selectingAll: false });
      }
    },
    selectNone: () => set({ selectedCameras: new Map(), selectedSites: new Map() }),
    undoLast: () => step('undo'),
    redoLast: () => step('redo'),
    retry() {
      if (knownOf(get().tree) === null || get().tree.state === 'failed') void loadTree();
      restart();
    },
    setTrouble: (trouble) => set({ trouble, done: null }),
  };
}

async function allRows<T>(
  ask: (offset: number, limit: number) => Promise<{ total: number; rows: T[] }>,
): Promise<T[]> {
  const rows: T[] = [];
  for (;;) {
    const answer = await ask(rows.length, 500);
    rows.push(...answer.rows);
    if (answer.rows.length === 0 || rows.length >= Math.min(answer.total, mostSelected))
      return rows;
  }
}
