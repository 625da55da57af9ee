import { afterEach, expect, test, vi } from 'vitest';
import { runCommand } from '../../support/command.ts';
import { type PtzFaults, PtzPeer } from '../../support/ptz-peer.ts';

const password = 'Bí-mật:@/#%7';
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function camera(faults: PtzFaults = {}): Promise<PtzPeer> {
  const peer = await new PtzPeer(
    { timeoutIgnored: true, ...faults },
    { user: 'điều khiển', password, login: 'digest' },
  ).listen();
  open.push(peer);
  peer.maxTours = 1;
  peer.presets.set('{4F-1}', { name: 'Cổng', at: { pan: 0.5, tilt: 0, zoom: 0 } });
  return peer;
}

async function ptz(peer: PtzPeer, ...args: string[]) {
  const login = ['--user', 'điều khiển', '--password-stdin', '--json'];
  const done = await runCommand(['ptz', peer.soap.origin, ...args, ...login], {
    input: `${password}\n`,
  });
  expect(done.stdout + done.stderr).not.toContain(password);
  return { code: done.code, json: JSON.parse(done.stdout) };
}

test('status, presets, goto and tours as JSON', async () => {
  const peer = await camera();
  expect((await ptz(peer, 'status')).json).toMatchObject({
    ok: true,
    lacks: [],
    moving: false,
    position: { pan: 0, tilt: 0, zoom: 0 },
  });
  expect((await ptz(peer, 'presets')).json.presets).toEqual([{ token: '{4F-1}', name: 'Cổng' }]);
  expect((await ptz(peer, 'goto', 'Cổng')).json).toMatchObject({ preset: { token: '{4F-1}' } });
  await vi.waitFor(() => expect(peer.position.pan).toBeCloseTo(0.5));
  peer.tours.set('t1', { name: 'Đêm', spots: ['{4F-1}'], state: 'Idle' });
  expect((await ptz(peer, 'patrol', 'Đêm', 'start')).json.tours).toEqual([
    { token: 't1', name: 'Đêm', state: 'Touring', spots: 1 },
  ]);
});

test('move ends with a verified stop, whatever of it the camera ignores', async () => {
  const peer = await camera({ stopIgnored: true });
  const { code, json } = await ptz(peer, 'move', '--pan', '-0.5', '--seconds', '0.7');
  expect(code).toBe(0);
  expect(json).toMatchObject({ ok: true, verified: true, act: 'move' });
  expect(peer.moving).toBe(false);
  expect(peer.position.pan).toBeLessThan(-0.05);
});

test('what it does not have is told: no preset of that name, no home for a wrong word', async () => {
  const peer = await camera();
  expect(await ptz(peer, 'goto', 'Ao cá')).toMatchObject({
    code: 2,
    json: { ok: false, error: { code: 'input.unknown' } },
  });
});
