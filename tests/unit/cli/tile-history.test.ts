import { expect, test } from 'vitest';
import { TileHistory } from '../../../src/cli/tile-history.ts';
import type { TileReport } from '../../../src/contract/schemas.ts';

const report = (over: Partial<TileReport> = {}): TileReport => ({
  tile: 0,
  cameraId: 'c1',
  quality: 'sub',
  look: 'live',
  cause: null,
  codec: 'h264',
  width: 640,
  height: 360,
  framesReceived: 15,
  framesDecoded: 15,
  framesPresented: 15,
  framesDropped: 0,
  fps: 15.04,
  firstPictureMs: 480.4,
  latenciesMs: [5, 6, 7],
  ...over,
});
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const sourceOf = (id: string) => `rtsp://192.0.2.1/${id}`;

test('an outage begins when a live tile is not live any more, and ends when it is again', () => {
  const history = new TileHistory();
  const lost = { code: 'net.closed' } as const;
  history.add([report({ look: 'connecting' })], at(0));
  history.add([report()], at(1));
  history.add([report({ look: 'stale', cause: lost })], at(2));
  history.add([report({ look: 'connecting', cause: lost })], at(3));
  history.add([report()], at(5));
  history.add([report({ look: 'failed', cause: lost })], at(9));
  const [tile] = history.summaries(sourceOf);
  expect(tile?.outages).toEqual([
    { start: at(2).toISOString(), end: at(5).toISOString(), cause: lost },
    { start: at(9).toISOString(), end: null, cause: lost },
  ]);
  expect(tile?.state).toBe('failed');
  expect(history.liveCount).toBe(0);
});

test('connecting before the first picture is no outage; keyframes only is still live', () => {
  const history = new TileHistory();
  history.add([report({ look: 'connecting' }), report({ tile: 1, look: 'keyframes' })], at(0));
  expect(history.summaries(sourceOf).map((tile) => tile.outages)).toEqual([[], []]);
  expect([history.liveCount, history.count]).toEqual([1, 2]);
});

test('latencies are summed over reports, kept bounded, and null where none came', () => {
  const history = new TileHistory();
  for (let second = 0; second < 100; second++) {
    history.add(
      [report({ latenciesMs: Array(200).fill(second) }), report({ tile: 1, latenciesMs: [] })],
      at(second),
    );
  }
  const [first, second] = history.summaries(sourceOf);
  expect(first?.addedLatencyMs).toEqual({ p50: 90, p95: 99, max: 99 });
  expect(second?.addedLatencyMs).toBeNull();
  expect(first).toMatchObject({ source: 'rtsp://192.0.2.1/c1', fps: 15, firstPictureMs: 480 });
});

test('another camera in the same tile begins anew', () => {
  const history = new TileHistory();
  history.add([report({ latenciesMs: [900] })], at(0));
  history.add([report({ cameraId: 'c2', latenciesMs: [5] })], at(1));
  expect(history.summaries(sourceOf)[0]).toMatchObject({ id: 'c2', addedLatencyMs: { max: 5 } });
});
