import { describe, expect, test } from 'vitest';
import {
  defaultProfile,
  loadProfile,
  type PadState,
  type ProfileShelf,
  padVelocity,
  saveProfile,
  seeAxes,
  withCentre,
  withRange,
} from '../../../../renderer/stores/ptz/joystick-profile.ts';
import {
  boxBetween,
  boxInPicture,
  pictureBox,
  placeInPicture,
} from '../../../../renderer/stores/ptz/picture-fit.ts';
import {
  curved,
  dragFeel,
  dragVelocity,
  isStill,
  keyVelocity,
  sumOf,
  velocity,
} from '../../../../renderer/stores/ptz/velocity.ts';

describe('speeds', () => {
  test('stay within −1 … 1, and what is no number moves nothing', () => {
    expect(velocity(7, -7, Number.NaN)).toEqual({ pan: 1, tilt: -1, zoom: 0 });
    expect(Object.is(velocity(-0.001, 0, 0).pan, 0)).toBe(true);
    expect(sumOf([])).toEqual({ pan: 0, tilt: 0, zoom: 0 });
  });

  test('a curve is zero in its dead zone, whole at its end, and finer in its middle', () => {
    expect(curved(0.1, 0.1, 2)).toBe(0);
    expect(curved(-3, 0.1, 2)).toBe(-1);
    expect(curved(0.55, 0.1, 2)).toBeCloseTo(0.25);
    expect(curved(Number.NaN, 0.1, 2)).toBe(0);
  });

  test('a drag begins slowly, never jumps, and is whole at its reach in every direction', () => {
    const feel = dragFeel(640, 360);
    let before = 0;
    for (let px = 0; px <= feel.reach; px++) {
      const { pan } = dragVelocity(px, 0, feel);
      expect(pan - before).toBeLessThan(0.03);
      expect(pan).toBeGreaterThanOrEqual(before);
      before = pan;
    }
    expect(before).toBe(1);
    const corner = dragVelocity(feel.reach, feel.reach, feel);
    expect(Math.hypot(corner.pan, corner.tilt)).toBeCloseTo(1, 1);
    expect(corner.tilt).toBeLessThan(0);
    expect(isStill(dragVelocity(5, 5, feel))).toBe(true);
  });

  test('opposite keys rest', () => {
    expect(isStill(keyVelocity(new Set(['left', 'right', 'up', 'down']), 'fast'))).toBe(true);
  });
});

describe('the picture in its tile', () => {
  test('bars beside or above it belong to no place of the picture', () => {
    const wide = pictureBox({ width: 800, height: 800 }, { width: 1600, height: 900 });
    expect(wide).toEqual({ x: 0, y: 175, width: 800, height: 450 });
    expect(placeInPicture({ x: 400, y: 400 }, wide)).toEqual({ x: 0.5, y: 0.5 });
    expect(placeInPicture({ x: 0, y: 175 }, wide)).toEqual({ x: 0, y: 0 });
    expect(placeInPicture({ x: 400, y: 174 }, wide)).toBeNull();
    const high = pictureBox({ width: 800, height: 400 }, { width: 300, height: 400 });
    expect(high).toEqual({ x: 250, y: 0, width: 300, height: 400 });
    expect(placeInPicture({ x: 249, y: 10 }, high)).toBeNull();
  });

  test('of a picture of unknown size the whole tile is taken', () => {
    const box = pictureBox({ width: 80, height: 40 }, { width: 0, height: 0 });
    expect(placeInPicture({ x: 40, y: 20 }, box)).toEqual({ x: 0.5, y: 0.5 });
    expect(placeInPicture({ x: 1, y: 1 }, pictureBox({ width: 0, height: 0 }, box))).toBeNull();
  });

  test('a rectangle is cut to the picture, in whatever direction it was drawn', () => {
    const picture = { x: 0, y: 100, width: 800, height: 400 };
    const drawn = boxBetween({ x: 900, y: 700 }, { x: 400, y: 300 });
    const box = boxInPicture(drawn, picture);
    expect(box).toEqual({ x: 0.5, y: 0.5, width: 0.5, height: 0.5 });
    expect(boxInPicture(boxBetween({ x: 10, y: 10 }, { x: 300, y: 105 }), picture)).toBeNull();
    expect(boxInPicture(boxBetween({ x: 10, y: 200 }, { x: 14, y: 300 }), picture)).toBeNull();
  });
});

describe('a joystick', () => {
  const pad = (axes: number[], mapping = '', pressed: number[] = []): PadState => ({
    id: 'stick',
    index: 0,
    mapping,
    axes,
    buttons: Array.from({ length: 10 }, (_, at) => ({
      pressed: pressed.includes(at),
      value: pressed.includes(at) ? 1 : 0,
    })),
  });
  const shelf = (): ProfileShelf & { kept: Map<string, string> } => {
    const kept = new Map<string, string>();
    return {
      kept,
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    };
  };

  test('up is up, and a game controller zooms with its right stick', () => {
    const plain = pad([0, -1, 0.5]);
    expect(padVelocity(plain, defaultProfile(plain))).toMatchObject({ pan: 0, tilt: 1 });
    expect(padVelocity(plain, defaultProfile(plain)).zoom).toBeGreaterThan(0);
    const game = pad([1, 0, 0, -1], 'standard');
    expect(padVelocity(game, defaultProfile(game))).toEqual({ pan: 1, tilt: 0, zoom: 1 });
  });

  test('has one round dead zone: a slow diagonal stays a diagonal', () => {
    const plain = pad([0.16, -0.16, 0]);
    const { pan, tilt } = padVelocity(plain, { ...defaultProfile(plain), exponent: 1 });
    expect(pan).toBeGreaterThan(0);
    expect(tilt).toBe(pan);
    expect(isStill(padVelocity(pad([0.08, 0.08, 0.1]), defaultProfile(plain)))).toBe(true);
  });

  test('fewer axes than it should have, or ones that say nonsense, move nothing', () => {
    const none = pad([]);
    expect(isStill(padVelocity(none, defaultProfile(none)))).toBe(true);
    const broken = pad([Number.NaN, Number.POSITIVE_INFINITY, 0]);
    expect(isStill(padVelocity(broken, defaultProfile(broken)))).toBe(true);
  });

  test('buttons zoom, too', () => {
    const plain = pad([0, 0, 0], '', [5]);
    expect(padVelocity(plain, defaultProfile(plain)).zoom).toBe(1);
  });

  test('a middle beside 0 and short ways are measured away, a trembling hand widens the dead zone', () => {
    let profile = defaultProfile(pad([0, 0, 0]));
    let seen = seeAxes(null, [0.2, 0.1, 0]);
    for (const axes of [
      [0.24, 0.1, 0],
      [0.16, 0.1, 0],
    ]) {
      seen = seeAxes(seen, axes);
    }
    profile = withCentre(profile, seen);
    expect(profile.axes.pan.centre).toBe(0.2);
    expect(profile.deadZone).toBe(0.12);
    let range = seeAxes(null, [0.2, 0.1, 0]);
    for (const axes of [
      [0.9, 0.1, 0],
      [-0.5, 0.1, 0],
    ]) {
      range = seeAxes(range, axes);
    }
    profile = withRange(profile, range);
    expect(padVelocity(pad([0.9, 0.1, 0]), profile).pan).toBe(1);
    expect(padVelocity(pad([-0.5, 0.1, 0]), profile).pan).toBe(-1);
    expect(isStill(padVelocity(pad([0.2, 0.1, 0]), profile))).toBe(true);
    // An axis that was not moved keeps its way.
    expect(profile.axes.tilt).toMatchObject({ min: -1, max: 1 });
  });

  test('what is kept is used again; what does not fit is not believed', () => {
    const kept = shelf();
    const plain = pad([0, 0, 0]);
    const profile = { ...defaultProfile(plain), deadZone: 0.3 };
    expect(saveProfile(kept, plain.id, profile)).toBe(true);
    expect(loadProfile(kept, plain)).toEqual(profile);
    for (const wrong of [
      '{',
      'null',
      '7',
      '{"axes":{}}',
      JSON.stringify({ ...profile, deadZone: 5 }),
      JSON.stringify({ ...profile, buttons: { 1: 'reboot' } }),
    ]) {
      kept.kept.set('vonggac.joystick.stick', wrong);
      expect(loadProfile(kept, plain)).toEqual(defaultProfile(plain));
    }
  });

  test('a disk that keeps nothing is no reason to stop', () => {
    const full: ProfileShelf = {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('full');
      },
      removeItem: () => {},
    };
    const plain = pad([0, 0, 0]);
    expect(saveProfile(full, plain.id, defaultProfile(plain))).toBe(false);
    expect(loadProfile(full, plain)).toEqual(defaultProfile(plain));
  });
});
