import { afterEach, describe, expect, test, vi } from 'vitest';
import { cameraId, type PtzDesk, ptzDesk } from '../../support/ptz-desk.ts';
import { type PtzFaults, PtzPeer } from '../../support/ptz-peer.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function opened(
  faults: PtzFaults = {},
  prepare: (peer: PtzPeer) => void = () => {},
): Promise<PtzDesk & { peer: PtzPeer }> {
  const peer = await new PtzPeer(faults).listen();
  open.push(peer);
  prepare(peer);
  const desk = ptzDesk({ address: peer.soap.origin });
  open.push(desk);
  return { ...desk, peer };
}

const rests = ({ camera }: PtzDesk) =>
  vi.waitFor(() => expect(camera.state.moving).toBe('no'), { timeout: 10_000 });

describe('what a camera offers is told', () => {
  test('all of it', async () => {
    const { camera } = await opened({}, (peer) => {
      peer.maxTours = 4;
      peer.presets.set('{4F-1}', { name: 'Cổng', at: { pan: 0.5, tilt: 0, zoom: 0 } });
    });
    expect(await camera.view()).toMatchObject({
      lacks: [],
      presets: [{ token: '{4F-1}', name: 'Cổng' }],
      maxPresets: 8,
      auxiliaries: ['tt:Wiper|On'],
      view: { degrees: expect.closeTo(60), source: 'assumed' },
      state: { link: 'ready', moving: 'no', lease: null },
    });
  });

  test('quirk 16: what it lacks', async () => {
    const { camera, actor } = await opened({
      noStatus: true,
      noAbsolute: true,
      noRelative: true,
      noHome: true,
    });
    const { lacks } = await camera.view();
    expect(lacks).toEqual(['absolute', 'relative', 'status', 'home', 'set-home', 'tours']);
    await expect(camera.home(actor())).rejects.toMatchObject({
      code: 'ptz.lacks',
      params: { what: 'home' },
    });
  });

  test('a refused login stops, says so, and is not shown again', async () => {
    const peer = await new PtzPeer({}, { login: 'wsse' }).listen();
    open.push(peer);
    const desk = ptzDesk({
      address: peer.soap.origin,
      credential: { user: 'quản trị', password: 'sai' },
    });
    open.push(desk);
    for (let at = 0; at < 3; at++) {
      await expect(desk.camera.view()).rejects.toMatchObject({ code: 'rtsp.unauthorized' });
      await new Promise((resolve) => setTimeout(resolve, at * 1100));
    }
    expect(desk.camera.state).toMatchObject({
      link: 'failed',
      cause: { code: 'rtsp.unauthorized' },
    });
    expect(peer.soap.badLogins).toBe(1);
  });
});

describe('going to places', () => {
  test('presets: set here, gone to, renamed without moving them, removed; tokens are any text', async () => {
    const desk = await opened();
    const { camera, actor, peer } = desk;
    await camera.point(actor(), { x: 0.9, y: 0.5, magnify: 1 });
    await rests(desk);
    const { token, presets } = await camera.savePreset(actor(), null, 'Sân sau', true);
    expect(presets).toEqual([{ token, name: 'Sân sau' }]);
    expect(Number(token)).toBeNaN();
    const place = peer.position;
    await camera.home(actor());
    await rests(desk);
    expect(peer.position.pan).toBeCloseTo(0, 3);
    const renamed = await camera.savePreset(actor(), token, 'Sân trước', false);
    expect(renamed.presets).toEqual([{ token, name: 'Sân trước' }]);
    expect(peer.presets.get(token)?.at.pan).toBeCloseTo(place.pan, 3);
    await camera.goto(actor(), token, 1);
    await rests(desk);
    expect(peer.position.pan).toBeCloseTo(place.pan, 3);
    expect((await camera.removePreset(actor(), token)).presets).toEqual([]);
  });

  test('quirk 16: names of presets are kept here where the device keeps none', async () => {
    const desk = await opened({ presetsUnnamed: true });
    const { token } = await desk.camera.savePreset(desk.actor(), null, 'Hành lang', true);
    expect((await desk.camera.view()).presets).toEqual([{ token, name: 'Hành lang' }]);
  });

  test.each([
    ['in its own view', {}, true, 'relative', false],
    ['to a place', { noRelative: true }, false, 'absolute', true],
    ['by a part of its range', { noAbsolute: true }, false, 'relative', true],
    [
      'by a pulse that ends',
      { noAbsolute: true, noRelative: true, timeoutIgnored: true },
      false,
      'pulse',
      true,
    ],
  ] as const)(
    'a point comes to the centre %s',
    async (_name, faults, viewSpace, by, approximate) => {
      const desk = await opened({ ...faults }, (peer) => {
        peer.viewSpace = viewSpace;
      });
      const aimed = await desk.camera.point(desk.actor(), { x: 0.8, y: 0.5, magnify: 1 });
      expect(aimed).toEqual({ by, approximate });
      await rests(desk);
      expect(desk.peer.moving).toBe(false);
      expect(desk.peer.position.pan).toBeGreaterThan(0.02);
    },
  );

  test('a box zooms in, a step moves a little', async () => {
    const desk = await opened();
    await desk.camera.frame(desk.actor(), { x: 0.4, y: 0.4, width: 0.2, height: 0.2 });
    await rests(desk);
    const { zoom, pan } = desk.peer.position;
    expect(zoom).toBeGreaterThan(0.1);
    await desk.camera.step(desk.actor(), { pan: 1, tilt: 0, zoom: 0 });
    await rests(desk);
    expect(desk.peer.position.pan).toBeGreaterThan(pan);
    expect(desk.peer.position.zoom).toBeCloseTo(zoom, 2);
  });
});

describe('patrols', () => {
  const prepare = (peer: PtzPeer) => {
    peer.maxTours = 2;
    peer.presets.set('A', { name: 'a', at: { pan: 0.1, tilt: 0, zoom: 0 } });
    peer.presets.set('B', { name: 'b', at: { pan: 0.2, tilt: 0, zoom: 0 } });
  };
  const spots = [
    { preset: 'A', staySeconds: 1, speed: null },
    { preset: 'B', staySeconds: 1, speed: 0.5 },
  ];

  test('ours go from spot to spot, rest while a person steers, and go on after', async () => {
    const desk = await opened({}, prepare);
    const { camera, actor, peer, leases } = desk;
    const { id } = await camera.savePatrol({ id: null, name: 'Đêm', where: 'own', spots });
    await camera.patrol(actor(), id, 'start');
    expect(leases.current(cameraId)).toMatchObject({ priority: 0 });
    await vi.waitFor(() => expect(peer.count('goto')).toBeGreaterThan(2), { timeout: 15_000 });
    await camera.move(actor(), 1, { pan: 0.3 });
    expect(camera.state).toMatchObject({
      patrol: { id, state: 'paused' },
      notice: { code: 'patrol-paused' },
    });
    camera.stop('stopped');
    const before = peer.count('goto');
    await desk.room.release(cameraId, actor());
    await vi.waitFor(() => expect(peer.count('goto')).toBeGreaterThan(before), { timeout: 10_000 });
    expect(camera.state.patrol).toMatchObject({ state: 'running' });
    camera.stop('stopped');
    await vi.waitFor(() => expect(camera.state).toMatchObject({ patrol: null, lease: null }));
  });

  test('tours of the device are made, started and ended in the device', async () => {
    const desk = await opened({}, prepare);
    const { camera, actor, peer } = desk;
    const { id, patrols } = await camera.savePatrol({
      id: null,
      name: 'Vòng',
      where: 'device',
      spots,
    });
    expect(patrols).toMatchObject([{ id, where: 'device', name: 'Vòng' }]);
    await camera.patrol(actor(), id, 'start');
    await vi.waitFor(() => expect([...peer.tours.values()][0]?.state).toBe('Touring'));
    await camera.patrol(actor(), id, 'stop');
    expect([...peer.tours.values()][0]).toMatchObject({ state: 'Idle', spots: ['A', 'B'] });
    expect((await camera.savePatrol({ id, name: 'Vòng 2', where: 'device', spots })).id).toBe(id);
  });
});

test('focus is driven and stops by itself, iris goes in steps, the wiper wipes', async () => {
  const desk = await opened();
  const { camera, actor, peer } = desk;
  await camera.focus(actor(), 1, 'far');
  await vi.waitFor(() => expect(peer.lensMoving).toBe(true));
  expect(camera.state.moving).toBe('lens');
  // Nobody renews it.
  await vi.waitFor(() => expect(peer.lensMoving).toBe(false), { timeout: 5000 });
  await rests(desk);
  await camera.focus(actor(), 2, 'manual');
  expect(peer.focusMode).toBe('MANUAL');
  await camera.iris(actor(), 'open');
  expect(peer.iris).toBe(8);
  await camera.iris(actor(), 'close');
  expect(peer.iris).toBe(10);
  await camera.iris(actor(), 'auto');
  expect(peer.iris).toBeNull();
  await camera.auxiliary(actor(), 'tt:Wiper|On');
  expect(peer.auxiliary).toEqual(['tt:Wiper|On']);
  await expect(camera.auxiliary(actor(), 'tt:Reboot')).rejects.toMatchObject({
    code: 'ptz.lacks',
  });
});

test('settings of a camera are kept, and its angle of view counts', async () => {
  const desk = await opened();
  const view = await desk.camera.setSettings({
    idleReturn: { to: 'home', minutes: 5 },
    wideDegrees: 80,
    zoomFactor: 10,
  });
  expect(view).toMatchObject({
    view: { degrees: expect.closeTo(80), source: 'calibrated' },
    settings: { idleReturn: { to: 'home', minutes: 5 } },
  });
});
