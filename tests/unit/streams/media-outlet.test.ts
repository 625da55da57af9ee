import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { type MediaFrame, readFrames } from '../../../src/contract/media-frame.ts';
import { type MediaNotice, mediaNotice } from '../../../src/contract/schemas.ts';
import type { StreamKey } from '../../../src/contract/stream-state.ts';
import { silentLog } from '../../../src/std/log.ts';
import { type MediaOutletOptions, serveMedia } from '../../../src/streams/media-outlet.ts';
import type {
  NativeDecoders,
  NativeRequest,
  NativeSink,
} from '../../../src/streams/native-decoder.ts';
import { createSupervisor } from '../../../src/streams/supervisor.ts';
import type { StreamSupervisor } from '../../../src/streams/supervisor.types.ts';
import { FakeCameras, fakeSource, g711Format, h264Format } from '../../support/fake-rtsp.ts';
import { memoryWires } from '../../support/memory-wire.ts';

let cameras: FakeCameras;
let supervisor: StreamSupervisor;
let core: ReturnType<typeof memoryWires>[0];
let page: ReturnType<typeof memoryWires>[1];
let frames: MediaFrame[];
let notices: MediaNotice[];
let messages: (string | Uint8Array)[];
let taken: number;
let acknowledges: boolean;
let stop: () => void;

const key = (camera = 'cam'): StreamKey => ({ cameraId: camera, quality: 'sub' });
const url = (camera = 'cam') => `rtsp://${camera}.test/${camera}/sub`;
const pause = (ms = 40) => vi.advanceTimersByTimeAsync(ms);

function serve(options: MediaOutletOptions = {}): void {
  [core, page] = memoryWires();
  frames = [];
  notices = [];
  messages = [];
  taken = 0;
  acknowledges = true;
  page.onMessage((message) => {
    messages.push(message);
    if (typeof message === 'string') {
      notices.push(z.parse(mediaNotice, JSON.parse(message)));
      return;
    }
    frames.push(...readFrames(message));
    taken += message.length;
    if (acknowledges) ask({ type: 'ack', bytes: taken });
  });
  stop = serveMedia(core, supervisor, { log: silentLog, ...options });
}

function ask(request: unknown): void {
  page.send(JSON.stringify(request));
}

function open(channel: number, camera = 'cam', part: object = {}): void {
  ask({
    type: 'open',
    channel,
    key: key(camera),
    delivery: 'encoded',
    width: 640,
    height: 360,
    audio: false,
    cadence: 'all',
    ...part,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  cameras = new FakeCameras();
  supervisor = createSupervisor({ open: cameras.open, log: silentLog });
  supervisor.setSources(
    ['cam', 'cam2', 'cam3'].map((camera) => fakeSource({ camera, site: camera })),
  );
  serve();
});

afterEach(async () => {
  stop();
  await supervisor.close();
  expect(vi.getTimerCount()).toBe(0);
  expect(core.listeners).toBe(0);
  vi.useRealTimers();
});

describe('a channel', () => {
  test('gets its format before its first frame, and every frame in order', async () => {
    open(7);
    await pause(100);
    const session = cameras.session(url());
    const sent = [session.frame(true), session.frame(false), session.frame(false)];
    await pause();
    expect(notices).toEqual([{ type: 'format', channel: 7, video: h264Format, audio: null }]);
    expect(typeof messages[0]).toBe('string');
    expect(frames.map((frame) => frame.sequence)).toEqual([0, 1, 2]);
    expect(frames.map((frame) => [...frame.payload])).toEqual(sent.map((unit) => [...unit.data]));
    expect(frames[0]).toMatchObject({
      kind: 'video',
      keyframe: true,
      discontinuity: false,
      catchUp: false,
      channel: 7,
      droppedSoFar: 0,
    });
  });

  test('starts with the cached group of pictures, marked as catching up', async () => {
    supervisor.read(key());
    await pause(100);
    const session = cameras.session(url());
    session.frame(true);
    session.frame(false);
    open(1);
    await pause();
    session.frame(false);
    await pause();
    expect(frames.map((frame) => frame.catchUp)).toEqual([true, true, false]);
    expect(frames[0]!.keyframe).toBe(true);
  });

  test('is told of a new format between the frames of the old and the new', async () => {
    open(1);
    await pause(100);
    const session = cameras.session(url());
    session.frame(true);
    session.format({ ...h264Format, width: 1280, height: 720 });
    session.frame(true);
    await pause();
    const order = messages.map((message) =>
      typeof message === 'string' ? 'format' : [...readFrames(message)].length,
    );
    expect(order).toEqual(['format', 1, 'format', 1]);
  });

  test('is not told of a format again when a connection is made anew', async () => {
    open(1);
    await pause(100);
    cameras.session(url()).frame(true);
    cameras.session(url()).end();
    await pause(5000);
    cameras.session(url()).frame(true);
    await pause();
    expect(cameras.sessions).toHaveLength(2);
    expect(notices).toHaveLength(1);
    expect(frames.map((frame) => frame.discontinuity)).toEqual([false, true]);
  });

  test('with only keyframes gets only keyframes, and all again from a keyframe on', async () => {
    open(1, 'cam', { cadence: 'keyframes' });
    await pause(100);
    const session = cameras.session(url());
    for (const keyframe of [true, false, false, true, false]) session.frame(keyframe);
    await pause();
    expect(frames.map((frame) => frame.keyframe)).toEqual([true, true]);
    ask({ type: 'adjust', channel: 1, cadence: 'all' });
    await pause();
    session.frame(false);
    await pause();
    const after = frames.slice(2);
    expect(after.map((frame) => frame.keyframe)).toEqual([true, false, false]);
    expect(after[0]!.discontinuity).toBe(true);
    expect(frames.at(-1)!.droppedSoFar).toBe(0);
  });

  test('that is paused gets nothing, and resumes at a keyframe', async () => {
    open(1);
    await pause(100);
    const session = cameras.session(url());
    session.frame(true);
    await pause();
    ask({ type: 'adjust', channel: 1, cadence: 'paused' });
    await pause();
    session.frame(false);
    await pause();
    expect(frames).toHaveLength(1);
    ask({ type: 'adjust', channel: 1, cadence: 'all' });
    await pause();
    expect(frames.slice(1).map((frame) => frame.keyframe)).toEqual([true, false]);
  });

  test('restarts from the cached keyframe when its decoder was rebuilt', async () => {
    open(1);
    await pause(100);
    const session = cameras.session(url());
    session.frame(true);
    session.frame(false);
    await pause();
    ask({ type: 'adjust', channel: 1, restart: true });
    await pause();
    expect(frames.map((frame) => frame.keyframe)).toEqual([true, false, true, false]);
    expect(frames[2]).toMatchObject({ discontinuity: true, catchUp: true });
  });

  test('hears sound on demand only', async () => {
    cameras.audio = g711Format;
    open(1, 'cam', { audio: true });
    await pause(100);
    const session = cameras.session(url());
    session.frame(true);
    session.sound();
    await pause();
    expect(frames.map((frame) => frame.kind)).toEqual(['video', 'audio']);
    ask({ type: 'adjust', channel: 1, audio: false });
    await pause();
    session.sound();
    session.frame(false);
    await pause();
    expect(frames.map((frame) => frame.kind)).toEqual(['video', 'audio', 'video']);
  });

  test('of an MJPEG camera carries images', async () => {
    cameras.video = { ...h264Format, codec: 'mjpeg', codecString: 'mjpeg' };
    open(1);
    await pause(100);
    cameras.session(url()).frame(true);
    await pause();
    expect(frames[0]!.kind).toBe('jpeg');
  });

  test('marks a frame after loss as discontinuous', async () => {
    open(1);
    await pause(100);
    const session = cameras.session(url());
    session.frame(true);
    session.frame(false, { afterLoss: true });
    await pause();
    expect(frames.map((frame) => frame.discontinuity)).toEqual([false, true]);
  });

  test('that is closed reads nothing more', async () => {
    open(1);
    await pause(100);
    ask({ type: 'close', channel: 1 });
    await pause(6000);
    expect(supervisor.connections).toBe(0);
  });
});

test('frames of all channels within 16 ms travel in one message', async () => {
  open(1, 'cam');
  open(2, 'cam2');
  open(3, 'cam3');
  await pause(100);
  const before = messages.length;
  for (const camera of ['cam', 'cam2', 'cam3']) cameras.session(url(camera)).frame(true);
  await pause(20);
  expect(messages.length - before).toBe(1);
  expect(new Set(frames.map((frame) => frame.channel))).toEqual(new Set([1, 2, 3]));
});

describe('a page that is behind', () => {
  const bytes = 100_000;
  const big = (
    session: { frame: (keyframe: boolean, part: object) => unknown },
    keyframe: boolean,
  ) => session.frame(keyframe, { data: new Uint8Array(bytes) });

  beforeEach(async () => {
    stop();
    serve({ windowBytes: 4 * bytes });
    open(1);
    await pause(100);
  });

  test('gets no more than its window', async () => {
    acknowledges = false;
    const session = cameras.session(url());
    big(session, true);
    for (let count = 0; count < 9; count++) {
      big(session, false);
      await pause(20);
    }
    expect(frames.length).toBeLessThanOrEqual(5);
    expect(frames.length).toBeGreaterThanOrEqual(4);
  });

  test('that keeps acknowledging gets many windows a second', async () => {
    const session = cameras.session(url());
    for (let count = 0; count < 40; count++) big(session, count === 0);
    await pause(300);
    expect(frames).toHaveLength(40);
  });

  test('loses whole tails of groups, resumes at a keyframe, and is told how much', async () => {
    acknowledges = false;
    const session = cameras.session(url());
    const sent: boolean[] = [];
    for (let count = 0; count < 60; count++) {
      const keyframe = count % 10 === 0;
      big(session, keyframe);
      sent.push(keyframe);
      await pause(100);
    }
    acknowledges = true;
    ask({ type: 'ack', bytes: taken });
    await pause(100);
    for (let count = 60; count < 85; count++) {
      big(session, count % 10 === 0);
      await pause(100);
    }
    expectDecodable(frames);
    const gaps = frames.filter(
      (frame, index) => index > 0 && frame.sequence !== frames[index - 1]!.sequence + 1,
    );
    expect(gaps.length).toBeGreaterThan(0);
    for (const frame of gaps) expect(frame).toMatchObject({ keyframe: true, discontinuity: true });
    const last = frames.at(-1)!;
    expect(last.sequence).toBe(84);
    expect(last.droppedSoFar).toBe(85 - frames.length);
  });

  test('jumps to the next keyframe when delivery is more than 1 s behind', async () => {
    acknowledges = false;
    const session = cameras.session(url());
    for (let count = 0; count < 10; count++) big(session, count === 0);
    await pause(20);
    const before = frames.length;
    await pause(1500);
    const wanted = [big(session, true), big(session, false)];
    acknowledges = true;
    ask({ type: 'ack', bytes: taken });
    await pause(50);
    expect(frames.length - before).toBe(wanted.length);
    expect(frames[before]).toMatchObject({ keyframe: true, discontinuity: true });
  });

  test('that takes nothing for a minute costs bounded memory', async () => {
    acknowledges = false;
    const session = cameras.session(url());
    for (let count = 0; count < 600; count++) {
      big(session, count % 100 === 0);
      await pause(100);
    }
    const queued = core.sent.filter((message) => typeof message !== 'string').length;
    expect(queued).toBeLessThanOrEqual(5);
  });

  test('smart codec: gets a long group again from the cache instead of waiting for its end', async () => {
    acknowledges = false;
    const session = cameras.session(url());
    big(session, true);
    for (let count = 0; count < 20; count++) {
      big(session, false);
      await pause(100);
    }
    acknowledges = true;
    ask({ type: 'ack', bytes: taken });
    await pause(50);
    const before = frames.length;
    for (let count = 0; count < 20; count++) {
      session.frame(false);
      await pause(100);
    }
    const after = frames.slice(before);
    expect(after[0]).toMatchObject({ keyframe: true, discontinuity: true, catchUp: true });
    expect(after.at(-1)).toMatchObject({ catchUp: false });
    expect(after.filter((frame) => frame.keyframe)).toHaveLength(1);
    expectDecodable(after);
  });

  test('holds back while the carrier is full', async () => {
    core.buffered = 10 * bytes;
    const session = cameras.session(url());
    big(session, true);
    await pause(50);
    expect(frames).toHaveLength(0);
    core.buffered = 0;
    await pause(300);
    expect(frames).toHaveLength(1);
  });
});

describe('hostile requests', () => {
  test.each([
    'not json',
    '{}',
    '{"type":"open"}',
    '{"type":"adjust","channel":99}',
    '{"type":"close","channel":-1}',
    '{"type":"ack","bytes":1e300}',
    '{"type":"ack","bytes":-5}',
    '{"type":"open","channel":1.5,"key":{"cameraId":"cam","quality":"sub"},"delivery":"encoded","width":1,"height":1,"audio":false,"cadence":"all"}',
    `{"type":"ack","bytes":0,"x":"${'x'.repeat(100_000)}"}`,
    new Uint8Array(1000),
  ])('%# do no harm', async (request) => {
    page.send(request);
    open(1);
    await pause(100);
    cameras.session(url()).frame(true);
    await pause();
    expect(frames).toHaveLength(1);
  });

  test('for an unknown camera are refused by name', async () => {
    open(4, 'nobody');
    await pause();
    expect(notices).toEqual([
      { type: 'refused', channel: 4, cause: { code: 'input.unknown', params: {} } },
    ]);
  });

  test('for more than 200 channels are refused', async () => {
    for (let channel = 0; channel < 205; channel++) open(channel);
    await pause(100);
    expect(notices.filter((notice) => notice.type === 'refused')).toHaveLength(5);
  });
});

describe('native decode', () => {
  test('is asked for at an even size and delivers I420 pictures', async () => {
    const native = fakeDecoders();
    stop();
    serve({ decoders: native });
    open(1, 'cam', { delivery: 'i420', width: 321, height: 181 });
    await pause(50);
    expect(native.asked).toMatchObject([{ width: 320, height: 180, keyframesOnly: false }]);
    native.picture(0);
    await pause();
    expect(frames).toMatchObject([{ kind: 'i420', width: 320, height: 180, keyframe: true }]);
    native.sinks[0]!.onRefused({ code: 'decode.no-ffmpeg' });
    await pause();
    expect(notices).toContainEqual({
      type: 'refused',
      channel: 1,
      cause: { code: 'decode.no-ffmpeg' },
    });
  });

  test('at another size goes on with the old until the new is there', async () => {
    const native = fakeDecoders();
    stop();
    serve({ decoders: native });
    open(1, 'cam', { delivery: 'i420' });
    await pause(50);
    ask({ type: 'adjust', channel: 1, width: 1280, height: 720 });
    await pause();
    expect(native.left).toBe(0);
    native.picture(1);
    expect(native.left).toBe(1);
    ask({ type: 'close', channel: 1 });
    await pause();
    expect(native.left).toBe(2);
  });
});

function fakeDecoders(): NativeDecoders & {
  asked: NativeRequest[];
  sinks: NativeSink[];
  left: number;
  picture(index: number): void;
} {
  const asked: NativeRequest[] = [];
  const sinks: NativeSink[] = [];
  return {
    asked,
    sinks,
    left: 0,
    children: 0,
    open(request, sink) {
      asked.push(request);
      sinks.push(sink);
      return () => {
        this.left++;
      };
    },
    picture(index) {
      const { width, height } = asked[index]!;
      sinks[index]!.onPicture({
        width,
        height,
        data: new Uint8Array((width * height * 3) / 2),
        mediaTimeUs: 1,
        receivedAtMs: 2,
        discontinuity: false,
        catchUp: false,
      });
    },
    close: async () => {},
  };
}

/** Between two keyframes nothing may be missing before what is there. */
function expectDecodable(all: readonly MediaFrame[]): void {
  let previous: number | null = null;
  for (const frame of all) {
    if (!frame.keyframe) expect(frame.sequence).toBe(previous! + 1);
    previous = frame.sequence;
  }
}
