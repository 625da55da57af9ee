import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Caller, createCaller } from '../../../src/contract/call.ts';
import { readFrames } from '../../../src/contract/media-frame.ts';
import type { MediaRequest } from '../../../src/contract/schemas.ts';
import type { StreamQuality } from '../../../src/contract/stream-state.ts';
import type { Wire } from '../../../src/contract/wire.ts';
import { startDemoCentre } from '../../../src/demo/centre.ts';
import { createHost } from '../../../src/host/create-host.ts';
import type { Host, HostOptions } from '../../../src/host/host.types.ts';
import { type LogFile, openLog } from '../../../src/host/log.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import { silentLog } from '../../../src/std/log.ts';
import { makeCertificate, startGstServer } from '../../support/gst-server.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { signInAt } from '../../support/signed-in.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'vonggac-core-'));
  undo.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function start(more: Partial<HostOptions>): Promise<{ host: Host; caller: Caller }> {
  const host = await createHost({
    dataDir: null,
    shell: 'kiosk',
    language: 'vi',
    cameras: [],
    demo: false,
    wall: null,
    screens: 1,
    warnings: [],
    log: silentLog,
    ...more,
  });
  undo.push(() => host.close());
  await signInAt(host);
  const [core, page] = memoryWires();
  host.attachControl(core);
  return { host, caller: createCaller(page) };
}

/** A decode worker that only counts: opens one stream and acknowledges what comes. */
function openTile(host: Host, cameraId: string, quality: StreamQuality = 'sub') {
  const [core, page] = memoryWires();
  host.attachMedia(core);
  const seen = { frames: 0, keyframes: 0, bytes: 0 };
  const send = (request: MediaRequest) => page.send(JSON.stringify(request));
  page.onMessage((message) => {
    if (typeof message === 'string') return;
    for (const frame of readFrames(message)) {
      seen.frames++;
      if (frame.keyframe) seen.keyframes++;
    }
    seen.bytes += message.length;
    send({ type: 'ack', bytes: seen.bytes });
  });
  send({
    type: 'open',
    channel: 1,
    key: { cameraId, quality },
    delivery: 'encoded',
    width: 640,
    height: 360,
    audio: false,
    cadence: 'all',
  });
  return { seen, wire: page as Wire };
}

async function phaseOf(caller: Caller, cameraId: string): Promise<string> {
  const states = await caller.call('streams.list', {});
  const ours = states.filter(
    ({ key, state }) => key.cameraId === cameraId && state.phase !== 'idle',
  );
  return ours
    .map(({ state }) => `${state.phase} ${'cause' in state ? state.cause?.code : ''}`.trim())
    .join();
}

describe('the core on real RTSP', () => {
  it('a refused login waits for a person; the new one makes the tile live; no secret is left', async () => {
    const dataDir = folder();
    const file: LogFile = openLog({ dataDir });
    undo.push(() => file.close());
    const demo = await startDemoCentre({ cameras: 2, faults: false, log: silentLog });
    undo.push(() => demo.close());
    const [good, second] = demo.cameras;
    const right = second!.credential!;
    const cameras = [
      good!,
      { ...second!, credential: { user: right.user, password: 'wrong-invented' } },
    ];
    const { host, caller } = await start({ dataDir, cameras, log: file.log });
    const goodTile = openTile(host, good!.id);
    const tile = openTile(host, second!.id);
    await expect
      .poll(() => phaseOf(caller, second!.id), { timeout: 20_000 })
      .toBe('refused rtsp.unauthorized');
    await caller.call('sources.login', { cameraId: second!.id, ...right });
    await expect.poll(() => phaseOf(caller, second!.id), { timeout: 20_000 }).toBe('live');
    await expect.poll(() => tile.seen.frames, { timeout: 10_000 }).toBeGreaterThan(20);
    expect(tile.seen.keyframes).toBeGreaterThan(0);
    expect(goodTile.seen.frames).toBeGreaterThan(20);
    expect(host.supervisor.connections).toBe(2);
    const load = await new Promise<{ connections: number }>((resolve) =>
      caller.onEvent('host.load', resolve),
    );
    expect(load.connections).toBe(2);

    await host.close();
    await file.close();
    for (const name of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const bytes = readFileSync(join(name.parentPath, name.name), 'latin1');
      expect(bytes.includes(right.password), name.name).toBe(false);
      expect(bytes.includes('wrong-invented'), name.name).toBe(false);
    }
    expect(readFileSync(file.path!, 'utf8')).toContain('"room":"streams"');
  });

  it('a source added by its URL with a login in it is live, and gone when removed', async () => {
    const server = await startGstServer({
      mounts: [{ path: '/cong', video: 'h264', width: 320, height: 180, fps: 15 }],
      login: { method: 'digest', user: 'quan-tri', password: 'p@ss:/#%mật' },
    });
    undo.push(() => server.close());
    const dataDir = folder();
    const { host, caller } = await start({ dataDir });
    const url = server.url('/cong').replace('rtsp://', 'rtsp://quan-tri:p@ss:/#%mật@');
    const { cameraId } = await caller.call('sources.add', { name: 'Cổng', url });
    const tile = openTile(host, cameraId, 'main');
    await expect.poll(() => phaseOf(caller, cameraId), { timeout: 20_000 }).toBe('live');
    await expect.poll(() => tile.seen.frames, { timeout: 10_000 }).toBeGreaterThan(10);
    await caller.call('sources.remove', { cameraId });
    expect(await caller.call('cameras.list', {})).toEqual([]);
    await expect.poll(() => host.supervisor.connections, { timeout: 15_000 }).toBe(0);
  });

  it('a certificate is trusted by its fingerprint, and still after a restart', async () => {
    const certificate = makeCertificate();
    undo.push(() => certificate.remove());
    const server = await startGstServer({
      mounts: [{ path: '/one', video: 'h264', width: 320, height: 180, fps: 15 }],
      tls: certificate,
    });
    undo.push(() => server.close());
    const dataDir = folder();
    const camera = cameraFromUrl(server.url('/one'));
    const first = await start({ dataDir, cameras: [camera] });
    openTile(first.host, camera.id, 'main');
    await expect
      .poll(() => phaseOf(first.caller, camera.id), { timeout: 20_000 })
      .toBe('refused tls.untrusted');
    const fingerprint = certificate.fingerprint;
    await expect(
      first.caller.call('sources.trust', { cameraId: camera.id, fingerprint: 'AA:BB' }),
    ).rejects.toMatchObject({ code: 'input.value' });
    await first.caller.call('sources.trust', { cameraId: camera.id, fingerprint });
    await expect.poll(() => phaseOf(first.caller, camera.id), { timeout: 20_000 }).toBe('live');
    await first.host.close();
    const second = await start({ dataDir, cameras: [camera] });
    openTile(second.host, camera.id, 'main');
    await expect.poll(() => phaseOf(second.caller, camera.id), { timeout: 20_000 }).toBe('live');
  });
});
