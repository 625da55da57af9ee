import { describe, expect, it } from 'vitest';
import { SeenSpans } from '../../../src/replay/seen-spans.ts';

const seen = (...times: number[]) => {
  const spans = new SeenSpans();
  for (const at of times) spans.add(at);
  return spans.list;
};

describe('what was seen', () => {
  it('is stretches, oldest first, however it was leapt about', () => {
    expect(seen(100_000, 100_040, 5_000, 4_960, 100_080)).toEqual([
      { from: 4_960, to: 5_000 },
      { from: 100_000, to: 100_080 },
    ]);
  });

  it('is one stretch where two have met', () => {
    expect(seen(0, 25_000, 8_000, 16_000)).toEqual([{ from: 0, to: 25_000 }]);
  });

  it('stays bounded and leaves nothing out', () => {
    const times = Array.from({ length: 500 }, (_, i) => ((i * 7_919) % 500) * 60_000);
    const spans = seen(...times);
    expect(spans.length).toBeLessThanOrEqual(33);
    for (const at of times) expect(spans.some(({ from, to }) => at >= from && at <= to)).toBe(true);
  });
});
