import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRing, type OpenRing } from '../../../src/replay/ring.ts';
import { collect, feed, inventedFormat, inventedUnit, numberOf } from '../../support/ring-feed.ts';

const start = 1_800_000_000_000;
const key = (cameraId: string) => ({ cameraId, quality: 'main' as const });
let ring: OpenRing;

const units = async (cameraId: string, from: number, to: number) =>
  (await collect(ring.read(cameraId, 'main', from, to))).flatMap((piece) =>
    piece.kind === 'unit' ? [piece] : [],
  );

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
});

afterEach(async () => {
  await ring?.close();
  vi.useRealTimers();
});

/** Pictures at the pace of a camera, by the clock of the test. */
function play(cameras: string[], seconds: number, first = 0, fps = 25): number {
  let bytes = 0;
  for (const cameraId of cameras) ring.onFormat(key(cameraId), inventedFormat);
  for (let n = first; n < first + seconds * fps; n++) {
    for (const cameraId of cameras) {
      const unit = inventedUnit({ cameraId, fps }, n);
      bytes += unit.data.length;
      ring.onUnit(key(cameraId), unit);
    }
    vi.advanceTimersByTime(1000 / fps);
  }
  return bytes;
}

describe('the ring in memory', () => {
  it('gives back every unit as it came, from the keyframe before', async () => {
    ring = createRing({ dataDir: null });
    feed(ring, { cameraId: 'a' }, 0, 200);
    const read = await units('a', start + 3_000, start + 5_000);
    // 3 s is picture 75: the group began with 50.
    expect(read.map(({ unit }) => numberOf(unit))).toEqual(
      Array.from({ length: 76 }, (_, i) => 50 + i),
    );
    expect(read.map(({ cached }) => cached)).toEqual(
      Array.from({ length: 76 }, (_, i) => 50 + i < 75),
    );
    expect(read[0]?.unit).toEqual(inventedUnit({ cameraId: 'a' }, 50));
    expect(read.at(-1)?.unit.senderTimeMs).toBe(start + 5_000 + 1_234);
    expect(ring.clockOffsetMs('a', 'main', start)).toBe(1_234);
  });

  it('names what it holds, and nothing of a camera it never saw', () => {
    ring = createRing({ dataDir: null });
    feed(ring, { cameraId: 'a' }, 0, 100);
    expect(ring.spans('a')).toEqual([
      { from: start, to: start + 99 * 40, source: 'ring', quality: 'main' },
    ]);
    expect(ring.gaps('a')).toEqual([]);
    expect(ring.spans('b')).toEqual([]);
    expect(ring.qualityAt('a', start + 40)).toBe('main');
    expect(ring.qualityAt('a', start - 40)).toBeNull();
  });

  it('prefers the main stream only where it holds about as much as the small one', () => {
    ring = createRing({ dataDir: null });
    const both = (quality: 'main' | 'sub', seconds: number) => {
      ring.onFormat({ cameraId: 'a', quality }, inventedFormat);
      for (let n = 0; n < seconds * 25; n++) {
        ring.onUnit({ cameraId: 'a', quality }, inventedUnit({ cameraId: 'a' }, n));
      }
    };
    both('sub', 20);
    both('main', 2);
    expect(ring.spans('a')[0]?.quality).toBe('sub');
    expect(ring.qualityWithin('a', start, start + 1_500)).toBe('main');
    both('main', 19);
    expect(ring.spans('a')[0]?.quality).toBe('main');
  });

  it('keeps a window, and lets go of what is older', () => {
    ring = createRing({ dataDir: null, seconds: 20 });
    play(['a'], 60);
    const [span] = ring.spans('a');
    const now = start + 60_000;
    expect(span!.from).toBeLessThanOrEqual(now - 20_000);
    // At most a group of pictures, a slab and a tick more.
    expect(span!.from).toBeGreaterThan(now - 20_000 - 5_000);
    expect(ring.spans('a')).toHaveLength(1);
  });

  it('keeps 64 streams within a tenth above their bitstream', () => {
    ring = createRing({ dataDir: null, seconds: 60 });
    const cameras = Array.from({ length: 64 }, (_, i) => `c${i}`);
    const bytes = play(cameras, 90, 0, 10);
    const perMinute = (bytes / 90) * 60;
    vi.advanceTimersByTime(1_000);
    expect(ring.figures.streams).toBe(64);
    expect(ring.figures.memoryBytes).toBeLessThanOrEqual(perMinute * 1.1);
    expect(ring.figures.heldBytes).toBeGreaterThan(perMinute * 0.98);
  });

  it('never goes beyond its budget, whatever comes', () => {
    const budget = 8 * 1024 * 1024;
    ring = createRing({ dataDir: null, memoryBytes: budget });
    const cameras = Array.from({ length: 16 }, (_, i) => `c${i}`);
    for (let round = 0; round < 10; round++) {
      play(cameras, 4, round * 100);
      expect(ring.figures.memoryBytes).toBeLessThanOrEqual(budget * 1.02);
    }
    // Every stream still has its newest.
    for (const camera of cameras) expect(ring.spans(camera).at(-1)?.to).toBe(start + 39_960);
  });

  it('tells lost packets, lost connections and new formats apart', async () => {
    ring = createRing({ dataDir: null });
    feed(ring, { cameraId: 'a' }, 0, 60);
    ring.onUnit(key('a'), { ...inventedUnit({ cameraId: 'a' }, 61), afterLoss: true });
    feed(ring, { cameraId: 'a' }, 62, 100);
    ring.onLost(key('a'));
    // Not decodable before the keyframe 150: not held.
    feed(ring, { cameraId: 'a' }, 130, 200);
    ring.onFormat(key('a'), { ...inventedFormat, width: 1280, height: 720 });
    for (let n = 200; n < 250; n++) ring.onUnit(key('a'), inventedUnit({ cameraId: 'a' }, n));
    expect(ring.gaps('a')).toEqual([
      { from: start + 59 * 40, to: start + 61 * 40, reason: 'packets-lost' },
      { from: start + 99 * 40, to: start + 150 * 40, reason: 'stream-lost' },
      { from: start + 199 * 40, to: start + 200 * 40, reason: 'format-changed' },
    ]);
    expect(ring.spans('a').map(({ from, to }) => [(from - start) / 40, (to - start) / 40])).toEqual(
      [
        [0, 99],
        [150, 199],
        [200, 249],
      ],
    );
    const pieces = await collect(ring.read('a', 'main', start, Number.POSITIVE_INFINITY));
    expect(pieces.flatMap((piece) => (piece.kind === 'gap' ? [piece.gap] : []))).toEqual(
      ring.gaps('a'),
    );
    expect(pieces.flatMap((piece) => (piece.kind === 'format' ? [piece.format] : []))).toEqual([
      inventedFormat,
      { ...inventedFormat, width: 1280, height: 720 },
    ]);
  });

  it('shows a workstation clock that was set back as a gap', () => {
    ring = createRing({ dataDir: null });
    feed(ring, { cameraId: 'a' }, 0, 100);
    // An hour back, in the middle of a connection.
    feed(ring, { cameraId: 'a', startMs: start - 3_600_000 }, 100, 200);
    expect(ring.gaps('a').map(({ reason }) => reason)).toEqual(['clock-changed']);
    expect(ring.spans('a')).toHaveLength(2);
  });

  it('goes on with what arrives while it is read', async () => {
    ring = createRing({ dataDir: null });
    feed(ring, { cameraId: 'a' }, 0, 50);
    const seen: number[] = [];
    for await (const piece of ring.read('a', 'main', start, Number.POSITIVE_INFINITY)) {
      if (piece.kind !== 'unit') continue;
      seen.push(numberOf(piece.unit));
      if (seen.length === 25) feed(ring, { cameraId: 'a' }, 50, 400);
    }
    expect(seen).toEqual(Array.from({ length: 400 }, (_, i) => i));
  });
});
