import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PanTiltZoom } from '../../../src/onvif/ptz.types.ts';
import { Drive, type EndedMovement } from '../../../src/ptz/drive.ts';
import type { Mover } from '../../../src/ptz/ptz.types.ts';
import { Fault } from '../../../src/std/fault.ts';

const hand = { holder: { operatorId: 'a', operatorName: 'An', workstation: 'm' }, page: 1 };

interface Sent {
  readonly at: number;
  readonly what: 'move' | 'halt';
  readonly speed?: PanTiltZoom;
}

let sent: Sent[];
let ended: EndedMovement[];
let stopped: boolean[];
let begun: number;
let answer: (what: 'move' | 'halt') => Promise<void>;
let drive: Drive;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  ended = [];
  stopped = [];
  begun = 0;
  answer = async () => {};
  const mover: Mover = {
    move: (speed) => {
      sent.push({ at: Date.now(), what: 'move', speed });
      return answer('move');
    },
    halt: () => {
      sent.push({ at: Date.now(), what: 'halt' });
      return answer('halt');
    },
    status: async () => ({ pan: 0, tilt: 0, zoom: 0, moving: false, error: '', at: null }),
  };
  drive = new Drive({
    mover,
    onBegin: () => begun++,
    onEnded: (movement) => ended.push(movement),
    onStopped: (verified) => stopped.push(verified),
    onChange: () => {},
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const moves = () => sent.filter(({ what }) => what === 'move');
const halts = () => sent.filter(({ what }) => what === 'halt');
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('speeds are told ten times a second at most: the first at once, and the latest wins', async () => {
  for (let at = 0; at < 100; at++) {
    drive.move(hand, 1, { pan: (at + 1) / 100 });
    await pass(10);
  }
  expect(moves().length).toBeGreaterThanOrEqual(9);
  expect(moves().length).toBeLessThanOrEqual(11);
  expect(moves()[0]?.speed).toEqual({ pan: 0.01 });
  await pass(100);
  expect(moves().at(-1)?.speed).toEqual({ pan: 1 });
  expect(begun).toBe(1);
});

test('one move at a time: while it is not answered the speeds are gathered', async () => {
  let release = () => {};
  answer = (what) =>
    what === 'move' ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
  drive.move(hand, 1, { pan: 0.1 });
  for (let at = 0; at < 30; at++) {
    await pass(20);
    drive.move(hand, 1, { pan: (at + 1) / 100 });
  }
  expect(moves()).toHaveLength(1);
  release();
  await pass(1);
  expect(moves()).toHaveLength(2);
  expect(moves()[1]?.speed).toEqual({ pan: 0.3 });
});

test('a stop waits for nothing, and another follows when the late move was answered', async () => {
  let release = () => {};
  answer = (what) =>
    what === 'move' ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
  drive.move(hand, 1, { pan: 0.1 });
  const before = halts().length;
  drive.stop('stopped');
  expect(halts().length).toBe(before + 1);
  await pass(1000);
  expect(stopped).toEqual([]);
  const late = halts().length;
  release();
  await pass(1);
  expect(halts().length).toBeGreaterThan(late);
  await pass(2000);
  expect(stopped).toEqual([true]);
  expect(drive.stopping).toBe(false);
});

test('without a renewal the stop goes out within 500 ms of the last one', async () => {
  drive.move(hand, 1, { pan: 0.1 });
  for (let at = 0; at < 8; at++) {
    await pass(250);
    expect(drive.renew(1, 1)).toBe(true);
  }
  const last = Date.now();
  expect(halts()).toHaveLength(0);
  await pass(2000);
  expect(halts()[0]!.at - last).toBeLessThanOrEqual(500);
  expect(ended[0]?.reason).toBe('no-renewal');
  expect(drive.renew(1, 1)).toBe(false);
  expect(drive.move(hand, 1, { pan: 1 })).toBe(false);
  expect(drive.move(hand, 2, { pan: 1 })).toBe(true);
});

test('a stopped movement is stopped before the next one goes out, not after', async () => {
  drive.move(hand, 1, { pan: 0.1 });
  await pass(50);
  let release = () => {};
  answer = (what) =>
    what === 'halt' ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
  drive.stop('released');
  drive.move(hand, 2, { pan: 0.2 });
  await pass(100);
  expect(moves()).toHaveLength(1);
  release();
  await pass(50);
  expect(moves()).toHaveLength(2);
});

test('a passing refusal is tried again; a lasting one ends the movement and says why', async () => {
  let refusals = 1;
  answer = async (what) => {
    if (what === 'move' && refusals-- > 0) throw new Fault('onvif.fault', 'busy');
  };
  drive.move(hand, 1, { pan: 0.1 });
  await pass(150);
  expect(moves()).toHaveLength(2);
  expect(drive.moving).toBe(true);
  refusals = 100;
  for (let at = 0; at < 10 && drive.moving; at++) {
    drive.move(hand, 1, { pan: at / 10 + 0.01 });
    await pass(100);
  }
  expect(ended[0]).toMatchObject({ reason: 'device-refused', cause: { code: 'onvif.fault' } });
});

test('the alarm stands from two seconds without a verified stop until there is one', async () => {
  answer = async (what) => {
    if (what === 'halt') throw new Fault('net.timeout', 'gone');
  };
  drive.move(hand, 1, { pan: 0.1 });
  await pass(10);
  drive.stop('stopped');
  await pass(1900);
  expect(drive.alarmSince).toBeNull();
  await pass(200);
  expect(drive.alarmSince).not.toBeNull();
  const before = halts().length;
  await pass(20_000);
  expect(halts().length).toBeGreaterThan(before + 2);
  answer = async () => {};
  await pass(6000);
  expect(drive.alarmSince).toBeNull();
  expect(stopped).toEqual([true]);
});

test('a device that answers no move for two seconds is stopped as silent', async () => {
  answer = (what) => (what === 'move' ? new Promise(() => {}) : Promise.resolve());
  drive.move(hand, 1, { pan: 0.1 });
  for (let at = 0; at < 10; at++) {
    await pass(240);
    drive.renew(1, 1);
  }
  expect(ended[0]?.reason).toBe('device-silent');
  expect(halts().length).toBeGreaterThan(0);
});

test('ten thousand random inputs leave it stopped, without a timer left', async () => {
  let seed = 11;
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  answer = async (what) => {
    await new Promise((resolve) => setTimeout(resolve, next(what === 'move' ? 60 : 30)));
    if (next(20) === 0) throw new Fault('onvif.fault', 'busy');
  };
  let moveId = 0;
  for (let turn = 0; turn < 10_000; turn++) {
    const page = { ...hand, page: 1 + next(3) };
    const what = next(10);
    if (what < 4) drive.move(page, moveId + next(2), { pan: next(21) / 10 - 1, zoom: next(3) - 1 });
    else if (what < 6) drive.renew(page.page, moveId);
    else if (what < 7) drive.stop('stopped');
    else if (what < 8) moveId += 1;
    else if (what < 9) drive.forget(page.page);
    await pass(next(40));
  }
  await pass(20_000);
  expect(drive.moving).toBe(false);
  expect(drive.stopping).toBe(false);
  expect(drive.alarmSince).toBeNull();
  const lastMove = sent.findLastIndex(({ what }) => what === 'move');
  expect(sent.slice(lastMove + 1).some(({ what }) => what === 'halt')).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  expect(ended).toHaveLength(begun);
});
