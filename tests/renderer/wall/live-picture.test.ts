import { afterEach, describe, expect, it } from 'vitest';
import { FakeCamera, usualClip } from '../support/fake-camera.ts';
import { colourOf, encodeJpeg, isNear, middleColour } from '../support/test-pictures.ts';
import { pause, waitFor } from '../support/wait-for.ts';
import { createWallBench, type WallBench, wish } from '../support/wall-bench.ts';

const key = { cameraId: 'cam-1', quality: 'sub' } as const;
let bench: WallBench | null = null;
let cameras: FakeCamera[] = [];

afterEach(() => {
  for (const camera of cameras) camera.stop();
  cameras = [];
  bench?.close();
  bench = null;
});

async function startWall() {
  const made = createWallBench();
  bench = made;
  const camera = new FakeCamera(made.core, key, await usualClip());
  cameras.push(camera);
  return { bench: made, camera };
}

describe('a live tile', () => {
  it('shows the camera and says so', async () => {
    const { bench, camera } = await startWall();
    const container = bench.container();
    bench.engine.attach(0, container);
    bench.engine.show(0, wish('cam-1'));
    await waitFor(
      () => bench.engine.store.getState().tiles.get(0)?.look === 'live',
      () => JSON.stringify(bench.engine.store.getState().tiles.get(0)),
    );
    const video = bench.video(container)!;
    const colours = new Set<number>();
    await waitFor(() => {
      const seen = middleColour(video);
      for (let index = 0; index < 27; index++) {
        if (isNear(seen, colourOf(index))) colours.add(index);
      }
      return colours.size > 10;
    }, 'many different pictures of the clip');
    expect(video.videoWidth).toBe(320);
    expect(camera.sentPictures).toBeGreaterThan(0);
    await waitFor(() => bench.core.reports.at(-1)?.[0]?.latenciesMs.length, 'a latency sample');
    const report = bench.core.reports.at(-1)![0]!;
    expect(report).toMatchObject({ tile: 0, cameraId: 'cam-1', look: 'live', codec: 'h264' });
    expect(report.framesPresented).toBeGreaterThan(5);
    expect(report.firstPictureMs).toBeGreaterThan(0);
    await waitFor(() => bench.core.acked === bench.core.sent || camera.sentPictures, 'acks');
    camera.silent = true;
    await waitFor(() => bench.core.acked === bench.core.sent, 'every byte acknowledged');
  });

  it('knows MJPEG pictures again when they are presented', async () => {
    const made = createWallBench();
    bench = made;
    made.engine.attach(0, made.container());
    made.engine.show(0, wish('cam-1'));
    const channel = await waitFor(() => made.core.channelOf(key), 'the channel');
    made.core.format(channel, 'mjpeg', 'mjpeg');
    made.core.setLive(key);
    const images = await Promise.all([2, 5, 7].map((index) => encodeJpeg(colourOf(index))));
    let sent = 0;
    const timer = setInterval(() => {
      const payload = images[sent % 3]!;
      made.core.send(channel, [
        { kind: 'jpeg', keyframe: true, mediaTimeUs: ++sent * 100_000, payload },
      ]);
    }, 100);
    try {
      await waitFor(() => made.core.reports.at(-1)?.[0]?.latenciesMs.length, 'a latency sample');
    } finally {
      clearInterval(timer);
    }
    expect(made.core.reports.at(-1)![0]).toMatchObject({ look: 'live', codec: 'mjpeg' });
  });

  it('looks stale within 3 s when the pictures stop, with an age and a cause', async () => {
    const { bench, camera } = await startWall();
    bench.engine.attach(0, bench.container());
    bench.engine.show(0, wish('cam-1'));
    const tile = () => bench.engine.store.getState().tiles.get(0);
    await waitFor(() => tile()?.look === 'live', 'live first');
    camera.silent = true;
    const stopped = performance.now();
    await waitFor(() => tile()?.look === 'stale', 'stale');
    expect(performance.now() - stopped).toBeLessThan(3300);
    expect(tile()?.cause?.code).toBe('media.stalled');
    await waitFor(() => (tile()?.ageMs ?? 0) >= 3000, 'an age of three seconds');
    expect(tile()?.hasPicture).toBe(true);
    camera.silent = false;
    await waitFor(() => tile()?.look === 'live', 'live again');
    expect(tile()?.ageMs).toBe(null);
  });

  it('is never live while the core says frozen', async () => {
    const { bench } = await startWall();
    bench.engine.attach(0, bench.container());
    bench.engine.show(0, wish('cam-1'));
    const tile = () => bench.engine.store.getState().tiles.get(0);
    await waitFor(() => tile()?.look === 'live', 'live first');
    bench.core.setLive(key, Date.now() - 42_000);
    await waitFor(() => tile()?.look === 'stale', 'stale');
    expect(tile()?.cause?.code).toBe('media.frozen');
    expect(tile()?.ageMs).toBeGreaterThanOrEqual(41_000);
    await pause(600);
    expect(tile()?.look).toBe('stale');
    bench.core.setLive(key);
    await waitFor(() => tile()?.look === 'live', 'live again');
  });
});
