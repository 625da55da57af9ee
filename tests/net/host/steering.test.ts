import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Caller, createCaller } from '../../../src/contract/call.ts';
import type { PtzState } from '../../../src/contract/ptz-schemas.ts';
import { createHost } from '../../../src/host/create-host.ts';
import type { Host } from '../../../src/host/host.types.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import type { SiteCamera } from '../../../src/sites/site-camera.types.ts';
import { silentLog } from '../../../src/std/log.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { PtzPeer } from '../../support/ptz-peer.ts';
import { signIn, testOperator } from '../../support/signed-in.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

let peer: PtzPeer;
let host: Host;
let caller: Caller;
let cameraId: string;
let cameras: readonly SiteCamera[];
let states: PtzState[];
let dataDir: string;
/** The page's end of the wire, to pull it out. */
let unplug: () => void;

function openPage(): { caller: Caller; unplug: () => void } {
  const [core, page] = memoryWires();
  host.attachControl(core);
  return { caller: createCaller(page), unplug: () => page.close() };
}

beforeEach(async () => {
  peer = await new PtzPeer({ timeoutIgnored: true }, { login: 'digest' }).listen();
  undo.push(() => peer.close());
  dataDir = mkdtempSync(join(tmpdir(), 'vonggac-steer-'));
  undo.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const camera = {
    ...cameraFromUrl('rtsp://127.0.0.1:9/1', { name: 'Cổng' }),
    onvif: `${peer.soap.origin}/onvif/device_service`,
    credential: peer.soap.credential,
  };
  cameraId = camera.id;
  await openHost(camera);
});

async function openHost(camera?: SiteCamera): Promise<void> {
  cameras = camera ? [camera] : cameras;
  host = await createHost({
    dataDir,
    shell: 'kiosk',
    language: 'vi',
    cameras,
    demo: false,
    wall: null,
    screens: 1,
    warnings: [],
    log: silentLog,
  });
  undo.push(() => host.close());
  ({ caller, unplug } = openPage());
  states = [];
  caller.onEvent('ptz.state', (state) => states.push(state));
}

async function moving(): Promise<() => void> {
  await signIn(caller);
  await caller.call('ptz.open', { cameraId });
  await caller.call('ptz.move', { cameraId, moveId: 1, pan: 0.4, tilt: 0, zoom: 0 });
  const timer = setInterval(() => {
    if (!caller.closed) caller.call('ptz.renew', { cameraId, moveId: 1 }).catch(() => {});
  }, 150);
  const letGo = () => clearInterval(timer);
  undo.push(letGo);
  await vi.waitFor(() => expect(peer.moving).toBe(true), { timeout: 5000 });
  return letGo;
}

const stands = () =>
  vi.waitFor(() => expect(peer.moving).toBe(false), { timeout: 10_000, interval: 10 });

test('nobody signed in: nothing moves, and the refusal says what is needed', async () => {
  await expect(
    caller.call('ptz.move', { cameraId, moveId: 1, pan: 1, tilt: 0, zoom: 0 }),
  ).rejects.toMatchObject({ code: 'operator.first-needed' });
  expect(peer.soap.calls).toEqual([]);
});

test('a signed-in operator opens, moves and stops; the page hears of it, the audit too', async () => {
  const letGo = await moving();
  const [lease] = states.flatMap((state) => (state.lease ? [state.lease] : []));
  expect(lease).toMatchObject({ mine: true, holder: { operatorName: testOperator.name } });
  await caller.call('ptz.stop', { cameraId });
  letGo();
  await stands();
  await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ moving: 'no', alarm: null }), {
    timeout: 5000,
  });
  expect(states.some(({ moving }) => moving === 'hand')).toBe(true);
  expect(states.some(({ commandMs }) => commandMs !== null)).toBe(true);
  expect((await caller.call('cameras.list', {}))[0]?.ptz).toBe(true);
  await caller.call('ptz.release', { cameraId });
  expect((await caller.call('ptz.states', {}))[0]?.lease).toBeNull();
  await host.close();
  const audit = new DatabaseSync(join(dataDir, 'audit.db'), { readOnly: true });
  const kinds = audit.prepare('select kind, camera, details from audit_record').all();
  audit.close();
  expect(kinds).toContainEqual({
    kind: 'ptz.move',
    camera: cameraId,
    details: expect.stringContaining('"ended":"stopped"'),
  });
});

test('the control wire of the page that moves is cut: the camera stops', async () => {
  await moving();
  const other = openPage();
  unplug();
  await stands();
  const [state] = await other.caller.call('ptz.states', {});
  expect(state?.notice?.code).toBe('dead-man');
});

test('another page of the same operator goes: the movement goes on', async () => {
  await moving();
  openPage().unplug();
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(peer.moving).toBe(true);
});

test('control is locked, and the operator signs out: the camera stops, the lease is free', async () => {
  await moving();
  await caller.call('operators.lock', {});
  await stands();
  await vi.waitFor(() => expect(states.at(-1)?.lease).toBeNull());
  await expect(
    caller.call('ptz.move', { cameraId, moveId: 5, pan: 1, tilt: 0, zoom: 0 }),
  ).rejects.toMatchObject({ code: 'operator.locked' });
});

test('anybody stops: with control locked, and with nobody signed in', async () => {
  await signIn(caller);
  await caller.call('ptz.open', { cameraId });
  await caller.call('operators.lock', {});
  // As a hand at the camera itself, or another program, would turn it.
  const stops = () => peer.count('stop');
  let before = stops();
  await expect(caller.call('ptz.stop', { cameraId })).resolves.toEqual({});
  await vi.waitFor(() => expect(stops()).toBeGreaterThan(before), { timeout: 5000 });
  await caller.call('operators.signOut', {});
  before = stops();
  await expect(caller.call('ptz.stop', { cameraId })).resolves.toEqual({});
  await vi.waitFor(() => expect(stops()).toBeGreaterThan(before), { timeout: 5000 });
  await expect(caller.call('ptz.acknowledge', { cameraId, since: 1 })).rejects.toMatchObject({
    code: 'operator.needed',
  });
});

test('that a camera turns is known after a restart, with nobody asking it', async () => {
  await signIn(caller);
  expect((await caller.call('cameras.list', {}))[0]?.ptz).toBeUndefined();
  await caller.call('ptz.open', { cameraId });
  await host.close();
  await openHost();
  const asked = peer.soap.calls.length;
  expect((await caller.call('cameras.list', {}))[0]?.ptz).toBe(true);
  expect(peer.soap.calls).toHaveLength(asked);
});

test('the host closes while it moves: stopped before the wire is gone', async () => {
  await moving();
  await host.close();
  expect(peer.moving).toBe(false);
});
