import { afterEach, describe, expect, it } from 'vitest';
import { DecoderChoice } from '../../../renderer/wall/decoder-choice.ts';
import { type DecoderLike, makeDecoder } from '../../../renderer/wall/video-decoding.ts';
import { HubBench, type SeenPicture } from '../support/hub-bench.ts';
import {
  colourOf,
  type EncodedPicture,
  encodeH264,
  encodeJpeg,
  h264,
  isNear,
} from '../support/test-pictures.ts';
import { pause, waitFor } from '../support/wait-for.ts';

const keyOf = (cameraId: string) => ({ cameraId, quality: 'sub' }) as const;
let bench: HubBench | null = null;

afterEach(() => {
  bench?.close();
  bench = null;
});

function start(...options: ConstructorParameters<typeof HubBench>): HubBench {
  bench = new HubBench(...options);
  return bench;
}

const shows = (seen: readonly SeenPicture[], index: number) =>
  seen.some((picture) => isNear(picture.colour, colourOf(index)));

/** Sends pictures one by one, as a camera does. */
async function play(bench: HubBench, channel: number, pictures: readonly EncodedPicture[]) {
  for (const picture of pictures) {
    bench.core.sendPictures(channel, [picture]);
    await pause(20);
  }
}

describe('decoding a channel', () => {
  it('gives every picture in order, with its colour and size', async () => {
    const bench = start();
    const seen = await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h264', h264);
    const clip = await encodeH264({ count: 12 });
    await play(bench, 1, clip);
    await waitFor(
      () => seen.length === 12,
      () => `12 pictures, ${seen.length}`,
    );
    seen.forEach((picture, index) => {
      expect(picture.timestampUs).toBe(clip[index]!.timestampUs);
      expect(isNear(picture.colour, colourOf(index)), `${index}: ${picture.colour}`).toBe(true);
      expect([picture.width, picture.height]).toEqual([320, 180]);
    });
    await waitFor(() => bench.stats.get(1)?.written === 12, 'the figures');
    expect(bench.stats.get(1)).toMatchObject({ received: 12, decoded: 12, fresh: 12, dropped: 0 });
  });

  it('decodes what it needs to catch up and presents only the last of it', async () => {
    const bench = start();
    const seen = await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h264', h264);
    const clip = await encodeH264({ count: 10, gop: 100 });
    bench.core.sendPictures(1, clip.slice(0, 8), { catchUp: true });
    await waitFor(() => seen.length > 0, 'the last cached picture');
    await play(bench, 1, clip.slice(8));
    await waitFor(() => seen.length >= 3, 'the live pictures');
    expect(seen.map(({ timestampUs }) => timestampUs)).toEqual(
      clip.slice(7).map(({ timestampUs }) => timestampUs),
    );
    await waitFor(() => bench.stats.get(1)?.written === 3, 'the figures');
    expect(bench.stats.get(1)).toMatchObject({ decoded: 10, written: 3, dropped: 0 });
    // An age is not a latency: nothing of the cache is in the log of arrivals.
    expect(bench.written.filter((_, at) => at % 3 === 1)).toEqual(
      clip.slice(8).map(({ timestampUs }) => timestampUs),
    );
  });

  it('does not call a picture fresh that was old when it came from the cache', async () => {
    const bench = start();
    const seen = await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h264', h264);
    const clip = await encodeH264({ count: 4 });
    const longAgo = performance.timeOrigin + performance.now() - 60_000;
    bench.core.sendPictures(1, clip, { catchUp: true, receivedAtMs: longAgo });
    await waitFor(() => seen.length === 1, 'the cached picture');
    const stats = await waitFor(() => {
      const stats = bench.stats.get(1);
      return stats && stats.written > 0 ? stats : null;
    }, 'figures');
    expect(stats.fresh).toBe(0);
    expect(stats.arrivedAt).toBeCloseTo(longAgo, -2);
  });

  it('a corrupt picture costs only its own decoder, which goes on at the next keyframe', async () => {
    const bench = start();
    const sick = await bench.open(1, keyOf('a'));
    const healthy = await bench.open(2, keyOf('b'));
    const clip = await encodeH264({ count: 18, gop: 6 });
    bench.core.format(1, 'h264', h264);
    bench.core.format(2, 'h264', h264);
    const corrupt = clip.map((picture, index) =>
      index === 2 ? { ...picture, data: damaged(picture.data) } : picture,
    );
    for (const [index, picture] of clip.entries()) {
      bench.core.sendPictures(1, [corrupt[index]!]);
      bench.core.sendPictures(2, [picture]);
      await pause(30);
    }
    await waitFor(
      () => healthy.length === 18,
      () => `18 healthy, ${healthy.length}`,
    );
    await waitFor(() => shows(sick, 17), 'the last picture after the damage');
    const restarts = bench.core.requests.filter(
      (request) => request.type === 'adjust' && request.restart === true,
    );
    expect(restarts.length).toBeGreaterThan(0);
    expect(restarts.every((request) => request.type === 'adjust' && request.channel === 1)).toBe(
      true,
    );
    await waitFor(() => (bench.stats.get(1)?.rebuilt ?? 0) > 0, 'a rebuilt decoder');
    expect(bench.stats.get(2)).toMatchObject({ rebuilt: 0, dropped: 0 });
    // From the keyframe on every picture is whole.
    for (let index = 6; index < 18; index++) expect(shows(sick, index), `${index}`).toBe(true);
  });

  it('waits for a keyframe where flow control dropped the tail of a group', async () => {
    const bench = start();
    const seen = await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h264', h264);
    const clip = await encodeH264({ count: 12, gop: 6 });
    await play(bench, 1, clip.slice(0, 3));
    await waitFor(() => seen.length === 3, 'the first three');
    bench.core.channels.get(1)!.dropped = 1;
    await play(bench, 1, clip.slice(4));
    await waitFor(() => shows(seen, 11), 'the next group');
    expect(seen.map(({ timestampUs }) => timestampUs)).toEqual(
      [...clip.slice(0, 3), ...clip.slice(6)].map(({ timestampUs }) => timestampUs),
    );
    await waitFor(() => bench.stats.get(1)?.droppedByCore === 1, 'what the core dropped');
  });

  it('a presenter that is behind gets fewer pictures, never older ones', async () => {
    const bench = start();
    const seen = await bench.open(1, keyOf('a'), { slowMs: 200 });
    bench.core.format(1, 'h264', h264);
    const clip = await encodeH264({ count: 20 });
    await play(bench, 1, clip);
    await waitFor(() => seen.at(-1)?.timestampUs === clip[19]!.timestampUs, 'the newest picture');
    expect(seen.length).toBeLessThan(10);
    await waitFor(() => (bench.stats.get(1)?.dropped ?? 0) >= 20 - seen.length, 'counted drops');
  });

  it('opens every channel again on a new media wire', async () => {
    const bench = start();
    const seen = await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h264', h264);
    const clip = await encodeH264({ count: 8, gop: 4 });
    await play(bench, 1, clip.slice(0, 2));
    await waitFor(() => seen.length === 2, 'pictures before');
    bench.core.dropMediaWire();
    bench.core.newMediaWire();
    await waitFor(() => bench.core.channels.has(1), 'the channel opened again');
    bench.core.format(1, 'h264', h264);
    await play(bench, 1, clip.slice(4));
    await waitFor(() => shows(seen, 7), 'pictures after');
  });
});

describe('a hardware decoder that lies', () => {
  const choice = () => new DecoderChoice({ isSupported: async () => true });

  it('that takes pictures and gives none is replaced by software within seconds', async () => {
    const places: string[] = [];
    const bench = start({
      choice: choice(),
      make: (place, init) => {
        places.push(place);
        return place === 'hardware' ? new SilentDecoder() : makeDecoder(place, init);
      },
    });
    const seen = await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h264', h264);
    const clip = await encodeH264({ count: 12, gop: 4 });
    const started = performance.now();
    let at = 0;
    const feeding = setInterval(() => bench.core.sendPictures(1, [clip[at++ % 12]!]), 40);
    await waitFor(() => seen.length > 0, 'a picture by software');
    clearInterval(feeding);
    expect(performance.now() - started).toBeGreaterThan(1500);
    expect(performance.now() - started).toBeLessThan(6000);
    expect(places).toEqual(['hardware', 'software']);
    expect(bench.core.requests).toContainEqual({ type: 'adjust', channel: 1, restart: true });
    await waitFor(() => bench.stats.get(1)?.decoder === 'software', 'the figures say so');

    // What was learnt holds for every later channel of that codec.
    await bench.open(2, keyOf('b'));
    bench.core.format(2, 'h264', h264);
    bench.core.sendPictures(2, clip.slice(0, 2));
    await waitFor(() => bench.stats.get(2)?.decoded === 2, 'the other channel');
    expect(places).toEqual(['hardware', 'software', 'software']);
  });

  it('that fails on every picture is replaced too', async () => {
    const bench = start({
      choice: choice(),
      make: (place, init) =>
        place === 'hardware' ? new FailingDecoder(init) : makeDecoder(place, init),
    });
    const seen = await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h264', h264);
    const clip = await encodeH264({ count: 12, gop: 2 });
    await play(bench, 1, clip);
    await waitFor(() => seen.length > 0, 'a picture by software');
  });

  it('a decoder that stays silent in software is named as the cause', async () => {
    const bench = start({ choice: choice(), make: () => new SilentDecoder() });
    await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h264', h264);
    const clip = await encodeH264({ count: 6, gop: 2 });
    let at = 0;
    const feeding = setInterval(() => bench.core.sendPictures(1, [clip[at++ % 6]!]), 40);
    await waitFor(() => bench.stats.get(1)?.cause?.code === 'decode.silent', 'the cause');
    clearInterval(feeding);
  });
});

describe('what needs no video decoder', () => {
  it('H.265 without a decoder in the browser is asked for as I420 at tile size', async () => {
    const bench = start();
    const seen = await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h265', 'hvc1.1.6.L93.B0');
    await waitFor(() => bench.core.channels.get(1)?.request.delivery === 'i420', 'the adjust');
    expect(bench.core.channels.get(1)?.request).toMatchObject({ width: 160, height: 90 });
    bench.core.send(1, [
      { kind: 'i420', width: 160, height: 90, payload: i420(160, 90, [200, 90, 240]) },
    ]);
    await waitFor(() => seen.length === 1, 'the picture');
    expect(seen[0]).toMatchObject({ width: 160, height: 90 });
    const [red, green, blue] = seen[0]!.colour;
    // BT.601 limited range of Y 200, U 90, V 240: strongly red.
    expect(red).toBeGreaterThan(240);
    expect(green).toBeLessThan(180);
    expect(blue).toBeLessThan(190);
    await waitFor(() => bench.stats.get(1)?.decoder === 'native', 'the figures');
  });

  it('a tile that is being resized asks for its last size only', async () => {
    const bench = start();
    await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h265', 'hvc1.1.6.L93.B0');
    await waitFor(() => bench.core.channels.get(1)?.request.delivery === 'i420', 'the adjust');
    const before = bench.core.requests.length;
    for (let width = 162; width <= 320; width += 2) {
      bench.hub.handle({ type: 'size', channel: 1, width, height: width / 2 });
    }
    await waitFor(() => bench.core.channels.get(1)?.request.width === 320, 'the new size');
    expect(bench.core.requests.length).toBe(before + 1);
  });

  it('an odd size of I420 has chroma planes rounded up', async () => {
    const bench = start();
    const seen = await bench.open(1, keyOf('a'));
    bench.core.send(1, [
      { kind: 'i420', width: 15, height: 9, payload: i420(15, 9, [128, 128, 128]) },
    ]);
    await waitFor(() => seen.length === 1, 'the picture');
  });

  it('I420 that is too short is a failed picture, not a crash', async () => {
    const bench = start();
    await bench.open(1, keyOf('a'));
    bench.core.send(1, [{ kind: 'i420', width: 160, height: 90, payload: new Uint8Array(50) }]);
    await waitFor(() => bench.stats.get(1)?.cause?.code === 'decode.failed', 'the cause');
  });

  it('a refusal of the core is the cause until pictures come', async () => {
    const bench = start();
    await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h265', 'hvc1.1.6.L93.B0');
    bench.core.notice({ type: 'refused', channel: 1, cause: { code: 'decode.no-ffmpeg' } });
    await waitFor(() => bench.stats.get(1)?.cause?.code === 'decode.no-ffmpeg', 'the cause');
    bench.core.send(1, [{ kind: 'i420', width: 16, height: 16, payload: i420(16, 16, [1, 1, 1]) }]);
    await waitFor(() => bench.stats.get(1)?.cause === null, 'no cause any more');
  });

  it('a camera that was unknown is asked for again', async () => {
    const bench = start();
    await bench.open(1, keyOf('a'));
    bench.core.notice({ type: 'refused', channel: 1, cause: { code: 'input.unknown' } });
    await waitFor(() => bench.stats.get(1)?.cause?.code === 'input.unknown', 'the cause');
    await waitFor(
      () => bench.core.requests.some((request) => request.type === 'adjust' && request.restart),
      'another try',
    );
  });

  it('MJPEG is decoded picture by picture; a damaged one is skipped', async () => {
    const bench = start();
    const seen = await bench.open(1, keyOf('a'));
    bench.core.format(1, 'mjpeg', 'mjpeg');
    const send = (payload: Uint8Array, mediaTimeUs: number) =>
      bench.core.send(1, [{ kind: 'jpeg', keyframe: true, mediaTimeUs, payload }]);
    send(await encodeJpeg(colourOf(2)), 1000);
    await waitFor(() => shows(seen, 2), 'the first image');
    send(new Uint8Array([0xff, 0xd8, 1, 2, 3]), 2000);
    await waitFor(() => bench.stats.get(1)?.cause?.code === 'decode.failed', 'the damage');
    send(await encodeJpeg(colourOf(5)), 3000);
    await waitFor(() => shows(seen, 5), 'the next image');
    expect(seen.map(({ timestampUs }) => timestampUs)).toEqual([1000, 3000]);
    await waitFor(() => bench.stats.get(1)?.cause === null, 'no cause any more');
    expect(bench.stats.get(1)?.decoder).toBe('image');
  });

  it('goes back to the browser when the camera turns from H.265 to H.264', async () => {
    const bench = start();
    const seen = await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h265', 'hvc1.1.6.L93.B0');
    await waitFor(() => bench.core.channels.get(1)?.request.delivery === 'i420', 'the adjust');
    bench.core.format(1, 'h264', h264);
    await waitFor(() => bench.core.channels.get(1)?.request.delivery === 'encoded', 'encoded');
    await play(bench, 1, await encodeH264({ count: 3 }));
    await waitFor(() => shows(seen, 2), 'pictures');
  });
});

describe('a closed channel', () => {
  it('ends its output and takes no more frames', async () => {
    const bench = start();
    const seen = await bench.open(1, keyOf('a'));
    bench.core.format(1, 'h264', h264);
    const clip = await encodeH264({ count: 2 });
    await play(bench, 1, clip);
    await waitFor(() => seen.length === 2, 'pictures');
    bench.hub.handle({ type: 'close', channel: 1 });
    await waitFor(() => bench.ended.has(1), 'the end of the output');
    await waitFor(() => !bench.core.channels.has(1), 'the close request');
    expect(bench.hub.size).toBe(0);
  });
});

function damaged(data: Uint8Array): Uint8Array {
  const copy = data.slice();
  // The slice header survives as a NAL unit; what follows says nothing any more.
  for (let at = 5; at < copy.length; at++) copy[at] = 0xff;
  return copy;
}

function i420(width: number, height: number, [y, u, v]: [number, number, number]): Uint8Array {
  const luma = width * height;
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const data = new Uint8Array(luma + 2 * chroma);
  data.fill(y, 0, luma);
  data.fill(u, luma, luma + chroma);
  data.fill(v, luma + chroma);
  return data;
}

class SilentDecoder implements DecoderLike {
  state: CodecState = 'unconfigured';
  configure() {
    this.state = 'configured';
  }
  decode() {}
  reset() {}
  close() {
    this.state = 'closed';
  }
}

class FailingDecoder extends SilentDecoder {
  readonly #init: VideoDecoderInit;
  constructor(init: VideoDecoderInit) {
    super();
    this.#init = init;
  }
  override decode() {
    setTimeout(() => {
      this.state = 'closed';
      this.#init.error(new DOMException('broken', 'EncodingError'));
    }, 1);
  }
}
