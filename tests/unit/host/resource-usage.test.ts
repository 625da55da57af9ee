import { expect, it } from 'vitest';
import { measureTrees, parseStat } from '../../../src/host/resource-usage.ts';

it('reads a process whose name holds brackets and spaces', () => {
  const fields = Array.from({ length: 40 }, (_, index) => String(index + 4));
  expect(parseStat(`7 (a) b (c)) S ${fields.join(' ')}`)).toEqual({
    parent: 4,
    cpuSeconds: (14 + 15 + 16 + 17) / 100,
  });
});

it('measures this process, and not what is left out', () => {
  const usage = measureTrees([process.pid]);
  expect(usage?.processes).toBeGreaterThanOrEqual(1);
  expect(usage?.rssMiB).toBeGreaterThan(10);
  expect(measureTrees([process.pid], [process.pid])).toEqual({
    cpuSeconds: 0,
    rssMiB: 0,
    processes: 0,
  });
});
