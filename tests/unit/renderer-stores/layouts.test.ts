import { expect, test } from 'vitest';
import { layoutFor, layouts, neighbour, tilesPerPage } from '../../../renderer/stores/layouts.ts';
import { layoutNames } from '../../../src/contract/schemas.ts';

test('every layout covers its grid without a gap and without an overlap', () => {
  for (const name of layoutNames) {
    const { columns, rows, cells } = layouts[name];
    const taken = new Set<string>();
    for (const cell of cells) {
      for (let row = cell.row; row < cell.row + cell.height; row++) {
        for (let column = cell.column; column < cell.column + cell.width; column++) {
          expect(taken.has(`${column}.${row}`), `${name} ${column}.${row}`).toBe(false);
          taken.add(`${column}.${row}`);
        }
      }
    }
    expect(taken.size, name).toBe(columns * rows);
  }
});

test('a layout has as many tiles as its name says', () => {
  const counts = layoutNames.map(tilesPerPage);
  expect(counts).toEqual([1, 4, 9, 16, 25, 36, 49, 64, 6, 8]);
});

test('arrows lead to the neighbour and stop at the border', () => {
  expect(neighbour('16', 5, 'left')).toBe(4);
  expect(neighbour('16', 5, 'down')).toBe(9);
  expect(neighbour('16', 3, 'right')).toBeNull();
  expect(neighbour('16', 0, 'up')).toBeNull();
});

test('beside the large tile of 1+5 and 1+7 every small one is reached, and leads back', () => {
  expect(neighbour('1+5', 0, 'right')).toBe(1);
  expect(neighbour('1+5', 0, 'down')).toBe(3);
  expect(neighbour('1+5', 4, 'up')).toBe(0);
  expect(neighbour('1+7', 3, 'left')).toBe(0);
  expect(neighbour('1+7', 7, 'up')).toBe(3);
});

test('in every layout each tile can be reached from the first by arrows', () => {
  for (const name of layoutNames) {
    const reached = new Set([0]);
    for (const tile of reached) {
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const next = neighbour(name, tile, direction);
        if (next !== null) reached.add(next);
      }
    }
    expect(reached.size, name).toBe(tilesPerPage(name));
  }
});

test('a wall that was never arranged takes the smallest square layout, up to 16', () => {
  expect([0, 1, 2, 4, 5, 9, 10, 48, 10_000].map(layoutFor)).toEqual([
    '1',
    '1',
    '4',
    '4',
    '9',
    '9',
    '16',
    '16',
    '16',
  ]);
});
