import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLocalLeaseBook, type LeaseBook, type LeaseChange } from '../../../src/ptz/lease.ts';
import { priorityOf } from '../../../src/ptz/priority.ts';

const an = { operatorId: 'a', operatorName: 'An', workstation: 'máy 1' };
const binh = { operatorId: 'b', operatorName: 'Bình', workstation: 'máy 2' };
const chi = { operatorId: 'c', operatorName: 'Chi', workstation: 'máy 3' };

let book: LeaseBook;
let changes: LeaseChange[];

beforeEach(() => {
  vi.useFakeTimers();
  book = createLocalLeaseBook({ idleMs: 30_000, handBackMs: 120_000 });
  changes = [];
  book.onChange((change) => changes.push(change));
});
afterEach(() => {
  book.close();
  vi.useRealTimers();
});

const take = (holder: typeof an, priority: number) =>
  book.take('cam', { holder, priority, reason: 'thử' });

test('one camera, one hand: the same priority does not get it', async () => {
  await take(an, 100);
  await expect(take(binh, 100)).rejects.toMatchObject({
    code: 'ptz.held',
    params: { holder: 'An', priority: 100 },
  });
  expect(book.current('cam')?.holder).toEqual(an);
});

test('it ends when it is not moved for 30 s, and each movement begins the countdown anew', async () => {
  await take(an, 100);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await book.touch('cam', an)).toBe(true);
  expect(await book.touch('cam', binh)).toBe(false);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(book.current('cam')?.holder).toEqual(an);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(book.current('cam')).toBeNull();
  expect(changes.map(({ what }) => what)).toEqual(['taken', 'idle']);
});

test('a higher priority takes it, and it goes back when they leave in time', async () => {
  await take(an, 100);
  await take(binh, 101);
  expect(book.current('cam')).toMatchObject({ holder: binh, next: an });
  expect(await book.touch('cam', an)).toBe(false);
  await vi.advanceTimersByTimeAsync(25_000);
  await book.release('cam', binh);
  expect(book.current('cam')?.holder).toEqual(an);
  expect(changes.map(({ what }) => what)).toEqual(['taken', 'taken-over', 'handed-back']);
  expect(changes[1]?.before?.holder).toEqual(an);
});

test('who waited too long does not get it back', async () => {
  await take(an, 100);
  await take(binh, 101);
  for (let at = 0; at < 6; at++) {
    await vi.advanceTimersByTimeAsync(25_000);
    await book.touch('cam', binh);
  }
  await book.release('cam', binh);
  expect(book.current('cam')).toBeNull();
});

test('three hands: it goes back to the higher of those who wait; who signs out waits no more', async () => {
  await take(an, 100);
  await take(binh, 200);
  await take(chi, 300);
  await book.releaseAll(binh);
  expect(book.current('cam')).toMatchObject({ holder: chi, next: an });
  await book.release('cam', chi);
  expect(book.current('cam')?.holder).toEqual(an);
});

test('the same operator at another workstation is another hand', async () => {
  await take(an, 100);
  await expect(take({ ...an, workstation: 'máy 9' }, 100)).rejects.toMatchObject({
    code: 'ptz.held',
  });
});

test('two operators fight: after any order of turns one hand has it, and it is free in the end', async () => {
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const people = [an, binh, chi];
  for (let turn = 0; turn < 3000; turn++) {
    const who = people[next(3)]!;
    const before = book.current('cam');
    if (next(2) === 0) {
      const priority = 1 + next(5);
      await take(who, priority).then(
        (lease) => expect(lease.holder).toEqual(who),
        () => expect(before?.priority).toBeGreaterThanOrEqual(priority),
      );
    } else await book.release('cam', who);
    if (next(10) === 0) await vi.advanceTimersByTimeAsync(next(40_000));
  }
  for (const who of [...people, ...people, ...people]) await book.release('cam', who);
  expect(book.current('cam')).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
});

test('priorities are those of the role, and never above its ceiling', () => {
  expect(priorityOf('ptz', null)).toBe(10_000);
  expect(priorityOf('ptz', 32_000)).toBe(20_000);
  expect(priorityOf('supervisor', 32_000)).toBe(32_000);
  expect(priorityOf('supervisor', null)).toBeGreaterThan(priorityOf('ptz', null));
  expect(priorityOf('toString', 500)).toBe(1);
});
