import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { WallReport } from '../../src/cli/wall-run.ts';
import type { BenchClip } from './clips.ts';
import { startCameras } from './ingest.ts';
import { meter, pause, percentile, startReady, stop } from './meter.ts';

/** With more, its page misses most frames and no longer answers; the table leaves it out. */
const maxJsmpegTiles = 16;
const root = join(import.meta.dirname, '..', '..');

export interface ApplicationFigures {
  /** CPU-seconds of the whole process tree per delivered stream-second. */
  readonly cpuPerStreamSecond: number;
  /** The same as a multiple of bare decoding by `ffmpeg -threads 1`. */
  readonly ratioToFloor: number;
  /** Frames shown, as a share of the frames the cameras sent. */
  readonly shownShare: number;
  readonly framesDropped: number;
  /** Arrival at this machine (our wall) or at the page (peers) until presentation. */
  readonly addedLatencyMs: { readonly p50: number | null; readonly p95: number | null };
  readonly rssMiB: number;
}

export interface ApplicationRow {
  readonly tiles: number;
  readonly clip: string;
  readonly floorCpuPerStreamSecond: number;
  readonly wall: ApplicationFigures;
  readonly mse: ApplicationFigures | null;
  readonly jsmpeg: ApplicationFigures | null;
}

/** CPU-seconds that bare decoding of one second of the clip takes. */
export function measureFloor(clip: BenchClip): number {
  const samples: number[] = [];
  for (let round = 0; round < 3; round++) {
    const done = spawnSync(
      'ffmpeg',
      [
        '-v',
        'info',
        '-benchmark',
        '-threads',
        '1',
        '-r',
        String(clip.fps),
        '-i',
        clip.file,
        '-f',
        'null',
        '-',
      ],
      { encoding: 'utf8' },
    );
    const times = /utime=([\d.]+)s stime=([\d.]+)s/.exec(done.stderr);
    if (!times) throw new Error(`ffmpeg gave no times: ${done.stderr.slice(-500)}`);
    samples.push((Number(times[1]) + Number(times[2])) / clip.seconds);
  }
  return percentile(samples, 0.5) as number;
}

export async function benchApplication(
  clip: BenchClip,
  tiles: number,
  seconds: number,
  peers: boolean,
): Promise<ApplicationRow> {
  const floor = measureFloor(clip);
  const cameras = await startCameras(clip, tiles);
  try {
    const wall = await runOurs(cameras.port, clip, tiles, seconds, floor);
    const mse = peers ? await runPeer('mse', cameras.port, clip, tiles, seconds, floor) : null;
    const jsmpeg =
      peers && tiles <= maxJsmpegTiles && clip.height <= 360
        ? await runPeer('jsmpeg', cameras.port, clip, tiles, seconds, floor)
        : null;
    return { tiles, clip: clip.name, floorCpuPerStreamSecond: floor, wall, mse, jsmpeg };
  } finally {
    await stop(cameras.child);
  }
}

/** Runs `vonggac wall` as a person would and reads its report. */
export function runWallReport(port: number, tiles: number, seconds: number): Promise<WallReport> {
  const folder = mkdtempSync(join(tmpdir(), 'vonggac-bench-'));
  const file = join(folder, 'report.json');
  const sources = Array.from({ length: tiles }, (_, index) => [
    '--source',
    `rtsp://127.0.0.1:${port}/cam-${index}`,
  ]);
  const args = [
    'wall',
    ...sources.flat(),
    '--headless',
    '--seconds',
    String(seconds),
    '--report',
    file,
  ];
  const child = spawn(process.execPath, [join(root, 'dist/node/cli.mjs'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => {
      try {
        resolve(JSON.parse(readFileSync(file, 'utf8')));
      } catch {
        reject(new Error(`vonggac wall ended with ${code}: ${complaints}`));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}

async function runOurs(
  port: number,
  clip: BenchClip,
  tiles: number,
  seconds: number,
  floor: number,
) {
  const { tiles: shown, totals } = await runWallReport(port, tiles, seconds);
  const cpu = (totals.cpuSeconds.host + totals.cpuSeconds.browser) / totals.seconds / tiles;
  const fps = shown.reduce((sum, tile) => sum + tile.fps, 0);
  const latency = (pick: 'p50' | 'p95') =>
    percentile(
      shown.flatMap((tile) => tile.addedLatencyMs?.[pick] ?? []),
      pick === 'p50' ? 0.5 : 0.95,
    );
  return {
    cpuPerStreamSecond: cpu,
    ratioToFloor: cpu / floor,
    shownShare: fps / (tiles * clip.fps),
    framesDropped: shown.reduce((sum, tile) => sum + tile.framesDropped, 0),
    addedLatencyMs: { p50: latency('p50'), p95: latency('p95') },
    rssMiB: totals.rssMiB.host + totals.rssMiB.browser,
  };
}

interface PeerFigures {
  readonly shown: number;
  readonly dropped: number;
  readonly playing: number;
  readonly latencies: readonly number[];
}

/** A page that is too busy to answer must not hold the bench. */
function withinSeconds<T>(seconds: number, work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    pause(seconds).then(() => Promise.reject(new Error('the page does not answer'))),
  ]);
}

/** Null where the peer's page broke down under the load. */
async function runPeer(
  kind: 'mse' | 'jsmpeg',
  port: number,
  clip: BenchClip,
  tiles: number,
  seconds: number,
  floor: number,
): Promise<ApplicationFigures | null> {
  const peer = await startReady(
    process.execPath,
    [
      join(import.meta.dirname, 'peer-server.ts'),
      kind,
      String(port),
      String(tiles),
      clip.codecString,
    ],
    /^ready \d+/m,
  );
  const browserServer = await chromium.launchServer({
    executablePath: process.env.VONGGAC_CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
  try {
    const browser = await chromium.connect(browserServer.wsEndpoint());
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.goto(`http://127.0.0.1:${peer.line.split(' ')[1]}/`);
    const read = () => withinSeconds(20, page.evaluate('figures()') as Promise<PeerFigures>);
    // Until all play, but a peer that cannot is measured as it is.
    for (let waited = 0; waited < 40; waited++) {
      await pause(1);
      const { playing } = await read().catch(() => ({ playing: 0 }));
      if (playing === tiles) break;
    }
    await pause(3);
    const before = await read();
    const roots = [browserServer.process().pid as number, peer.child.pid as number];
    const metered = await meter(roots, seconds);
    const after = await read();
    const cpu = metered.cpuSeconds / metered.seconds / tiles;
    const sentFps = kind === 'jsmpeg' ? 24 : clip.fps;
    return {
      cpuPerStreamSecond: cpu,
      ratioToFloor: cpu / floor,
      shownShare: (after.shown - before.shown) / (tiles * sentFps * metered.seconds),
      framesDropped: after.dropped - before.dropped,
      addedLatencyMs: {
        p50: percentile(after.latencies, 0.5),
        p95: percentile(after.latencies, 0.95),
      },
      rssMiB: metered.rssMiB,
    };
  } catch (error) {
    process.stderr.write(`${kind} with ${tiles} tiles: ${error}\n`);
    return null;
  } finally {
    await browserServer.kill();
    await stop(peer.child);
  }
}
