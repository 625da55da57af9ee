import { createStore, type StoreApi } from 'zustand/vanilla';

/** Where the operator works: at the wall, or in one of the rooms that manage what it shows. */
export const manageRooms = [
  'register',
  'connect',
  'survey',
  'settings',
  'audit',
  'evidence',
  'operators',
] as const;
export type ManageRoom = (typeof manageRooms)[number];

/** The parts of the room "connect". */
export const connectParts = ['hubs', 'discovery', 'imports'] as const;
export type ConnectPart = (typeof connectParts)[number];

export interface WorkplaceModel {
  readonly place: 'wall' | ManageRoom;
  /** The room that "Quản lý" opens: the one that was open last. */
  readonly lastRoom: ManageRoom;
  readonly connectPart: ConnectPart;
  /** Something is dragged out of a room: the wall below shows itself to take it. */
  readonly carrying: boolean;
  /** What was just put on the wall, until somebody puts the line away. */
  readonly placed: Placed | null;
}

export interface Placed {
  readonly cameras: number;
  /** Left out: nobody may watch them. */
  readonly refused: number;
  /** Left out: no address is known. */
  readonly noUrl: number;
}

export interface WorkplaceStore extends StoreApi<WorkplaceModel> {
  /** Goes to a room, or to the one that was open last. */
  enter(room?: ManageRoom): void;
  enterConnect(part: ConnectPart): void;
  backToWall(): void;
  setCarrying(carrying: boolean): void;
  sayPlaced(placed: Placed | null): void;
}

export function createWorkplaceStore(): WorkplaceStore {
  const store = createStore<WorkplaceModel>(() => ({
    place: 'wall',
    lastRoom: 'register',
    connectPart: 'hubs',
    carrying: false,
    placed: null,
  }));
  return {
    ...store,
    enter: (room) =>
      store.setState(({ lastRoom }) => ({ place: room ?? lastRoom, lastRoom: room ?? lastRoom })),
    enterConnect: (connectPart) =>
      store.setState({ place: 'connect', lastRoom: 'connect', connectPart }),
    backToWall: () => store.setState({ place: 'wall', carrying: false, placed: null }),
    setCarrying: (carrying) => store.setState({ carrying }),
    sayPlaced: (placed) => store.setState({ placed }),
  };
}
