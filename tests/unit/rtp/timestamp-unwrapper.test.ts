import { describe, expect, it } from 'vitest';
import { TimestampUnwrapper } from '../../../src/rtp/timestamp-unwrapper.ts';

const rate = 90_000;

describe('timestamps', () => {
  it('go on growing over the wrap of 32 bits (quirk 10)', () => {
    const clock = new TimestampUnwrapper(rate);
    const start = 2 ** 32 - 3600;
    expect(clock.unwrap(start, 0)).toBe(start);
    expect(clock.unwrap(0, 40)).toBe(start + 3600);
    expect(clock.unwrap(3600, 80)).toBe(start + 7200);
    expect(clock.jumps).toBe(0);
  });

  it('step back for pictures shown in another order than sent', () => {
    const clock = new TimestampUnwrapper(rate);
    expect([1000, 11_800, 4600, 8200, 22_600].map((t, i) => clock.unwrap(t, i * 40))).toEqual([
      1000, 11_800, 4600, 8200, 22_600,
    ]);
    const wrapping = new TimestampUnwrapper(rate);
    wrapping.unwrap(2 ** 32 - 1000, 0);
    expect(wrapping.unwrap(9800, 40)).toBe(2 ** 32 + 9800);
    expect(wrapping.unwrap(2 ** 32 - 500, 80)).toBe(2 ** 32 - 500);
  });

  it.each([
    ['back to zero', 0],
    ['to a random number', 3_000_000_000],
    ['an hour ahead', 900_000_000 + 3600 * rate],
  ])('that jump %s are replaced by the time passed here (quirk 10)', (_, jumped) => {
    const clock = new TimestampUnwrapper(rate);
    clock.unwrap(900_000_000 - 3600, 0);
    clock.unwrap(900_000_000, 40);
    expect(clock.unwrap(jumped, 100)).toBe(900_000_000 + 5400);
    expect(clock.unwrap(jumped + 3600, 140)).toBe(900_000_000 + 9000);
    expect(clock.jumps).toBe(1);
  });

  it('that jump within one moment still move by a frame', () => {
    const clock = new TimestampUnwrapper(rate);
    clock.unwrap(900_000_000, 50);
    expect(clock.unwrap(5, 50)).toBe(900_000_000 + 1500);
  });

  it('of a long pause are believed when as much time passed here', () => {
    const clock = new TimestampUnwrapper(rate);
    clock.unwrap(0, 0);
    expect(clock.unwrap(300 * rate, 300_000)).toBe(300 * rate);
    expect(clock.jumps).toBe(0);
  });

  it('of a burst after a stall are believed', () => {
    const clock = new TimestampUnwrapper(rate);
    clock.unwrap(0, 0);
    for (let i = 1; i < 100; i++) expect(clock.unwrap(i * 3600, 30_000)).toBe(i * 3600);
    expect(clock.jumps).toBe(0);
  });
});
