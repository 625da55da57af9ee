import '../../../renderer/main.css';
import { createRoot } from 'react-dom/client';
import { page } from 'vitest/browser';
import { App } from '../../../renderer/screens/app.tsx';
import { type Commands, createCommands } from '../../../renderer/screens/commands.ts';
import { createCamerasStore } from '../../../renderer/stores/cameras-store.ts';
import { askingCore } from '../../../renderer/stores/operators/asking-core.ts';
import { createOperatorsStore } from '../../../renderer/stores/operators/operators-store.ts';
import { createSessionStore } from '../../../renderer/stores/session-store.ts';
import { type Stores, syncSession } from '../../../renderer/stores/session-sync.ts';
import { createStatsStore } from '../../../renderer/stores/stats-store.ts';
import { emptyWall, wallOf } from '../../../renderer/stores/wall-state.ts';
import { createWallStore } from '../../../renderer/stores/wall-store.ts';
import {
  createManageStores,
  type ManageStores,
} from '../../../renderer/stores/workplace/manage-stores.ts';
import type { WallState } from '../../../src/contract/schemas.ts';
import { FakeCore, type FakeCoreOptions, FakeEngine, someCameras } from './fakes.ts';

/** The whole visible product in a real page, on a fake core and a fake engine. */
export interface Mounted extends Stores, ManageStores {
  readonly core: FakeCore;
  readonly engine: FakeEngine;
  readonly commands: Commands;
  tile(index: number): HTMLElement;
  tiles(): HTMLElement[];
  /** Ids of the cameras of the shown tiles, null for empty ones. */
  shown(): (string | null)[];
}

const undo: (() => void)[] = [];

export interface MountOptions extends FakeCoreOptions {
  /** Changes of the saved wall, which shows all cameras in order unless it says otherwise. */
  readonly saved?: Partial<WallState>;
  readonly engine?: (engine: FakeEngine) => void;
  /** Before the page asks for anything. */
  readonly prepare?: (core: FakeCore) => void;
  readonly size?: readonly [width: number, height: number];
}

export async function mount(options: MountOptions = {}): Promise<Mounted> {
  unmountAll();
  await page.viewport(...(options.size ?? ([1366, 768] as const)));
  const cameras = options.cameras ?? someCameras(48);
  const core = new FakeCore({
    ...options,
    cameras,
    wall:
      options.wall === undefined
        ? {
            ...(cameras.length > 0
              ? wallOf(
                  0,
                  cameras.map((camera) => camera.id),
                )
              : emptyWall(0)),
            ...options.saved,
          }
        : options.wall,
  });
  const engine = new FakeEngine();
  options.engine?.(engine);
  options.prepare?.(core);
  const stores: Stores = {
    wall: createWallStore(0),
    cameras: createCamerasStore(),
    session: createSessionStore('vi'),
    stats: createStatsStore(),
  };
  const operators = createOperatorsStore(core);
  const asking = askingCore(core, operators);
  const manage = createManageStores(asking, operators);
  const commands = createCommands(asking, engine, stores, manage.workplace, manage.ptz, manage);
  const stop = syncSession(core, stores, 0);
  const place = document.createElement('div');
  place.id = 'app';
  document.body.append(place);
  const root = createRoot(place);
  root.render(<App product={{ core: asking, engine, commands, ...stores, ...manage }} />);
  undo.push(() => {
    stop();
    root.unmount();
    place.remove();
  });
  const tiles = () => [...place.querySelectorAll<HTMLElement>('[data-tile]')];
  const mounted: Mounted = {
    core,
    engine,
    commands,
    ...stores,
    ...manage,
    tiles,
    tile: (index) => {
      const found = place.querySelector<HTMLElement>(`[data-tile="${index}"]`);
      if (!found) throw new Error(`no tile ${index}`);
      return found;
    },
    shown: () => tiles().map((tile) => tile.dataset['camera'] ?? null),
  };
  // Until every tile shows what the engine says of it.
  await until(
    () =>
      tiles().length > 0 &&
      tiles().every((tile) => {
        const { camera, look } = tile.dataset;
        if (camera === undefined || !stores.cameras.getState().byId.has(camera)) return true;
        return engine.store.getState().tiles.get(Number(tile.dataset['tile']))?.look === look;
      }),
    'the wall is drawn',
  );
  return mounted;
}

export function unmountAll(): void {
  for (const each of undo.splice(0)) each();
}

/** Waits for a condition of the page, 5 s at most. */
export async function until(condition: () => unknown, what = String(condition)): Promise<void> {
  const end = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`never true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
