import type { Cause } from '../../src/contract/cause.ts';
import type { CallParams, LayoutName } from '../../src/contract/schemas.ts';
import { Fault } from '../../src/std/fault.ts';
import type { ReplayStore } from '../stores/evidence/replay-store.ts';
import type { SnapshotStore } from '../stores/evidence/snapshot-store.ts';
import type { Direction } from '../stores/layouts.ts';
import type { PtzStore } from '../stores/ptz/ptz-store.ts';
import type { Stores } from '../stores/session-sync.ts';
import * as wallState from '../stores/wall-state.ts';
import type {
  ConnectPart,
  ManageRoom,
  WorkplaceStore,
} from '../stores/workplace/workplace-store.ts';
import type { WallEngine } from '../wall/engine.types.ts';
import type { Core } from '../wire/core.types.ts';

/** Everything an operator can do to the wall, once: keys, menus, buttons and drags all call these. */
export interface Commands {
  setLayout(name: LayoutName): void;
  turnPage(step: number): void;
  newPage(): void;
  select(tile: number): void;
  move(direction: Direction): void;
  /** Carries the selected picture to the neighbouring tile. */
  carry(direction: Direction): void;
  /** Enter: full view of a camera, the list for an empty tile. */
  activate(tile: number): void;
  toggleFull(tile: number): void;
  /** Esc: out of full view, then out of wall mode. False where there was nothing to leave. */
  leave(): boolean;
  place(tile: number, cameraId: string): void;
  /** Into the selected tile; the next empty one of the page is selected then. */
  placeInSelected(cameraId: string): void;
  /** Brings a camera into sight without taking another away. */
  bringIn(cameraId: string): void;
  swap(a: number, b: number): void;
  empty(tile: number): void;
  fill(): void;
  askClear(): void;
  clear(): void;
  undo(): void;
  redo(): void;
  toggleAudio(tile: number): void;
  toggleDetails(): void;
  toggleSideList(): void;
  toggleWallMode(): void;
  toggleLanguage(): void;
  searchCameras(): void;
  openHelp(): void;
  openAddSource(): void;
  /** To the rooms that manage sites, sources and settings; never out of wall mode. */
  openManage(room?: ManageRoom): void;
  openConnect(part: ConnectPart): void;
  backToWall(): void;
  /** The first choice: hub, discovery, spreadsheet, one address, demonstration. */
  openStart(): void;
  /** Whom to call about the camera of a tile. */
  openFocal(tile: number): void;
  /**
   * All cameras of a province, district, site or hub onto the wall: from `tile` on where somebody
   * dropped them, else into empty tiles; no other camera is taken away.
   */
  placeNode(node: RegisterNode, tile: number | null): void;
  placeCameras(cameraIds: readonly string[], tile: number | null): void;
  /** Takes the keyboard and the picture to steer the camera of a tile, or gives them back. */
  togglePtz(tile: number): void;
  /** Takes the pictures of these tiles, or of all that are seen, onto the shelf. */
  snapshot(tiles: readonly number[] | null): void;
  /** Plays what these tiles showed, or all that are seen, together; or goes back to live. */
  replay(tiles: readonly number[] | null): void;
  /** Asks for a clip of what was played, or of the last minute of the selected tile. */
  openClip(): void;
  /** What helps a tile that shows nothing: a password, a trusted certificate, or another try. */
  help(tile: number): void;
}

/** Where pictures go, and what plays them again. */
export interface EvidenceHands {
  readonly snapshots: Pick<SnapshotStore, 'take'>;
  readonly replay: Pick<ReplayStore, 'open' | 'close' | 'getState' | 'setClipOpen'>;
}

/** A node of the register's tree. */
export type RegisterNode = CallParams<'register.toWall'>;

export const searchFieldId = 'camera-search';

/** The help a person can give for a cause. */
export function remedy(cause: Cause | null): 'login' | 'trust' | 'retry' {
  switch (cause?.code) {
    case 'rtsp.credentials-needed':
    case 'rtsp.unauthorized':
    case 'rtsp.forbidden':
      return 'login';
    case 'tls.untrusted':
    case 'tls.changed':
      return typeof cause.params?.['fingerprint'] === 'string' ? 'trust' : 'retry';
    default:
      return 'retry';
  }
}

export function createCommands(
  core: Core,
  engine: WallEngine,
  stores: Stores,
  workplace: WorkplaceStore,
  ptz: PtzStore,
  evidence: EvidenceHands,
): Commands {
  const { wall, cameras, session } = stores;
  const now = () => wall.getState().wall;
  const seenTiles = (): number[] => {
    const state = now();
    const tiles = state.full === null ? wallState.tilesOnPage(state) : [state.full];
    return tiles.filter((tile) => wallState.cameraAt(state, tile) !== null);
  };
  const failed = (error: unknown) => session.setTrouble(Fault.from(error).shown);

  const commands: Commands = {
    setLayout: (name) => wall.change((state) => wallState.setLayout(state, name)),
    turnPage: (step) => wall.change((state) => wallState.turnPage(state, step)),
    newPage: () => wall.change(wallState.newPage),
    select: (tile) => wall.change((state) => wallState.select(state, tile)),
    move: (direction) => wall.change((state) => wallState.moveSelection(state, direction)),
    carry(direction) {
      const state = now();
      if (state.full !== null) return;
      const to = wallState.beside(state, direction);
      wall.change((before) => wallState.select(wallState.swap(before, before.selected, to), to));
    },
    activate(tile) {
      const state = now();
      if (wallState.cameraAt(state, tile) !== null) commands.toggleFull(tile);
      else if (!state.wallMode) {
        commands.select(tile);
        commands.searchCameras();
      }
    },
    toggleFull: (tile) =>
      wall.change((state) => wallState.setFull(state, state.full === tile ? null : tile)),
    leave() {
      const state = now();
      if (state.full !== null) wall.change((before) => wallState.setFull(before, null));
      else if (state.wallMode) wall.change((before) => ({ ...before, wallMode: false }));
      else return false;
      return true;
    },
    place: (tile, cameraId) =>
      wall.change((state) => wallState.select(wallState.place(state, tile, cameraId), tile)),
    placeInSelected: (cameraId) =>
      wall.change((state) => {
        const placed = wallState.place(state, state.selected, cameraId);
        return wallState.select(placed, wallState.nextEmpty(placed, state.selected));
      }),
    bringIn: (cameraId) => wall.change((state) => wallState.bringIn(state, cameraId)),
    swap: (a, b) => wall.change((state) => wallState.select(wallState.swap(state, a, b), b)),
    empty: (tile) => wall.change((state) => wallState.empty(state, tile)),
    fill: () =>
      wall.change((state) =>
        wallState.fill(
          state,
          cameras.getState().cameras.map((camera) => camera.id),
        ),
      ),
    askClear() {
      if (now().tiles.length > 0) session.open({ kind: 'clear' });
    },
    clear: () => wall.change(wallState.clear),
    undo: wall.undo,
    redo: wall.redo,
    toggleAudio: (tile) => wall.change((state) => wallState.toggleAudio(state, tile)),
    toggleDetails: () => wall.change((state) => ({ ...state, details: !state.details })),
    toggleSideList: () =>
      wall.change((state) => ({
        ...state,
        sideList: state.wallMode ? true : !state.sideList,
        wallMode: false,
      })),
    toggleWallMode: () => wall.change((state) => ({ ...state, wallMode: !state.wallMode })),
    toggleLanguage() {
      const language = session.getState().language === 'vi' ? 'en' : 'vi';
      session.setLanguage(language);
      core.call('language.set', { language }).catch(failed);
    },
    searchCameras() {
      wall.change((state) => ({ ...state, sideList: true, wallMode: false, full: null }));
      // The field is there after the next drawing.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => document.getElementById(searchFieldId)?.focus()),
      );
    },
    openHelp: () => session.open({ kind: 'help' }),
    openAddSource: () => session.open({ kind: 'add-source' }),
    openManage(room) {
      if (!now().wallMode) workplace.enter(room);
    },
    openConnect(part) {
      if (!now().wallMode) workplace.enterConnect(part);
    },
    backToWall: workplace.backToWall,
    openStart: () => session.open({ kind: 'start' }),
    openFocal(tile) {
      const cameraId = wallState.cameraAt(now(), tile);
      if (cameraId !== null) session.open({ kind: 'focal', cameraId });
    },
    placeNode(node, tile) {
      core
        .call('register.toWall', node)
        .then(({ cameraIds, refused, noUrl }) => {
          wall.change((state) => wallState.placeAll(state, cameraIds, tile));
          workplace.sayPlaced({ cameras: cameraIds.length, refused, noUrl });
        })
        .catch(failed);
    },
    placeCameras(cameraIds, tile) {
      wall.change((state) => wallState.placeAll(state, cameraIds, tile));
      workplace.sayPlaced({ cameras: cameraIds.length, refused: 0, noUrl: 0 });
    },
    togglePtz(tile) {
      const cameraId = wallState.cameraAt(now(), tile);
      if (cameraId === null) return;
      if (ptz.getState().mode?.cameraId === cameraId) ptz.leave();
      else if (cameras.getState().byId.get(cameraId)?.ptz !== false) {
        commands.select(tile);
        ptz.enter(tile, cameraId);
      }
    },
    snapshot(tiles) {
      const held = (tiles ?? seenTiles()).flatMap((tile) => engine.hold(tile) ?? []);
      void evidence.snapshots.take(held);
    },
    replay(tiles) {
      const { session: playing } = evidence.replay.getState();
      const state = now();
      const wanted = (tiles ?? seenTiles()).flatMap((tile) => {
        const cameraId = wallState.cameraAt(state, tile);
        return cameraId === null ? [] : { tile, cameraId };
      });
      const all = wanted.every(({ tile }) => playing?.tiles.some((one) => one.tile === tile));
      if (all || wanted.length === 0) {
        evidence.replay.close();
        return;
      }
      if (ptz.getState().mode) ptz.leave();
      const lead = wanted.find(({ tile }) => tile === state.selected) ?? wanted[0];
      if (lead) void evidence.replay.open(wanted.slice(0, 64), lead.cameraId);
    },
    openClip: () => evidence.replay.setClipOpen(true),
    help(tile) {
      const cameraId = wallState.cameraAt(now(), tile);
      if (cameraId === null) return;
      const cause = engine.store.getState().tiles.get(tile)?.cause ?? null;
      const kind = remedy(cause);
      if (kind === 'login') session.open({ kind: 'login', cameraId });
      else if (kind === 'trust') {
        session.open({
          kind: 'trust',
          cameraId,
          fingerprint: String(cause?.params?.['fingerprint'] ?? ''),
        });
      } else core.call('streams.retry', { cameraId }).catch(failed);
    },
  };
  return commands;
}
