import { describe, expect, test } from 'vitest';
import { createHand } from '../../../../renderer/stores/ptz/hand.ts';
import { Fault } from '../../../../src/std/fault.ts';
import { FakeClock, FakePort } from './fake-port.ts';

const right = { pan: 0.5, tilt: 0, zoom: 0 };
const left = { pan: -0.5, tilt: 0, zoom: 0 };
const still = { pan: 0, tilt: 0, zoom: 0 };

function made() {
  const port = new FakePort();
  const clock = new FakeClock();
  const hand = createHand(port, clock);
  hand.aim('a');
  return { port, clock, hand };
}

describe('a movement', () => {
  test('begins at once, is renewed each 100 ms, and ends with a stop and nothing after it', async () => {
    const { port, clock, hand } = made();
    hand.push('keys', right);
    expect(port.names()).toEqual(['move']);
    await clock.pass(450);
    expect(port.names()).toEqual(['move', 'renew', 'renew', 'renew', 'renew']);
    hand.release('keys');
    expect(port.names().at(-1)).toBe('stop');
    await clock.pass(5000);
    expect(port.names().filter((name) => name === 'stop')).toHaveLength(1);
    expect(port.names().at(-1)).toBe('stop');
    expect(hand.getState()).toMatchObject({ phase: 'rest', velocity: still });
    expect(clock.waiting).toBe(0);
  });

  test('sends at most 20 speeds a second, and the last one wanted is the last one sent', async () => {
    const { port, clock, hand } = made();
    for (let step = 1; step <= 500; step++) {
      hand.push('drag', { pan: step / 1000, tilt: 0, zoom: 0 });
      await clock.pass(2);
    }
    const moves = port.calls.filter((call) => call.call === 'move');
    expect(moves.length).toBeLessThanOrEqual(21);
    expect(moves.length).toBeGreaterThan(10);
    await clock.pass(100);
    expect(port.calls.filter((call) => call.call === 'move').at(-1)).toMatchObject({ pan: 0.5 });
  });

  test('the stop does not wait behind a speed that is not sent yet', async () => {
    const { port, clock, hand } = made();
    hand.push('drag', right);
    hand.push('drag', left);
    hand.release('drag');
    expect(port.names()).toEqual(['move', 'stop']);
    await clock.pass(1000);
    expect(port.names()).toEqual(['move', 'stop']);
  });

  test('every movement has a greater id', async () => {
    const { port, hand } = made();
    for (let turn = 0; turn < 3; turn++) {
      hand.push('keys', right);
      hand.release('keys');
    }
    const ids = port.calls.flatMap((call) => (call.call === 'move' ? [call.moveId] : []));
    expect(ids).toHaveLength(3);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  });

  test('several inputs add up, no axis beyond 1, and it ends with the last of them', () => {
    const { port, hand } = made();
    hand.push('keys', { pan: 0.8, tilt: 0, zoom: 0 });
    hand.push('gamepad:0', { pan: 0.8, tilt: 0, zoom: 0.3 });
    expect(hand.getState().velocity).toEqual({ pan: 1, tilt: 0, zoom: 0.3 });
    hand.release('keys');
    expect(port.names()).not.toContain('stop');
    hand.push('gamepad:0', still);
    expect(port.names().at(-1)).toBe('stop');
  });

  test('nothing is sent while no camera is aimed at', () => {
    const { port, hand } = made();
    hand.aim(null);
    hand.push('keys', right);
    expect(port.calls).toEqual([]);
  });
});

describe('letting go', () => {
  test('what is held through it begins nothing anew until it was released', async () => {
    const { port, clock, hand } = made();
    hand.push('keys', right);
    hand.letGo();
    expect(port.names()).toEqual(['move', 'stop']);
    hand.push('keys', right);
    hand.push('keys', left);
    await clock.pass(1000);
    expect(port.names()).toEqual(['move', 'stop']);
    hand.release('keys');
    hand.push('keys', right);
    expect(port.names()).toEqual(['move', 'stop', 'move']);
  });

  test('at rest it sends nothing; a halt always sends the stop', () => {
    const { port, hand } = made();
    hand.letGo();
    expect(port.names()).toEqual([]);
    hand.halt();
    expect(port.names()).toEqual(['stop']);
  });

  test('another camera: the one before is stopped, the new one not moved by what is still held', () => {
    const { port, hand } = made();
    hand.push('keys', right);
    hand.aim('b');
    hand.push('keys', right);
    expect(port.calls.map((call) => `${call.call} ${call.cameraId}`)).toEqual(['move a', 'stop a']);
    expect(hand.getState()).toMatchObject({ cameraId: 'b', phase: 'rest' });
  });
});

describe('a stop that fails', () => {
  test('is said and tried again until it is answered', async () => {
    const { port, clock, hand } = made();
    port.failing.set('stop', new Fault('net.timeout'));
    hand.push('keys', right);
    hand.release('keys');
    await clock.pass(2000);
    expect(port.names().filter((name) => name === 'stop').length).toBeGreaterThanOrEqual(3);
    expect(hand.getState().unstopped.get('a')).toMatchObject({ cause: { code: 'net.timeout' } });
    expect(hand.getState().phase).toBe('stopping');
    port.failing.clear();
    await clock.pass(1100);
    expect(hand.getState().unstopped.size).toBe(0);
    expect(hand.getState().phase).toBe('rest');
    const count = port.calls.length;
    await clock.pass(10_000);
    expect(port.calls).toHaveLength(count);
  });

  test('no answer at all is a failure too', async () => {
    const { port, clock, hand } = made();
    port.silent = true;
    hand.push('keys', right);
    hand.release('keys');
    await clock.pass(1600);
    expect(hand.getState().unstopped.get('a')).toMatchObject({ tries: 1 });
    port.silent = false;
    await clock.pass(500);
    expect(hand.getState().unstopped.size).toBe(0);
  });

  test('goes on for a camera that is not steered any more', async () => {
    const { port, clock, hand } = made();
    port.failing.set('stop', new Fault('host.gone'));
    hand.push('keys', right);
    hand.aim('b');
    await clock.pass(3000);
    port.failing.clear();
    await clock.pass(1100);
    expect(port.calls.at(-1)).toEqual({ call: 'stop', cameraId: 'a' });
    expect(hand.getState().unstopped.size).toBe(0);
  });

  test('a try of it never ends a newer movement', async () => {
    const { port, clock, hand } = made();
    port.failing.set('stop', new Fault('net.timeout'));
    hand.push('keys', right);
    hand.release('keys');
    await clock.pass(100);
    hand.push('keys', left);
    port.failing.clear();
    const from = port.calls.length;
    await clock.pass(2000);
    expect(port.names().slice(from)).not.toContain('stop');
    hand.release('keys');
    await clock.pass(10);
    expect(hand.getState().unstopped.size).toBe(0);
    expect(hand.getState().phase).toBe('rest');
  });
});

describe('what the core says', () => {
  test('a movement that is over there is let go here, without stopping whoever has it now', async () => {
    const { port, clock, hand } = made();
    hand.push('keys', right);
    port.alive = false;
    await clock.pass(300);
    expect(hand.getState()).toMatchObject({ phase: 'rest', velocity: still });
    expect(port.names()).toEqual(['move', 'renew']);
    hand.push('keys', right);
    expect(port.names()).toEqual(['move', 'renew']);
  });

  test.each(['ptz.held', 'operator.needed', 'access.denied', 'ptz.not-steerable'] as const)(
    'a move refused with %s sends no stop to the camera of somebody else',
    async (code) => {
      const { port, clock, hand } = made();
      port.failing.set('move', new Fault(code));
      hand.push('keys', right);
      await clock.pass(1000);
      expect(port.names()).toEqual(['move']);
      expect(hand.getState()).toMatchObject({ phase: 'rest', refused: { code } });
    },
  );

  test('a move that failed on its way is stopped: it may have begun', async () => {
    const { port, clock, hand } = made();
    port.failing.set('move', new Fault('net.timeout'));
    hand.push('keys', right);
    await clock.pass(1000);
    expect(port.names()).toEqual(['move', 'stop']);
    expect(hand.getState()).toMatchObject({ phase: 'rest', refused: { code: 'net.timeout' } });
  });

  test('a renewal that fails ends the movement with a stop', async () => {
    const { port, clock, hand } = made();
    hand.push('keys', right);
    port.failing.set('renew', new Fault('host.gone'));
    await clock.pass(300);
    expect(port.names()).toEqual(['move', 'renew', 'stop']);
  });
});

describe('the lens', () => {
  test('is driven while it is held, renewed, and stopped', async () => {
    const { port, clock, hand } = made();
    hand.driveLens('near');
    await clock.pass(250);
    hand.releaseLens();
    expect(port.names()).toEqual(['focus', 'renew', 'renew', 'focus']);
    expect(port.calls.at(-1)).toMatchObject({ act: 'stop' });
    await clock.pass(2000);
    expect(port.calls).toHaveLength(4);
    expect(hand.getState().phase).toBe('rest');
  });

  test('letting go of everything stops the camera as a whole', async () => {
    const { port, hand } = made();
    hand.driveLens('far');
    hand.letGo();
    expect(port.names()).toEqual(['focus', 'stop']);
  });

  test('it and a movement end each other', async () => {
    const { port, clock, hand } = made();
    hand.push('keys', right);
    hand.driveLens('far');
    expect(port.names()).toEqual(['move', 'stop', 'focus']);
    hand.push('drag', left);
    await clock.pass(10);
    expect(port.names()).toEqual(['move', 'stop', 'focus', 'focus', 'move']);
    hand.release('drag');
    await clock.pass(1000);
    expect(port.names().at(-1)).toBe('stop');
    expect(hand.getState().phase).toBe('rest');
  });
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

test.each([
  ['a core that answers', false],
  ['a core that fails now and then', true],
])('10,000 random inputs on %s: the last word to every camera is the stop', async (_, faulty) => {
  const { port, clock, hand } = made();
  const next = random(20_210_625);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const sources = ['keys', 'drag', 'wheel', 'gamepad:0', 'gamepad:1', 'pad', 'pad-zoom'];
  const faults = [new Fault('net.timeout'), new Fault('ptz.held'), new Fault('host.gone')];
  for (let step = 0; step < 10_000; step++) {
    const dice = next();
    if (dice < 0.5) {
      hand.push(pick(sources), { pan: next() * 2 - 1, tilt: next() * 2 - 1, zoom: next() * 2 - 1 });
    } else if (dice < 0.75) hand.release(pick(sources));
    else if (dice < 0.8) hand.letGo();
    else if (dice < 0.82) hand.halt();
    else if (dice < 0.84) hand.aim(pick(['a', 'b', null]));
    else if (dice < 0.88) hand.driveLens(pick(['near', 'far']));
    else if (dice < 0.92) hand.releaseLens();
    else if (faulty && dice < 0.93)
      port.failing.set(pick(['move', 'renew', 'stop', 'focus']), pick(faults));
    else if (dice < 0.94) port.failing.clear();
    else if (faulty && dice < 0.945) port.alive = !port.alive;
    else await clock.pass(Math.floor(next() * 120));
  }
  port.failing.clear();
  port.alive = true;
  hand.letGo();
  await clock.pass(10_000);
  expect(hand.getState().phase).toBe('rest');
  expect(hand.getState().velocity).toEqual(still);
  expect(clock.waiting).toBe(0);
  expect(port.calls.length).toBeGreaterThan(1000);
  const count = port.calls.length;
  await clock.pass(60_000);
  expect(port.calls).toHaveLength(count);
  if (!faulty) {
    for (const camera of ['a', 'b']) {
      const last = port.calls.filter((call) => call.cameraId === camera).at(-1);
      expect(last?.call === 'focus' ? last.act : last?.call).toBe('stop');
    }
    expect(hand.getState().unstopped.size).toBe(0);
  }
  // One more movement, so that the last word on both cameras is one of a core that answers.
  for (const camera of ['a', 'b']) {
    hand.aim(camera);
    for (const source of sources) hand.release(source);
    hand.push('keys', right);
    hand.release('keys');
    await clock.pass(1000);
    const last = port.calls.filter((call) => call.cameraId === camera).at(-1);
    expect(last?.call).toBe('stop');
  }
  expect(hand.getState().unstopped.size).toBe(0);
});
