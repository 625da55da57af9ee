import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createRing } from '../../../src/replay/ring.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import { startReplayHost } from '../../support/replay-host.ts';
import { feed } from '../../support/ring-feed.ts';

const gate = cameraFromUrl('rtsp://192.0.2.7/1', { name: 'Cổng', site: 'Khu A' });
const begun = 1_800_000_000_000;
const stream = { cameraId: gate.id, startMs: begun, unitBytes: 20_000 };
const dirs: string[] = [];
const hosts: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const folder = () => {
  const dir = mkdtempSync(join(tmpdir(), 'vonggac-vòng-'));
  dirs.push(dir);
  return dir;
};
const start = async (dataDir: string | null) => {
  const running = await startReplayHost({ cameras: [gate], dataDir });
  hosts.push(running.host);
  return running;
};
const bytesIn = (dir: string) =>
  readdirSync(join(dir, 'ring')).reduce(
    (sum, name) => sum + statSync(join(dir, 'ring', name)).size,
    0,
  );
const small = { on: true, seconds: 30, memoryMiB: 64, diskGiB: 0 };

test('what the ring may hold is kept, and told with what it holds', async () => {
  const dataDir = folder();
  const first = await start(dataDir);
  const usual = await first.page.call('replay.settings', {});
  expect(usual).toMatchObject({
    settings: { on: true, seconds: 60, memoryMiB: 384, diskGiB: 4 },
    held: { streams: 0, oldestAt: null, canUseDisk: true },
  });
  feed(first.tap, stream, 0, 500);
  const { held } = await first.page.call('replay.settings', {});
  expect(held).toMatchObject({ streams: 1, oldestAt: begun });
  expect(held.memoryBytes).toBeGreaterThan(500 * 20_000);
  await first.page.call('replay.saveSettings', small);
  await hosts.pop()?.close();
  const second = await start(dataDir);
  expect((await second.page.call('replay.settings', {})).settings).toEqual(small);
  await expect(
    second.page.call('replay.saveSettings', { ...small, memoryMiB: 1 }),
  ).rejects.toMatchObject({ code: 'input.value' });
  const wall = await start(null);
  expect((await wall.page.call('replay.settings', {})).held.canUseDisk).toBe(false);
});

test('switched off, nothing is left in memory and on disk, and nothing more is kept', async () => {
  const dataDir = folder();
  const { page, tap } = await start(dataDir);
  feed(tap, stream, 0, 1_500);
  await vi.waitFor(() => expect(bytesIn(dataDir)).toBeGreaterThan(1_000_000), { timeout: 10_000 });
  const off = await page.call('replay.saveSettings', { ...small, on: false });
  expect(off.held).toMatchObject({ memoryBytes: 0, diskBytes: 0, oldestAt: null });
  expect(bytesIn(dataDir)).toBe(0);
  feed(tap, stream, 1_500, 2_000);
  const open = { cameraIds: [gate.id], at: null, source: 'ring' as const };
  await expect(page.call('replay.open', open)).rejects.toMatchObject({ code: 'replay.nothing' });
  expect(bytesIn(dataDir)).toBe(0);
  await page.call('replay.saveSettings', { ...small, diskGiB: 1 });
  feed(tap, stream, 2_000, 2_500);
  const { state } = await page.call('replay.open', open);
  expect(state.from).toBe(begun + 2_000 * 40);
});

test('a smaller budget holds at once, in memory and on disk', async () => {
  const ring = createRing({ dataDir: folder(), memoryBytes: 64 * 1024 * 1024 });
  try {
    feed(ring, stream, 0, 1_500);
    await ring.flush();
    const before = ring.figures;
    expect(before.diskBytes).toBeGreaterThan(20_000_000);
    await ring.setBounds({ on: true, seconds: 60, memoryBytes: 8_000_000, diskBytes: 5_000_000 });
    expect(ring.figures.memoryBytes).toBeLessThanOrEqual(8_000_000);
    expect(ring.figures.diskBytes).toBeLessThanOrEqual(5_000_000);
    expect(ring.spans(gate.id).at(-1)!.to).toBe(begun + 1_499 * 40);
  } finally {
    await ring.close();
  }
});
