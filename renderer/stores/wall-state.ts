import type { LayoutName, WallState } from '../../src/contract/schemas.ts';
import { type Direction, layoutFor, neighbour, tilesPerPage } from './layouts.ts';

/** Pure changes of a wall. `tiles` runs over all pages; a tile is its index. */
export const maxTiles = 20_000;

export function emptyWall(screen: number): WallState {
  return {
    screen,
    layout: '16',
    page: 0,
    tiles: [],
    selected: 0,
    full: null,
    audio: null,
    sideList: true,
    details: false,
    wallMode: false,
  };
}

/**
 * A wall that was never arranged: all cameras, in order. Another monitor begins at another page, so
 * that a room with three of them sees three times as many cameras.
 */
export function wallOf(
  screen: number,
  cameraIds: readonly string[],
  layout: LayoutName = layoutFor(cameraIds.length),
): WallState {
  const tiles = trimmed(cameraIds.slice(0, maxTiles));
  const per = tilesPerPage(layout);
  const page = screen % pagesUsed(tiles, per);
  return { ...emptyWall(screen), layout, tiles, page, selected: page * per };
}

/** A wall from outside, with every number in its range. */
export function repaired(wall: WallState, screen: number): WallState {
  const tiles = trimmed(wall.tiles);
  const whole = (value: number) => (Number.isFinite(value) ? Math.max(0, Math.floor(value)) : 0);
  const occupied = (tile: number | null) =>
    tile !== null && tiles[whole(tile)] ? whole(tile) : null;
  const per = tilesPerPage(wall.layout);
  const page = Math.min(whole(wall.page), pagesUsed(tiles, per) - 1);
  const full = occupied(wall.full);
  const selected =
    full ?? Math.min(Math.max(whole(wall.selected), page * per), page * per + per - 1);
  return {
    ...wall,
    screen,
    tiles,
    page: full === null ? page : Math.floor(full / per),
    full,
    audio: occupied(wall.audio),
    selected,
  };
}

function trimmed(tiles: readonly (string | null)[]): (string | null)[] {
  let length = tiles.length;
  while (length > 0 && !tiles[length - 1]) length--;
  return tiles.slice(0, length);
}

function pagesUsed(tiles: readonly unknown[], per: number): number {
  return Math.max(1, Math.ceil(tiles.length / per));
}

/** Pages that hold a camera, and the page that is shown even where it holds none. */
export function pageCount(wall: WallState): number {
  return Math.max(pagesUsed(wall.tiles, tilesPerPage(wall.layout)), wall.page + 1);
}

/** The tiles of the shown page, as indexes into `tiles`, in the order of the layout's cells. */
export function tilesOnPage(wall: WallState): number[] {
  const per = tilesPerPage(wall.layout);
  return Array.from({ length: per }, (_, index) => wall.page * per + index);
}

export function cameraAt(wall: WallState, tile: number): string | null {
  return wall.tiles[tile] ?? null;
}

const sets = new WeakMap<WallState['tiles'], ReadonlySet<string | null>>();

/** Is the camera in some tile of any page? Asked by every row of the list at every change. */
export function isOnWall(wall: WallState, cameraId: string): boolean {
  let set = sets.get(wall.tiles);
  if (!set) {
    set = new Set(wall.tiles);
    sets.set(wall.tiles, set);
  }
  return set.has(cameraId);
}

export function select(wall: WallState, tile: number): WallState {
  const selected = Math.min(Math.max(0, tile), maxTiles - 1);
  const page = Math.floor(selected / tilesPerPage(wall.layout));
  if (selected === wall.selected && page === wall.page) return wall;
  return { ...wall, selected, page, full: wall.full === null ? null : selected };
}

/** The tile beside the selected one, or the selected one at the border. */
export function beside(wall: WallState, direction: Direction): number {
  const per = tilesPerPage(wall.layout);
  const next = neighbour(wall.layout, wall.selected % per, direction);
  return next === null ? wall.selected : wall.page * per + next;
}

/** Moves the selection; in full view to the next or previous camera of the whole wall. */
export function moveSelection(wall: WallState, direction: Direction): WallState {
  if (wall.full === null) return select(wall, beside(wall, direction));
  const step = direction === 'right' || direction === 'down' ? 1 : -1;
  const { tiles } = wall;
  for (let moved = 1; moved <= tiles.length; moved++) {
    const tile = (wall.full + step * moved + tiles.length * moved) % tiles.length;
    if (tiles[tile]) return select(wall, tile);
  }
  return wall;
}

/** Keeps the selected tile in sight. */
export function setLayout(wall: WallState, layout: LayoutName): WallState {
  if (layout === wall.layout) return wall;
  const page = Math.floor(wall.selected / tilesPerPage(layout));
  return { ...wall, layout, page, full: null };
}

/** Around the end and the beginning, as a wall with nobody at the keyboard needs it. */
export function turnPage(wall: WallState, step: number): WallState {
  const pages = pageCount(wall);
  return goToPage(wall, (((wall.page + step) % pages) + pages) % pages);
}

export function goToPage(wall: WallState, page: number): WallState {
  const per = tilesPerPage(wall.layout);
  if (page < 0 || (page + 1) * per > maxTiles) return wall;
  return { ...wall, page, selected: page * per + (wall.selected % per), full: null };
}

/** The page behind the last one that is used. */
export function newPage(wall: WallState): WallState {
  return goToPage(wall, pagesUsed(wall.tiles, tilesPerPage(wall.layout)));
}

/** Puts a camera into a tile. */
export function place(wall: WallState, tile: number, cameraId: string): WallState {
  if (tile < 0 || tile >= maxTiles || cameraAt(wall, tile) === cameraId) return wall;
  const tiles = [...wall.tiles];
  while (tiles.length < tile) tiles.push(null);
  tiles[tile] = cameraId;
  return { ...wall, tiles, audio: wall.audio === tile ? null : wall.audio };
}

/** The next empty tile of the page behind `tile`, or `tile` itself where none is. */
export function nextEmpty(wall: WallState, tile: number): number {
  const page = tilesOnPage(wall);
  const at = page.indexOf(tile);
  const behind = [...page.slice(at + 1), ...page.slice(0, at + 1)];
  return behind.find((candidate) => cameraAt(wall, candidate) === null) ?? tile;
}

/**
 * Brings a camera into sight without taking another away: where it is already, else the next empty
 * tile of the page, else behind the last tile.
 */
export function bringIn(wall: WallState, cameraId: string): WallState {
  const there = wall.tiles.indexOf(cameraId);
  if (there >= 0) return select(wall, there);
  const isFree = (tile: number) => cameraAt(wall, tile) === null;
  const near = isFree(wall.selected) ? wall.selected : nextEmpty(wall, wall.selected);
  const tile = isFree(near) ? near : wall.tiles.length;
  return select(place(wall, tile, cameraId), tile);
}

/**
 * Several cameras: from `tile` on, the first into it, the others into the empty tiles behind it; or,
 * with null, into empty tiles of the shown page and behind the last one. Who is on the wall already
 * stays where it is, and only the camera of `tile` itself gives way.
 */
export function placeAll(
  wall: WallState,
  cameraIds: readonly string[],
  tile: number | null,
): WallState {
  const [first, ...others] = cameraIds;
  if (first === undefined) return wall;
  const start = tile ?? wall.page * tilesPerPage(wall.layout);
  const tiles = [...(tile === null ? wall : place(wall, tile, first)).tiles];
  const there = new Set(tiles);
  let at = start;
  let seen: number | null = tile;
  for (const id of tile === null ? cameraIds : others) {
    if (there.has(id)) {
      seen ??= tiles.indexOf(id);
      continue;
    }
    while (tiles[at]) at++;
    if (at >= maxTiles) break;
    while (tiles.length < at) tiles.push(null);
    tiles[at] = id;
    there.add(id);
    seen ??= at;
  }
  const audio = tile !== null && wall.audio === tile ? null : wall.audio;
  return select({ ...wall, tiles, audio, layout: widened(wall, cameraIds) }, seen ?? wall.selected);
}

/** A group that has the wall to itself is seen whole, up to what is still large enough to see. */
function widened(wall: WallState, cameraIds: readonly string[]): LayoutName {
  const own = new Set(cameraIds);
  const layout = layoutFor(cameraIds.length);
  const alone = wall.tiles.every((id) => id === null || own.has(id));
  return alone && tilesPerPage(layout) > tilesPerPage(wall.layout) ? layout : wall.layout;
}

/** Exchanges what two tiles show; sound and full view go with the camera. */
export function swap(wall: WallState, a: number, b: number): WallState {
  if (a === b || (cameraAt(wall, a) === null && cameraAt(wall, b) === null)) return wall;
  const tiles = [...wall.tiles];
  while (tiles.length <= Math.max(a, b)) tiles.push(null);
  tiles[a] = cameraAt(wall, b);
  tiles[b] = cameraAt(wall, a);
  const follow = (tile: number | null) => (tile === a ? b : tile === b ? a : tile);
  return { ...wall, tiles: trimmed(tiles), audio: follow(wall.audio), full: follow(wall.full) };
}

export function empty(wall: WallState, tile: number): WallState {
  if (cameraAt(wall, tile) === null) return wall;
  const tiles = [...wall.tiles];
  tiles[tile] = null;
  return {
    ...wall,
    tiles: trimmed(tiles),
    full: wall.full === tile ? null : wall.full,
    audio: wall.audio === tile ? null : wall.audio,
  };
}

/** Out of every tile of every page, as when a person removes the camera. */
export function withoutCamera(wall: WallState, cameraId: string): WallState {
  return wall.tiles.reduce<WallState>(
    (left, id, tile) => (id === cameraId ? empty(left, tile) : left),
    wall,
  );
}

/** All cameras in order, from the first tile on. */
export function fill(wall: WallState, cameraIds: readonly string[]): WallState {
  const tiles = trimmed(cameraIds.slice(0, maxTiles));
  return { ...wall, tiles, page: 0, selected: 0, full: null, audio: null };
}

export function clear(wall: WallState): WallState {
  return { ...wall, tiles: [], page: 0, selected: 0, full: null, audio: null };
}

/** Full view of a tile that shows a camera, or back to the wall. */
export function setFull(wall: WallState, tile: number | null): WallState {
  if (tile === null) return wall.full === null ? wall : { ...wall, full: null };
  if (cameraAt(wall, tile) === null) return wall;
  return { ...select(wall, tile), full: tile };
}

/** Sound of the tile, or off where it was on. */
export function toggleAudio(wall: WallState, tile: number): WallState {
  if (cameraAt(wall, tile) === null) return wall;
  return { ...wall, audio: wall.audio === tile ? null : tile };
}
