/// <reference types="@vitest/browser-playwright" />
import { cdp } from 'vitest/browser';

/** Mouse and fingers as the browser's own input, so that capture, cancel and buttons are the real ones. */
interface Point {
  readonly x: number;
  readonly y: number;
}

/** The tests run in a frame; input goes to the window around it. */
function inWindow({ x, y }: Point): Point {
  const frame = window.frameElement?.getBoundingClientRect();
  if (!frame) return { x, y };
  const scale = frame.width / window.innerWidth;
  return { x: frame.left + x * scale, y: frame.top + y * scale };
}

export function middleOf(element: Element, dx = 0, dy = 0): Point {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2 + dx, y: top + height / 2 + dy };
}

type Button = 'left' | 'right' | 'none';

async function mouse(
  type: 'mousePressed' | 'mouseReleased' | 'mouseMoved' | 'mouseWheel',
  at: Point,
  more: Readonly<Record<string, unknown>>,
): Promise<void> {
  const session = cdp() as unknown as {
    send(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown>;
  };
  await session.send('Input.dispatchMouseEvent', { type, ...inWindow(at), ...more });
}

const shiftBit = 8;

export const pointer = {
  press: (at: Point, shift = false, button: Button = 'left') =>
    mouse('mousePressed', at, { button, clickCount: 1, modifiers: shift ? shiftBit : 0 }),
  drag: (at: Point, shift = false) =>
    mouse('mouseMoved', at, { button: 'left', buttons: 1, modifiers: shift ? shiftBit : 0 }),
  move: (at: Point) => mouse('mouseMoved', at, { button: 'none', buttons: 0 }),
  release: (at: Point, button: Button = 'left') =>
    mouse('mouseReleased', at, { button, clickCount: 1 }),
  wheel: (at: Point, deltaY: number) => mouse('mouseWheel', at, { deltaX: 0, deltaY }),
};

/** Each entry is one finger that is down, at its place. */
export async function touch(
  type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel',
  fingers: readonly Point[],
): Promise<void> {
  const session = cdp() as unknown as {
    send(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown>;
  };
  const touchPoints = fingers.map((finger, id) => ({ ...inWindow(finger), id }));
  await session.send('Input.dispatchTouchEvent', { type, touchPoints });
}
