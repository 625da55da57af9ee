import { expect, test, vi } from 'vitest';
import { cameraId, ptzDesk } from '../../support/ptz-desk.ts';
import { PtzPeer } from '../../support/ptz-peer.ts';

/** Park and Miller's: the same run each time. */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

test('10,000 random inputs of three hands leave the camera stopped and the lease free', async () => {
  const peer = await new PtzPeer({ timeoutIgnored: true, busy: true }).listen();
  peer.presets.set('A', { name: 'a', at: { pan: 0.1, tilt: 0.1, zoom: 0 } });
  const desk = ptzDesk({ address: peer.soap.origin });
  try {
    const { camera, room } = desk;
    await camera.view();
    const next = randomFrom(2021);
    const people = ['An', 'Bình', 'Chi'];
    const roles = ['ptz', 'duty', 'supervisor'];
    let moveId = 0;
    let moved = 0;
    const forgive = (work: Promise<unknown>) => void work.catch(() => {});
    for (let turn = 0; turn < 10_000; turn++) {
      const who = next(3);
      const actor = desk.actor(people[who], 1 + next(4), roles[who]);
      const speed = () => next(21) / 10 - 1;
      const what = next(100);
      if (what < 45) {
        moved += 1;
        forgive(camera.move(actor, moveId, { pan: speed(), tilt: speed(), zoom: speed() }));
      } else if (what < 60) camera.renew(actor, moveId);
      else if (what < 66) moveId += 1;
      else if (what < 76) camera.stop('stopped');
      else if (what < 80) room.pageGone(actor.page);
      else if (what < 84) forgive(room.take(cameraId, actor, 1 + next(32_000), ''));
      else if (what < 88) forgive(room.release(cameraId, actor));
      else if (what < 90) desk.signIn(next(3) === 0 ? null : (people[next(3)] as string));
      else if (what < 92) forgive(camera.goto(actor, 'A', null));
      else if (what < 94) forgive(camera.point(actor, { x: 0.7, y: 0.4, magnify: 1 }));
      else if (what < 96) forgive(camera.focus(actor, moveId, next(2) === 0 ? 'near' : 'far'));
      else if (what < 97) forgive(camera.focus(actor, moveId, 'stop'));
      if (turn % 10 === 0) await new Promise((resolve) => setTimeout(resolve, next(12)));
    }
    expect(moved).toBeGreaterThan(3000);
    expect(peer.count('move')).toBeGreaterThan(50);
    // Everybody goes; nobody presses a key any more.
    for (const name of people) {
      desk.signIn(name);
      desk.signIn(null);
    }
    await vi.waitFor(
      () => {
        expect(peer.moving).toBe(false);
        expect(peer.lensMoving).toBe(false);
        expect(camera.state).toMatchObject({ moving: 'no', alarm: null, lease: null });
      },
      { timeout: 30_000, interval: 50 },
    );
    const lastMove = peer.events.findLastIndex(({ what }) => what === 'move');
    const after = peer.events.slice(lastMove + 1).map(({ what }) => what);
    expect(after).toContain('stop');
    expect(after).toContain('zero');
    expect(desk.database.prepare('select * from ptz_moving').all()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(peer.moving).toBe(false);
  } finally {
    await desk.close();
    await peer.close();
  }
}, 120_000);
