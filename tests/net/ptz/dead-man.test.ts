import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import { openPtzMemory } from '../../../src/ptz/ptz-memory.ts';
import { silentLog } from '../../../src/std/log.ts';
import { migrate } from '../../../src/store/migrations.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { cameraId, type PtzDesk, ptzDesk } from '../../support/ptz-desk.ts';
import { type PtzFaults, PtzPeer } from '../../support/ptz-peer.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function steered(
  faults: PtzFaults = {},
  options: Partial<Parameters<typeof ptzDesk>[0]> = {},
): Promise<PtzDesk & { peer: PtzPeer }> {
  // Nothing ends a movement here but what is under test.
  const peer = await new PtzPeer({ timeoutIgnored: true, ...faults }).listen();
  open.push(peer);
  const desk = ptzDesk({ address: peer.soap.origin, ...options });
  open.push(desk);
  await desk.camera.view();
  return { ...desk, peer };
}

/** Holds a movement as a page does, until it is told to let go. */
function hold({ camera, actor }: PtzDesk, moveId = 1, page = 1, name = 'An') {
  const me = actor(name, page);
  const begun = camera.move(me, moveId, { pan: 0.5, tilt: 0.2, zoom: 0 });
  const timer = setInterval(() => camera.renew(me, moveId), 100);
  const stopRenewing = () => clearInterval(timer);
  open.push({ close: async () => stopRenewing() });
  return { begun, stopRenewing };
}

const stands = (desk: PtzDesk & { peer: PtzPeer }) =>
  vi.waitFor(
    () => {
      expect(desk.peer.moving).toBe(false);
      expect(desk.camera.state).toMatchObject({ moving: 'no', alarm: null });
    },
    { timeout: 15_000, interval: 20 },
  );

const moves = ({ peer }: { peer: PtzPeer }) =>
  vi.waitFor(() => expect(peer.moving).toBe(true), { timeout: 5000, interval: 5 });

describe('whatever ends a movement, the camera stops', () => {
  test('it goes on while it is renewed, and its key stops it', async () => {
    const desk = await steered();
    const { begun, stopRenewing } = hold(desk);
    await begun;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(desk.peer.moving).toBe(true);
    desk.camera.stop('stopped');
    stopRenewing();
    await stands(desk);
    expect(desk.peer.count('stop')).toBeGreaterThan(0);
    expect(desk.peer.count('zero')).toBeGreaterThan(0);
    expect(desk.database.prepare('select * from ptz_moving').all()).toEqual([]);
    // It is written when it is known where the camera came to stand.
    await vi.waitFor(() =>
      expect(desk.audit.find(({ kind }) => kind === 'ptz.move')).toMatchObject({
        operator: { id: 'id-An' },
        camera: cameraId,
        outcome: 'done',
        details: { ended: 'stopped', verified: true, to: expect.any(String) },
      }),
    );
  });

  test('no renewal: Stop and zero velocity, and the page is told that it is over', async () => {
    const desk = await steered();
    const { begun, stopRenewing } = hold(desk);
    await begun;
    await moves(desk);
    stopRenewing();
    await stands(desk);
    expect(desk.camera.renew(desk.actor(), 1)).toBe(false);
    expect(desk.camera.state.notice?.code).toBe('dead-man');
    // Stragglers of that movement move nothing.
    await desk.camera.move(desk.actor(), 1, { pan: 1 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(desk.peer.moving).toBe(false);
  });

  test('the wire of the page closes', async () => {
    const desk = await steered();
    await hold(desk).begun;
    await moves(desk);
    desk.room.pageGone(1);
    await stands(desk);
    await vi.waitFor(() =>
      expect(desk.audit.at(-1)?.details).toMatchObject({ ended: 'page-gone' }),
    );
  });

  test('the wire of another page closes: nothing happens', async () => {
    const desk = await steered();
    await hold(desk).begun;
    await moves(desk);
    desk.room.pageGone(2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(desk.peer.moving).toBe(true);
  });

  test('the operator signs out', async () => {
    const desk = await steered();
    await hold(desk).begun;
    await moves(desk);
    desk.signIn(null);
    await stands(desk);
    expect(desk.leases.current(cameraId)).toBeNull();
    expect(desk.camera.state.notice?.code).toBe('lease-ended');
  });

  test('somebody of higher priority takes the camera', async () => {
    const desk = await steered();
    await hold(desk).begun;
    await moves(desk);
    await desk.room.take(cameraId, desk.actor('Bình', 2, 'supervisor'), null, 'có sự việc');
    await stands(desk);
    expect(desk.camera.state).toMatchObject({
      lease: { holder: { operatorName: 'Bình' }, mine: false, next: { operatorName: 'An' } },
      notice: { code: 'taken-over', by: 'Bình' },
    });
    await expect(desk.camera.move(desk.actor(), 9, { pan: 1 })).rejects.toMatchObject({
      code: 'ptz.held',
      params: { holder: 'Bình' },
    });
  });

  test('the host closes', async () => {
    const desk = await steered();
    await hold(desk).begun;
    await moves(desk);
    await desk.room.close();
    expect(desk.peer.moving).toBe(false);
    expect(desk.database.prepare('select * from ptz_moving').all()).toEqual([]);
  });

  test('a key that is let go while the device is still being reached moves nothing', async () => {
    const peer = await new PtzPeer({ timeoutIgnored: true }).listen();
    open.push(peer);
    const desk = ptzDesk({ address: peer.soap.origin });
    open.push(desk);
    const begun = desk.camera.move(desk.actor(), 1, { pan: 1 });
    desk.camera.stop('stopped');
    await begun;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(peer.count('move')).toBe(0);
  });
});

describe('the line to the camera is cut', () => {
  test('an alarm stays until the camera is reached again and was seen standing', async () => {
    const peer = await new PtzPeer({ timeoutIgnored: true }).listen();
    open.push(peer);
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: peer.soap.port });
    open.push(proxy);
    const desk = { ...ptzDesk({ address: `http://127.0.0.1:${proxy.port}` }), peer };
    open.push(desk);
    await desk.camera.view();
    await hold(desk).begun;
    await moves(desk);
    proxy.cut();
    desk.camera.stop('stopped');
    await vi.waitFor(() => expect(desk.camera.state.alarm).toEqual({ code: 'ptz.may-be-moving' }), {
      timeout: 10_000,
    });
    expect(peer.moving).toBe(true);
    expect(desk.database.prepare('select camera_id from ptz_moving').all()).toHaveLength(1);
    proxy.restore();
    await stands(desk);
    expect(
      desk.audit
        .filter(({ kind }) => kind === 'ptz.alarm')
        .map(({ details }) => details?.['raised']),
    ).toEqual([true, false]);
  });
});

describe('quirk 16', () => {
  const cases: [string, PtzFaults][] = [
    ['Stop is ignored, zero velocity obeyed', { stopIgnored: true }],
    ['zero velocity is ignored, Stop obeyed', { zeroIgnored: true }],
    ['both are slow', { slowMs: 600 }],
    ['no GetStatus', { noStatus: true }],
    ['MOVING is told for ever, the position stands', { alwaysMoving: true }],
    ['every second move is refused as busy', { busy: true }],
    ['moves are done and never answered', { moveHangs: true }],
    ['a move is done later than the stop after it', { moveLateMs: 700 }],
  ];
  test.each(cases)('%s: it stops all the same', async (_name, faults) => {
    const desk = await steered(faults);
    const { begun, stopRenewing } = hold(desk);
    await begun;
    if (!faults.moveLateMs) await moves(desk);
    else await new Promise((resolve) => setTimeout(resolve, 100));
    stopRenewing();
    desk.camera.stop('stopped');
    await stands(desk);
    // And it stays so, whatever was still under way.
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(desk.peer.moving).toBe(false);
  });

  test('neither Stop nor zero velocity works: the alarm stays until a person has seen it', async () => {
    const desk = await steered({ stopIgnored: true, zeroIgnored: true });
    await hold(desk).begun;
    await moves(desk);
    desk.camera.stop('stopped');
    await vi.waitFor(() => expect(desk.camera.state.alarm).not.toBeNull(), { timeout: 10_000 });
    const { alarmSince } = desk.camera.state;
    expect(() => desk.camera.acknowledge((alarmSince as number) - 1)).toThrow();
    desk.camera.acknowledge(alarmSince as number);
    expect(desk.camera.state.alarm).toBeNull();
    await vi.waitFor(() => expect(desk.camera.state.moving).toBe('no'), { timeout: 10_000 });
    desk.peer.faults = {};
  });

  test('a device that hangs keeps no stop waiting: each has a connection of its own', async () => {
    const desk = await steered();
    await hold(desk).begun;
    await moves(desk);
    desk.peer.faults = { timeoutIgnored: true, hangs: true };
    desk.camera.stop('stopped');
    await vi.waitFor(() => expect(desk.peer.count('stop')).toBeGreaterThan(2), { timeout: 10_000 });
    desk.peer.faults = { timeoutIgnored: true };
    await stands(desk);
  });
});

test('what an earlier run left turning is stopped at the start', async () => {
  const peer = await new PtzPeer({ timeoutIgnored: true }).listen();
  open.push(peer);
  const killed = await connectOnvif({ address: peer.soap.origin, credential: null });
  const [profile] = await killed.profiles();
  await killed.ptz?.continuousMove(profile?.token ?? '', { pan: 0.3 }, 60_000);
  killed.close();
  const database = new DatabaseSync(':memory:');
  migrate(database);
  openPtzMemory(database, silentLog).markMoving(cameraId);
  expect(peer.moving).toBe(true);
  const desk = ptzDesk({ address: peer.soap.origin, database });
  open.push(desk);
  desk.room.stopLeftBehind();
  await stands({ ...desk, peer });
  expect(desk.camera.state.notice?.code).toBe('left-behind');
  expect(database.prepare('select * from ptz_moving').all()).toEqual([]);
});
