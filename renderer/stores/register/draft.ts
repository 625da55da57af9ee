/**
 * What a person typed over a row of the register and has not saved. Pure. It outlives leaving the
 * screen, and a change that somebody else saved meanwhile takes nothing away from it.
 */
export interface Draft<T> {
  /** The row as the editor saw it. */
  readonly base: T;
  /** Fields that differ from it. */
  readonly mine: Partial<T>;
}

/** A field that both changed, each in another way. */
export interface Clash<T> {
  readonly field: keyof T;
  readonly mine: T[keyof T];
  readonly theirs: T[keyof T];
}

export function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

export function valueIn<T, K extends keyof T>(draft: Draft<T>, field: K): T[K] {
  return Object.hasOwn(draft.mine, field) ? (draft.mine[field] as T[K]) : draft.base[field];
}

export function edited<T, K extends keyof T>(draft: Draft<T>, field: K, value: T[K]): Draft<T> {
  const mine = { ...draft.mine };
  if (same(draft.base[field], value)) delete mine[field];
  else mine[field] = value;
  return { ...draft, mine };
}

export function isTouched<T>(draft: Draft<T>): boolean {
  return Object.keys(draft.mine).length > 0;
}

/** The draft over the newer row, and where the two speak against each other. */
export function rebased<T>(draft: Draft<T>, theirs: T): { draft: Draft<T>; clashes: Clash<T>[] } {
  const mine: Partial<T> = {};
  const clashes: Clash<T>[] = [];
  for (const field of Object.keys(draft.mine) as (keyof T)[]) {
    const value = draft.mine[field] as T[keyof T];
    if (same(value, theirs[field])) continue;
    mine[field] = value;
    if (!same(draft.base[field], theirs[field])) {
      clashes.push({ field, mine: value, theirs: theirs[field] });
    }
  }
  return { draft: { base: theirs, mine }, clashes };
}
