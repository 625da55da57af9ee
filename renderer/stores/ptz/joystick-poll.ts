import type { Dispose } from '../../../src/std/disposable.ts';
import {
  type ButtonAct,
  type JoystickProfile,
  loadProfile,
  type PadState,
  type ProfileShelf,
  padVelocity,
} from './joystick-profile.ts';
import type { Velocity } from './velocity.ts';

/**
 * Reads joysticks: a browser tells their state only to who asks. Asked with every drawing while
 * somebody steers or calibrates, never otherwise.
 */
export interface JoystickPoll {
  /** `gamepad:<index>`: one source of the hand per device. */
  onSpeed(source: string, speeds: Velocity): void;
  /** The device left, or is not told of any more: as if the stick was let go. */
  onGone(source: string): void;
  /** A button went down (`pressed`) or up. */
  onButton(act: ButtonAct, pressed: boolean): void;
  readonly shelf: ProfileShelf;
  /** Those that are connected now. */
  readonly pads: () => readonly (PadState | null)[];
}

export function connectedPads(): PadState[] {
  return [...navigator.getGamepads()].filter((pad): pad is Gamepad => pad?.connected === true);
}

export function pollJoysticks(poll: JoystickPoll): Dispose {
  const known = new Map<number, { id: string; profile: JoystickProfile; down: Set<number> }>();
  const source = (index: number) => `gamepad:${index}`;
  let frame = 0;
  let ended = false;

  const drop = (index: number) => {
    const device = known.get(index);
    if (!device) return;
    known.delete(index);
    for (const button of device.down)
      poll.onButton(device.profile.buttons[button] ?? 'none', false);
    poll.onGone(source(index));
  };

  const look = () => {
    if (ended) return;
    const there = new Set<number>();
    for (const pad of poll.pads()) {
      if (!pad) continue;
      there.add(pad.index);
      if (known.get(pad.index)?.id !== pad.id) {
        drop(pad.index);
        const profile = loadProfile(poll.shelf, pad);
        known.set(pad.index, { id: pad.id, profile, down: new Set() });
      }
      const device = known.get(pad.index);
      if (!device) continue;
      for (const [index, button] of pad.buttons.entries()) {
        if (button.pressed === device.down.has(index)) continue;
        if (button.pressed) device.down.add(index);
        else device.down.delete(index);
        const act = device.profile.buttons[index];
        if (act && act !== 'none') poll.onButton(act, button.pressed);
      }
      poll.onSpeed(source(pad.index), padVelocity(pad, device.profile));
    }
    for (const index of [...known.keys()]) if (!there.has(index)) drop(index);
    frame = requestAnimationFrame(look);
  };

  const onDisconnect = (event: GamepadEvent) => drop(event.gamepad.index);
  window.addEventListener('gamepaddisconnected', onDisconnect);
  frame = requestAnimationFrame(look);
  return () => {
    ended = true;
    cancelAnimationFrame(frame);
    window.removeEventListener('gamepaddisconnected', onDisconnect);
    for (const index of [...known.keys()]) drop(index);
  };
}
