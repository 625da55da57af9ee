import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConnectGate, type ConnectLimits } from '../../../src/streams/connect-gate.ts';

const limits: ConnectLimits = {
  perSite: 2,
  probesPerDarkSite: 1,
  total: 5,
  totalProbes: 2,
  staggerMs: 10,
};
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('a place given back is taken by the next in line, and giving it back twice is harmless', async () => {
  const gate = new ConnectGate(() => false, Math.random, limits);
  const leave: (() => void)[] = [];
  const order: number[] = [];
  for (let index = 0; index < 4; index++) {
    gate.enter('a', false, never).then((one) => {
      order.push(index);
      leave.push(one);
    });
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(order).toEqual([0, 1]);
  leave[0]!();
  leave[0]!();
  await vi.advanceTimersByTimeAsync(100);
  expect(order).toEqual([0, 1, 2]);
  expect(gate.busy).toBe(2);
});

test('a person who waits goes before the others', async () => {
  const gate = new ConnectGate(() => false, Math.random, limits);
  const order: string[] = [];
  const leave: (() => void)[] = [];
  const enter = (name: string, urgent: boolean) =>
    gate.enter('a', urgent, never).then((one) => {
      order.push(name);
      leave.push(one);
    });
  for (const name of ['1', '2', '3', '4']) enter(name, false);
  await vi.advanceTimersByTimeAsync(100);
  enter('person', true);
  leave[0]!();
  await vi.advanceTimersByTimeAsync(100);
  expect(order).toEqual(['1', '2', 'person']);
});

test('dark sites share few places, so that others always find one', async () => {
  const gate = new ConnectGate((site) => site.startsWith('dark'), Math.random, limits);
  const order: string[] = [];
  for (const site of ['dark1', 'dark1', 'dark2', 'dark3', 'lit', 'lit']) {
    gate.enter(site, false, never).then(() => order.push(site));
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(order.sort()).toEqual(['dark1', 'dark2', 'lit', 'lit']);
});

test('who no longer wants to enter leaves the line', async () => {
  const gate = new ConnectGate(() => false, Math.random, { ...limits, perSite: 1 });
  await gate.enter('a', false, never);
  const abort = new AbortController();
  const entering = gate.enter('a', false, abort.signal);
  abort.abort(new Error('enough'));
  await expect(entering).rejects.toThrow('enough');
  expect(gate.waiting).toBe(0);
  await expect(gate.enter('a', false, abort.signal)).rejects.toThrow('enough');
  gate.close();
});
