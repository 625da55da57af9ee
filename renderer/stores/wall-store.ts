import { createStore, type StoreApi } from 'zustand/vanilla';
import type { WallState } from '../../src/contract/schemas.ts';
import { layoutFor } from './layouts.ts';
import { emptyWall, isOnWall, maxTiles, repaired, wallOf } from './wall-state.ts';

/** The wall as it is on this screen, with undo of what was arranged. */
export interface WallModel {
  readonly wall: WallState;
  readonly past: readonly Arrangement[];
  readonly future: readonly Arrangement[];
  /** Loaded, or found to have never been saved: before that nothing is shown and nothing saved. */
  readonly ready: boolean;
  /** Nobody arranged it yet: cameras that come later still fill it. */
  readonly untouched: boolean;
}

/** What undo brings back; where the eye is (selection, page, sound) follows only as needed. */
export interface Arrangement {
  readonly layout: WallState['layout'];
  readonly tiles: WallState['tiles'];
  readonly page: number;
  readonly selected: number;
}

const undoLimit = 100;

function arrangementOf(wall: WallState): Arrangement {
  return { layout: wall.layout, tiles: wall.tiles, page: wall.page, selected: wall.selected };
}

/** Applies a change; only another layout or other tiles are something to undo. */
export function changed(model: WallModel, wall: WallState): WallModel {
  const before = model.wall;
  if (wall === before) return model;
  if (wall.tiles === before.tiles && wall.layout === before.layout) return { ...model, wall };
  return {
    ...model,
    wall,
    past: [...model.past.slice(1 - undoLimit), arrangementOf(before)],
    future: [],
    untouched: model.untouched && wall.tiles === before.tiles,
  };
}

function restored(wall: WallState, to: Arrangement): WallState {
  const next = { ...wall, ...to, full: null };
  return {
    ...next,
    audio:
      wall.audio !== null && to.tiles[wall.audio] === wall.tiles[wall.audio] ? wall.audio : null,
  };
}

export function undone(model: WallModel): WallModel {
  const to = model.past.at(-1);
  if (!to) return model;
  return {
    ...model,
    wall: restored(model.wall, to),
    past: model.past.slice(0, -1),
    future: [...model.future, arrangementOf(model.wall)],
  };
}

export function redone(model: WallModel): WallModel {
  const to = model.future.at(-1);
  if (!to) return model;
  return {
    ...model,
    wall: restored(model.wall, to),
    past: [...model.past, arrangementOf(model.wall)],
    future: model.future.slice(0, -1),
  };
}

export interface WallStore extends StoreApi<WallModel> {
  /** Applies a pure change from `wall-state.ts`. */
  change(how: (wall: WallState) => WallState): void;
  undo(): void;
  redo(): void;
  /** What `wall.load` gave. A transient wall keeps its layout and shows every camera. */
  load(loaded: WallState | null, cameraIds: readonly string[], transient: boolean): void;
  /** Cameras that came after the start fill a wall that nobody arranged. */
  camerasChanged(cameraIds: readonly string[]): void;
}

export function createWallStore(screen: number): WallStore {
  const store = createStore<WallModel>(() => ({
    wall: emptyWall(screen),
    past: [],
    future: [],
    ready: false,
    untouched: true,
  }));
  return {
    ...store,
    change: (how) => store.setState((model) => changed(model, how(model.wall))),
    undo: () => store.setState(undone),
    redo: () => store.setState(redone),
    load(loaded, cameraIds, transient) {
      const kept = loaded && withoutUnknown(loaded, cameraIds);
      // A wall that a person emptied stays empty; one that only lost all its cameras is filled anew.
      const given = kept && (!isEmpty(kept) || (kept === loaded && !transient));
      const fresh = wallOf(screen, cameraIds, loaded?.layout);
      store.setState({
        wall: given ? repaired(kept, screen) : loaded ? { ...loaded, ...rest(fresh) } : fresh,
        past: [],
        future: [],
        ready: true,
        untouched: !given,
      });
    },
    camerasChanged(cameraIds) {
      const { ready, untouched, wall } = store.getState();
      if (!ready || !untouched) return;
      // Later cameras come behind the others: nothing moves under the eyes of who is watching.
      const added = cameraIds.filter((id) => !isOnWall(wall, id));
      if (added.length === 0) return;
      const first = wall.tiles.length === 0;
      const tiles = [...wall.tiles, ...added].slice(0, maxTiles);
      const layout = first ? layoutFor(added.length) : wall.layout;
      store.setState({ wall: { ...wall, tiles, layout } });
    },
  };
}

/**
 * At a start, cameras that nobody knows any more (of a demonstration that ended, say) leave their tiles
 * empty. Later they stay and say so: a hub that forgot a camera must not empty a tile unseen.
 */
function withoutUnknown(wall: WallState, cameraIds: readonly string[]): WallState {
  // No cameras at all is what a core says that has just begun.
  if (cameraIds.length === 0) return wall;
  const known = new Set(cameraIds);
  if (wall.tiles.every((id) => id === null || known.has(id))) return wall;
  const tiles = wall.tiles.map((id) => (id !== null && known.has(id) ? id : null));
  const heard = wall.audio !== null && tiles[wall.audio] != null;
  return { ...wall, tiles, audio: heard ? wall.audio : null };
}

function isEmpty(wall: WallState): boolean {
  return wall.tiles.every((id) => id === null);
}

function rest({ tiles, page, selected, full, audio }: WallState) {
  return { tiles, page, selected, full, audio };
}

export interface WallSaver {
  /** Saves now what still waits. */
  flush(): void;
  close(): void;
}

/**
 * Saves the wall a moment after its last change. A save that failed is tried again with the next
 * change or `flush`.
 */
export function saveWall(
  store: WallStore,
  save: (wall: WallState) => Promise<unknown>,
  onFailure: (error: unknown) => void,
  delayMs = 500,
): WallSaver {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let saved: WallState | null = null;
  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const { wall, ready } = store.getState();
    if (!ready || wall === saved) return;
    saved = wall;
    save(wall).catch((error: unknown) => {
      if (saved === wall) saved = null;
      onFailure(error);
    });
  };
  const stop = store.subscribe((model, before) => {
    if (!model.ready || model.wall === before.wall) return;
    // What was just loaded is saved already.
    if (!before.ready) {
      saved = model.untouched ? null : model.wall;
      return;
    }
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(flush, delayMs);
  });
  return {
    flush,
    close() {
      if (timer !== null) flush();
      stop();
    },
  };
}
