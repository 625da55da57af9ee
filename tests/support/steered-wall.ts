import { pageDir } from '../../src/cli/paths.ts';
import { type Caller, createCaller } from '../../src/contract/call.ts';
import type { PtzState } from '../../src/contract/ptz-schemas.ts';
import { startDemoCentre } from '../../src/demo/centre.ts';
import type { DemoCentre, DemoOptions, SteeredCamera } from '../../src/demo/centre.types.ts';
import { createHost } from '../../src/host/create-host.ts';
import type { Host } from '../../src/host/host.types.ts';
import { type Kiosk, startKiosk } from '../../src/kiosk/start-kiosk.ts';
import type { SiteCamera } from '../../src/sites/site-camera.types.ts';
import { silentLog } from '../../src/std/log.ts';
import { memoryWires } from './memory-wire.ts';
import { handAt, type PageHand } from './page-hand.ts';
import { until } from './running-wall.ts';
import { signIn } from './signed-in.ts';

/** The steered camera of the first site: it looks at the yard. */
export const yardId = 'demo-site-01-cam-04';

/** A page of a browser, however it is reached. */
export type Page = Pick<Kiosk, 'evaluate' | 'send'>;

/** One steered camera of the simulated centre, whose own Timeout does not help. */
export async function steeredCamera(
  options: Partial<DemoOptions> = {},
): Promise<{ centre: DemoCentre; camera: SiteCamera; steered: SteeredCamera }> {
  const centre = await startDemoCentre({
    cameras: 4,
    faults: false,
    onvifFaults: { ptz: { ignoresTimeout: true } },
    log: silentLog,
    ...options,
  });
  const camera = centre.cameras.find(({ id }) => id === yardId)!;
  const steered = centre.steered.find(({ cameraId }) => cameraId === yardId)!;
  return { centre, camera, steered };
}

/** Real core and real Chromium on given cameras, with a second page's wire beside the browser's. */
export interface SteeredWall {
  readonly host: Host;
  readonly kiosk: Kiosk;
  readonly hand: PageHand;
  /** Another page of the same workstation. */
  readonly other: Caller;
  readonly states: PtzState[];
  close(): Promise<void>;
}

export async function steeredWall(cameras: readonly SiteCamera[]): Promise<SteeredWall> {
  const host = await createHost({
    dataDir: null,
    shell: 'kiosk',
    language: 'vi',
    cameras,
    demo: false,
    wall: { layout: '4' },
    screens: 1,
    warnings: [],
    log: silentLog,
  });
  const [core, page] = memoryWires();
  host.attachControl(core);
  const other = createCaller(page);
  const states: PtzState[] = [];
  other.onEvent('ptz.state', (state) => states.push(state));
  await signIn(other);
  const kiosk = await startKiosk({
    host,
    pageDir,
    dataDir: null,
    headless: true,
    size: { width: 1280, height: 720 },
    noSandbox: false,
    log: silentLog,
  });
  return {
    host,
    kiosk,
    hand: handAt(kiosk),
    other,
    states,
    async close() {
      other.close();
      await kiosk.close();
      await host.close();
    },
  };
}

export interface TileSpot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the picture of a camera is on the page, or null. */
export async function pictureSpot(page: Page, cameraId: string): Promise<TileSpot | null> {
  return (await page.evaluate(`(() => {
    const tile = [...document.querySelectorAll('[data-tile]')].find((one) => one.dataset.camera === ${JSON.stringify(cameraId)});
    const video = [...(tile?.querySelectorAll('video') ?? [])].at(-1);
    if (!video?.videoWidth) return null;
    const box = video.getBoundingClientRect();
    const scale = Math.min(box.width / video.videoWidth, box.height / video.videoHeight);
    const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
    return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height };
  })()`)) as TileSpot | null;
}

/** Selects the tile and opens its controls, as a person does, and waits until the hand may steer. */
export async function openControls(page: Page, cameraId = yardId): Promise<void> {
  await until('the picture', async () => (await pictureSpot(page, cameraId)) !== null, 60);
  const spot = (await pictureSpot(page, cameraId))!;
  await click(page, spot.x + spot.width / 2, spot.y + spot.height / 2);
  await until(
    'the controls',
    async () => {
      if (await mayBeSteered(page)) return true;
      const isOpen = await page.evaluate(`document.querySelector('.dock') !== null`);
      if (!isOpen) await tap(page, 'KeyP');
      // Whatever holds it back, such as a picture that is not live yet, passes.
      await new Promise((resolve) => setTimeout(resolve, 400));
      return false;
    },
    60,
    () => '',
  );
}

async function mayBeSteered(page: Page): Promise<boolean> {
  return (
    (await page.evaluate(`(() => {
      const frame = document.querySelector('.ptz-frame');
      return frame !== null && !frame.dataset.block;
    })()`)) === true
  );
}

const keys: Readonly<Record<string, readonly [key: string, number: number]>> = {
  ArrowLeft: ['ArrowLeft', 37],
  ArrowUp: ['ArrowUp', 38],
  ArrowRight: ['ArrowRight', 39],
  ArrowDown: ['ArrowDown', 40],
  Escape: ['Escape', 27],
  KeyP: ['p', 80],
};

export async function keyDown(page: Page, code: string): Promise<void> {
  const [key, number] = keys[code] ?? [code, 0];
  await page.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    code,
    key,
    windowsVirtualKeyCode: number,
  });
}

export async function keyUp(page: Page, code: string): Promise<void> {
  const [key, number] = keys[code] ?? [code, 0];
  const event = { type: 'keyUp', code, key, windowsVirtualKeyCode: number };
  await page.send('Input.dispatchKeyEvent', event);
}

async function tap(page: Page, code: string): Promise<void> {
  await keyDown(page, code);
  await keyUp(page, code);
}

export async function click(page: Page, x: number, y: number): Promise<void> {
  const at = { x, y, clickCount: 1 };
  await page.send('Input.dispatchMouseEvent', { ...at, type: 'mouseMoved', button: 'none' });
  await page.send('Input.dispatchMouseEvent', { ...at, type: 'mousePressed', button: 'left' });
  await page.send('Input.dispatchMouseEvent', { ...at, type: 'mouseReleased', button: 'left' });
}

/** Waits until the camera moves; it turns slowly enough not to reach its end while a test looks. */
export async function moves({ device }: SteeredCamera, seconds = 10): Promise<void> {
  await until('the camera moves', () => device.head.moves(), seconds);
}

/**
 * Waits until it stands, and then looks whether it goes on standing. Returns how long it took, ms.
 * The camera moves until it is told to stop or reaches its end, which `atEnd` tells apart.
 */
export async function stands({ device }: SteeredCamera, seconds: number): Promise<number> {
  const since = performance.now();
  const end = since + seconds * 1000;
  while (device.head.moves()) {
    if (performance.now() > end) throw new Error(`it moves still, after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const took = performance.now() - since;
  const { pan, tilt } = device.head.position;
  await new Promise((resolve) => setTimeout(resolve, 700));
  const now = device.head.position;
  if (now.pan !== pan || now.tilt !== tilt) throw new Error('it moved on after it stood');
  return took;
}

/** At its end a motor stands by itself: a test that says "stopped" must not mean that. */
export function atEnd({ device }: SteeredCamera): boolean {
  return Math.abs(device.head.position.pan) > 84.9;
}
