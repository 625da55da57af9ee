import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { unmountAll, until } from '../mount.tsx';
import { FakeJoystick } from './fake-joystick.ts';
import { figures, type MountedPtz, mountPtz, steering } from './fake-ptz.ts';
import { middleOf, pointer } from './real-pointer.ts';

let joystick: FakeJoystick | null = null;
beforeEach(() => localStorage.clear());
afterEach(async () => {
  joystick?.remove();
  joystick = null;
  unmountAll();
});

const surface = () => document.querySelector('.ptz-surface') as HTMLElement;
const wanted = ({ ptz }: MountedPtz) => ptz.hand.getState().velocity;
const known = { tiles: new Map([[0, figures]]) };

describe('the keyboard', () => {
  test('two arrows go diagonally, as fast as one, and the one that stays goes on straight', async () => {
    const mounted = await steering();
    await userEvent.keyboard('{ArrowRight>}');
    expect(wanted(mounted)).toEqual({ pan: 0.4, tilt: 0, zoom: 0 });
    await userEvent.keyboard('{ArrowUp>}');
    expect(wanted(mounted)).toEqual({ pan: 0.28, tilt: 0.28, zoom: 0 });
    await userEvent.keyboard('{/ArrowRight}');
    expect(wanted(mounted)).toEqual({ pan: 0, tilt: 0.4, zoom: 0 });
    await userEvent.keyboard('{/ArrowUp}');
    await until(() => mounted.told.at(-1) === 'stop');
  });

  test('Shift is fast and Ctrl slow, also pressed while it moves', async () => {
    const mounted = await steering();
    await userEvent.keyboard('{ArrowLeft>}{Shift>}');
    expect(wanted(mounted).pan).toBe(-1);
    await userEvent.keyboard('{/Shift}');
    expect(wanted(mounted).pan).toBe(-0.4);
    await userEvent.keyboard('{Control>}');
    expect(wanted(mounted).pan).toBe(-0.12);
    await userEvent.keyboard('{/Control}{/ArrowLeft}');
    await until(() => mounted.told.at(-1) === 'stop');
    // Nothing of it reached the wall.
    expect(mounted.wall.getState().past).toEqual([]);
    expect(mounted.wall.getState().wall.selected).toBe(0);
  });

  test('plus and minus zoom', async () => {
    const mounted = await steering();
    await userEvent.keyboard('{=>}');
    await until(() => wanted(mounted).zoom === 0.4);
    await userEvent.keyboard('{/=}');
    await until(() => mounted.told.at(-1) === 'stop');
    await userEvent.keyboard('{->}');
    await until(() => wanted(mounted).zoom === -0.4);
    await userEvent.keyboard('{/-}');
    await until(() => mounted.told.at(-1) === 'stop');
  });

  test('digits go to presets and H goes home; they change no layout', async () => {
    const mounted = await steering();
    await userEvent.keyboard('3');
    await until(() => mounted.core.calls('ptz.goto').length === 1);
    expect(mounted.core.calls('ptz.goto')[0]).toMatchObject({ preset: 'yard' });
    await userEvent.keyboard('9');
    await userEvent.keyboard('h');
    await until(() => mounted.core.calls('ptz.home').length === 1);
    expect(mounted.core.calls('ptz.goto')).toHaveLength(1);
    expect(mounted.wall.getState().wall.layout).toBe('4');
  });

  test('who types a name steers nothing', async () => {
    const mounted = await steering();
    await userEvent.fill(page.getByLabelText('Tên vị trí'), 'Góc 1');
    await userEvent.keyboard('{ArrowLeft}h2');
    expect(mounted.told).toEqual([]);
    expect(mounted.core.calls('ptz.home')).toEqual([]);
    expect(mounted.core.calls('ptz.goto')).toEqual([]);
  });

  test('without steering the keys are those of the wall', async () => {
    const mounted = await mountPtz();
    await userEvent.keyboard('{ArrowRight}');
    await until(() => mounted.wall.getState().wall.selected === 1);
    expect(mounted.told).toEqual([]);
  });

  test('P begins and ends it', async () => {
    const mounted = await mountPtz();
    await userEvent.keyboard('p');
    await until(() => mounted.ptz.getState().mode?.phase === 'ready');
    expect(mounted.tile(0).dataset['ptz']).toBe('true');
    expect(mounted.tile(0).draggable).toBe(false);
    await userEvent.keyboard('p');
    await until(() => !document.querySelector('.dock'));
    expect(mounted.tile(0).dataset['ptz']).toBeUndefined();
  });
});

test('a camera that cannot be moved by speed goes step by step while the key is held', async () => {
  const mounted = await steering({ view: { lacks: ['continuous'] } });
  await userEvent.keyboard('{ArrowRight>}');
  await until(() => mounted.core.calls('ptz.step').length >= 3);
  expect(mounted.core.calls('ptz.step')[0]).toMatchObject({ pan: 0.4, tilt: 0, zoom: 0 });
  await userEvent.keyboard('{/ArrowRight}');
  await until(() => mounted.told.includes('stop'));
  const count = mounted.core.calls('ptz.step').length;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(mounted.core.calls('ptz.step')).toHaveLength(count);
  expect(mounted.core.calls('ptz.move')).toEqual([]);
});

describe('the picture', () => {
  test('direction and distance of a drag are direction and speed, with a line to see', async () => {
    const mounted = await steering();
    const at = (dx: number, dy: number) => middleOf(surface(), dx, dy);
    await pointer.move(at(0, 0));
    await pointer.press(at(0, 0));
    await pointer.drag(at(4, 4));
    expect(mounted.told).toEqual([]);
    await pointer.drag(at(-40, 0));
    await until(() => wanted(mounted).pan < 0);
    const slow = wanted(mounted).pan;
    expect(wanted(mounted).tilt).toBe(0);
    expect(document.querySelector('.ptz-vector line')).not.toBeNull();
    await pointer.drag(at(-100, -100));
    await until(() => wanted(mounted).tilt > 0);
    expect(wanted(mounted).pan).toBe(-wanted(mounted).tilt);
    expect(wanted(mounted).pan).toBeLessThan(slow);
    // Back through the middle: it rests, and the same drag goes on to the other side.
    await pointer.drag(at(0, 0));
    await until(() => mounted.told.at(-1) === 'stop');
    await pointer.drag(at(60, 0));
    await until(() => wanted(mounted).pan > 0);
    await pointer.release(at(60, 0));
    await until(() => mounted.told.at(-1) === 'stop');
    expect(document.querySelector('.ptz-vector')).toBeNull();
    // A drag is no click.
    expect(mounted.core.calls('ptz.point')).toEqual([]);
  });

  test('a press goes to that point of the picture, whatever bars the tile has', async () => {
    const mounted = await steering({ engine: (engine) => engine.figures.setState(known) });
    const rect = surface().getBoundingClientRect();
    const height = (rect.width * 360) / 640;
    expect(height).toBeLessThan(rect.height - 40);
    const bar = (rect.height - height) / 2;
    const at = (x: number, y: number) => ({
      x: rect.left + rect.width * x,
      y: rect.top + bar + height * y,
    });
    await pointer.press(at(0.75, 0.25));
    await pointer.release(at(0.75, 0.25));
    await until(() => mounted.core.calls('ptz.point').length === 1);
    const [point] = mounted.core.calls('ptz.point');
    expect(point?.x).toBeCloseTo(0.75, 2);
    expect(point?.y).toBeCloseTo(0.25, 2);
    // The bar below the picture is no picture.
    await pointer.press({ x: rect.left + 60, y: rect.top + bar + height + 6 });
    await pointer.release({ x: rect.left + 60, y: rect.top + bar + height + 6 });
    expect(mounted.core.calls('ptz.point')).toHaveLength(1);
    expect(mounted.told).toEqual([]);
  });

  test.each([
    ['with Shift', true],
    ['with the tool', false],
  ])('a box %s is drawn to be seen and fills the picture', async (_, shift) => {
    const mounted = await steering({ engine: (engine) => engine.figures.setState(known) });
    if (!shift) await userEvent.keyboard('b');
    const rect = surface().getBoundingClientRect();
    const height = (rect.width * 360) / 640;
    const bar = (rect.height - height) / 2;
    const at = (x: number, y: number) => ({
      x: rect.left + rect.width * x,
      y: rect.top + bar + height * y,
    });
    await pointer.press(at(0.6, 0.8), shift);
    await pointer.drag(at(0.5, 0.6), shift);
    await pointer.drag(at(0.2, 0.4), shift);
    await until(() => document.querySelector('.ptz-box'));
    await pointer.release(at(0.2, 0.4));
    await until(() => mounted.core.calls('ptz.frame').length === 1);
    const box = mounted.core.calls('ptz.frame')[0]?.box;
    expect(box?.x).toBeCloseTo(0.2, 2);
    expect(box?.y).toBeCloseTo(0.4, 2);
    expect(box?.width).toBeCloseTo(0.4, 2);
    expect(box?.height).toBeCloseTo(0.4, 2);
    expect(mounted.told).toEqual([]);
  });

  test('a double press fills no window', async () => {
    const mounted = await steering();
    await userEvent.dblClick(surface());
    expect(mounted.wall.getState().wall.full).toBeNull();
  });
});

describe('a joystick', () => {
  test('steers by its axes with the way of its kind, and its buttons do what they say', async () => {
    joystick = new FakeJoystick();
    const mounted = await steering();
    await joystick.read();
    joystick.axes = [0, -1, 0];
    await until(() => wanted(mounted).tilt === 1);
    joystick.axes = [0.3, 0, 0];
    await until(() => wanted(mounted).pan > 0 && wanted(mounted).pan < 0.1);
    joystick.axes = [0, 0, 1];
    await until(() => wanted(mounted).zoom === 1);
    joystick.axes = [0, 0, 0];
    await until(() => mounted.told.at(-1) === 'stop');
    joystick.pressed.add(1);
    await until(() => mounted.core.calls('ptz.goto').length === 1);
    await joystick.read();
    expect(mounted.core.calls('ptz.goto')).toHaveLength(1);
    joystick.pressed.clear();
    const stops = mounted.told.filter((call) => call === 'stop').length;
    joystick.pressed.add(0);
    await until(() => mounted.told.filter((call) => call === 'stop').length === stops + 1);
  });

  test('is not read while nobody steers', async () => {
    joystick = new FakeJoystick();
    let read = 0;
    const before = navigator.getGamepads;
    navigator.getGamepads = () => {
      read++;
      return before.call(navigator);
    };
    const mounted = await mountPtz();
    await joystick.read();
    expect(read).toBe(0);
    mounted.commands.togglePtz(0);
    await until(() => read > 3);
    mounted.ptz.leave();
    await joystick.read();
    const now = read;
    await joystick.read();
    expect(read).toBe(now);
  });

  test('its calibration is measured, kept for its kind, and used', async () => {
    joystick = new FakeJoystick();
    const mounted = await steering();
    mounted.ptz.change({ calibrating: true });
    // Worn: it rests beside its middle and does not reach its ends.
    joystick.axes = [0.2, 0.1, 0];
    await page.getByRole('button', { name: 'Đo điểm giữa' }).click();
    await until(() =>
      page.getByRole('button', { name: 'Đo hết tầm' }).query()?.matches(':enabled'),
    );
    await page.getByRole('button', { name: 'Đo hết tầm' }).click();
    for (const axes of [
      [0.8, 0.1, 0],
      [-0.4, 0.1, 0],
      [0.2, 0.7, 0],
      [0.2, -0.5, 0],
      [0.2, 0.1, 0],
    ]) {
      joystick.axes = axes;
      await joystick.read();
    }
    await page.getByRole('button', { name: 'Xong, dùng tầm này' }).click();
    // The camera rests all the while.
    expect(mounted.told).toEqual([]);
    await page.getByRole('button', { name: 'Lưu cho cần này' }).click();
    await until(() => document.querySelector('.joystick-foot p')?.textContent);
    mounted.ptz.change({ calibrating: false });
    await joystick.read();
    expect(mounted.told).toEqual([]);
    joystick.axes = [0.8, 0.1, 0];
    await until(() => wanted(mounted).pan === 1);
    joystick.axes = [0.2, 0.1, 0];
    await until(() => mounted.told.at(-1) === 'stop');
    const kept = JSON.parse(localStorage.getItem(`vonggac.joystick.${joystick.id}`) ?? '{}');
    expect(kept.axes.pan).toMatchObject({ min: -0.4, centre: 0.2, max: 0.8 });
  });
});

describe('a full view', () => {
  test('of a camera that turns is steered by itself, and ends with it', async () => {
    const mounted = await mountPtz();
    mounted.commands.toggleFull(0);
    await until(() => mounted.ptz.getState().mode?.phase === 'ready');
    mounted.commands.toggleFull(0);
    await until(() => mounted.ptz.getState().mode === null);
  });

  test('of any other asks the core nothing', async () => {
    const mounted = await mountPtz();
    mounted.commands.toggleFull(1);
    expect(mounted.ptz.getState().mode).toBeNull();
    expect(mounted.core.calls('ptz.open')).toEqual([]);
  });

  test('asks nobody to sign in', async () => {
    const mounted = await mountPtz();
    const { state } = mounted.operators.getState();
    if (state) mounted.operators.setState({ state: { ...state, session: null, rights: [] } });
    mounted.commands.toggleFull(0);
    expect(mounted.core.calls('ptz.open')).toEqual([]);
    expect(mounted.operators.getState().asking).toBeNull();
  });
});
