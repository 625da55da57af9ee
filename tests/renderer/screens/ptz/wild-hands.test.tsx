import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fault } from '../../../../src/std/fault.ts';
import { unmountAll, until } from '../mount.tsx';
import { FakeJoystick } from './fake-joystick.ts';
import { lease, type MountedPtz, mine, steering } from './fake-ptz.ts';

let joystick: FakeJoystick | null = null;
beforeEach(() => localStorage.clear());
const { setPointerCapture } = Element.prototype;
afterEach(() => {
  Element.prototype.setPointerCapture = setPointerCapture;
  joystick?.remove();
  unmountAll();
});

/** Mulberry32: the same inputs at every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const codes = [
  ...['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Equal', 'Minus', 'NumpadAdd'],
  ...['ShiftLeft', 'ControlLeft', 'Escape', 'Digit1', 'Digit2', 'KeyH', 'KeyB', 'KeyP', 'KeyD'],
];

const key = (type: 'keydown' | 'keyup', code: string, next: () => number) =>
  document.body.dispatchEvent(
    new KeyboardEvent(type, {
      code,
      key: code,
      shiftKey: next() < 0.2,
      ctrlKey: next() < 0.1,
      repeat: next() < 0.3,
      bubbles: true,
      cancelable: true,
    }),
  );

function point(name: string, target: Element, next: () => number): void {
  const { left, top, width, height } = target.getBoundingClientRect();
  target.dispatchEvent(
    new PointerEvent(name, {
      pointerId: 1 + Math.floor(next() * 2),
      pointerType: next() < 0.5 ? 'mouse' : 'touch',
      button: next() < 0.9 ? 0 : 2,
      buttons: next() < 0.8 ? 1 : 0,
      shiftKey: next() < 0.1,
      clientX: left + next() * width,
      clientY: top + next() * height,
      bubbles: true,
      cancelable: true,
    }),
  );
}

/** One thing that a hand, a window or a core may do. */
function doSomething(mounted: MountedPtz, next: () => number): void {
  const { ptz, session, engine, core } = mounted;
  const pick = <T,>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const targets = document.querySelectorAll('.ptz-surface, .stick, .hold');
  const target = targets[Math.floor(next() * targets.length)];
  const dice = next();
  if (dice < 0.2) key('keydown', pick(codes), next);
  else if (dice < 0.38) key('keyup', pick(codes), next);
  else if (dice < 0.75) {
    if (!target) return;
    const names = ['pointerdown', 'pointermove', 'pointermove', 'pointermove', 'pointerup'];
    point(pick([...names, 'pointercancel', 'lostpointercapture']), target, next);
  } else if (dice < 0.8) {
    target?.dispatchEvent(
      new WheelEvent('wheel', { deltaY: next() - 0.5, bubbles: true, cancelable: true }),
    );
  } else if (dice < 0.88) {
    if (!joystick) return;
    joystick.axes = [next() * 2 - 1, next() * 2 - 1, next() < 0.5 ? 0 : next() * 2 - 1];
    if (next() < 0.4) joystick.axes = [0, 0, 0];
    if (next() < 0.2) joystick.pressed.add(Math.floor(next() * 8));
    else joystick.pressed.clear();
    joystick.connected = next() < 0.95;
  } else if (dice < 0.9) window.dispatchEvent(new Event('blur'));
  else if (dice < 0.91) ptz.leave();
  else if (dice < 0.95) mounted.commands.togglePtz(0);
  else if (dice < 0.96) session.open({ kind: 'help' });
  else if (dice < 0.97) session.closeDialog();
  else if (dice < 0.975) engine.say(0, { look: next() < 0.3 ? 'stale' : 'live' });
  else if (dice < 0.985) mounted.say({ lease: next() < 0.3 ? lease() : lease(mine) });
  else if (dice < 0.99) core.failing.set(pick(['ptz.move', 'ptz.renew']), new Fault('net.timeout'));
  else core.failing.clear();
}

test('10,000 random inputs on the page: at rest, released, and the last call is the stop', async () => {
  // There is no real pointer behind these events that could be held.
  Element.prototype.setPointerCapture = () => {};
  joystick = new FakeJoystick();
  const mounted = await steering({ saved: { layout: '1' } });
  const next = random(4_711);
  for (let step = 0; step < 10_000; step++) {
    doSomething(mounted, next);
    if (step % 25 === 0) await new Promise((resolve) => setTimeout(resolve, 4));
    if (step % 10 === 0) mounted.session.closeDialog();
    if (mounted.ptz.getState().mode === null && step % 5 === 0) {
      mounted.wall.change((state) => ({ ...state, selected: 0, full: null, page: 0 }));
      mounted.commands.togglePtz(0);
    }
  }
  expect(mounted.told.filter((call) => call.startsWith('move')).length).toBeGreaterThan(50);
  // All hands off.
  mounted.core.failing.clear();
  joystick.axes = [0, 0, 0];
  joystick.pressed.clear();
  for (const code of codes) key('keyup', code, () => 0.99);
  for (const each of document.querySelectorAll('.ptz-surface, .stick, .hold')) {
    for (const pointerId of [1, 2]) {
      each.dispatchEvent(new PointerEvent('pointercancel', { pointerId, bubbles: true }));
    }
  }
  const { hand } = mounted.ptz;
  await until(() => hand.getState().phase === 'rest' && hand.getState().unstopped.size === 0);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(hand.getState()).toMatchObject({ phase: 'rest', velocity: { pan: 0, tilt: 0, zoom: 0 } });
  const last = mounted.told.filter((call) => call !== 'renew').at(-1);
  expect(['stop', 'focus stop']).toContain(last);
  const count = mounted.told.length;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(mounted.told).toHaveLength(count);
}, 120_000);
