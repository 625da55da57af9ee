import { describe, expect, it } from 'vitest';
import { PtzDevice, storedPresets } from '../../../src/demo/ptz-device.ts';
import {
  fromGeneric,
  PtzHead,
  ptzLimits,
  toGeneric,
  viewAngle,
} from '../../../src/demo/ptz-head.ts';

function head(start = { pan: 0, tilt: -10, zoom: 0 }) {
  const clock = { now: 1_000 };
  return { clock, head: new PtzHead(start, () => clock.now) };
}

describe('the head of a simulated PTZ camera', () => {
  it('turns by its speed, with a little inertia, and stops within a fraction of a second', () => {
    const { clock, head: one } = head();
    one.drive({ pan: 1 }, 60_000);
    clock.now += 1_000;
    // 70° a second less what the start-up takes
    expect(one.position.pan).toBeGreaterThan(60);
    expect(one.position.pan).toBeLessThan(70);
    one.stop({ panTilt: true, zoom: true });
    clock.now += 300;
    const { pan } = one.position;
    expect(one.moves()).toBe(false);
    clock.now += 5_000;
    expect(one.position.pan).toBe(pan);
    expect(one.restedMs).toBeGreaterThan(5_000);
  });

  it('is where it would be however seldom it is asked', () => {
    const often = head();
    const once = head();
    for (const { head: one } of [often, once]) one.drive({ pan: -0.3, zoom: 0.1 }, 1_500);
    for (let i = 0; i < 200; i++) {
      often.clock.now += 10;
      expect(often.head.position.pan).toBeLessThan(0.001);
    }
    once.clock.now += 2_000;
    expect(once.head.position.pan).toBeCloseTo(often.head.position.pan, 6);
    expect(once.head.position.zoom).toBeCloseTo(often.head.position.zoom, 6);
    expect(once.head.moves()).toBe(false);
  });

  it('ends at its limits, and a target beyond them is the limit', () => {
    const { clock, head: one } = head();
    one.drive({ pan: 1, tilt: -1, zoom: 1 }, 60_000);
    clock.now += 60_000;
    expect(one.position).toEqual({
      pan: ptzLimits.pan.most,
      tilt: ptzLimits.tilt.least,
      zoom: 1,
    });
    expect(one.moves()).toBe(false);
    one.go({ pan: -500, tilt: 500, zoom: -1 });
    clock.now += 60_000;
    expect(one.position).toEqual({
      pan: ptzLimits.pan.least,
      tilt: ptzLimits.tilt.most,
      zoom: 0,
    });
  });

  it('arrives exactly, and slower when told', () => {
    const { clock, head: one } = head();
    one.go({ pan: 40 }, { pan: 0.1 });
    clock.now += 2_000;
    expect(one.moves('pan')).toBe(true);
    expect(one.moves('zoom')).toBe(false);
    clock.now += 10_000;
    expect(one.position.pan).toBe(40);
    expect(one.moves()).toBe(false);
  });

  it('turns slower when zoomed in', () => {
    const wide = head();
    const near = head({ pan: 0, tilt: -10, zoom: 1 });
    for (const { head: one, clock } of [wide, near]) {
      one.drive({ pan: 0.5 }, 60_000);
      clock.now += 1_000;
    }
    const ratio = near.head.position.pan / wide.head.position.pan;
    expect(ratio).toBeCloseTo(viewAngle(1) / viewAngle(0), 1);
  });

  it('counts as the generic spaces of ONVIF do', () => {
    for (const axis of ['pan', 'tilt', 'zoom'] as const) {
      const { least, most } = ptzLimits[axis];
      expect(toGeneric(axis, most)).toBe(1);
      expect(toGeneric(axis, least)).toBe(axis === 'zoom' ? 0 : -1);
      expect(fromGeneric(axis, toGeneric(axis, least + 0.3))).toBeCloseTo(least + 0.3, 9);
    }
  });
});

describe('what it keeps', () => {
  const device = (oddTokens = false) => {
    const home = { pan: 0, tilt: 0, zoom: 0 };
    return new PtzDevice({ head: head().head, presets: storedPresets, home, oddTokens });
  };

  it('is a bounded number of presets, renamed by their token', () => {
    const one = device();
    expect([...one.presets.keys()]).toEqual(['1', '2', '3', '4', '5']);
    one.setPreset('2', 'Sân trước');
    expect(one.presets.get('2')).toMatchObject({ name: 'Sân trước', position: { pan: 0 } });
    for (let i = 0; i < 100; i++) one.setPreset(null, `Vị trí ${i}`);
    expect(one.presets.size).toBe(64);
  });

  it('has tokens that are no numbers where it is told so', () => {
    expect([...device(true).presets.keys()][0]).toBe('{Vị trí-1}');
  });

  it('is a focus that drifts only while it is driven by hand', () => {
    const clock = { now: 0 };
    const home = { pan: 0, tilt: 0, zoom: 0 };
    const now = () => clock.now;
    const one = new PtzDevice({ head: head().head, presets: [], home, now });
    one.driveFocus(1);
    clock.now = 1_000;
    expect(one.focus).toBeCloseTo(0.5);
    one.driveFocus(0);
    clock.now = 9_000;
    expect(one.focus).toBeCloseTo(0.5);
    one.setAutoFocus(true);
    expect(one.focus).toBe(0);
  });
});
