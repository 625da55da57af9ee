import { measureHostAndBrowser } from '../../src/host/resource-usage.ts';
import { openBenchWall } from './bench-wall.ts';
import type { BenchClip } from './clips.ts';
import { startCameras } from './ingest.ts';
import { pause, stop } from './meter.ts';

export interface MemoryFigures {
  readonly minutes: number;
  readonly drops: number;
  /** Least-squares slope of resident memory after the first fifth of the run. */
  readonly hostSlopeMiBPerMinute: number;
  readonly browserSlopeMiBPerMinute: number;
  readonly samples: readonly { second: number; hostMiB: number; browserMiB: number }[];
}

const tiles = 16;
const dropEverySeconds = 20;

/** A wall whose cameras lose their power again and again: what is not given back shows as a slope. */
export async function benchMemory(clip: BenchClip, seconds: number): Promise<MemoryFigures> {
  let cameras = await startCameras(clip, tiles);
  const { port } = cameras;
  const wall = await openBenchWall(port, tiles);
  const samples: { second: number; hostMiB: number; browserMiB: number }[] = [];
  let drops = 0;
  try {
    await wall.settled(30);
    const started = performance.now();
    const elapsed = () => (performance.now() - started) / 1000;
    let nextDrop = dropEverySeconds;
    while (elapsed() < seconds) {
      await pause(2);
      if (elapsed() >= nextDrop) {
        await stop(cameras.child);
        await pause(1);
        cameras = await startCameras(clip, tiles, port);
        drops++;
        nextDrop += dropEverySeconds;
      }
      const { host, browser } = measureHostAndBrowser(wall.kiosk.browserPids());
      samples.push({
        second: elapsed(),
        hostMiB: host?.rssMiB ?? 0,
        browserMiB: browser?.rssMiB ?? 0,
      });
    }
  } finally {
    await wall.close();
    await stop(cameras.child);
  }
  const settled = samples.slice(Math.floor(samples.length / 5));
  return {
    minutes: Math.round((seconds / 60) * 10) / 10,
    drops,
    hostSlopeMiBPerMinute: slope(settled.map(({ second, hostMiB }) => [second / 60, hostMiB])),
    browserSlopeMiBPerMinute: slope(
      settled.map(({ second, browserMiB }) => [second / 60, browserMiB]),
    ),
    samples,
  };
}

function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (index: 0 | 1) =>
    points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const above = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  const below = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return Math.round((above / below) * 100) / 100;
}
