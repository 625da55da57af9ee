import type { PtzLease, PtzState, PtzView } from '../../../../src/contract/ptz-schemas.ts';
import type { Camera } from '../../../../src/contract/schemas.ts';
import { type FakeCore, someCameras } from '../fakes.ts';
import { type Mounted, type MountOptions, mount, until } from '../mount.tsx';

/** A camera that turns, as the core tells of it. */
export function ptzState(cameraId: string, change: Partial<PtzState> = {}): PtzState {
  return {
    cameraId,
    link: 'ready',
    cause: null,
    moving: 'no',
    lease: null,
    alarm: null,
    alarmSince: null,
    position: null,
    commandMs: null,
    patrol: null,
    notice: null,
    ...change,
  };
}

export function lease(change: Partial<PtzLease> = {}): PtzLease {
  return {
    holder: { operatorId: 'o-2', operatorName: 'Lê Minh Trực', workstation: 'Máy trực 2' },
    priority: 500,
    reason: '',
    since: Date.now() - 60_000,
    until: Date.now() + 65_000,
    mine: false,
    next: null,
    ...change,
  };
}

export const mine: Partial<PtzLease> = {
  mine: true,
  holder: { operatorId: 'o-1', operatorName: 'Trần Thu Hà', workstation: 'Máy trực 1' },
};

export function ptzView(cameraId: string, change: Partial<PtzView> = {}): PtzView {
  return {
    cameraId,
    lacks: ['status', 'iris', 'preset-names'],
    presets: [
      { token: 'gate', name: 'Cổng chính' },
      { token: '2', name: 'Hành lang tầng 2, dãy phòng phía đông' },
      { token: 'yard', name: 'Sân lấy mẫu' },
      { token: 'p4', name: 'Bãi xe' },
    ],
    maxPresets: 128,
    tours: [],
    patrols: [
      {
        id: 'night',
        name: 'Vòng ban đêm',
        where: 'own',
        spots: [
          { preset: 'gate', staySeconds: 20, speed: null },
          { preset: 'yard', staySeconds: 30, speed: null },
        ],
      },
    ],
    auxiliaries: ['tt:Wiper|On', 'tt:Wiper|Off', 'tt:IRLamp|Auto', 'Vendor thing'],
    view: { degrees: 60, source: 'assumed' },
    settings: { idleReturn: { to: 'home', minutes: 5 }, wideDegrees: null, zoomFactor: null },
    state: ptzState(cameraId),
    ...change,
  };
}

export interface MountedPtz extends Mounted {
  /** Every call of steering, in order: `move 0.40 0.00 0.00`, `stop`, `renew` … */
  readonly told: string[];
  /** What the core says of the camera from now on. */
  say(change: Partial<PtzState>): void;
  readonly cameraId: string;
}

const number = (value: number) => value.toFixed(2);

function listen(core: FakeCore, told: string[]): void {
  core.answer('ptz.move', ({ pan, tilt, zoom }) => {
    told.push(`move ${number(pan)} ${number(tilt)} ${number(zoom)}`);
    return {};
  });
  core.answer('ptz.renew', () => {
    told.push('renew');
    return { alive: true };
  });
  core.answer('ptz.stop', () => {
    told.push('stop');
    return {};
  });
  core.answer('ptz.focus', ({ act }) => {
    told.push(`focus ${act}`);
    return {};
  });
}

export interface MountPtzOptions extends MountOptions {
  readonly view?: Partial<PtzView>;
  readonly camera?: Partial<Camera>;
}

/** A wall of four whose first camera turns. */
export async function mountPtz(options: MountPtzOptions = {}): Promise<MountedPtz> {
  const told: string[] = [];
  const cameras = someCameras(8).map((camera, index) =>
    index === 0 ? { ...camera, ptz: true, ...options.camera } : { ...camera, ptz: false },
  );
  const cameraId = cameras[0]?.id ?? '';
  let state = ptzState(cameraId, options.view?.state);
  const mounted = await mount({
    cameras,
    saved: { layout: '4' },
    ...options,
    prepare: (core) => {
      listen(core, told);
      core.answer('ptz.open', () => ptzView(cameraId, { ...options.view, state }));
      options.prepare?.(core);
    },
  });
  return {
    ...mounted,
    told,
    cameraId,
    say(change) {
      state = { ...state, ...change };
      mounted.core.emit('ptz.state', state);
    },
  };
}

/** The same, with the camera steered already. */
export async function steering(options: MountPtzOptions = {}): Promise<MountedPtz> {
  const mounted = await mountPtz(options);
  mounted.commands.togglePtz(0);
  await until(() => mounted.ptz.getState().mode?.phase === 'ready');
  // The wall has made room for the panel.
  await until(() => {
    const wall = document.querySelector('.wall')?.getBoundingClientRect();
    const dock = document.querySelector('.dock')?.getBoundingClientRect();
    const right = Math.max(...mounted.tiles().map((tile) => tile.getBoundingClientRect().right));
    return wall && dock && wall.right <= dock.left + 1 && Math.abs(right - wall.right) < 2;
  }, 'the panel stands beside the wall');
  return mounted;
}

/** A picture of 640 × 360 in which something can be recognised. */
export function drawnPicture(): HTMLElement {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 360;
  canvas.className = 'tile-picture';
  canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;object-fit:contain';
  const paper = canvas.getContext('2d');
  if (!paper) return canvas;
  const sky = paper.createLinearGradient(0, 0, 0, 360);
  sky.addColorStop(0, '#8fb3cc');
  sky.addColorStop(0.6, '#c9d4d6');
  sky.addColorStop(0.6, '#6d7a62');
  sky.addColorStop(1, '#4d5747');
  paper.fillStyle = sky;
  paper.fillRect(0, 0, 640, 360);
  paper.fillStyle = '#a55b45';
  paper.fillRect(180, 120, 240, 130);
  paper.fillStyle = '#332';
  for (let at = 0; at < 5; at++) paper.fillRect(200 + at * 44, 150, 24, 36);
  return canvas;
}

export const figures = {
  codec: 'h264',
  profile: null,
  width: 640,
  height: 360,
  fps: 15,
  kbps: 400,
  packetsLost: 0,
  framesDropped: 0,
  addedLatencyMs: 40,
  clockOffsetMs: null,
  transport: 'tcp',
  decoder: 'software',
  hasAudio: false,
} as const;
