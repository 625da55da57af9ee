import { readdirSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { openRtsp } from '../../../src/rtsp/open-rtsp.ts';
import { silentLog } from '../../../src/std/log.ts';
import { serveMedia } from '../../../src/streams/media-outlet.ts';
import { createNativeDecoders } from '../../../src/streams/native-decoder.ts';
import { createSupervisor } from '../../../src/streams/supervisor.ts';
import { encodeClip } from '../../support/encoded-clip.ts';
import { FakeCameras, fakeSource } from '../../support/fake-rtsp.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { startTinyRtspServer } from '../../support/tiny-rtsp-server.ts';

const fps = 15;
const clip = encodeClip({
  codec: 'h264',
  source: `testsrc2=size=160x90:rate=${fps}`,
  seconds: 1,
  fps,
  gop: fps,
});

function resources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => !/^(TTYWrap|PipeWrap|MessagePort|Immediate)$/.test(name))
    .sort();
}

const descriptors = () => readdirSync('/proc/self/fd').length;

async function holdings() {
  // The test runner holds a timer of its own while it starts a test.
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { resources: resources(), descriptors: descriptors() };
}

/** What stands in `now` more often than it stood in `before`. */
function beyond(now: readonly string[], before: readonly string[]): string[] {
  const known = [...before];
  return now.filter((name) => {
    const at = known.indexOf(name);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}

async function expectNothingLeft(before: Awaited<ReturnType<typeof holdings>>): Promise<void> {
  for (let count = 0; count < 50; count++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (resources().length <= before.resources.length) break;
  }
  // The test runner's own timer may have ended meanwhile: less than before is no leak.
  expect(beyond(resources(), before.resources)).toEqual([]);
  expect(descriptors()).toBeLessThanOrEqual(before.descriptors);
}

test('readers opened and closed 1,000 times leave no listener, timer, socket or descriptor', async () => {
  const before = await holdings();
  const server = await startTinyRtspServer({ clip, fps });
  const supervisor = createSupervisor({ open: openRtsp, log: silentLog });
  const keys = Array.from(
    { length: 8 },
    (_, index) => ({ cameraId: `cam${index}`, quality: 'sub' }) as const,
  );
  supervisor.setSources(
    keys.map((key) => ({
      ...fakeSource({ camera: key.cameraId }),
      url: `rtsp://127.0.0.1:${server.port}/${key.cameraId}`,
      transport: 'tcp',
      credential: async () => null,
    })),
  );
  let got = 0;
  for (let count = 0; count < 1000; count++) {
    const reader = supervisor.read(keys[count % keys.length]!);
    const stop = reader.onAccessUnit(() => got++);
    reader.onState(() => {});
    reader.onFormat(() => {});
    if (count % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    if (count % 2 === 0) stop();
    reader.close();
  }
  expect(got).toBeGreaterThan(0);
  expect(server.sockets).toBeLessThanOrEqual(keys.length);
  await vi.waitFor(() => expect(supervisor.connections).toBe(0), 10_000);
  await vi.waitFor(() => expect(server.sockets).toBe(0), 5_000);
  expect(supervisor.states().map(({ state }) => state.phase)).toEqual(keys.map(() => 'idle'));
  await supervisor.close();
  await server.close();
  await expectNothingLeft(before);
});

test('supervisors closed while they connect leave nothing behind', async () => {
  const before = await holdings();
  const server = await startTinyRtspServer({ clip, fps });
  for (let count = 0; count < 30; count++) {
    const supervisor = createSupervisor({ open: openRtsp, log: silentLog });
    const source = {
      ...fakeSource({ camera: 'cam' }),
      url: `rtsp://127.0.0.1:${server.port}/cam`,
      credential: async () => null,
    };
    supervisor.setSources([source]);
    supervisor.read(source.key);
    await new Promise((resolve) => setTimeout(resolve, count % 10));
    await supervisor.close();
  }
  await vi.waitFor(() => expect(server.sockets).toBe(0), 5_000);
  await server.close();
  await expectNothingLeft(before);
});

test('media wires opened and closed 200 times, with native decode, leave no child', async () => {
  const before = await holdings();
  const cameras = new FakeCameras();
  const supervisor = createSupervisor({ open: cameras.open, log: silentLog });
  supervisor.setSources([fakeSource({ camera: 'cam' })]);
  const decoders = createNativeDecoders({ supervisor, log: silentLog });
  const key = { cameraId: 'cam', quality: 'sub' };
  const feed = setInterval(() => {
    for (const session of cameras.openSessions) session.frame(true, { data: clip[0]! });
  }, 5);
  for (let count = 0; count < 200; count++) {
    const [core, page] = memoryWires();
    const stop = serveMedia(core, supervisor, { decoders });
    for (let channel = 0; channel < 4; channel++) {
      const delivery = channel === 0 && count % 10 === 0 ? 'i420' : 'encoded';
      const wish = { delivery, width: 64, height: 36, audio: channel === 1, cadence: 'all' };
      page.send(JSON.stringify({ type: 'open', channel, key, ...wish }));
    }
    await new Promise((resolve) => setTimeout(resolve, count % 10 === 0 ? 40 : 3));
    if (count % 2 === 0) page.close();
    else stop();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(core.listeners).toBe(0);
  }
  expect(decoders.children).toBe(0);
  clearInterval(feed);
  await decoders.close();
  await supervisor.close();
  expect(cameras.openSessions).toHaveLength(0);
  for (const session of cameras.sessions) expect(session.listeners).toBe(0);
  await expectNothingLeft(before);
});
