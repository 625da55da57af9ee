import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import {
  type HeldCamera,
  maxReplayRate,
  type ReplayGap,
  type ReplaySpan,
  type ReplayState,
} from '../../../src/contract/replay-schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';

/** One session of replay on this page: which tiles show it, where its clock is, what is held around. */
export interface ReplayTile {
  readonly tile: number;
  readonly cameraId: string;
}

export type ReplaySource = ReplaySpan['source'];

export interface ReplaySession {
  readonly state: ReplayState;
  readonly cameras: readonly HeldCamera[];
  readonly tiles: readonly ReplayTile[];
  readonly source: ReplaySource;
}

export interface TimeLine {
  readonly cameraId: string;
  readonly spans: readonly ReplaySpan[];
  readonly gaps: readonly ReplayGap[];
  /** Why nothing is known of a recorder. */
  readonly recorder: Cause | null;
}

export interface ReplayModel {
  readonly session: ReplaySession | null;
  /** A session is on its way. */
  readonly opening: boolean;
  readonly cause: Cause | null;
  /** Camera whose pictures are stepped over and whose time line is drawn. */
  readonly lead: string | null;
  readonly timeLine: TimeLine | null;
  /** Span that the time line draws, Unix ms. */
  readonly window: { readonly from: number; readonly to: number };
  readonly markIn: number | null;
  readonly markOut: number | null;
  readonly clipOpen: boolean;
}

export interface ReplayStore extends StoreApi<ReplayModel> {
  open(tiles: readonly ReplayTile[], lead: string): Promise<void>;
  close(): void;
  /** Tiles that no longer show what was opened leave; the last one ends the session. */
  keepOnly(stays: (tile: ReplayTile) => boolean): void;
  setLead(cameraId: string): void;
  /** To a moment; one that only the recorder holds, or only the ring, is played from there. */
  seek(at: number): void;
  seekBy(ms: number): void;
  setRate(rate: number): void;
  /** J and L: slower, faster, the other way. */
  shuttle(direction: -1 | 1): void;
  togglePlay(): void;
  step(frames: number): void;
  toEnd(end: 'oldest' | 'newest'): void;
  mark(which: 'in' | 'out', at: number): void;
  clearMarks(): void;
  setClipOpen(open: boolean): void;
  /** Draws another span around the clock, ms long. */
  zoom(spanMs: number): void;
  setSource(source: ReplaySource): void;
}

export const zooms = [60_000, 600_000, 3_600_000, 6 * 3_600_000, 24 * 3_600_000] as const;
const timeLineEveryMs = 5000;
const edgeMs = 500;

export function createReplayStore(core: Core): ReplayStore {
  const store = createStore<ReplayModel>(() => ({
    session: null,
    opening: false,
    cause: null,
    lead: null,
    timeLine: null,
    window: { from: 0, to: 0 },
    markIn: null,
    markOut: null,
    clipOpen: false,
  }));
  const { getState: get, setState: set } = store;
  let turn = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  /** One order at a time; of those that come meanwhile only the last counts. */
  let ordering = false;
  let nextOrder: (() => Promise<ReplayState>) | null = null;

  const accept = (state: ReplayState) => {
    const { session } = get();
    if (session?.state.sessionId !== state.sessionId) return;
    set({ session: { ...session, state } });
    follow();
  };
  const failed = (error: unknown) => set({ cause: Fault.from(error).shown });

  const order = (make: () => Promise<ReplayState>) => {
    nextOrder = make;
    if (ordering) return;
    ordering = true;
    void (async () => {
      while (nextOrder) {
        const now = nextOrder;
        nextOrder = null;
        try {
          accept(await now());
          set({ cause: null });
        } catch (error) {
          failed(error);
        }
      }
      ordering = false;
    })();
  };

  /** The time line moves on with the clock before that leaves it. */
  const follow = () => {
    const { session, window } = get();
    if (!session) return;
    const { at } = session.state;
    const span = window.to - window.from;
    if (at >= window.from && at <= window.to) return;
    set({ window: { from: at - span / 2, to: at + span / 2 } });
    loadTimeLine();
  };

  let asking = false;
  const loadTimeLine = () => {
    const { lead, window, session } = get();
    if (!session || !lead || asking) return;
    asking = true;
    const { sessionId } = session.state;
    core
      .call('replay.timeline', { cameraId: lead, from: window.from, to: window.to })
      .then((held) => {
        if (get().session?.state.sessionId !== sessionId || get().lead !== lead) return;
        set({ timeLine: { cameraId: lead, ...held } });
      })
      // The session says itself what it holds.
      .catch(() => {})
      .finally(() => {
        asking = false;
      });
  };

  const openSession = async (
    tiles: readonly ReplayTile[],
    at: number | null,
    source: ReplaySource,
  ): Promise<boolean> => {
    const mine = ++turn;
    set({ opening: true, cause: null });
    try {
      const { state, cameras } = await core.call('replay.open', {
        cameraIds: [...new Set(tiles.map(({ cameraId }) => cameraId))],
        at,
        source,
      });
      if (mine !== turn) {
        core.call('replay.close', { sessionId: state.sessionId }).catch(() => {});
        return false;
      }
      const before = get().session;
      set({ session: { state, cameras, tiles, source }, opening: false });
      if (before) {
        core.call('replay.close', { sessionId: before.state.sessionId }).catch(() => {});
      }
      return true;
    } catch (error) {
      if (mine === turn) {
        set({ opening: false });
        failed(error);
      }
      return false;
    }
  };

  const close = () => {
    turn++;
    clearInterval(timer);
    nextOrder = null;
    const { session } = get();
    set({
      session: null,
      opening: false,
      timeLine: null,
      lead: null,
      markIn: null,
      markOut: null,
      clipOpen: false,
    });
    if (session) {
      core.call('replay.close', { sessionId: session.state.sessionId }).catch(() => {});
    }
  };

  const reopen = (at: number, source: ReplaySource) => {
    const { session } = get();
    if (!session) return;
    void openSession(session.tiles, at, source).then((done) => {
      if (done) {
        follow();
        loadTimeLine();
      }
    });
  };

  /** Which of both holds this moment, the present one first. */
  const holderOf = (at: number): ReplaySource | null => {
    const { timeLine, session } = get();
    const holds = (source: ReplaySource) =>
      timeLine?.spans.some(
        (span) => span.source === source && at >= span.from - edgeMs && at <= span.to + edgeMs,
      );
    const now = session?.source ?? 'ring';
    const other = now === 'ring' ? 'recorder' : 'ring';
    if (holds(now)) return now;
    return holds(other) ? other : null;
  };

  const byId = (make: (sessionId: string) => Promise<ReplayState>) => {
    const sessionId = get().session?.state.sessionId;
    if (sessionId !== undefined) order(() => make(sessionId));
  };

  const api: ReplayStore = {
    ...store,
    async open(tiles, lead) {
      if (tiles.length === 0) return;
      if (!(await openSession(tiles, null, 'ring'))) return;
      const { session } = get();
      if (!session) return;
      const { from, to } = session.state;
      const span = Math.max(60_000, (to - from) * 1.1);
      set({ lead, window: { from: to - span * 0.97, to: to + span * 0.03 } });
      clearInterval(timer);
      timer = setInterval(loadTimeLine, timeLineEveryMs);
      loadTimeLine();
    },
    close,
    keepOnly(stays) {
      const { session } = get();
      if (!session) return;
      const tiles = session.tiles.filter(stays);
      if (tiles.length === session.tiles.length) return;
      if (tiles.length === 0) close();
      else set({ session: { ...session, tiles } });
    },
    setLead(lead) {
      const { session } = get();
      if (get().lead === lead || !session?.cameras.some(({ cameraId }) => cameraId === lead)) {
        return;
      }
      set({ lead, timeLine: null });
      loadTimeLine();
    },
    seek(at) {
      const { session } = get();
      if (!session) return;
      const holder = holderOf(at);
      if (holder && holder !== session.source) reopen(at, holder);
      else byId((sessionId) => core.call('replay.seek', { sessionId, at }));
    },
    seekBy(ms) {
      const { session } = get();
      if (session) api.seek(session.state.at + ms);
    },
    setRate: (rate) => byId((sessionId) => core.call('replay.rate', { sessionId, rate })),
    shuttle(direction) {
      const { session } = get();
      if (!session) return;
      const { rate } = session.state;
      const same = Math.sign(rate) === direction;
      api.setRate(same ? Math.sign(rate) * Math.min(maxReplayRate, Math.abs(rate) * 2) : direction);
    },
    togglePlay() {
      const { session } = get();
      if (session) api.setRate(session.state.rate === 0 ? 1 : 0);
    },
    step(frames) {
      const { lead } = get();
      if (lead) {
        byId((sessionId) => core.call('replay.step', { sessionId, cameraId: lead, frames }));
      }
    },
    toEnd(end) {
      const { session } = get();
      if (session) api.seek(end === 'oldest' ? session.state.from : session.state.to);
    },
    mark(which, at) {
      if (which === 'in') {
        set(({ markOut }) => ({
          markIn: at,
          markOut: markOut !== null && markOut <= at ? null : markOut,
        }));
      } else {
        set(({ markIn }) => ({
          markOut: at,
          markIn: markIn !== null && markIn >= at ? null : markIn,
        }));
      }
    },
    clearMarks: () => set({ markIn: null, markOut: null }),
    setClipOpen: (clipOpen) => set({ clipOpen }),
    zoom(spanMs) {
      const { session } = get();
      if (!session) return;
      const { at, to } = session.state;
      // What is to come has no place on it.
      const end = Math.min(at + spanMs / 2, to + spanMs * 0.03);
      set({ window: { from: end - spanMs, to: end }, timeLine: null });
      loadTimeLine();
    },
    setSource(source) {
      const { session } = get();
      if (session && session.source !== source) reopen(session.state.at, source);
    },
  };
  core.on('replay.state', accept);
  core.connection.subscribe(({ phase }) => {
    // Sessions end with the core that holds them.
    if (phase === 'gone' && get().session) close();
  });
  return api;
}
