import { type KeySteer, keyVelocity, type Pace, type Velocity } from './velocity.ts';

/**
 * The keyboard as a stick. By the place of the key (`code`), as everywhere on the wall. What is held
 * is known from key-down and key-up alone: repeats are ignored, for they end when another key is pressed.
 */
const steers: Readonly<Record<string, readonly KeySteer[]>> = {
  ArrowLeft: ['left'],
  ArrowRight: ['right'],
  ArrowUp: ['up'],
  ArrowDown: ['down'],
  Equal: ['in'],
  NumpadAdd: ['in'],
  Minus: ['out'],
  NumpadSubtract: ['out'],
};

export interface SteerPress {
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
}

export interface KeyHand {
  /** Whether the key steers at all. */
  steers(code: string): boolean;
  down(press: SteerPress): void;
  up(press: SteerPress): void;
  /** Shift or Ctrl alone went down or up: the pace of what is held changes. */
  pace(press: SteerPress): void;
  clear(): void;
}

export function createKeyHand(push: (speeds: Velocity) => void): KeyHand {
  const held = new Set<string>();
  let pace: Pace = 'normal';

  const tell = () => {
    const directions = new Set([...held].flatMap((code) => steers[code] ?? []));
    push(keyVelocity(directions, pace));
  };
  const take = ({ shiftKey, ctrlKey }: SteerPress) => {
    pace = ctrlKey ? 'slow' : shiftKey ? 'fast' : 'normal';
  };
  return {
    steers: (code) => Object.hasOwn(steers, code),
    down(press) {
      if (!Object.hasOwn(steers, press.code) || held.has(press.code)) return;
      held.add(press.code);
      take(press);
      tell();
    },
    up(press) {
      if (!held.delete(press.code)) return;
      take(press);
      tell();
    },
    pace(press) {
      const before = pace;
      take(press);
      if (pace !== before && held.size > 0) tell();
    },
    clear() {
      held.clear();
      pace = 'normal';
      tell();
    },
  };
}
