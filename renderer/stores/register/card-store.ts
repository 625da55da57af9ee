import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { type Clash, type Draft, edited, isTouched, rebased } from './draft.ts';
import type { Device, RegisterCamera, RegisterRow, Site } from './register-types.ts';

/** Which card is open beside the table. A new row has no id yet. */
export type CardOf =
  | { readonly kind: 'site'; readonly id: string | null }
  | { readonly kind: 'camera'; readonly id: string | null; readonly siteId: string };

export interface SiteAround {
  readonly devices: readonly Device[];
  readonly cameras: readonly RegisterRow[];
}

export interface CardModel {
  readonly of: CardOf | null;
  readonly loading: boolean;
  readonly cause: Cause | null;
  readonly site: Draft<Site> | null;
  readonly around: SiteAround | null;
  readonly camera: Draft<RegisterCamera> | null;
  readonly cameraRow: RegisterRow | null;
  readonly saving: boolean;
  readonly saved: boolean;
  /** Somebody else saved first: what both changed, for a person to choose. */
  readonly siteClashes: readonly Clash<Site>[];
  readonly cameraClashes: readonly Clash<RegisterCamera>[];
  /** Somebody else saved, and nothing of mine speaks against it. */
  readonly merged: boolean;
}

export interface CardStore extends StoreApi<CardModel> {
  open(of: CardOf): Promise<void>;
  close(): void;
  editSite<K extends keyof Site>(field: K, value: Site[K]): void;
  editCamera<K extends keyof RegisterCamera>(field: K, value: RegisterCamera[K]): void;
  /** Takes the other's value of a field that both changed, or keeps mine. */
  settleSite(field: keyof Site, whose: 'mine' | 'theirs'): void;
  settleCamera(field: keyof RegisterCamera, whose: 'mine' | 'theirs'): void;
  save(): Promise<void>;
  /** Throws away what was typed. */
  revert(): void;
  remove(): Promise<void>;
  /** The register changed; null: ask again. */
  heard(siteIds: readonly string[] | null, cameraIds: readonly string[] | null): void;
}

/** A draft under `''` is that of a new row. */
const draftKey = (of: CardOf) => `${of.kind}:${of.id ?? ''}`;

export function createCardStore(core: Core): CardStore {
  const closed: CardModel = {
    of: null,
    loading: false,
    cause: null,
    site: null,
    around: null,
    camera: null,
    cameraRow: null,
    saving: false,
    saved: false,
    siteClashes: [],
    cameraClashes: [],
    merged: false,
  };
  const store = createStore<CardModel>(() => closed);
  const get = store.getState;
  const set = store.setState;
  /** What was typed on cards that were left without saving. */
  const kept = new Map<string, Draft<Site> | Draft<RegisterCamera>>();
  let turn = 0;

  function keep(): void {
    const { of, site, camera, siteClashes, cameraClashes } = get();
    if (!of) return;
    if (site && isTouched(site)) kept.set(draftKey(of), unsettled(site, siteClashes));
    else if (camera && isTouched(camera)) kept.set(draftKey(of), unsettled(camera, cameraClashes));
    else kept.delete(draftKey(of));
  }

  async function load(of: CardOf, mine: number): Promise<void> {
    const before = kept.get(draftKey(of));
    if (of.kind === 'site') {
      if (of.id === null) {
        set({ site: (before as Draft<Site>) ?? { base: newSite, mine: {} }, loading: false });
        return;
      }
      const { site, devices, cameras } = await core.call('register.site', { siteId: of.id });
      if (mine !== turn) return;
      const { draft, clashes } = rebased((before as Draft<Site>) ?? { base: site, mine: {} }, site);
      set({ site: draft, siteClashes: clashes, around: { devices, cameras }, loading: false });
      return;
    }
    if (of.id === null) {
      const base = { ...newCamera, siteId: of.siteId };
      set({ camera: (before as Draft<RegisterCamera>) ?? { base, mine: {} }, loading: false });
      return;
    }
    const found = await core.call('register.camera', { cameraId: of.id });
    if (mine !== turn) return;
    if (!found) throw new Fault('input.unknown', 'no such camera');
    const { camera } = found.row;
    const { draft, clashes } = rebased(
      (before as Draft<RegisterCamera>) ?? { base: camera, mine: {} },
      camera,
    );
    set({ camera: draft, cameraClashes: clashes, cameraRow: found.row, loading: false });
  }

  async function open(of: CardOf): Promise<void> {
    keep();
    const mine = ++turn;
    set({ ...closed, of, loading: true });
    try {
      await load(of, mine);
    } catch (error) {
      if (mine === turn) set({ loading: false, cause: Fault.from(error).shown });
    }
  }

  /** Asks for the newer row and lays what was typed over it. */
  async function again(): Promise<void> {
    const { of, saving } = get();
    if (!of || of.id === null || saving) return;
    keep();
    const mine = ++turn;
    try {
      const touched = kept.has(draftKey(of));
      await load(of, mine);
      if (mine === turn && touched) set({ merged: true });
    } catch (error) {
      if (mine === turn) set({ cause: Fault.from(error).shown });
    }
  }

  async function saveSite(draft: Draft<Site>): Promise<void> {
    const isNew = draft.base.id === '';
    const { id: _id, origin: _origin, gone: _gone, revision: _revision, ...fields } = draft.mine;
    const { site } = await core.call('register.saveSite', {
      id: isNew ? null : draft.base.id,
      revision: isNew ? null : draft.base.revision,
      fields,
    });
    kept.delete(draftKey({ kind: 'site', id: isNew ? null : site.id }));
    set({
      of: { kind: 'site', id: site.id },
      site: { base: site, mine: {} },
      around: get().around ?? { devices: [], cameras: [] },
    });
  }

  async function saveCamera(draft: Draft<RegisterCamera>): Promise<void> {
    const isNew = draft.base.id === '';
    const {
      id: _id,
      origin: _origin,
      gone: _gone,
      revision: _revision,
      originKey: _key,
      ...fields
    } = draft.mine;
    const { row } = await core.call('register.saveCamera', {
      id: isNew ? null : draft.base.id,
      revision: isNew ? null : draft.base.revision,
      fields: isNew ? { siteId: draft.base.siteId, ...fields } : fields,
    });
    const { camera } = row;
    const siteId = camera.siteId;
    kept.delete(draftKey({ kind: 'camera', id: isNew ? null : camera.id, siteId }));
    set({
      of: { kind: 'camera', id: camera.id, siteId },
      camera: { base: camera, mine: {} },
      cameraRow: row,
    });
  }

  return {
    ...store,
    open,
    close() {
      keep();
      turn++;
      set(closed);
    },
    editSite(field, value) {
      const { site } = get();
      if (site) set({ site: edited(site, field, value), saved: false, merged: false });
    },
    editCamera(field, value) {
      const { camera } = get();
      if (camera) set({ camera: edited(camera, field, value), saved: false, merged: false });
    },
    settleSite(field, whose) {
      const { site, siteClashes } = get();
      if (!site) return;
      set({
        site: whose === 'theirs' ? edited(site, field, site.base[field]) : site,
        siteClashes: siteClashes.filter((clash) => clash.field !== field),
      });
    },
    settleCamera(field, whose) {
      const { camera, cameraClashes } = get();
      if (!camera) return;
      set({
        camera: whose === 'theirs' ? edited(camera, field, camera.base[field]) : camera,
        cameraClashes: cameraClashes.filter((clash) => clash.field !== field),
      });
    },
    async save() {
      const { site, camera, saving } = get();
      if (saving) return;
      set({ saving: true, saved: false, cause: null });
      try {
        if (site) await saveSite(site);
        else if (camera) await saveCamera(camera);
        set({ saving: false, saved: true, merged: false });
      } catch (error) {
        const cause = Fault.from(error).shown;
        set({ saving: false, cause });
        if (cause.code === 'input.conflict') await again();
      }
    },
    revert() {
      const { of, site, camera } = get();
      if (of) kept.delete(draftKey(of));
      set({
        site: site && { ...site, mine: {} },
        camera: camera && { ...camera, mine: {} },
        siteClashes: [],
        cameraClashes: [],
        cause: null,
        merged: false,
      });
    },
    async remove() {
      const { of } = get();
      if (!of || of.id === null) return;
      set({ saving: true, cause: null });
      try {
        if (of.kind === 'site') await core.call('register.removeSites', { siteIds: [of.id] });
        else await core.call('register.removeCameras', { cameraIds: [of.id] });
        kept.delete(draftKey(of));
        turn++;
        set(closed);
      } catch (error) {
        set({ saving: false, cause: Fault.from(error).shown });
      }
    },
    heard(siteIds, cameraIds) {
      const { of, site, camera, around } = get();
      if (!of || of.id === null || !(site || camera)) return;
      const about =
        of.kind === 'site'
          ? siteIds === null ||
            cameraIds === null ||
            siteIds.includes(of.id) ||
            Boolean(around?.cameras.some((row) => cameraIds.includes(row.camera.id)))
          : cameraIds === null || cameraIds.includes(of.id);
      if (about) void again();
    },
  };
}

/** So that a field nobody decided about clashes again with the next row that comes. */
function unsettled<T>(draft: Draft<T>, clashes: readonly Clash<T>[]): Draft<T> {
  const unknown = Object.fromEntries(clashes.map(({ field }) => [field, undefined]));
  return { ...draft, base: { ...draft.base, ...unknown } };
}

const newRow = { id: '', origin: 'manual', gone: false, revision: 0 };

const newSite: Site = {
  ...newRow,
  code: '',
  name: '',
  province: '',
  district: '',
  address: '',
  hubId: null,
  kind: 'quarantine',
  ownership: null,
  budgetLevel: null,
  priority: 2,
  hold: null,
  survey: null,
  plan: null,
  focalPoints: [],
  purpose: '',
  notes: '',
  dueInspectionOn: null,
};

const newCamera: RegisterCamera = {
  ...newRow,
  siteId: '',
  deviceId: null,
  name: '',
  placement: null,
  purpose: '',
  brand: '',
  model: '',
  serial: '',
  url: '',
  subUrl: '',
  directUrl: '',
  directSubUrl: '',
  transport: 'auto',
  localNotes: '',
  originKey: '',
};
