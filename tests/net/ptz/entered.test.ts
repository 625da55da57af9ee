import { afterEach, expect, test, vi } from 'vitest';
import { type PtzDesk, ptzDesk } from '../../support/ptz-desk.ts';
import { PtzPeer } from '../../support/ptz-peer.ts';

/** What of steering is entered in the audit: each movement once, with who, from, to and its end. */
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function steered(): Promise<PtzDesk & { peer: PtzPeer }> {
  const peer = await new PtzPeer({ timeoutIgnored: true }).listen();
  open.push(peer);
  const desk = ptzDesk({ address: peer.soap.origin });
  open.push(desk);
  await desk.camera.view();
  return { ...desk, peer };
}

async function moving({ camera, actor, peer }: PtzDesk & { peer: PtzPeer }): Promise<void> {
  const me = actor('An');
  await camera.move(me, 1, { pan: 0.5, tilt: 0.2, zoom: 0 });
  const timer = setInterval(() => camera.renew(me, 1), 100);
  open.push({ close: async () => clearInterval(timer) });
  await vi.waitFor(() => expect(peer.moving).toBe(true), { timeout: 5000 });
}

const entered = ({ audit }: PtzDesk, kind: string) => audit.filter((one) => one.kind === kind);
const place = expect.stringMatching(/^-?\d\.\d{3} -?\d\.\d{3} \d\.\d{3}$/);

test('a movement is one record: who, from, to, how it ended; stopping it oneself is none', async () => {
  const desk = await steered();
  await moving(desk);
  desk.camera.stop('stopped', desk.actor('An').holder);
  await vi.waitFor(() => expect(entered(desk, 'ptz.move')).toHaveLength(1), { timeout: 10_000 });
  expect(entered(desk, 'ptz.move')[0]).toMatchObject({
    operator: { id: 'id-An' },
    details: { ended: 'stopped', verified: true, from: place, to: place },
  });
  expect(entered(desk, 'ptz.stop')).toEqual([]);
});

test('who stops what somebody else moves is named, also where nobody is signed in', async () => {
  const desk = await steered();
  await moving(desk);
  desk.camera.stop('stopped', desk.actor('Bình').holder);
  expect(entered(desk, 'ptz.stop')).toMatchObject([
    { operator: { id: 'id-Bình' }, details: { of: 'An', what: 'hand' } },
  ]);
  await desk.camera.point(desk.actor('An'), { x: 0.9, y: 0.5, magnify: 1 });
  desk.camera.stop('stopped', null);
  expect(entered(desk, 'ptz.stop')).toMatchObject([
    {},
    { operator: null, details: { of: 'An', what: 'goto' } },
  ]);
  // Nothing moves: nobody was stopped.
  await vi.waitFor(() => expect(desk.camera.state.moving).toBe('no'), { timeout: 10_000 });
  desk.camera.stop('stopped', null);
  expect(entered(desk, 'ptz.stop')).toHaveLength(2);
});

test('a way to a preset is one record when it is over, whether it arrived or was stopped', async () => {
  const desk = await steered();
  const me = desk.actor('An');
  const { token } = (await desk.camera.savePreset(me, null, 'Cổng', true)) as { token: string };
  await desk.camera.point(me, { x: 0.9, y: 0.5, magnify: 1 });
  await desk.camera.arrived();
  await desk.camera.goto(me, token, null);
  expect(entered(desk, 'ptz.goto')).toEqual([]);
  await desk.camera.arrived();
  expect(entered(desk, 'ptz.goto')).toMatchObject([
    {
      operator: { id: 'id-An' },
      details: { preset: token, ended: 'arrived', from: place, to: place },
    },
  ]);
  expect(entered(desk, 'ptz.point')).toHaveLength(1);
  await desk.camera.goto(me, token, null);
  desk.camera.stop('stopped', me.holder);
  await vi.waitFor(() =>
    expect(entered(desk, 'ptz.goto')[1]).toMatchObject({
      details: { ended: 'stopped', verified: true, to: place },
    }),
  );
  await expect(desk.camera.goto(me, 'gone', null)).rejects.toThrow();
  expect(entered(desk, 'ptz.goto')[2]).toMatchObject({
    outcome: 'failed',
    details: { preset: 'gone' },
  });
});

test('a camera that somebody else holds: what was wanted is entered once, not ten times a second', async () => {
  const desk = await steered();
  await desk.room.take('cổng-1', desk.actor('Bình', 2, 'supervisor'), null, '');
  for (let turn = 1; turn <= 5; turn++) {
    const move = desk.camera.move(desk.actor('An'), turn, { pan: 1, tilt: 0, zoom: 0 });
    await expect(move).rejects.toMatchObject({ code: 'ptz.held' });
  }
  expect(entered(desk, 'ptz.move')).toMatchObject([
    { operator: { id: 'id-An' }, cause: 'ptz.held', details: { held: 'Bình' } },
  ]);
});
