import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MediaFrame, readFrames } from '../../../src/contract/media-frame.ts';
import type { MediaNotice, MediaRequest } from '../../../src/contract/schemas.ts';
import { createReplayDesk, type ReplayDesk } from '../../../src/replay/replay-desk.ts';
import { ringSource } from '../../../src/replay/replay-source.ts';
import { createRing, type OpenRing } from '../../../src/replay/ring.ts';
import { silentLog } from '../../../src/std/log.ts';
import { serveMedia } from '../../../src/streams/media-outlet.ts';
import { FakeSupervisor } from '../../support/fake-supervisor.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { feed, inventedFormat, inventedUnit } from '../../support/ring-feed.ts';

const start = 1_800_000_000_000;
const at = (picture: number) => start + picture * 40;
let ring: OpenRing;
let desk: ReplayDesk;
let frames: MediaFrame[];
let notices: MediaNotice[];
let send: (request: MediaRequest) => void;
let closeWire: () => void;

/** The number of the picture that a frame carries. */
const numberOf = ({ payload }: MediaFrame) =>
  new DataView(payload.buffer, payload.byteOffset).getUint32(0);
const shown = (channel = 1) =>
  frames.filter((frame) => frame.channel === channel && !frame.preroll).map(numberOf);
const open = (sessionId: string, cameraId = 'a', channel = 1): MediaRequest => ({
  type: 'open',
  channel,
  key: { cameraId, quality: 'main' },
  delivery: 'encoded',
  width: 640,
  height: 360,
  audio: false,
  cadence: 'all',
  replay: { sessionId },
});
const until = (what: () => void) => vi.waitFor(what, { timeout: 10_000, interval: 10 });

beforeEach(() => {
  ring = createRing({ dataDir: null });
  desk = createReplayDesk({
    source: async (cameraId, time) => ringSource(ring, cameraId, time),
    onState: () => {},
    log: silentLog,
  });
  frames = [];
  notices = [];
  const [page, core] = memoryWires();
  serveMedia(core, new FakeSupervisor(), { replay: desk });
  let bytes = 0;
  page.onMessage((message) => {
    if (typeof message === 'string') {
      notices.push(JSON.parse(message) as MediaNotice);
      return;
    }
    frames.push(...readFrames(message));
    bytes += message.length;
    page.send(JSON.stringify({ type: 'ack', bytes }));
  });
  send = (request) => page.send(JSON.stringify(request));
  closeWire = () => page.close();
});

afterEach(async () => {
  closeWire();
  desk.close();
  await ring.close();
});

describe('a replay channel of the media wire', () => {
  it('begins paused at the picture of the moment, decoded from its keyframe on', async () => {
    feed(ring, { cameraId: 'a' }, 0, 200);
    const { state, cameras } = await desk.open(['a'], at(75), 'ring');
    expect(state).toMatchObject({ at: at(75), rate: 0, from: at(0), to: at(199) });
    expect(cameras[0]).toMatchObject({ cameraId: 'a', quality: 'main', clockOffsetMs: 1_234 });
    send(open(state.sessionId));
    await until(() => expect(shown()).toEqual([75]));
    // The group of pictures began with 50; nothing is marked as live, and times are those of then.
    expect(frames.map(numberOf)).toEqual(Array.from({ length: 26 }, (_, i) => 50 + i));
    expect(frames.every(({ replay }) => replay)).toBe(true);
    expect(frames[0]).toMatchObject({ keyframe: true, discontinuity: true, preroll: true });
    expect(frames.at(-1)!.receivedAtMs).toBe(at(75));
    expect(notices).toContainEqual(expect.objectContaining({ type: 'format', channel: 1 }));
    expect(notices.find(({ type }) => type === 'replay')).toMatchObject({
      state: { at: at(75), rate: 0 },
      held: { from: at(0), to: at(199) },
    });
  });

  it('seeks, and steps one picture both ways', async () => {
    feed(ring, { cameraId: 'a' }, 0, 200);
    const { state } = await desk.open(['a'], at(10), 'ring');
    send(open(state.sessionId));
    await until(() => expect(shown()).toEqual([10]));
    const session = desk.session(state.sessionId);
    session.seek(at(120));
    await until(() => expect(shown()).toEqual([10, 120]));
    await session.step('a', 1);
    await until(() => expect(shown().at(-1)).toBe(121));
    await session.step('a', -1);
    await until(() => expect(shown().at(-1)).toBe(120));
    // Over the beginning of a group.
    await session.step('a', -21);
    await until(() => expect(shown().at(-1)).toBe(99));
    await session.step('a', 250);
    await until(() => expect(shown().at(-1)).toBe(199));
    await session.step('a', -250);
    await until(() => expect(shown().at(-1)).toBe(0));
    expect(session.state).toMatchObject({ rate: 0, at: at(0) });
  });

  it('plays every picture in order at the pace of the clock, and pauses', async () => {
    feed(ring, { cameraId: 'a' }, 0, 300);
    const { state } = await desk.open(['a'], at(60), 'ring');
    send(open(state.sessionId));
    await until(() => expect(shown()).toEqual([60]));
    const session = desk.session(state.sessionId);
    session.setRate(1);
    const began = performance.now();
    await until(() => expect(shown().length).toBeGreaterThan(20));
    const tookMs = performance.now() - began;
    session.setRate(0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const seen = shown();
    const last = seen.at(-1)!;
    // Twenty pictures of 40 ms cannot be there before their time.
    expect(tookMs).toBeGreaterThan(700);
    const unique = [...new Set(seen)];
    expect(unique).toEqual(Array.from({ length: unique.length }, (_, i) => 60 + i));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(shown().at(-1)).toBe(last);
    expect(session.state.rate).toBe(0);
    expect(Math.abs(session.state.at - at(last))).toBeLessThan(200);
  });

  it('goes backwards by groups of pictures, to the oldest', async () => {
    feed(ring, { cameraId: 'a', gop: 10 }, 0, 200);
    const { state } = await desk.open(['a'], at(150), 'ring');
    send(open(state.sessionId));
    await until(() => expect(shown()).toEqual([150]));
    const session = desk.session(state.sessionId);
    session.setRate(-8);
    await until(() => expect(session.state).toMatchObject({ ended: 'oldest', rate: 0, at: at(0) }));
    await until(() => expect(shown().at(-1)).toBe(0));
    const seen = shown();
    expect([...seen].sort((a, b) => b - a)).toEqual(seen);
    expect(seen.length).toBeGreaterThan(3);
  });

  it('ends at the newest, and goes on where more has come', async () => {
    feed(ring, { cameraId: 'a' }, 0, 100);
    const { state } = await desk.open(['a'], at(95), 'ring');
    send(open(state.sessionId));
    const session = desk.session(state.sessionId);
    session.setRate(2);
    await until(() => expect(session.state.ended).toBe('newest'));
    expect(shown().at(-1)).toBe(99);
    feed(ring, { cameraId: 'a' }, 100, 150);
    session.setRate(2);
    await until(() => expect(shown().at(-1)).toBe(149));
    expect(shown().filter((n) => n === 120)).toHaveLength(1);
  });

  it('moves all cameras of a session by one clock', async () => {
    feed(ring, { cameraId: 'a' }, 0, 300);
    feed(ring, { cameraId: 'b', fps: 10, gop: 20 }, 0, 120);
    const { state } = await desk.open(['a', 'b'], at(100), 'ring');
    send(open(state.sessionId, 'a', 1));
    send(open(state.sessionId, 'b', 2));
    await until(() => {
      expect(shown(1)).toEqual([100]);
      expect(shown(2)).toEqual([40]);
    });
    const session = desk.session(state.sessionId);
    session.setRate(2);
    await until(() => expect(shown(2).length).toBeGreaterThan(12));
    session.setRate(0);
    await until(() => {
      const [a, b] = [shown(1).at(-1)!, shown(2).at(-1)!];
      const now = session.state.at;
      expect(at(a)).toBeGreaterThan(now - 41);
      expect(start + b * 100).toBeGreaterThan(now - 101);
      expect(Math.max(at(a), start + b * 100)).toBeLessThanOrEqual(now);
    });
  });

  it('goes on over a gap in its own time, and through another format', async () => {
    feed(ring, { cameraId: 'a' }, 0, 50);
    ring.onLost({ cameraId: 'a', quality: 'main' });
    ring.onFormat({ cameraId: 'a', quality: 'main' }, { ...inventedFormat, width: 1280 });
    for (let n = 75; n < 150; n++) {
      const unit = { ...inventedUnit({ cameraId: 'a', gop: 25 }, n) };
      ring.onUnit({ cameraId: 'a', quality: 'main' }, unit);
    }
    const { state, cameras } = await desk.open(['a'], at(40), 'ring');
    expect(cameras[0]!.spans).toHaveLength(2);
    send(open(state.sessionId));
    await until(() => expect(shown()).toEqual([40]));
    desk.session(state.sessionId).setRate(2);
    await until(() => expect(shown().at(-1)).toBeGreaterThan(80));
    const seen = shown();
    expect(seen.indexOf(75)).toBe(seen.indexOf(49) + 1);
    expect(notices.filter((n) => n.type === 'format')).toHaveLength(2);
  });

  it('refuses a session that is over, a camera that is not in it, and nothing held', async () => {
    feed(ring, { cameraId: 'a' }, 0, 50);
    const { state } = await desk.open(['a', 'none'], null, 'ring');
    send(open(state.sessionId, 'b', 2));
    await until(() =>
      expect(notices).toContainEqual({
        type: 'refused',
        channel: 2,
        cause: { code: 'input.unknown', params: {} },
      }),
    );
    desk.end(state.sessionId);
    send(open(state.sessionId, 'a', 3));
    await until(() =>
      expect(notices).toContainEqual({
        type: 'refused',
        channel: 3,
        cause: { code: 'replay.nothing', params: {} },
      }),
    );
    await expect(desk.open(['none'], null, 'ring')).rejects.toMatchObject({
      code: 'replay.nothing',
    });
    expect(desk.sessions).toBe(0);
  });
});
