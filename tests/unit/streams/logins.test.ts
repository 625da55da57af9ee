import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StreamKey } from '../../../src/contract/stream-state.ts';
import { Fault } from '../../../src/std/fault.ts';
import { silentLog } from '../../../src/std/log.ts';
import { deviceAddress } from '../../../src/streams/camera-link.ts';
import { createSupervisor } from '../../../src/streams/supervisor.ts';
import type { StreamSupervisor } from '../../../src/streams/supervisor.types.ts';
import { FakeCameras, fakeSource } from '../../support/fake-rtsp.ts';

/** A recorder at one address with eight cameras behind one login. */
const device = 'recorder.test:554';
const cameraNames = Array.from({ length: 8 }, (_, index) => `cam${index}`);
const key = (cameraId: string): StreamKey => ({ cameraId, quality: 'sub' });

let cameras: FakeCameras;
let supervisor: StreamSupervisor;
let typed: { user: string; password: string };
let right: string;
let phases: () => string[];

beforeEach(() => {
  vi.useFakeTimers();
  cameras = new FakeCameras();
  supervisor = createSupervisor({ open: cameras.open, log: silentLog });
  typed = { user: 'xem', password: 'cũ' };
  right = 'cũ';
  cameras.answer = (options) =>
    options.credential?.password === right ? null : new Fault('rtsp.unauthorized');
  supervisor.setSources(
    cameraNames.map((camera) => fakeSource({ camera, device, login: () => typed })),
  );
  phases = () => cameraNames.map((camera) => supervisor.state(key(camera)).phase);
});

afterEach(async () => {
  await supervisor.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function readAll(): void {
  for (const camera of cameraNames) supervisor.read(key(camera));
}

async function play(ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 200) {
    for (const session of cameras.openSessions) session.frame(at % 1000 === 0);
    await vi.advanceTimersByTimeAsync(200);
  }
}

describe('quirk 5: a device locks out after about five bad logins', () => {
  test('a wrong password costs one login, however many cameras the recorder has', async () => {
    right = 'khác';
    readAll();
    await vi.advanceTimersByTimeAsync(30 * 60_000);
    expect(cameras.attempts).toHaveLength(1);
    expect(phases()).toEqual(cameraNames.map(() => 'refused'));
  });

  test('a refused password is not tried again by readers that come later', async () => {
    right = 'khác';
    const reader = supervisor.read(key('cam0'));
    await vi.advanceTimersByTimeAsync(1000);
    reader.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(supervisor.state(key('cam0')).phase).toBe('idle');
    readAll();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(cameras.attempts).toHaveLength(1);
    expect(phases()).toEqual(cameraNames.map(() => 'refused'));
  });

  test('a password changed at the device costs one login after the sessions are lost', async () => {
    readAll();
    await vi.advanceTimersByTimeAsync(1000);
    await play(15_000);
    expect(phases()).toEqual(cameraNames.map(() => 'live'));
    right = 'mới';
    const before = cameras.attempts.length;
    for (const session of cameras.openSessions) session.end();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(cameras.attempts.length - before).toBe(1);
    expect(phases()).toEqual(cameraNames.map(() => 'refused'));
  });

  test('a new credential for one camera brings back all that share it', async () => {
    right = 'mới';
    readAll();
    await vi.advanceTimersByTimeAsync(1000);
    typed = { user: 'xem', password: 'mới' };
    supervisor.retry('cam3');
    await vi.advanceTimersByTimeAsync(2000);
    expect(cameras.openSessions).toHaveLength(8);
    expect(cameras.attempts.filter((attempt) => attempt.password === 'cũ')).toHaveLength(1);
  });

  test('a person may try the same password again: one login, and all follow if it is taken', async () => {
    right = 'khác';
    readAll();
    await vi.advanceTimersByTimeAsync(1000);
    for (const camera of cameraNames) supervisor.retry(camera);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(cameras.attempts).toHaveLength(2);
    right = 'cũ';
    supervisor.retry('cam5');
    await vi.advanceTimersByTimeAsync(2000);
    expect(cameras.openSessions).toHaveLength(8);
  });

  test('logins not known to be good go to a device one at a time', async () => {
    cameras.connectMs = 500;
    readAll();
    await vi.advanceTimersByTimeAsync(450);
    expect(cameras.attempts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3000);
    expect(cameras.openSessions).toHaveLength(8);
    expect(cameras.mostConnecting).toBeGreaterThan(1);
    expect(cameras.mostConnecting).toBeLessThanOrEqual(4);
  });

  test('a camera this account may not see does not take the others along', async () => {
    cameras.answer = (options) =>
      options.url.includes('/cam2/') ? new Fault('rtsp.forbidden') : null;
    readAll();
    await vi.advanceTimersByTimeAsync(5000);
    expect(cameras.openSessions).toHaveLength(7);
    expect(supervisor.state(key('cam2')).phase).toBe('refused');
    await play(60_000);
    expect(cameras.attempts.filter((attempt) => attempt.url.includes('/cam2/'))).toHaveLength(1);
  });

  test('a device that forbids everything is left alone after two logins', async () => {
    cameras.answer = () => new Fault('rtsp.forbidden');
    readAll();
    await vi.advanceTimersByTimeAsync(30 * 60_000);
    expect(cameras.attempts).toHaveLength(2);
  });

  test('a refused camera says so once, however often others log in', async () => {
    const wrong = { user: 'xem', password: 'sai' };
    supervisor.setSources([
      fakeSource({ camera: 'cam0', device, login: () => wrong }),
      ...cameraNames.slice(1).map((camera) => fakeSource({ camera, device, login: () => typed })),
    ]);
    const said: string[] = [];
    supervisor.onState(({ cameraId }, state) => cameraId === 'cam0' && said.push(state.phase));
    readAll();
    await vi.advanceTimersByTimeAsync(1000);
    await play(15_000);
    for (const session of cameras.openSessions) session.end();
    await vi.advanceTimersByTimeAsync(2000);
    expect(cameras.openSessions).toHaveLength(7);
    expect(said).toEqual(['connecting', 'refused']);
  });

  test('the same refused password is still good for another device', async () => {
    supervisor.setSources([
      fakeSource({ camera: 'cam0', device: 'a.test', login: () => typed }),
      fakeSource({ camera: 'cam1', device: 'b.test', login: () => typed }),
    ]);
    cameras.answer = (options) =>
      options.url.includes('a.test') ? new Fault('rtsp.unauthorized') : null;
    supervisor.read(key('cam0'));
    supervisor.read(key('cam1'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(cameras.openSessions).toHaveLength(1);
  });

  test('a login typed while the old one is being tried is tried next', async () => {
    right = 'mới';
    cameras.connectMs = 500;
    supervisor.read(key('cam0'));
    await vi.advanceTimersByTimeAsync(100);
    typed = { user: 'xem', password: 'mới' };
    supervisor.retry('cam0');
    await vi.advanceTimersByTimeAsync(1500);
    expect(cameras.attempts.map((attempt) => attempt.password)).toEqual(['cũ', 'mới']);
    expect(cameras.openSessions).toHaveLength(1);
  });
});

test('a changed certificate is refused until a person trusts it', async () => {
  let trusted = false;
  cameras.answer = () => (trusted ? null : new Fault('tls.changed'));
  supervisor.read(key('cam0'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(supervisor.state(key('cam0'))).toMatchObject({
    phase: 'refused',
    cause: { code: 'tls.changed' },
  });
  expect(cameras.attempts).toHaveLength(1);
  trusted = true;
  supervisor.retry('cam0');
  await vi.advanceTimersByTimeAsync(1000);
  expect(cameras.openSessions).toHaveLength(1);
});

test('a vault that is locked is asked again, and the device is not', async () => {
  let locked = true;
  supervisor.setSources([
    fakeSource({
      camera: 'cam0',
      device,
      login: () => {
        if (locked) throw new Fault('vault.locked');
        return typed;
      },
    }),
  ]);
  supervisor.read(key('cam0'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(supervisor.state(key('cam0'))).toMatchObject({ cause: { code: 'vault.locked' } });
  expect(cameras.attempts).toHaveLength(0);
  locked = false;
  supervisor.retry('cam0');
  await vi.advanceTimersByTimeAsync(1000);
  expect(cameras.openSessions).toHaveLength(1);
});

test.each([
  ['rtsp://10.1.2.3/live', '10.1.2.3:554'],
  ['rtsps://Cong.Test/live?x=1', 'cong.test:322'],
  ['rtsp://[fd00::1]:8554/a:b@c', '[fd00::1]:8554'],
  ['rtsp://h:8554', 'h:8554'],
])('the device of %s is %s', (url, device) => {
  expect(deviceAddress(url)).toBe(device);
});
