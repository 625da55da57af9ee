import { createStore } from 'zustand/vanilla';
import type {
  HeldPicture,
  ReplayView,
  TakenPicture,
  TileFigures,
  TileView,
  TileWish,
  WallEngine,
  WallView,
} from '../../../renderer/wall/engine.types.ts';
import type { Core, CoreConnection } from '../../../renderer/wire/core.types.ts';
import { type OperatorState, rights } from '../../../src/contract/operator-schemas.ts';
import type {
  CallName,
  CallParams,
  CallResult,
  Camera,
  EventName,
  EventValue,
  Hello,
  WallState,
} from '../../../src/contract/schemas.ts';
import { Emitter } from '../../../src/std/disposable.ts';
import { Fault } from '../../../src/std/fault.ts';

/** A core and an engine without a network or a decoder: tests say what they answer. */
export const fakeHello: Hello = {
  version: '0.1.0',
  shell: 'kiosk',
  language: 'vi',
  demo: false,
  warnings: [],
  now: 0,
  screen: 0,
  screens: 1,
  transient: false,
};

/** A person who may do everything. */
export const fakeOperatorState: OperatorState = {
  hasOperators: true,
  session: {
    operator: {
      id: 'o1',
      name: 'lan',
      fullName: 'Nguyễn Thị Lan',
      role: 'administrator',
      scope: 'all',
      validFrom: null,
      validUntil: null,
      document: { number: '', date: null },
      disabled: false,
      mustChange: false,
    },
    since: 0,
    locked: false,
  },
  rights: [...rights],
  workstation: { id: 'w1', name: 'Bàn trực 1' },
  idleMinutes: 10,
};

export interface FakeCoreOptions {
  readonly cameras?: readonly Camera[];
  readonly hello?: Partial<Hello>;
  readonly wall?: WallState | null;
  readonly streams?: CallResult<'streams.list'>;
}

export class FakeCore implements Core {
  readonly connection = createStore<CoreConnection>(() => ({
    phase: 'open',
    since: performance.now(),
    attempt: 0,
  }));
  readonly called: { name: CallName; params: unknown }[] = [];
  cameras: readonly Camera[];
  /** A call of this name fails with this fault. */
  readonly failing = new Map<CallName, Fault>();
  /** What a call answers, where the default below does not do. */
  readonly answering = new Map<CallName, (params: never) => unknown>();
  readonly #options: FakeCoreOptions;
  readonly #events = new Map<EventName, Emitter<never>>();

  constructor(options: FakeCoreOptions = {}) {
    this.#options = options;
    this.cameras = options.cameras ?? [];
  }

  async call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> {
    this.called.push({ name, params });
    const fault = this.failing.get(name);
    if (fault) throw fault;
    const told = this.answering.get(name);
    if (told) return (await told(params as never)) as CallResult<N>;
    const answers: { [M in CallName]?: () => unknown } = {
      hello: () => ({ ...fakeHello, now: Date.now(), ...this.#options.hello }),
      'cameras.list': () => this.cameras,
      'streams.list': () => this.#options.streams ?? [],
      'wall.load': () => this.#options.wall ?? null,
      'sources.add': () => ({ cameraId: 'added' }),
      'operators.me': () => fakeOperatorState,
      'hubs.list': () => [],
      'discovery.interfaces': () => [],
      'discovery.results': () => null,
      'survey.state': () => null,
      'vault.level': () => ({ level: 'keychain', state: 'open', canCreate: false, unkept: 0 }),
      'ptz.states': () => [],
      'replay.settings': () => ({
        settings: { on: true, seconds: 60, memoryMiB: 384, diskGiB: 4 },
        held: { streams: 0, memoryBytes: 0, diskBytes: 0, oldestAt: null, canUseDisk: true },
      }),
      'privacy.masks': () => [],
      'privacy.mark': () => ({ onScreen: false, onSnapshots: false, opacity: 0.12 }),
      'logins.list': () => ({ logins: [], questions: [] }),
    };
    const answer = answers[name];
    return (answer ? answer() : {}) as CallResult<N>;
  }

  on<N extends EventName>(name: N, listener: (value: EventValue<N>) => void) {
    let emitter = this.#events.get(name);
    if (!emitter) {
      emitter = new Emitter();
      this.#events.set(name, emitter);
    }
    return emitter.on(listener as (value: never) => void);
  }

  emit<N extends EventName>(name: N, value: EventValue<N>): void {
    this.#events.get(name)?.emit(value as never);
  }

  answer<N extends CallName>(
    name: N,
    how: (params: CallParams<N>) => CallResult<N> | Promise<CallResult<N>>,
  ): void {
    this.answering.set(name, how as (params: never) => unknown);
  }

  /** The parameters of every call of this name. */
  calls<N extends CallName>(name: N): CallParams<N>[] {
    return this.called
      .filter((call) => call.name === name)
      .map((call) => call.params as CallParams<N>);
  }

  onMediaSource() {
    return () => {};
  }

  close(): void {}
}

export class FakeEngine implements WallEngine {
  readonly store = createStore<WallView>(() => ({ tiles: new Map(), steppedDown: 0 }));
  readonly figures = createStore<{ readonly tiles: ReadonlyMap<number, TileFigures> }>(() => ({
    tiles: new Map(),
  }));
  readonly presenter = 'fake';
  readonly replays = createStore<{ readonly tiles: ReadonlyMap<number, ReplayView> }>(() => ({
    tiles: new Map(),
  }));
  /** What the worker would make of a tile; throws where there is nothing. */
  picture: (tile: number, cameraId: string) => Promise<Partial<TakenPicture>> = async () => ({});
  held = 0;
  readonly wishes = new Map<number, TileWish>();
  /** Every wish in the order it came, with null for a tile that was let go. */
  readonly asked: { tile: number; wish: TileWish | null }[] = [];
  readonly attached = new Map<number, HTMLElement>();
  heard: number | null = null;
  /** What a new camera looks like. */
  look: (cameraId: string, tile: number) => Partial<TileView> = () => ({ look: 'live' });
  /** Draws the picture of a tile; nothing by default. */
  draw: (cameraId: string) => HTMLElement = () => document.createElement('div');

  show(tile: number, wish: TileWish | null): void {
    this.asked.push({ tile, wish });
    const before = this.wishes.get(tile);
    if (!wish) {
      if (!this.wishes.delete(tile)) return;
      this.#set(tile, null);
      this.#drawInto(tile);
      return;
    }
    this.wishes.set(tile, wish);
    if (before?.cameraId === wish.cameraId) return;
    this.#set(tile, {
      cameraId: wish.cameraId,
      look: 'live',
      cause: null,
      stream: null,
      ageMs: null,
      hasPicture: true,
      quality: 'sub',
      audio: false,
      ...this.look(wish.cameraId, tile),
    });
    this.#drawInto(tile);
  }

  /** Changes what the engine says of a tile. */
  say(tile: number, change: Partial<TileView>): void {
    const view = this.store.getState().tiles.get(tile);
    if (!view) throw new Error(`nothing is shown in tile ${tile}`);
    this.#set(tile, { ...view, ...change });
  }

  #set(tile: number, view: TileView | null): void {
    const tiles = new Map(this.store.getState().tiles);
    if (view) tiles.set(tile, view);
    else tiles.delete(tile);
    this.store.setState({ tiles });
  }

  attach(tile: number, container: HTMLElement) {
    this.attached.set(tile, container);
    this.#drawInto(tile);
    return () => {
      if (this.attached.get(tile) === container) this.attached.delete(tile);
    };
  }

  #drawInto(tile: number): void {
    const wish = this.wishes.get(tile);
    const container = this.attached.get(tile);
    if (!container) return;
    const view = this.store.getState().tiles.get(tile);
    container.replaceChildren(...(wish && view?.hasPicture ? [this.draw(wish.cameraId)] : []));
  }

  setAudio(tile: number | null): void {
    this.heard = tile;
  }

  hold(tile: number): HeldPicture | null {
    const wish = this.wishes.get(tile);
    if (!wish) return null;
    const { cameraId } = wish;
    this.held++;
    let open = true;
    const letGo = () => {
      if (open) this.held--;
      open = false;
    };
    return {
      tile,
      cameraId,
      letGo,
      take: async (format) => {
        letGo();
        const made = await this.picture(tile, cameraId);
        if (this.store.getState().tiles.get(tile)?.look === 'failed') {
          throw new Fault('evidence.no-picture', 'nothing');
        }
        return {
          cameraId,
          quality: 'main',
          bytes: fakePicture(format),
          thumbnail: new Blob([fakePicture(format)], { type: `image/${format}` }),
          width: 1920,
          height: 1080,
          codec: 'h264',
          takenAt: Date.now(),
          ageMs: 40,
          rtpTime: 900_000,
          replay: this.replays.getState().tiles.has(tile),
          ...made,
        };
      },
    };
  }

  replay(tile: number, sessionId: string | null): void {
    const tiles = new Map(this.replays.getState().tiles);
    if ((tiles.get(tile)?.sessionId ?? null) === sessionId) return;
    if (sessionId === null) tiles.delete(tile);
    else tiles.set(tile, { sessionId, shownAt: null });
    this.replays.setState({ tiles });
    this.say(tile, { look: sessionId === null ? 'live' : 'replay' });
  }

  /** A replayed picture of this time is on the screen. */
  showAt(tile: number, shownAt: number): void {
    const tiles = new Map(this.replays.getState().tiles);
    const { sessionId = '' } = tiles.get(tile) ?? {};
    tiles.set(tile, { sessionId, shownAt });
    this.replays.setState({ tiles });
  }

  collectReport() {
    return [];
  }

  close(): void {}
}

/** One pixel. */
function fakePicture(format: 'png' | 'jpeg'): Uint8Array<ArrayBuffer> {
  const text =
    format === 'png'
      ? 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
      : '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AR//Z';
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

const siteNames = [
  'Trạm Y tế Đông Giang',
  'Trường THCS Hà Nội Mới',
  'Ký túc xá Suối Hoa',
  'Khách sạn Bến Lau',
];
const provinces = ['Tỉnh An Hoà', 'Tỉnh Đông Lĩnh', 'Tỉnh Sông Vàng'];
const places = [
  'Cổng chính',
  'Hành lang tầng 2, dãy phòng phía đông',
  'Sảnh tầng 1',
  'Sân lấy mẫu',
  'Ngoài khu vệ sinh',
  'Bãi xe',
];

/** Invented cameras: four sites in each of three provinces, six cameras in turn at each. */
export function someCameras(count: number): Camera[] {
  return Array.from({ length: count }, (_, index) => {
    const site = Math.floor(index / Math.max(1, count / 12));
    const province = provinces[site % provinces.length] ?? '';
    return {
      id: `camera-${index}`,
      name: `${places[index % places.length]} ${Math.floor(index / places.length) + 1}`,
      siteId: `site-${site}`,
      siteName: `${siteNames[site % siteNames.length]} ${Math.floor(site / siteNames.length) + 1}`,
      province,
      placement: null,
      qualities: ['main', 'sub'],
      address: `rtsp://192.0.2.${(index % 250) + 1}:554/stream1`,
      removable: index % 2 === 0,
      refusal: null,
    };
  });
}
