import { expect, test } from 'vitest';
import type { AccessUnit } from '../../../src/codec/access-unit.ts';
import { StreamTally } from '../../../src/survey/stream-tally.ts';

test('speed is measured by the media clock, not by how fast the first burst came', () => {
  const tally = new StreamTally();
  for (let frame = 0; frame < 50; frame++) {
    tally.add({
      kind: 'video',
      data: new Uint8Array(1000),
      keyframe: frame % 25 === 0,
      time: { ticks: frame * 3600, clockRate: 90_000 },
      senderTimeMs: null,
      receivedAtMs: 0,
      afterLoss: false,
    } satisfies AccessUnit);
  }
  expect([tally.frames, tally.fps, tally.kbps, tally.gopSeconds]).toEqual([50, 25, 200, 1]);
  expect(new StreamTally()).toMatchObject({ fps: 0, kbps: 0, gopSeconds: null });
});
