import type { LayoutName } from '../../src/contract/schemas.ts';

/** Geometry of the wall's layouts, in cells of a grid; no pixels, no page. */
export interface Cell {
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly name: LayoutName;
  readonly columns: number;
  readonly rows: number;
  /** In the order in which tiles fill a page. */
  readonly cells: readonly Cell[];
}

export type Direction = 'left' | 'right' | 'up' | 'down';

function square(name: LayoutName, side: number): Layout {
  const cells: Cell[] = [];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) cells.push({ column, row, width: 1, height: 1 });
  }
  return { name, columns: side, rows: side, cells };
}

/** One large tile at the top left, small ones down its right side and along the bottom. */
function onePlus(name: LayoutName, side: number): Layout {
  const cells: Cell[] = [{ column: 0, row: 0, width: side - 1, height: side - 1 }];
  for (let row = 0; row < side - 1; row++) {
    cells.push({ column: side - 1, row, width: 1, height: 1 });
  }
  for (let column = 0; column < side; column++) {
    cells.push({ column, row: side - 1, width: 1, height: 1 });
  }
  return { name, columns: side, rows: side, cells };
}

export const layouts: Readonly<Record<LayoutName, Layout>> = {
  '1': square('1', 1),
  '4': square('4', 2),
  '9': square('9', 3),
  '16': square('16', 4),
  '25': square('25', 5),
  '36': square('36', 6),
  '49': square('49', 7),
  '64': square('64', 8),
  '1+5': onePlus('1+5', 3),
  '1+7': onePlus('1+7', 4),
};

export function tilesPerPage(name: LayoutName): number {
  return layouts[name].cells.length;
}

/** The smallest square layout that holds `cameras`, up to 16: more would start too small to see. */
export function layoutFor(cameras: number): LayoutName {
  if (cameras <= 1) return '1';
  if (cameras <= 4) return '4';
  if (cameras <= 9) return '9';
  return '16';
}

/**
 * The cell next to `from` in a direction: the one that shares the most of the edge, then the first
 * in order; null at the border.
 */
export function neighbour(name: LayoutName, from: number, direction: Direction): number | null {
  const { cells } = layouts[name];
  const here = cells[from];
  if (!here) return null;
  let best: number | null = null;
  let bestShared = 0;
  for (const [index, cell] of cells.entries()) {
    if (!touches(here, cell, direction)) continue;
    const shared =
      direction === 'left' || direction === 'right'
        ? overlap(here.row, here.height, cell.row, cell.height)
        : overlap(here.column, here.width, cell.column, cell.width);
    if (shared > bestShared) {
      best = index;
      bestShared = shared;
    }
  }
  return best;
}

function touches(here: Cell, cell: Cell, direction: Direction): boolean {
  if (direction === 'left') return cell.column + cell.width === here.column;
  if (direction === 'right') return here.column + here.width === cell.column;
  if (direction === 'up') return cell.row + cell.height === here.row;
  return here.row + here.height === cell.row;
}

function overlap(a: number, aLength: number, b: number, bLength: number): number {
  return Math.max(0, Math.min(a + aLength, b + bLength) - Math.max(a, b));
}
