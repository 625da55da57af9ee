import type { Mask, Region } from '../../../src/contract/evidence-schemas.ts';

export type Point = Region[number];

/** Masks while somebody draws them; every step can be taken back. */
export interface Draft {
  readonly masks: readonly Mask[];
  readonly past: readonly (readonly Mask[])[];
  readonly future: readonly (readonly Mask[])[];
  /** A mask, or one of its points. */
  readonly selected: { readonly id: string; readonly point: number | null } | null;
}

export const maxMasks = 50;
export const maxPoints = 64;
/** Narrower than this is a slip of the hand, of the picture's width and height. */
export const smallestSide = 0.008;
const maxSteps = 200;

export function draftOf(masks: readonly Mask[]): Draft {
  return { masks, past: [], future: [], selected: null };
}

/** One step that can be taken back. */
export function step(
  draft: Draft,
  masks: readonly Mask[],
  selected: Draft['selected'] = draft.selected,
): Draft {
  const past = [...draft.past, draft.masks].slice(-maxSteps);
  return { masks, past, future: [], selected };
}

export function undo(draft: Draft): Draft {
  const before = draft.past.at(-1);
  if (!before) return draft;
  return {
    masks: before,
    past: draft.past.slice(0, -1),
    future: [draft.masks, ...draft.future],
    selected: kept(draft.selected, before),
  };
}

export function redo(draft: Draft): Draft {
  const [next, ...future] = draft.future;
  if (!next) return draft;
  return {
    masks: next,
    past: [...draft.past, draft.masks],
    future,
    selected: kept(draft.selected, next),
  };
}

function kept(selected: Draft['selected'], masks: readonly Mask[]): Draft['selected'] {
  const mask = masks.find(({ id }) => id === selected?.id);
  if (!selected || !mask) return null;
  const { id, point } = selected;
  return { id, point: point !== null && point < mask.points.length ? point : null };
}

export function add(draft: Draft, points: Region): Draft {
  if (draft.masks.length >= maxMasks || points.length < 3 || isSlip(points)) return draft;
  const mask: Mask = { id: crypto.randomUUID(), points: points.slice(0, maxPoints), note: '' };
  return step(draft, [...draft.masks, mask], { id: mask.id, point: null });
}

/** The selected point, or the whole mask where none is selected or a mask needs its three points. */
export function removeSelected(draft: Draft): Draft {
  const { selected } = draft;
  const mask = draft.masks.find(({ id }) => id === selected?.id);
  if (!selected || !mask) return draft;
  const { point } = selected;
  if (point === null || mask.points.length <= 3) {
    return step(
      draft,
      draft.masks.filter(({ id }) => id !== mask.id),
      null,
    );
  }
  const points = mask.points.filter((_, at) => at !== point);
  return step(draft, withPoints(draft.masks, mask.id, points), { id: mask.id, point: null });
}

/** Moves what is selected; the shape of a mask stays as it is at the edge of the picture. */
export function moveSelected(draft: Draft, dx: number, dy: number): Draft {
  const { selected } = draft;
  const mask = draft.masks.find(({ id }) => id === selected?.id);
  if (!selected || !mask) return draft;
  return step(draft, withPoints(draft.masks, mask.id, moved(mask.points, selected.point, dx, dy)));
}

/** One point, or all of them where `point` is null. */
export function moved(points: Region, point: number | null, dx: number, dy: number): Region {
  if (point !== null) {
    return points.map((each, at) => (at === point ? inside(each.x + dx, each.y + dy) : each));
  }
  const limit = (by: number, values: number[]) =>
    Math.min(1 - Math.max(...values), Math.max(-Math.min(...values), by));
  const [byX, byY] = [
    limit(
      dx,
      points.map(({ x }) => x),
    ),
    limit(
      dy,
      points.map(({ y }) => y),
    ),
  ];
  return points.map(({ x, y }) => inside(x + byX, y + byY));
}

/** A point in the middle of the edge after the selected point, or of the longest edge. */
export function addPoint(draft: Draft): Draft {
  const { selected } = draft;
  const mask = draft.masks.find(({ id }) => id === selected?.id);
  if (!selected || !mask || mask.points.length >= maxPoints) return draft;
  const { points } = mask;
  const next = (at: number) => points[(at + 1) % points.length]!;
  const length = (at: number) => Math.hypot(next(at).x - points[at]!.x, next(at).y - points[at]!.y);
  const edges = points.map((_, at) => at);
  const at =
    selected.point ?? edges.reduce((best, one) => (length(one) > length(best) ? one : best));
  const between = inside((points[at]!.x + next(at).x) / 2, (points[at]!.y + next(at).y) / 2);
  const grown = [...points.slice(0, at + 1), between, ...points.slice(at + 1)];
  return step(draft, withPoints(draft.masks, mask.id, grown), { id: mask.id, point: at + 1 });
}

/** Goes around the points of the selected mask, or to the first mask. */
export function selectPoint(draft: Draft, by: 1 | -1): Draft {
  const mask = draft.masks.find(({ id }) => id === draft.selected?.id) ?? draft.masks[0];
  if (!mask) return draft;
  const count = mask.points.length;
  const before = draft.selected?.point ?? (by === 1 ? -1 : 0);
  return { ...draft, selected: { id: mask.id, point: (before + by + count) % count } };
}

export function withPoints(masks: readonly Mask[], id: string, points: Region): readonly Mask[] {
  return masks.map((mask) => (mask.id === id ? { ...mask, points } : mask));
}

export function rectangle(a: Point, b: Point): Region {
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

export function inside(x: number, y: number): Point {
  return { x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) };
}

function isSlip(points: Region): boolean {
  const side = (values: number[]) => Math.max(...values) - Math.min(...values);
  return (
    side(points.map(({ x }) => x)) < smallestSide || side(points.map(({ y }) => y)) < smallestSide
  );
}
