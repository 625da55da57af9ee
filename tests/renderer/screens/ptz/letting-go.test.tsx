import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { Fault } from '../../../../src/std/fault.ts';
import { unmountAll, until } from '../mount.tsx';
import { FakeJoystick } from './fake-joystick.ts';
import { lease, type MountedPtz, steering } from './fake-ptz.ts';
import { middleOf, pointer, touch } from './real-pointer.ts';

let joystick: FakeJoystick | null = null;
beforeEach(() => localStorage.clear());
afterEach(async () => {
  await userEvent.keyboard('{/ArrowRight}{/ArrowUp}');
  joystick?.remove();
  joystick = null;
  unmountAll();
});

const surface = () => document.querySelector('.ptz-surface') as HTMLElement;
const moves = ({ told }: MountedPtz) => told.filter((call) => call.startsWith('move'));

/** It moves now, and a while later still does. */
async function movingWell(mounted: MountedPtz): Promise<void> {
  await until(() => moves(mounted).length > 0, 'it moves');
  await until(() => mounted.told.includes('renew'), 'it is renewed');
  expect(mounted.told).not.toContain('stop');
}

/** The stop came, and nothing that moves comes after it. */
async function stopped(mounted: MountedPtz): Promise<void> {
  await until(() => mounted.told.includes('stop'), 'it is stopped');
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(mounted.told.at(-1)).toBe('stop');
  expect(mounted.ptz.hand.getState()).toMatchObject({ phase: 'rest' });
  expect(mounted.ptz.hand.getState().velocity).toEqual({ pan: 0, tilt: 0, zoom: 0 });
}

async function byKey(): Promise<MountedPtz> {
  const mounted = await steering();
  await userEvent.keyboard('{ArrowRight>}');
  await movingWell(mounted);
  return mounted;
}

async function byDrag(): Promise<MountedPtz> {
  const mounted = await steering();
  await pointer.move(middleOf(surface()));
  await pointer.press(middleOf(surface()));
  await pointer.drag(middleOf(surface(), 60, 0));
  await movingWell(mounted);
  return mounted;
}

async function byJoystick(): Promise<MountedPtz> {
  joystick = new FakeJoystick();
  const mounted = await steering();
  await joystick.read();
  joystick.axes = [0.9, 0, 0];
  await movingWell(mounted);
  return mounted;
}

const hide = () => {
  const own = Object.getOwnPropertyDescriptor(Document.prototype, 'visibilityState');
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
  if (own) Reflect.deleteProperty(document, 'visibilityState');
};

const inputs = { key: byKey, drag: byDrag, joystick: byJoystick } as const;

describe.each(Object.keys(inputs) as (keyof typeof inputs)[])('moved by %s', (input) => {
  const ways: readonly (readonly [string, (mounted: MountedPtz) => unknown])[] = [
    ['Esc', () => userEvent.keyboard('{Escape}')],
    ['the stop button of the tile', () => click('.ptz-bar-button[data-stop]')],
    ['the stop button of the panel', () => click('.dock-stop')],
    ['the window losing the focus', () => window.dispatchEvent(new Event('blur'))],
    ['the page being hidden', hide],
    ['the page going away', () => window.dispatchEvent(new Event('pagehide'))],
    ['a dialog opening', ({ commands }) => commands.openHelp()],
    ['the joystick being calibrated', ({ ptz }) => ptz.change({ calibrating: true })],
    ['the sign-in being asked', ({ operators }) => operators.askSwitch()],
    ['another tile being selected', ({ commands }) => commands.select(1)],
    ['another camera in the tile', ({ commands }) => commands.place(0, 'camera-5')],
    ['the page of the wall being turned', ({ commands }) => commands.turnPage(1)],
    ['the rooms of management', ({ commands }) => commands.openManage('settings')],
    ['leaving by P', ({ commands }) => commands.togglePtz(0)],
    ['the picture not being live any more', ({ engine }) => engine.say(0, { look: 'stale' })],
    [
      'the core going away',
      ({ core }) =>
        core.connection.setState({ phase: 'gone', since: performance.now(), attempt: 1 }),
    ],
    ['the screens being taken away', () => unmountAll()],
  ];
  test.each(ways)('%s stops it', async (_, how) => {
    const mounted = await inputs[input]();
    await how(mounted);
    await stopped(mounted);
    mounted.session.closeDialog();
  });

  test('the camera going to somebody else ends it here', async () => {
    const mounted = await inputs[input]();
    mounted.say({ lease: lease() });
    await until(() => mounted.ptz.hand.getState().phase === 'rest');
    const count = moves(mounted).length;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(moves(mounted)).toHaveLength(count);
  });
});

/** Without moving the mouse, which may be the hand. */
const click = (selector: string) => document.querySelector<HTMLElement>(selector)?.click();

test('a key let go stops it', async () => {
  const mounted = await byKey();
  await userEvent.keyboard('{/ArrowRight}');
  await stopped(mounted);
});

test('a key held through Esc begins nothing anew, pressed again it does', async () => {
  const mounted = await byKey();
  await userEvent.keyboard('{Escape}');
  for (let repeat = 0; repeat < 3; repeat++) {
    const held = {
      code: 'ArrowRight',
      key: 'ArrowRight',
      repeat: true,
      bubbles: true,
      cancelable: true,
    };
    document.body.dispatchEvent(new KeyboardEvent('keydown', held));
  }
  await stopped(mounted);
  const before = moves(mounted).length;
  await userEvent.keyboard('{/ArrowRight}');
  await userEvent.keyboard('{ArrowRight>}');
  await until(() => moves(mounted).length > before);
  await userEvent.keyboard('{/ArrowRight}');
  await until(() => mounted.told.at(-1) === 'stop');
});

test('Esc stops first and leaves with the next press', async () => {
  const mounted = await byKey();
  await userEvent.keyboard('{Escape}');
  await stopped(mounted);
  expect(mounted.ptz.getState().mode).not.toBeNull();
  await userEvent.keyboard('{Escape}');
  expect(mounted.ptz.getState().mode).toBeNull();
});

test('Esc stops a camera that goes to a preset', async () => {
  const mounted = await steering();
  mounted.say({ moving: 'goto' });
  await userEvent.keyboard('{Escape}');
  await until(() => mounted.told.includes('stop'));
  expect(mounted.ptz.getState().mode).not.toBeNull();
});

test('the button let go stops it, also far outside of the tile', async () => {
  const mounted = await byDrag();
  await pointer.drag({ x: 4, y: 4 });
  await pointer.release({ x: 4, y: 4 });
  await stopped(mounted);
});

test.each(['pointercancel', 'lostpointercapture'])('%s stops a drag', async (name) => {
  const mounted = await byDrag();
  surface().dispatchEvent(new PointerEvent(name, { pointerId: 1, bubbles: true }));
  await stopped(mounted);
  await pointer.release(middleOf(surface(), 60, 0));
});

test('a button that went up where nobody could tell stops with the next move', async () => {
  const mounted = await byDrag();
  await pointer.move(middleOf(surface(), 70, 0));
  await stopped(mounted);
  await pointer.release(middleOf(surface(), 70, 0));
});

test('a second button ends a drag', async () => {
  const mounted = await byDrag();
  await pointer.press(middleOf(surface(), 60, 0), false, 'right');
  await stopped(mounted);
  await pointer.release(middleOf(surface(), 60, 0), 'right');
  await pointer.release(middleOf(surface(), 60, 0));
});

test('the joystick in its middle stops it', async () => {
  const mounted = await byJoystick();
  if (joystick) joystick.axes = [0.05, -0.06, 0];
  await stopped(mounted);
});

test.each([true, false])('a joystick unplugged (told: %s) stops it', async (told) => {
  const mounted = await byJoystick();
  joystick?.unplug(told);
  await stopped(mounted);
});

test('a joystick held to the side when steering begins moves nothing until it was in its middle', async () => {
  joystick = new FakeJoystick();
  joystick.axes = [1, 0, 0];
  const mounted = await steering();
  await joystick.read();
  expect(mounted.told).toEqual([]);
  joystick.axes = [0, 0, 0];
  await joystick.read();
  joystick.axes = [1, 0, 0];
  await movingWell(mounted);
});

test('the wheel zooms in a push that ends by itself', async () => {
  const mounted = await steering();
  await pointer.wheel(middleOf(surface()), -100);
  await until(() => mounted.told.includes('stop'));
  expect(moves(mounted)[0]).toBe('move 0.00 0.00 0.60');
  await stopped(mounted);
});

test.each(['touchEnd', 'touchCancel'] as const)(
  'a finger on the stick: %s stops it',
  async (end) => {
    const mounted = await steering();
    const stick = document.querySelector('.stick') as HTMLElement;
    await touch('touchStart', [middleOf(stick)]);
    await touch('touchMove', [middleOf(stick, 60, 0)]);
    await movingWell(mounted);
    await touch(end, []);
    await stopped(mounted);
  },
);

test('two fingers pan and zoom at once, and each ends what it did', async () => {
  const mounted = await steering();
  const stick = document.querySelector('.stick') as HTMLElement;
  const zoom = document.querySelector('.pad-zoom .hold') as HTMLElement;
  await touch('touchStart', [middleOf(stick)]);
  await touch('touchMove', [middleOf(stick, 0, -60)]);
  await touch('touchStart', [middleOf(stick, 0, -60), middleOf(zoom)]);
  await until(() => {
    const { tilt, zoom: speed } = mounted.ptz.hand.getState().velocity;
    return tilt > 0 && speed > 0;
  });
  await touch('touchEnd', []);
  await stopped(mounted);
});

test('a stop that does not reach the core is shown on the tile and tried again', async () => {
  const mounted = await byKey();
  mounted.core.failing.set('ptz.stop', new Fault('host.gone'));
  await userEvent.keyboard('{/ArrowRight}');
  await until(() => document.querySelector('.ptz-alarm'));
  expect(document.querySelector('.ptz-alarm')?.getAttribute('role')).toBe('alert');
  await until(() => mounted.core.calls('ptz.stop').length >= 3);
  mounted.core.failing.clear();
  await until(() => !document.querySelector('.ptz-alarm'));
  await stopped(mounted);
});

test('a refused movement says why and moves nothing more', async () => {
  const mounted = await steering();
  mounted.core.failing.set('ptz.move', new Fault('ptz.held', '', { holder: 'Lê Minh Trực' }));
  await userEvent.keyboard('{ArrowRight>}');
  await until(() => document.querySelector('.dock')?.textContent?.includes('Lê Minh Trực'));
  expect(mounted.told).not.toContain('stop');
  await userEvent.keyboard('{/ArrowRight}');
});
