import { runWallReport } from './application.ts';
import { openBenchWall } from './bench-wall.ts';
import type { BenchClip } from './clips.ts';
import { startCameras } from './ingest.ts';
import { pause, percentile, stop } from './meter.ts';

export interface PictureFigures {
  /** From the start of the process to 16 tiles live; one figure a run. */
  readonly sixteenLiveMs: readonly (number | null)[];
  readonly layoutChangeMs: {
    readonly p50: number | null;
    readonly p95: number | null;
    readonly samples: number;
  };
  /** From the moment the cameras accept connections again until 64 tiles are live. */
  readonly reconnectMs: number | null;
}

/**
 * Runs in the page: asks for a layout as a person does and waits until each tile on the screen has a
 * picture presented. Resolves with the milliseconds it took.
 */
const changeLayout = (layout: string) => `new Promise((resolve) => {
  const started = performance.now();
  const code = { 4: 'Digit2', 16: 'Digit4', 36: 'Digit6', 64: 'Digit8' }[${JSON.stringify(layout)}];
  document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { code, key: 'x', bubbles: true, cancelable: true }));
  const shown = () => {
    const tiles = [...document.querySelectorAll('[data-tile][data-camera]')].filter((tile) => tile.dataset.camera);
    return tiles.length === Math.min(64, ${JSON.stringify(layout)} | 0) && tiles.every((tile) => {
      const video = tile.querySelector('video');
      return video && video.getVideoPlaybackQuality().totalVideoFrames > 0;
    });
  };
  const look = () => {
    const ms = performance.now() - started;
    if (shown()) resolve(ms);
    else if (ms > 10000) resolve(null);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})`;

export async function benchPictures(clip: BenchClip, quick: boolean): Promise<PictureFigures> {
  const sixteenLiveMs: (number | null)[] = [];
  let cameras = await startCameras(clip, 64);
  const { port } = cameras;
  try {
    for (let run = 0; run < (quick ? 2 : 5); run++) {
      sixteenLiveMs.push((await runWallReport(port, 16, 2)).totals.allLiveMs);
    }
    const wall = await openBenchWall(port, 64);
    try {
      await wall.settled(60);
      const samples: number[] = [];
      for (let round = 0; round < (quick ? 6 : 20); round++) {
        for (const layout of ['16', '4', '36', '64']) {
          await pause(1.5);
          const ms = (await wall.kiosk.evaluate(changeLayout(layout))) as number | null;
          samples.push(ms ?? Number.POSITIVE_INFINITY);
        }
      }
      await pause(3);
      await stop(cameras.child);
      await pause(5);
      cameras = await startCameras(clip, 64, port);
      const returned = performance.now();
      let reconnectMs: number | null = null;
      while (performance.now() - returned < 60_000) {
        await pause(0.1);
        if (
          wall.host.supervisor.states().filter(({ state }) => state.phase === 'live').length >=
            64 &&
          wall.history.liveCount >= 64
        ) {
          reconnectMs = Math.round(performance.now() - returned);
          break;
        }
      }
      const round = (value: number | null) => (value === null ? null : Math.round(value));
      return {
        sixteenLiveMs,
        layoutChangeMs: {
          p50: round(percentile(samples, 0.5)),
          p95: round(percentile(samples, 0.95)),
          samples: samples.length,
        },
        reconnectMs,
      };
    } finally {
      await wall.close();
    }
  } finally {
    await stop(cameras.child);
  }
}
