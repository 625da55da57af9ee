import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { EvidenceItem, EvidenceJob } from '../../../src/contract/evidence-schemas.ts';
import { startDemoCentre } from '../../../src/demo/centre.ts';
import type { DemoCentre, DemoOptions } from '../../../src/demo/centre.types.ts';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import { openRtsp } from '../../../src/rtsp/open-rtsp.ts';
import { silentLog } from '../../../src/std/log.ts';
import { startReplayHost } from '../../support/replay-host.ts';
import { decodedTimes } from '../../support/source-bitstream.ts';

/** Clips of a recorder as a page orders them: the simulated centre, everything else is the product. */
const hour = 3_600_000;
let centre: DemoCentre | null = null;
let running: Awaited<ReturnType<typeof startReplayHost>> | null = null;
let dataDir = '';

afterEach(async () => {
  await running?.host.close();
  await centre?.close();
  [running, centre] = [null, null];
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<DemoOptions> = {}) {
  dataDir = mkdtempSync(join(tmpdir(), 'vonggac-đầu ghi-'));
  const made = await startDemoCentre({
    ...{ log: silentLog, faults: false, cameras: 12, encoder: 'never' as const },
    ...options,
  });
  centre = made;
  const cameras = made.cameras.map((camera) => ({
    ...camera,
    onvif: made.onvifUrl(camera.siteId),
  }));
  running = await startReplayHost({ cameras, dataDir });
  const { page } = running;
  const jobs: EvidenceJob[] = [];
  page.onEvent('evidence.jobs', (all) => jobs.push(...all));
  const job = async (jobId: string) =>
    (await page.call('evidence.jobs', {})).find(({ id }) => id === jobId)!;
  const ended = (jobId: string): Promise<EvidenceJob> =>
    vi.waitFor(
      async () => {
        const found = await job(jobId);
        expect(found.endedAt).not.toBeNull();
        return found;
      },
      { timeout: 60_000, interval: 50 },
    );
  const order = async (place: number, from: number, to: number): Promise<string> => {
    const { jobIds } = await page.call('evidence.clip', {
      ...{ cameraIds: [cameras[place]!.id], from, to, source: 'recorder', quality: null },
      ...{ audio: true, reason: 'Kiểm tra' },
    });
    return jobIds[0]!;
  };
  const itemsOf = async ({ itemIds }: EvidenceJob): Promise<EvidenceItem[]> => {
    const all = await shelf();
    return itemIds.map((itemId) => all.find(({ id }) => id === itemId)!);
  };
  const shelf = async () => {
    const filter = { cameraId: null, kind: null, from: null, to: null, text: '' };
    const { rows } = await page.call('evidence.items', { filter, offset: 0, limit: 50 });
    return rows;
  };
  const files = () => (existsSync(join(dataDir, 'evidence')) ? filesBelow(dataDir) : []);
  return { page, cameras, jobs, job, ended, order, itemsOf, shelf, files, centre: made };
}

const filesBelow = (dir: string) =>
  readdirSync(join(dir, 'evidence'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:mp4|part)$/.test(name),
  );
const pathOf = (item: EvidenceItem) => {
  const name = filesBelow(dataDir).find((one) => one.endsWith(item.name));
  return join(dataDir, 'evidence', name!);
};

test('a clip across midnight is one file, as long as it was asked for', async () => {
  const { order, ended, itemsOf, jobs } = await start();
  const midnight = new Date(Date.now() - 15 * 24 * hour).setUTCHours(0, 0, 0, 0);
  const jobId = await order(0, midnight - 20_000, midnight + 20_000);
  const job = await ended(jobId);
  expect(job).toMatchObject({ phase: 'done', cause: null });
  const [item, ...more] = await itemsOf(job);
  expect(more).toEqual([]);
  expect(item).toMatchObject({ kind: 'clip', mediaType: 'video/mp4', gapMs: 0 });
  // It begins with the keyframe before.
  expect(item!.takenAt).toBeLessThanOrEqual(midnight - 20_000 + 200);
  expect(item!.takenAt).toBeGreaterThan(midnight - 30_000);
  expect(Math.abs(item!.takenUntil! - midnight - 20_000)).toBeLessThan(200);
  const times = decodedTimes(pathOf(item!));
  expect(times.at(-1)! / 90).toBeCloseTo(item!.takenUntil! - item!.takenAt, -2);
  for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeLessThan(90 * 200);
  // It told how far it was.
  const told = await vi.waitFor(
    () => {
      const all = jobs.filter(({ id }) => id === jobId).map(({ done }) => done);
      expect(all.at(-1)).toBe(40_000);
      return all;
    },
    { timeout: 5_000, interval: 20 },
  );
  expect(job.total).toBe(40_000);
  expect([...told].sort((a, b) => a - b)).toEqual(told);
});

test('a clip across a gap of the recorder holds what is before and behind it', async () => {
  const { page, cameras, order, ended, itemsOf } = await start();
  const now = Date.now();
  const { gaps } = await page.call('replay.timeline', {
    ...{ cameraId: cameras[10]!.id, from: now - 7 * 24 * hour, to: now - hour },
  });
  const gap = gaps[0]!;
  const job = await ended(await order(10, gap.from - 10_000, gap.to + 10_000));
  expect(job).toMatchObject({ phase: 'done', cause: null });
  const items = await itemsOf(job);
  expect(items).toHaveLength(2);
  expect(items[0]!.takenUntil).toBeLessThanOrEqual(gap.from + 200);
  expect(items[1]!.takenAt).toBeGreaterThanOrEqual(gap.to - 200);
  for (const item of items) expect(decodedTimes(pathOf(item)).length).toBeGreaterThan(50);
});

test('a clip that is cancelled leaves nothing, and the next one is made', async () => {
  const { page, order, job, ended, shelf, files } = await start();
  const at = Date.now() - 5 * 24 * hour;
  const jobId = await order(0, at, at + 10 * hour);
  await vi.waitFor(async () => expect((await job(jobId)).done).toBeGreaterThan(0), {
    timeout: 30_000,
    interval: 20,
  });
  await page.call('evidence.cancel', { jobId });
  expect(await ended(jobId)).toMatchObject({ phase: 'cancelled', itemIds: [] });
  expect(await shelf()).toEqual([]);
  expect(files()).toEqual([]);
  expect(await ended(await order(0, at, at + 3_000))).toMatchObject({ phase: 'done' });
});

test('a recorder that is busy with another client is said so, and asked again later', async () => {
  const { page, cameras, order, ended, centre } = await start({
    onvifFaults: { footage: { oneReplay: true } },
  });
  const at = Date.now() - 3 * 24 * hour;
  const [camera] = cameras;
  const { credential } = camera!;
  const device = await connectOnvif({ address: centre.onvifUrl(camera!.siteId), credential });
  const recordings = await device.search!.recordings();
  const recording = recordings.find(({ sourceName }) => sourceName === camera!.name)!;
  const other = await openRtsp({
    ...{ url: await device.replay!.replayUri(recording.token), credential },
    ...{ transport: 'tcp', wantAudio: false, replay: { from: at, to: null, paced: true } },
  });
  const job = await ended(await order(0, at, at + 3_000));
  expect(job).toMatchObject({ phase: 'failed', cause: { code: 'replay.recorder-busy' } });
  await other.close();
  device.close();
  const { jobId } = await page.call('evidence.retry', { jobId: job.id });
  expect(await ended(jobId)).toMatchObject({ phase: 'done', cause: null });
});

test('where nobody keeps footage the job says so', async () => {
  const { order, ended } = await start();
  const yearAgo = Date.now() - 365 * 24 * hour;
  const job = await ended(await order(0, yearAgo, yearAgo + 5_000));
  expect(job.phase).toBe('failed');
  expect(job.cause?.code).toMatch(/^(?:clip\.empty|replay\.(?:nothing|no-playback))$/);
});
