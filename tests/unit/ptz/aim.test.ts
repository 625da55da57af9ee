import { describe, expect, test } from 'vitest';
import { degreesPlace, viewSpace } from '../../../src/onvif/ptz.types.ts';
import {
  aimAt,
  anglesTo,
  assumedOptics,
  magnification,
  opticsOf,
  viewDegrees,
  wishOf,
  zoomOf,
} from '../../../src/ptz/aim.ts';

const optics = { ...assumedOptics, wideDegrees: 60, zoomFactor: 20, known: true };
const all = { absolute: true, relative: true, spaces: [] };
const here = { pan: 0, tilt: 0, zoom: 0 };

describe('angles', () => {
  test('zoomed out it is the wide angle, zoomed in it narrows by its magnification', () => {
    expect(viewDegrees(optics, 0)).toBeCloseTo(60, 6);
    const narrow = viewDegrees(optics, 1);
    expect(Math.tan((narrow * Math.PI) / 360) * 20).toBeCloseTo(Math.tan(Math.PI / 6), 6);
    expect(zoomOf(optics, magnification(optics, 0.37))).toBeCloseTo(0.37, 9);
  });

  test('the centre needs nothing, the edge half the angle of view, up is up', () => {
    expect(anglesTo(optics, 0, { x: 0.5, y: 0.5 })).toEqual({ pan: 0, tilt: 0 });
    expect(anglesTo(optics, 0, { x: 1, y: 0.5 }).pan).toBeCloseTo(30, 6);
    expect(anglesTo(optics, 0, { x: 0, y: 0.5 }).pan).toBeCloseTo(-30, 6);
    expect(anglesTo(optics, 0, { x: 0.5, y: 0 }).tilt).toBeGreaterThan(0);
  });

  test('looking steeply down, a point aside needs more pan than level', () => {
    const level = anglesTo(optics, 0, { x: 0.8, y: 0.5 }, 0);
    const down = anglesTo(optics, 0, { x: 0.8, y: 0.5 }, -60);
    expect(down.pan).toBeGreaterThan(level.pan * 1.5);
    expect(anglesTo(optics, 0, { x: 0.5, y: 0.2 }, -60).pan).toBeCloseTo(0, 9);
  });
});

test('the ends of its degrees are read from the device, and a person knows better', () => {
  const settings = {
    idleReturn: { to: 'nothing' },
    wideDegrees: null,
    zoomFactor: null,
    panRange: null,
    tiltRange: null,
  } as const;
  const told = {
    move: 'absolute',
    axis: 'pan-tilt',
    uri: degreesPlace,
    x: [-85, 85],
    y: [-34, 4],
  } as const;
  expect(opticsOf(settings)).toMatchObject({ panRange: 360, tiltRange: 180, tiltMiddle: 0 });
  expect(opticsOf(settings, [told])).toMatchObject({
    panRange: 170,
    tiltRange: 38,
    tiltMiddle: -15,
    known: false,
  });
  expect(
    opticsOf({ ...settings, panRange: 350, tiltRange: 90, wideDegrees: 55 }, [told]),
  ).toMatchObject({ panRange: 350, tiltRange: 90, tiltMiddle: 0, wideDegrees: 55, known: true });
  // Nonsense is not believed.
  expect(opticsOf(settings, [{ ...told, x: [5, 5], y: null }])).toMatchObject({
    panRange: 360,
    tiltRange: 180,
  });
});

describe('what is sent', () => {
  test('in its own view where the device has that, with no angle guessed', () => {
    const spaces = [
      { move: 'relative', axis: 'pan-tilt', uri: viewSpace, x: null, y: null },
    ] as const;
    const wish = { x: 0.75, y: 0.25, magnify: 1 };
    expect(aimAt(wish, assumedOptics, { ...all, spaces }, null)).toEqual({
      by: 'relative',
      move: { pan: 0.5, tilt: 0.5 },
      space: viewSpace,
      approximate: false,
    });
  });

  test('to a place where it tells one: a box fills the picture', () => {
    const box = { x: 0.5, y: 0.25, width: 0.5, height: 0.5 };
    const aim = aimAt(wishOf(box), optics, all, { ...here, zoom: 0.2 });
    if (aim.by !== 'absolute') throw new Error(aim.by);
    expect(magnification(optics, aim.to.zoom ?? 0)).toBeCloseTo(2 * magnification(optics, 0.2), 6);
    expect(aim.to.pan).toBeGreaterThan(0);
    expect(aim.approximate).toBe(false);
  });

  test('a dome goes on past its seam', () => {
    const aim = aimAt({ x: 1, y: 0.5, magnify: 1 }, optics, all, { ...here, pan: 0.95 });
    expect(aim).toMatchObject({ by: 'absolute' });
    expect(aim.by === 'absolute' && aim.to.pan).toBeLessThan(0);
  });

  test('quirk 16: no absolute move: by a part of its range; nothing at all: by a pulse', () => {
    const wish = { x: 1, y: 0.5, magnify: 1 };
    const relative = aimAt(wish, assumedOptics, { ...all, absolute: false }, here);
    expect(relative).toMatchObject({ by: 'relative', approximate: true });
    expect(relative.by === 'relative' && relative.move.pan).toBeCloseTo(30 / 180, 3);
    const none = { absolute: false, relative: false, spaces: [] };
    const pulse = aimAt(wish, assumedOptics, none, null);
    expect(pulse).toMatchObject({ by: 'pulse', approximate: true, speed: { pan: 0.5, tilt: 0 } });
    expect(pulse.by === 'pulse' && pulse.ms).toBe(1000);
    expect(aimAt({ x: 0.5, y: 0.5, magnify: 1 }, assumedOptics, none, null)).toMatchObject({
      ms: 0,
    });
  });

  test('a click with a trembling hand does not zoom', () => {
    expect(wishOf({ x: 0.4, y: 0.4, width: 0.005, height: 0.001 }).magnify).toBe(1);
  });
});
