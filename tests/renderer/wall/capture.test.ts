import { afterEach, describe, expect, it } from 'vitest';
import type { TakenPicture } from '../../../renderer/wall/engine.types.ts';
import { Fault } from '../../../src/std/fault.ts';
import { FakeCamera, usualClip } from '../support/fake-camera.ts';
import { colourOf, encodeH264, isNear, middleColour } from '../support/test-pictures.ts';
import { pause, waitFor } from '../support/wait-for.ts';
import { createWallBench, type WallBench, wish } from '../support/wall-bench.ts';

const sub = { cameraId: 'cam-1', quality: 'sub' } as const;
const main = { cameraId: 'cam-1', quality: 'main' } as const;
let bench: WallBench | null = null;
let cameras: FakeCamera[] = [];

afterEach(() => {
  for (const camera of cameras) camera.stop();
  cameras = [];
  bench?.close();
  bench = null;
});

async function wall(): Promise<{ bench: WallBench; camera: FakeCamera }> {
  const made = createWallBench();
  bench = made;
  const camera = new FakeCamera(made.core, sub, await usualClip());
  cameras.push(camera);
  made.engine.attach(0, made.container());
  made.engine.show(0, wish('cam-1', { qualities: ['main', 'sub'] }));
  await live(made);
  return { bench: made, camera };
}

const live = (made: WallBench) =>
  waitFor(() => made.engine.store.getState().tiles.get(0)?.look === 'live', 'a live tile');

async function pixelOf({ bytes }: TakenPicture): Promise<[number, number, number]> {
  const picture = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext('2d')!;
  context.drawImage(picture, 0, 0);
  const [red = 0, green = 0, blue = 0] = context.getImageData(
    picture.width >> 1,
    picture.height >> 1,
    1,
    1,
  ).data;
  return [red, green, blue];
}

const ofTheClip = (seen: [number, number, number]) =>
  Array.from({ length: 27 }, (_, index) => colourOf(index)).some((one) => isNear(seen, one));

describe('a picture of a tile', () => {
  it('is of the main stream in its full size, though the tile shows the small one', async () => {
    const { bench } = await wall();
    const large = await encodeH264({ count: 27, gop: 9, width: 640, height: 360 });
    cameras.push(new FakeCamera(bench.core, main, large));
    await pause(500);
    const taken = await bench.engine.hold(0)!.take('png');
    expect(taken).toMatchObject({ quality: 'main', width: 640, height: 360, codec: 'h264' });
    expect([...taken.bytes.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
    expect(ofTheClip(await pixelOf(taken))).toBe(true);
    expect(taken.ageMs).toBeLessThan(1000);
    expect(Math.abs(taken.takenAt - Date.now())).toBeLessThan(5000);
    expect(taken.rtpTime).toBeGreaterThan(0);
    expect(taken.thumbnail.size).toBeGreaterThan(100);
    await waitFor(() => bench.core.channelOf(main) === null, 'the main stream is closed again');
    expect(bench.engine.store.getState().tiles.get(0)).toMatchObject({
      look: 'live',
      quality: 'sub',
    });
  });

  it('is of the small stream where the main one gives none within a second', async () => {
    const { bench } = await wall();
    const taken = await bench.engine.hold(0)!.take('jpeg');
    expect(taken).toMatchObject({ quality: 'sub', width: 320, height: 180 });
    expect([...taken.bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
    expect(ofTheClip(await pixelOf(taken))).toBe(true);
    expect(bench.core.channelOf(main)).toBeNull();
  });

  it('is the last one, with its age, where the source has died', async () => {
    const { bench, camera } = await wall();
    camera.silent = true;
    await waitFor(
      () => bench.engine.store.getState().tiles.get(0)?.look === 'stale',
      'a stale tile',
    );
    const taken = await bench.engine.hold(0)!.take('png');
    expect(taken.ageMs).toBeGreaterThan(2000);
    expect(ofTheClip(await pixelOf(taken))).toBe(true);
  });

  it('is of the moment of asking, however late it is encoded', async () => {
    const { bench } = await wall();
    const held = bench.engine.hold(0)!;
    const at = Date.now();
    await pause(1500);
    const taken = await held.take('png');
    expect(taken.takenAt).toBeLessThan(at + 50);
  });

  it('is not of a camera that nobody may watch now, though a picture was there', async () => {
    const { bench } = await wall();
    for (const key of [sub, main]) {
      bench.core.setState(key, {
        phase: 'refused',
        since: Date.now(),
        cause: { code: 'site.hold', params: { authority: 'Sở' } },
      });
    }
    await waitFor(
      () => bench.engine.store.getState().tiles.get(0)?.look === 'failed',
      'a tile that is forbidden',
    );
    const refused = await bench.engine
      .hold(0)!
      .take('png')
      .catch((error) => Fault.from(error).code);
    expect(refused).toBe('site.hold');
  });

  it('is refused in words where there never was one', async () => {
    const made = createWallBench();
    bench = made;
    made.engine.attach(0, made.container());
    made.engine.show(0, wish('cam-1'));
    const refused = await made.engine
      .hold(0)!
      .take('png')
      .catch((error) => Fault.from(error).code);
    expect(refused).toBe('evidence.no-picture');
    expect(made.engine.hold(7)).toBeNull();
  });
});

describe('a tile in replay', () => {
  const sessionId = 'session-1';

  async function replaying() {
    const at = await wall();
    at.bench.engine.replay(0, sessionId);
    const channel = await waitFor(() => {
      for (const [number, { request }] of at.bench.core.channels) {
        if (request.replay?.sessionId === sessionId) return number;
      }
      return null;
    }, 'a channel of the session');
    at.bench.core.format(channel, 'h264', 'avc1.42001f');
    return { ...at, channel };
  }

  /** From the keyframe to picture `index`, as the core sends it for a clock that stands there. */
  async function showPicture(core: WallBench['core'], channel: number, index: number) {
    const clip = await usualClip();
    const first = Math.floor(index / 9) * 9;
    core.sendPictures(channel, [], {});
    core.send(
      channel,
      clip.slice(first, index + 1).map((picture, at) => ({
        kind: 'video' as const,
        keyframe: picture.key,
        discontinuity: at === 0,
        catchUp: first + at < index,
        preroll: first + at < index,
        replay: true,
        mediaTimeUs: picture.timestampUs,
        receivedAtMs: 1_700_000_000_000 + (first + at) * 40,
        payload: picture.data,
      })),
    );
  }

  const shownAt = (made: WallBench) => made.engine.replays.getState().tiles.get(0)?.shownAt;

  it('shows pictures of back then, says so and their time, and never looks live', async () => {
    const { bench, channel } = await replaying();
    expect(bench.engine.store.getState().tiles.get(0)).toMatchObject({
      look: 'replay',
      hasPicture: false,
    });
    const video = () => bench.page.querySelector('video')!;
    for (const index of [13, 14, 12, 3]) {
      await showPicture(bench.core, channel, index);
      await waitFor(
        () => shownAt(bench) === 1_700_000_000_000 + index * 40,
        () => `picture ${index}, ${shownAt(bench)}`,
      );
      await waitFor(
        () => isNear(middleColour(video()), colourOf(index)),
        () => `${index}: ${middleColour(video())} instead of ${colourOf(index)}`,
      );
    }
    expect(bench.page.querySelectorAll('video')).toHaveLength(1);
    await waitFor(() => bench.core.reports.at(-1)?.[0]?.look === 'replay', 'a report of replay');
    await pause(3000);
    expect(bench.engine.store.getState().tiles.get(0)?.look).toBe('replay');
    const taken = await bench.engine.hold(0)!.take('png');
    expect(taken).toMatchObject({ replay: true, takenAt: 1_700_000_000_000 + 120 });
    expect(isNear(await pixelOf(taken), colourOf(3))).toBe(true);
  });

  it('keeps the live stream open meanwhile, and is live at once when it goes back', async () => {
    const { bench } = await replaying();
    expect(bench.core.channelOf(sub)).not.toBeNull();
    const open = [...bench.core.channels.values()].map(({ request }) => request);
    expect(open.find(({ replay }) => !replay)?.cadence).toBe('paused');
    bench.engine.replay(0, null);
    expect(bench.engine.store.getState().tiles.get(0)?.look).not.toBe('replay');
    await live(bench);
    expect(bench.engine.replays.getState().tiles.size).toBe(0);
    await waitFor(
      () => [...bench.core.channels.values()].every(({ request }) => !request.replay),
      'the channel of the session is closed',
    );
  });

  it('ends where the tile gets another camera', async () => {
    const { bench } = await replaying();
    bench.engine.show(0, wish('cam-2'));
    expect(bench.engine.replays.getState().tiles.size).toBe(0);
    await waitFor(
      () => [...bench.core.channels.values()].every(({ request }) => !request.replay),
      'the channel of the session is closed',
    );
  });
});
