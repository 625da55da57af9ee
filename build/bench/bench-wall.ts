import { type RunningWall, runWall } from '../../src/cli/wall-run.ts';
import { createWords } from '../../src/cli/words.ts';
import { cameraFromUrl } from '../../src/sites/camera-url.ts';
import { silentLog } from '../../src/std/log.ts';

/** The real wall in this process, so that a measurement can look at its page. */
export async function openBenchWall(port: number, cameras: number): Promise<RunningWall> {
  return runWall({
    cameras: Array.from({ length: cameras }, (_, index) =>
      cameraFromUrl(`rtsp://127.0.0.1:${port}/cam-${index}`),
    ),
    layout: null,
    headless: true,
    size: { width: 1920, height: 1080 },
    noSandbox: false,
    words: await createWords('vi'),
    log: silentLog,
  });
}
