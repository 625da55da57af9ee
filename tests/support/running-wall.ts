import { type RunningWall, runWall } from '../../src/cli/wall-run.ts';
import { createWords } from '../../src/cli/words.ts';
import type { Cause } from '../../src/contract/cause.ts';
import type { LayoutName, TileReport } from '../../src/contract/schemas.ts';
import type { SiteCamera } from '../../src/sites/site-camera.types.ts';
import { silentLog } from '../../src/std/log.ts';

/** The whole product on given cameras in this process: real core, real Chromium, no display. */
export async function startTestWall(
  cameras: readonly SiteCamera[],
  layout: LayoutName | null = null,
): Promise<RunningWall> {
  return runWall({
    cameras,
    layout,
    headless: true,
    size: { width: 1280, height: 720 },
    noSandbox: false,
    words: await createWords('vi'),
    log: silentLog,
  });
}

/** What each camera's tile looks like by the page's latest report. */
export function looks(
  wall: RunningWall,
): Map<string, { look: TileReport['look']; cause: Cause | null }> {
  const tiles = wall.host.reports().get(0)?.tiles ?? [];
  return new Map(
    tiles
      .filter((tile) => tile.look !== 'empty')
      .map((tile) => [tile.cameraId, { look: tile.look, cause: tile.cause }]),
  );
}

/** Waits until `check` holds; says what was there instead when it never does. */
export async function until(
  what: string,
  check: () => boolean | Promise<boolean>,
  seconds: number,
  tell: () => unknown = () => '',
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await check())) {
    if (performance.now() > end) {
      throw new Error(`${what}: not within ${seconds} s. ${JSON.stringify(tell())}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function everyLook(
  wall: RunningWall,
  cameras: readonly SiteCamera[],
  wanted: TileReport['look'],
): boolean {
  const now = looks(wall);
  return cameras.every(({ id }) => now.get(id)?.look === wanted);
}

/** Colours of the picture that a camera's tile presents, at points given as shares of its size. */
export async function pixelsOf(
  wall: RunningWall,
  cameraId: string,
  points: readonly (readonly [number, number])[],
): Promise<[number, number, number][] | null> {
  const script = `(() => {
    const tile = [...document.querySelectorAll('[data-tile]')].find((one) => one.dataset.camera === ${JSON.stringify(cameraId)});
    const video = tile?.querySelector('video');
    if (!video?.videoWidth) return null;
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0);
    return ${JSON.stringify(points)}.map(([x, y]) => {
      const spot = context.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data;
      return [spot[0], spot[1], spot[2]];
    });
  })()`;
  return (await wall.kiosk.evaluate(script)) as [number, number, number][] | null;
}
