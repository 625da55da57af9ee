import { describe, expect, it } from 'vitest';
import { chooseQuality, type QualityQuestion } from '../../../renderer/wall/quality.ts';
import { ClockMatch } from '../../../renderer/wall/steady-clock.ts';
import { backOffMs } from '../../../renderer/wire/back-off.ts';

const question: QualityQuestion = {
  wish: 'auto',
  qualities: ['main', 'sub'],
  full: false,
  width: 480,
  height: 270,
  subWidth: 640,
  subHeight: 360,
  now: null,
  isBroken: () => false,
};

describe('quality', () => {
  it('takes the small stream for small tiles, the main one where it would look coarse', () => {
    expect(chooseQuality(question)).toBe('sub');
    expect(chooseQuality({ ...question, width: 960, height: 540 })).toBe('sub');
    expect(chooseQuality({ ...question, width: 1200, height: 675 })).toBe('main');
  });
  it('does not flap at the edge', () => {
    const edge = { ...question, width: 900, height: 506 };
    expect(chooseQuality({ ...edge, now: 'sub' })).toBe('sub');
    expect(chooseQuality({ ...edge, now: 'main' })).toBe('main');
  });
  it('takes the main stream in full view', () => {
    expect(chooseQuality({ ...question, full: true })).toBe('main');
  });
  it('takes what there is', () => {
    expect(chooseQuality({ ...question, qualities: ['main'] })).toBe('main');
    expect(chooseQuality({ ...question, qualities: ['sub'], full: true })).toBe('sub');
    expect(chooseQuality({ ...question, qualities: ['main'], wish: 'sub' })).toBe('main');
  });
  it('leaves a broken stream for the other, unless that is broken too', () => {
    const subIsBroken = (quality: string) => quality === 'sub';
    expect(chooseQuality({ ...question, isBroken: subIsBroken })).toBe('main');
    expect(chooseQuality({ ...question, isBroken: () => true })).toBe('sub');
    expect(chooseQuality({ ...question, isBroken: subIsBroken, wish: 'sub' })).toBe('sub');
  });
});

describe('the match of two clocks', () => {
  it('believes a delivery that may really have taken so long', () => {
    const clock = new ClockMatch();
    clock.observe(1000, 1300);
    expect(clock.steady(2000)).toBe(2000);
  });
  it('follows a clock that was set by hours, within ten seconds', () => {
    const clock = new ClockMatch();
    for (let now = 0; now < 5000; now += 100) clock.observe(now - 5, now);
    const hour = 3_600_000;
    for (let now = 5000; now < 30_000; now += 100) clock.observe(now - 5 + hour, now);
    expect(Math.abs(clock.steady(30_000 + hour) - 30_000)).toBeLessThan(10);
    for (let now = 30_000; now < 60_000; now += 100) clock.observe(now - 5 - hour, now);
    expect(Math.abs(clock.steady(60_000 - hour) - 60_000)).toBeLessThan(10);
  });
});

describe('back-off', () => {
  it('is soon at first and never longer than a few seconds', () => {
    expect(backOffMs(0)).toBeLessThan(250);
    for (let attempt = 0; attempt < 5000; attempt += 7) {
      expect(backOffMs(attempt)).toBeLessThanOrEqual(3150);
      expect(backOffMs(attempt)).toBeGreaterThan(100);
    }
  });
});
