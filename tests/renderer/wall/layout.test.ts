import { afterEach, describe, expect, it } from 'vitest';
import { Admission } from '../../../renderer/wall/admission.ts';
import type { TileLook } from '../../../renderer/wall/engine.types.ts';
import { type Presenter, VideoElementPresenter } from '../../../renderer/wall/presenter.ts';
import { FakeCamera, usualClip } from '../support/fake-camera.ts';
import { encodeH264, middleColour } from '../support/test-pictures.ts';
import { pause, waitFor } from '../support/wait-for.ts';
import { createWallBench, type WallBench, wish } from '../support/wall-bench.ts';

let bench: WallBench;
let cameras: FakeCamera[] = [];

afterEach(() => {
  for (const camera of cameras) camera.stop();
  cameras = [];
  bench.close();
});

async function addCamera(cameraId: string, quality: 'main' | 'sub' = 'sub') {
  const clip =
    quality === 'sub'
      ? await usualClip()
      : await encodeH264({ count: 18, gop: 9, width: 640, height: 360 });
  const camera = new FakeCamera(bench.core, { cameraId, quality }, clip);
  cameras.push(camera);
  return camera;
}

const tile = (index: number) => bench.engine.store.getState().tiles.get(index);
const waitForLook = (index: number, look: TileLook) =>
  waitFor(
    () => tile(index)?.look === look,
    () => `${look}, is ${JSON.stringify(tile(index))}`,
  );

/** The channels that the page opened so far, closed ones too. */
const opened = () => bench.core.requests.filter((request) => request.type === 'open').length;

describe('a tile in another place', () => {
  it('moves to full view and back with the same decoder and without a black frame', async () => {
    bench = createWallBench();
    await addCamera('a');
    const small = bench.container(160, 90);
    const full = bench.container(640, 360);
    bench.engine.attach(0, small);
    bench.engine.show(0, wish('a'));
    await waitForLook(0, 'live');
    const video = bench.video(small)!;
    const before = bench.core.requests.length;
    const back = bench.engine.attach(0, full);
    expect(bench.video(full)).toBe(video);
    expect(video.paused).toBe(false);
    for (let i = 0; i < 10; i++) {
      expect(Math.max(...middleColour(video))).toBeGreaterThan(30);
      await pause(10);
    }
    expect(tile(0)?.look).toBe('live');
    back();
    expect(bench.video(small)).toBe(video);
    expect(Math.max(...middleColour(video))).toBeGreaterThan(30);
    await pause(600);
    expect(tile(0)?.look).toBe('live');
    expect(bench.core.requests.length).toBe(before);
  });

  it('swaps the main stream in only after its first picture', async () => {
    bench = createWallBench();
    await addCamera('a');
    const main = await addCamera('a', 'main');
    main.silent = true;
    const container = bench.container(640, 360);
    bench.engine.attach(0, container);
    const small = wish('a', { qualities: ['main', 'sub'], quality: 'auto' });
    bench.engine.show(0, small);
    await waitForLook(0, 'live');
    const sub = bench.video(container)!;
    bench.engine.show(0, { ...small, importance: 'full', cssWidth: 640, cssHeight: 360 });
    await waitFor(() => bench.core.channelOf(main.key) !== null, 'the main channel');
    await pause(600);
    // The main stream gives nothing: the small one stays, on top, live.
    expect(tile(0)).toMatchObject({ look: 'live', quality: 'sub' });
    expect([...container.querySelectorAll('video')].at(-1)).toBe(sub);
    main.silent = false;
    await waitFor(() => tile(0)?.quality === 'main', 'main');
    expect(container.querySelectorAll('video').length).toBe(1);
    await waitFor(() => bench.video(container)?.videoWidth === 640, 'the large picture');
    await waitForLook(0, 'live');
    // Back from full view the small stream returns as quickly: it was only parked.
    const count = opened();
    bench.engine.show(0, small);
    await waitFor(() => tile(0)?.quality === 'sub', 'sub again');
    await waitForLook(0, 'live');
    expect(opened()).toBe(count);
    expect(bench.video(container)).toBe(sub);
  });

  it('takes the main stream where the camera has no small one', async () => {
    bench = createWallBench();
    await addCamera('a', 'main');
    bench.engine.attach(0, bench.container());
    bench.engine.show(0, wish('a', { qualities: ['main', 'sub'], quality: 'auto' }));
    await waitFor(() => bench.core.channels.size === 1, 'the small stream is asked for');
    bench.core.setState(
      { cameraId: 'a', quality: 'sub' },
      { phase: 'waiting', since: 0, until: 1, attempt: 1, cause: { code: 'rtsp.not-found' } },
    );
    await waitFor(() => tile(0)?.quality === 'main', 'main');
    await waitForLook(0, 'live');
  });
});

describe('a tile that changes', () => {
  it('never shows the picture of the camera before', async () => {
    bench = createWallBench();
    await addCamera('a');
    const container = bench.container();
    bench.engine.attach(0, container);
    bench.engine.show(0, wish('a'));
    await waitForLook(0, 'live');
    const old = bench.video(container);
    bench.engine.show(0, wish('b'));
    expect(old?.isConnected).toBe(false);
    expect(bench.video(container)).not.toBe(old);
    await waitFor(() => tile(0)?.cameraId === 'b', 'the other camera');
    expect(tile(0)).toMatchObject({ look: 'connecting', hasPicture: false });
  });

  it('comes back from another page without a new channel', async () => {
    bench = createWallBench();
    await addCamera('a');
    bench.engine.attach(0, bench.container());
    bench.engine.show(0, wish('a'));
    await waitForLook(0, 'live');
    bench.engine.show(0, null);
    await waitFor(
      () => [...bench.core.channels.values()][0]?.request.cadence === 'paused',
      'a parked channel is paused',
    );
    expect(bench.engine.store.getState().tiles.size).toBe(0);
    bench.engine.show(0, wish('a'));
    await waitForLook(0, 'live');
    expect(opened()).toBe(1);
  });

  it('comes back as connecting, not as live, until a new picture is presented', async () => {
    bench = createWallBench();
    const camera = await addCamera('a');
    bench.engine.attach(0, bench.container());
    bench.engine.show(0, wish('a'));
    await waitForLook(0, 'live');
    bench.engine.show(0, null);
    await pause(300);
    camera.silent = true;
    bench.engine.show(0, wish('a'));
    for (let i = 0; i < 20; i++) {
      await pause(20);
      expect(tile(0)?.look).not.toBe('live');
    }
    camera.silent = false;
    await waitForLook(0, 'live');
  });

  it('is closed after the grace', async () => {
    bench = createWallBench({ graceMs: 200 });
    await addCamera('a');
    bench.engine.show(0, wish('a'));
    await waitFor(() => bench.core.channels.size === 1, 'a channel');
    bench.engine.show(0, null);
    await waitFor(() => bench.core.channels.size === 0, 'the close');
  });
});

describe('trouble beyond the camera', () => {
  it('a core that is gone is said on the tile, and it heals by itself', async () => {
    bench = createWallBench();
    await addCamera('a');
    bench.engine.attach(0, bench.container());
    bench.engine.show(0, wish('a'));
    await waitForLook(0, 'live');
    bench.core.dropMediaWire();
    bench.core.connection.setState({ phase: 'gone' });
    await waitForLook(0, 'stale');
    expect(tile(0)?.cause?.code).toBe('host.gone');
    bench.core.newMediaWire();
    bench.core.connection.setState({ phase: 'open' });
    await waitForLook(0, 'live');
  });

  it('a page that stops presenting is stale although everything is decoded', async () => {
    bench = createWallBench();
    await addCamera('a');
    const container = bench.container();
    bench.engine.attach(0, container);
    bench.engine.show(0, wish('a'));
    await waitForLook(0, 'live');
    container.style.display = 'none';
    await waitForLook(0, 'stale');
    await waitFor(
      () => tile(0)?.cause?.code === 'present.stopped',
      () => JSON.stringify(tile(0)),
    );
    container.style.display = 'inline-block';
    await waitForLook(0, 'live');
    expect(opened()).toBe(1);
  });

  it('a presenter that died is replaced by itself', async () => {
    bench = createWallBench();
    await addCamera('a');
    const container = bench.container();
    bench.engine.attach(0, container);
    bench.engine.show(0, wish('a'));
    await waitForLook(0, 'live');
    const dead = bench.video(container)!;
    (dead.srcObject as MediaStream).getTracks()[0]!.stop();
    await waitForLook(0, 'stale');
    await waitFor(() => tile(0)?.look === 'live', 'live again', 15_000);
    expect(bench.video(container)).not.toBe(dead);
    expect(container.querySelectorAll('video').length).toBe(1);
    await waitFor(() => bench.core.channels.size === 1, 'the dead channel closed');
  });

  it('a picture that the browser paused goes on by itself', async () => {
    bench = createWallBench();
    await addCamera('a');
    const container = bench.container();
    bench.engine.attach(0, container);
    bench.engine.show(0, wish('a'));
    await waitForLook(0, 'live');
    bench.video(container)!.pause();
    await waitFor(() => bench.video(container)?.paused === false, 'playing again');
    await waitForLook(0, 'live');
    expect(opened()).toBe(1);
  });

  it('a machine that cannot keep up steps the smaller tile down in the open', async () => {
    // Frames that take longer than this to be handed on are too late: every one is.
    bench = createWallBench({
      admission: new Admission({
        lateMs: -1,
        sustainedMs: 500,
        beginMs: 0,
        calmMs: 60_000,
        settleMs: 60_000,
      }),
    });
    await addCamera('a');
    await addCamera('b');
    bench.engine.attach(0, bench.container(640, 360));
    bench.engine.attach(1, bench.container());
    bench.engine.show(0, wish('a', { cssWidth: 640, cssHeight: 360 }));
    bench.engine.show(1, wish('b'));
    await waitForLook(1, 'keyframes');
    expect(tile(1)?.cause?.code).toBe('decode.overload');
    expect(bench.engine.store.getState().steppedDown).toBe(1);
    await waitForLook(0, 'live');
    const channel = bench.core.channelOf({ cameraId: 'b', quality: 'sub' })!;
    expect(bench.core.channels.get(channel)?.request.cadence).toBe('keyframes');
  });
});

describe('leaks', () => {
  it('two hundred changes of layout leave no channel, track, element or listener', async () => {
    const presenters: VideoElementPresenter[] = [];
    const open = new Set<Presenter>();
    bench = createWallBench({
      graceMs: 50,
      presenter: {
        name: 'counted',
        create() {
          const presenter = new VideoElementPresenter();
          const close = presenter.close.bind(presenter);
          presenter.close = () => {
            open.delete(presenter);
            close();
          };
          presenters.push(presenter);
          open.add(presenter);
          return presenter;
        },
      },
    });
    for (const id of ['a', 'b', 'c', 'd']) await addCamera(id);
    const containers = Array.from({ length: 4 }, () => bench.container(80, 45));
    let detach: (() => void)[] = [];
    for (let change = 0; change < 200; change++) {
      for (const undo of detach) undo();
      detach = [];
      const count = 1 + (change % 4);
      for (let index = 0; index < 4; index++) {
        if (index < count) {
          detach.push(bench.engine.attach(index, containers[(index + change) % 4]!));
          bench.engine.show(index, wish('abcd'[(index + change) % 4]!));
        } else bench.engine.show(index, null);
      }
      if (change % 10 === 0) bench.engine.setAudio(change % 4);
      await pause(5);
    }
    for (let index = 0; index < 4; index++) bench.engine.show(index, null);
    for (const undo of detach) undo();
    await waitFor(
      () => open.size === 0,
      () => `${open.size} presenters are open`,
    );
    await waitFor(() => bench.core.channels.size === 0, 'every channel closed');
    expect(document.querySelectorAll('video').length).toBe(0);
    expect(presenters.length).toBeGreaterThan(4);
    for (const { element } of presenters) expect(element.srcObject).toBe(null);

    bench.engine.show(0, wish('a'));
    bench.engine.setAudio(0);
    bench.engine.close();
    expect(open.size).toBe(0);
    expect(bench.core.listening).toBe(0);
    expect(bench.engine.store.getState().tiles.size).toBe(0);
    bench.engine.close();
  });
});
