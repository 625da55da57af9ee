import { type LayoutName, layoutNames } from '../contract/schemas.ts';

/** `4x4`, `16` and `1+5` as people write layouts; null where there is no such layout. */
export function parseLayout(text: string): LayoutName | null {
  const square = /^(\d)x\1$/.exec(text.trim());
  const name = square ? String(Number(square[1]) ** 2) : text.trim();
  return layoutNames.find((layout) => layout === name) ?? null;
}

/** The smallest square layout that shows so many cameras at once, 8×8 at most. */
export function layoutFor(cameras: number): LayoutName {
  return (
    (['1', '4', '9', '16', '25', '36', '49', '64'] as const).find(
      (name) => Number(name) >= cameras,
    ) ?? '64'
  );
}
