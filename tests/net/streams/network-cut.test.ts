import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRtsp } from '../../../src/rtsp/open-rtsp.ts';
import { silentLog } from '../../../src/std/log.ts';
import { createSupervisor } from '../../../src/streams/supervisor.ts';
import type { StreamSource, StreamSupervisor } from '../../../src/streams/supervisor.types.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { makeNetNamespace } from '../../support/net-namespace.ts';

const streams = 64;
const sites = 12;
const cutMs = 60_000;
const backMs = 10_000;

const namespace = makeNetNamespace();
const way = namespace
  ? 'between network namespaces'
  : 'through a fault proxy (no network namespaces here)';

let server: ChildProcess;
let proxy: FaultProxy | null = null;
let supervisor: StreamSupervisor;
let address: { host: string; port: number };

beforeAll(async () => {
  const program = join(import.meta.dirname, '../../support/tiny-rtsp-process.ts');
  const host = namespace?.address ?? '127.0.0.1';
  server = namespace
    ? namespace.spawn(process.execPath, [program, host])
    : spawn(process.execPath, [program, host], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(server.stdout!, 'data')) as [Buffer];
  address = { host, port: Number(line.toString()) };
  if (!namespace) {
    proxy = await startFaultProxy(address);
    address = { host: '127.0.0.1', port: proxy.port };
  }
  supervisor = createSupervisor({ open: openRtsp, log: silentLog });
});

afterAll(async () => {
  await supervisor?.close();
  await proxy?.close();
  if (server) {
    server.stdin!.end();
    if (server.exitCode === null) await once(server, 'exit');
  }
  namespace?.remove();
});

test(`${streams} streams cut for 60 s ${way} are all live within 10 s of its return`, async () => {
  const sources = Array.from({ length: streams }, (_, index) => source(index));
  supervisor.setSources(sources);
  const newest = new Map<number, number>();
  for (const [index, { key }] of sources.entries()) {
    supervisor.read(key).onAccessUnit(() => newest.set(index, performance.now()));
  }
  const live = () => supervisor.states().filter(({ state }) => state.phase === 'live').length;
  await until(() => live() === streams, 30_000);

  (namespace ?? proxy!).cut();
  await until(() => live() === 0, 8_000);
  const cutAt = performance.now();
  // Nobody may look live while the line is cut.
  while (performance.now() - cutAt < cutMs - 8_000) {
    await sleep(250);
    expect(live()).toBe(0);
  }
  await sleep(Math.max(0, cutMs - (performance.now() - cutAt)));

  (namespace ?? proxy!).restore();
  const backAt = performance.now();
  const returned = () => [...newest.values()].filter((at) => at > backAt).length;
  await until(() => live() === streams && returned() === streams, backMs + 5_000);
  const took = performance.now() - backAt;
  expect(took).toBeLessThan(backMs);
  expect(supervisor.connections).toBe(streams);
}, 150_000);

function source(index: number): StreamSource {
  return {
    key: { cameraId: `cam${index}`, quality: 'sub' },
    url: `rtsp://${address.host}:${address.port}/cam${index}`,
    siteId: `site${index % sites}`,
    transport: 'tcp',
    credential: async () => null,
    pinnedFingerprint: () => null,
    lastTransport: () => null,
    rememberTransport: () => {},
  };
}

async function until(condition: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) {
      const states = supervisor.states().map(({ state }) => state.phase);
      throw new Error(`not within ${ms} ms: ${states.join(' ')}`);
    }
    await sleep(50);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
