import { expect, test } from 'vitest';
import {
  bringIn,
  cameraAt,
  clear,
  empty,
  emptyWall,
  fill,
  goToPage,
  isOnWall,
  moveSelection,
  newPage,
  nextEmpty,
  pageCount,
  place,
  repaired,
  select,
  setFull,
  setLayout,
  swap,
  tilesOnPage,
  toggleAudio,
  turnPage,
  wallOf,
} from '../../../renderer/stores/wall-state.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

test('pages follow from the tiles and wrap around both ends', () => {
  const wall = wallOf(0, names(48));
  expect(wall.layout).toBe('16');
  expect(pageCount(wall)).toBe(3);
  expect(tilesOnPage(turnPage(wall, 1))[0]).toBe(16);
  expect(turnPage(wall, -1).page).toBe(2);
  expect(turnPage(turnPage(wall, -1), 1).page).toBe(0);
});

test('the selection keeps its place on the page when the page turns', () => {
  const wall = select(wallOf(0, names(48)), 5);
  expect(turnPage(wall, 1).selected).toBe(21);
});

test('each monitor of a room begins at its own page, around the end', () => {
  expect([0, 1, 2, 3].map((screen) => wallOf(screen, names(48)).page)).toEqual([0, 1, 2, 0]);
  expect(wallOf(1, names(48)).selected).toBe(16);
  expect(wallOf(1, []).page).toBe(0);
});

test('10,000 cameras in 64 tiles are 157 pages', () => {
  expect(pageCount(wallOf(0, names(10_000), '64'))).toBe(157);
});

test('a new page is the one behind the last used; it is gone again when left empty', () => {
  const wall = newPage(wallOf(0, names(17)));
  expect(wall.page).toBe(2);
  expect(pageCount(wall)).toBe(3);
  expect(pageCount(turnPage(wall, -1))).toBe(2);
});

test('another layout keeps the selected tile in sight and leaves the full view', () => {
  const wall = setFull(wallOf(0, names(48)), 30);
  const next = setLayout(wall, '4');
  expect(next.full).toBeNull();
  expect(next.selected).toBe(30);
  expect(tilesOnPage(next)).toContain(30);
});

test('a camera can be put behind the end, and the tiles between stay empty', () => {
  const wall = place(emptyWall(0), 5, 'a');
  expect(wall.tiles).toEqual([null, null, null, null, null, 'a']);
  expect(isOnWall(wall, 'a')).toBe(true);
  expect(isOnWall(wall, 'b')).toBe(false);
});

test('the next empty tile is looked for behind the tile, then from the start of its page', () => {
  let wall = wallOf(0, names(4), '9');
  expect(nextEmpty(wall, 0)).toBe(4);
  expect(nextEmpty(wall, 8)).toBe(4);
  wall = wallOf(0, names(9), '9');
  expect(nextEmpty(wall, 3)).toBe(3);
});

test('a new camera is brought into sight and never takes the place of another', () => {
  const full = wallOf(0, names(4));
  expect(bringIn(full, 'c2')).toMatchObject({ selected: 2, tiles: names(4) });
  expect(bringIn(full, 'new')).toMatchObject({ selected: 4, page: 1, tiles: [...names(4), 'new'] });
  const gap = empty(full, 3);
  expect(bringIn(gap, 'new')).toMatchObject({ selected: 3, page: 0 });
  expect(bringIn(select(gap, 3), 'new').tiles).toEqual(['c0', 'c1', 'c2', 'new']);
});

test('swapping takes sound and full view along, also with an empty tile', () => {
  let wall = toggleAudio(wallOf(0, names(4)), 1);
  wall = swap(wall, 1, 2);
  expect(wall.tiles).toEqual(['c0', 'c2', 'c1', 'c3']);
  expect(wall.audio).toBe(2);
  wall = swap(setLayout(wall, '9'), 0, 7);
  expect(cameraAt(wall, 0)).toBeNull();
  expect(cameraAt(wall, 7)).toBe('c0');
});

test('emptying a tile ends its sound and its full view', () => {
  const wall = empty(toggleAudio(setFull(wallOf(0, names(4)), 2), 2), 2);
  expect(wall.full).toBeNull();
  expect(wall.audio).toBeNull();
  expect(wall.tiles).toEqual(['c0', 'c1', null, 'c3']);
});

test('an empty tile has no full view and no sound', () => {
  const wall = emptyWall(0);
  expect(setFull(wall, 3)).toBe(wall);
  expect(toggleAudio(wall, 3)).toBe(wall);
});

test('in full view arrows go to the next camera and step over empty tiles, over pages', () => {
  let wall = setFull(empty(wallOf(0, names(6), '4'), 4), 3);
  wall = moveSelection(wall, 'right');
  expect(wall.full).toBe(5);
  expect(wall.page).toBe(1);
  wall = moveSelection(wall, 'right');
  expect(wall.full).toBe(0);
  wall = moveSelection(wall, 'left');
  expect(wall.full).toBe(5);
});

test('filling and clearing begin at the first page', () => {
  const wall = goToPage(wallOf(0, names(48)), 2);
  expect(fill(wall, names(20))).toMatchObject({ page: 0, selected: 0 });
  expect(clear(wall)).toMatchObject({ page: 0, tiles: [] });
});

test('a saved wall with numbers out of range is repaired, never refused', () => {
  const wall = repaired(
    {
      ...emptyWall(7),
      layout: '4',
      tiles: ['a', null, 'b', null, null],
      page: 99,
      selected: -3,
      full: 1,
      audio: 2.7,
    },
    1,
  );
  expect(wall).toMatchObject({ screen: 1, page: 0, selected: 0, full: null, audio: 2 });
  expect(wall.tiles).toEqual(['a', null, 'b']);
});

test('a wall saved in full view on the second page opens on that page', () => {
  const wall = repaired({ ...wallOf(0, names(8), '4'), full: 6, page: 0, selected: 0 }, 0);
  expect(wall).toMatchObject({ page: 1, full: 6, selected: 6 });
});
