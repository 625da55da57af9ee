import { useEffect } from 'react';
import { DisposeBag } from '../../../src/std/disposable.ts';
import { openSpeaker, soundAlarms } from '../../stores/ptz/alarm-sound.ts';
import { guardHand } from '../../stores/ptz/hand-guards.ts';
import { connectedPads, pollJoysticks } from '../../stores/ptz/joystick-poll.ts';
import { createKeyHand } from '../../stores/ptz/key-hand.ts';
import { createMotionMeter } from '../../stores/ptz/motion-meter.ts';
import { isStill } from '../../stores/ptz/velocity.ts';
import { cameraAt } from '../../stores/wall-state.ts';
import type { Product } from '../product.tsx';
import { useProduct } from '../product.tsx';
import { goHome, goToNumber } from './ptz-acts.ts';
import { maySteer, turns } from './steer-gate.ts';
import { usePtz } from './use-ptz.ts';

/** Ties steering to the page: what is selected and seen, keyboard, joysticks, and every way of losing them. */
export function usePtzRoom(): void {
  const product = useProduct();
  const { ptz } = product;
  useEffect(() => followPage(product), [product]);
  useEffect(() => steerByKeys(product), [product]);
  useEffect(() => soundAlarms(ptz, openSpeaker()), [ptz]);
  const steering = usePtz((model) => model.mode?.phase === 'ready' && !model.calibrating);
  useEffect(() => (steering ? steerByJoysticks(product) : undefined), [product, steering]);
  const tile = usePtz((model) => (model.mode?.phase === 'ready' ? model.mode.tile : null));
  useEffect(() => (tile === null ? undefined : measure(product, tile)), [product, tile]);
  // The screens broke and are taken away: nobody steers any more.
  useEffect(() => () => ptz.leave(), [ptz]);
}

function followPage({ ptz, wall, session, workplace, engine, cameras, operators }: Product) {
  const bag = new DisposeBag();
  bag.add(guardHand(ptz.hand));
  let full: number | null = null;
  const onWall = () => {
    const { wall: state } = wall.getState();
    const { mode } = ptz.getState();
    const wasFull = full;
    full = state.full;
    if (mode) {
      const gone =
        state.selected !== mode.tile ||
        cameraAt(state, mode.tile) !== mode.cameraId ||
        (mode.auto && state.full !== mode.tile);
      if (gone) ptz.leave();
    }
    if (full !== null && full !== wasFull && ptz.getState().mode === null) {
      const cameraId = cameraAt(state, full);
      // Only of a camera that is known to turn: who looks closely at any other is not asked anything.
      const known =
        cameraId !== null &&
        turns(cameras.getState().byId.get(cameraId), ptz.getState().states.get(cameraId));
      // Nor is anybody asked to sign in for looking closely.
      if (known && maySteer(operators.getState())) ptz.enter(full, cameraId, true);
    }
    look();
  };
  const look = () => {
    const { mode } = ptz.getState();
    if (!mode) return;
    const view = engine.store.getState().tiles.get(mode.tile);
    const here = view?.cameraId === mode.cameraId ? view.look : 'connecting';
    ptz.setSeen(here === 'live' || here === 'keyframes');
  };
  bag.add(wall.subscribe(onWall));
  bag.add(engine.store.subscribe(look));
  bag.add(ptz.subscribe((now, before) => now.mode !== before.mode && look()));
  bag.add(
    session.subscribe((now, before) => {
      if (now.dialog && now.dialog !== before.dialog) ptz.hand.letGo();
    }),
  );
  bag.add(
    operators.subscribe((now, before) => {
      if (now.asking !== null && before.asking === null) ptz.hand.letGo();
      const [who, had] = [now.state?.session, before.state?.session];
      if (who?.operator.id === had?.operator.id && who?.locked === had?.locked) return;
      // The core takes the camera from who left; whoever came is told anew what they may.
      ptz.hand.letGo();
      const { mode } = ptz.getState();
      if (mode && mode.phase !== 'opening' && now.state !== null && before.state !== null) {
        if (mode.auto && !maySteer(now)) ptz.leave();
        else if (maySteer(now)) ptz.retry();
      }
    }),
  );
  bag.add(
    workplace.subscribe((now) => {
      if (now.place !== 'wall' && ptz.getState().mode) ptz.leave();
    }),
  );
  onWall();
  return () => bag.dispose();
}

/** Who types or answers a question does not steer. */
function typesElsewhere(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  return Boolean(
    target?.closest(
      'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="alertdialog"], [role="menu"]',
    ),
  );
}

function steerByKeys({ ptz, session, operators }: Product) {
  const { hand } = ptz;
  const keys = createKeyHand((speeds) => {
    if (isStill(speeds)) hand.release('keys');
    else hand.push('keys', speeds);
  });
  const onDown = (event: KeyboardEvent) => {
    if (!ptz.getState().mode) return;
    const drives = ['moving', 'lens'].includes(hand.getState().phase);
    if (event.code === 'Escape' && drives) {
      // Whatever else Esc would close: first of all it stops.
      event.preventDefault();
      event.stopPropagation();
      ptz.escape();
      return;
    }
    if (session.getState().dialog || operators.getState().asking) return;
    if (typesElsewhere(event)) return;
    if (event.altKey || event.metaKey) return keys.clear();
    if (/^(Shift|Control)/u.test(event.code)) return keys.pace(event);
    if (keys.steers(event.code)) {
      event.preventDefault();
      // A repeat says nothing that is not known, and after a stop it must not begin anew.
      if (!event.repeat && ptz.maySteer()) keys.down(event);
      return;
    }
    if (event.ctrlKey) return;
    if (pressed(event)) event.preventDefault();
  };
  const pressed = (event: KeyboardEvent): boolean => {
    const digit = /^(?:Digit|Numpad)([1-9])$/u.exec(event.code)?.[1];
    if (event.repeat) return digit !== undefined || /^(Escape|Key[HPB])$/u.test(event.code);
    if (digit !== undefined && !event.shiftKey) {
      goToNumber(ptz, Number(digit));
      return true;
    }
    if (event.shiftKey) return false;
    switch (event.code) {
      case 'Escape':
        ptz.escape();
        return true;
      case 'KeyP':
        ptz.leave();
        return true;
      case 'KeyH':
        goHome(ptz);
        return true;
      case 'KeyB':
        ptz.change({ tool: ptz.getState().tool === 'box' ? 'steer' : 'box' });
        return true;
      default:
        return false;
    }
  };
  const onUp = (event: KeyboardEvent) => {
    // macOS tells no key-up while Cmd is held, so its own lets go of everything.
    if (/^(Meta|OS)/u.test(event.code)) return keys.clear();
    keys.up(event);
    if (/^(Shift|Control)/u.test(event.code)) keys.pace(event);
  };
  // No key-up comes to a window that has no focus.
  const clear = () => keys.clear();
  window.addEventListener('keydown', onDown, true);
  window.addEventListener('keyup', onUp, true);
  window.addEventListener('blur', clear);
  document.addEventListener('visibilitychange', clear);
  return () => {
    window.removeEventListener('keydown', onDown, true);
    window.removeEventListener('keyup', onUp, true);
    window.removeEventListener('blur', clear);
    document.removeEventListener('visibilitychange', clear);
    keys.clear();
  };
}

function steerByJoysticks({ ptz, session, operators }: Product) {
  const { hand } = ptz;
  const asked = () => session.getState().dialog !== null || operators.getState().asking !== null;
  /** Sticks that were seen at rest since they last might not steer: only those move a camera. */
  const armed = new Set<string>();
  return pollJoysticks({
    pads: connectedPads,
    shelf: localStorage,
    onSpeed(source, speeds) {
      if (isStill(speeds)) {
        armed.add(source);
        hand.release(source);
      } else if (!armed.has(source)) return;
      else if (asked() || !document.hasFocus() || !ptz.maySteer()) {
        armed.delete(source);
        hand.release(source);
      } else hand.push(source, speeds);
    },
    onGone(source) {
      armed.delete(source);
      hand.release(source);
    },
    onButton(act, pressed) {
      if (act === 'near' || act === 'far') {
        if (!pressed) hand.releaseLens();
        else if (ptz.maySteer()) hand.driveLens(act);
        return;
      }
      if (!pressed || asked()) return;
      if (act === 'stop') hand.halt();
      else if (act === 'home') goHome(ptz);
      else if (act.startsWith('preset-')) goToNumber(ptz, Number(act.slice('preset-'.length)));
    },
  });
}

/** From the hand to the eye: see `motion-detector.ts`. */
function measure({ ptz }: Product, tile: number) {
  const video = () => {
    const all = document.querySelectorAll<HTMLVideoElement>(
      `[data-tile="${tile}"] video.tile-picture`,
    );
    // The last one is the one that is seen; one before it is on its way.
    return all[all.length - 1] ?? null;
  };
  const meter = createMotionMeter(video, (ms) => {
    if (ptz.getState().seen) ptz.change({ motionMs: Math.round(ms) });
  });
  const bag = new DisposeBag();
  bag.add(() => meter.close());
  bag.add(
    ptz.hand.subscribe((now, before) => {
      if (now.phase === before.phase) return;
      meter.setMoving(now.phase !== 'rest');
      if (now.phase !== 'moving' || !ptz.getState().seen) return;
      ptz.change({ motionMs: null });
      meter.begin(performance.now());
    }),
  );
  bag.add(
    ptz.subscribe((now, before) => {
      if (now.seen !== before.seen) meter.reset();
    }),
  );
  return () => bag.dispose();
}
