import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import {
  everyMs,
  keepMuted,
  readMuted,
  signal,
  soundAlarms,
} from '../../../../renderer/stores/ptz/alarm-sound.ts';
import type { HandModel } from '../../../../renderer/stores/ptz/hand.ts';
import type { PtzModel } from '../../../../renderer/stores/ptz/ptz-store.ts';
import { ptzState } from '../../screens/ptz/fake-ptz.ts';

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const running = { alarm: { code: 'ptz.may-be-moving' as const }, alarmSince: 1 };

function made() {
  const model = createStore(() => ({ states: new Map(), muted: false }) as unknown as PtzModel);
  const hand = createStore(() => ({ unstopped: new Map() }) as unknown as HandModel);
  let beeps = 0;
  let closed = 0;
  const off = soundAlarms(
    { ...model, hand },
    {
      beep() {
        beeps++;
      },
      close() {
        closed++;
      },
    },
  );
  const say = (cameraId: string, change: Parameters<typeof ptzState>[1]) =>
    model.setState(({ states }) => ({
      states: new Map(states).set(cameraId, ptzState(cameraId, change)),
    }));
  const heard = () => {
    const before = beeps;
    beeps = 0;
    return before;
  };
  return { model, hand, say, heard, off, closed: () => closed };
}

test('sounds at once and again and again, until nobody has to know any more', () => {
  const { say, heard, off, closed } = made();
  vi.advanceTimersByTime(10 * everyMs);
  expect(heard()).toBe(0);
  say('camera-0', running);
  expect(heard()).toBe(1);
  vi.advanceTimersByTime(5 * everyMs);
  expect(heard()).toBe(5);
  // Another camera's alarm does not double it, and its end does not silence the first.
  say('camera-1', running);
  say('camera-1', { alarm: null, alarmSince: null });
  vi.advanceTimersByTime(2 * everyMs);
  expect(heard()).toBe(2);
  say('camera-0', { alarm: null, alarmSince: null });
  vi.advanceTimersByTime(5 * everyMs);
  expect(heard()).toBe(0);
  off();
  expect(closed()).toBe(1);
});

test('sounds for a stop that the core does not answer, too', () => {
  const { hand, heard } = made();
  hand.setState({
    unstopped: new Map([['camera-0', { cause: { code: 'net.timeout' }, tries: 1 }]]),
  });
  expect(heard()).toBe(1);
  hand.setState({ unstopped: new Map() });
  vi.advanceTimersByTime(5 * everyMs);
  expect(heard()).toBe(0);
});

test('muted it is silent, and unmuted it is heard again at once', () => {
  const { model, say, heard } = made();
  say('camera-0', running);
  heard();
  model.setState({ muted: true });
  vi.advanceTimersByTime(5 * everyMs);
  expect(heard()).toBe(0);
  model.setState({ muted: false });
  expect(heard()).toBe(1);
});

test('that it is muted is kept at this workstation', () => {
  expect(readMuted()).toBe(false);
  keepMuted(true);
  expect(readMuted()).toBe(true);
  keepMuted(false);
  expect(readMuted()).toBe(false);
});

test('the signal is loud where it should be, and over before the next one', async () => {
  vi.useRealTimers();
  const rate = 8000;
  const context = new OfflineAudioContext(1, rate * 2, rate);
  signal(context, 0.1);
  const samples = (await context.startRendering()).getChannelData(0);
  const loudest = (from: number, to: number) =>
    Math.max(...samples.slice(from * rate, to * rate).map(Math.abs));
  expect(loudest(0, 0.09)).toBe(0);
  expect(loudest(0.15, 0.3)).toBeGreaterThan(0.15);
  expect(loudest(0.4, 0.55)).toBeGreaterThan(0.15);
  expect(loudest(0.7, 2)).toBe(0);
});
