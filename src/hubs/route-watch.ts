import type { Cause } from '../contract/cause.ts';
import type { HubHealth } from '../contract/hub-schemas.ts';
import type { StreamState } from '../contract/stream-state.ts';
import { type Dispose, Emitter } from '../std/disposable.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';

/**
 * Chooses between two ways to a camera: by its hub, and directly. The direct way is taken when the
 * hub has been away for a while, and left again only when the hub has been well for longer: a hub
 * that comes and goes must not make the wall flicker. Each way back that does not hold makes the next
 * wait twice as long.
 */
export interface TwoWayCamera {
  readonly id: string;
  readonly hubId: string;
}

export interface Route {
  readonly via: 'hub' | 'direct';
  /** Unix ms. */
  readonly since: number;
  /** Why not by the hub; null while it is by the hub. */
  readonly cause: Cause | null;
}

export interface RouteWatchOptions {
  readonly supervisor: Pick<StreamSupervisor, 'onState' | 'states'>;
  /** Cameras that have both ways now. */
  cameras(): Iterable<TwoWayCamera>;
  health(hubId: string): HubHealth;
  readonly now?: () => number;
  /** A stream by the hub must fail for so long; default 10,000. */
  readonly failAfterMs?: number;
  /** The hub must be well for so long before it is used again; default 60,000. */
  readonly returnAfterMs?: number;
  /** How often it is looked, default 1000. */
  readonly everyMs?: number;
}

export interface RouteWatch {
  /** By the hub where nothing is known. */
  route(cameraId: string): Route | null;
  /** Ids of the cameras whose way changed: their sources and what the page shows are made anew. */
  onChange(listener: (cameraIds: readonly string[]) => void): Dispose;
  /** Cameras of a hub that are shown directly now. */
  directCount(hubId: string): number;
  /** Looks at once; the timer does the same. */
  look(): void;
  close(): void;
}

interface Known {
  route: Route;
  hubId: string;
  /** Since when the way that is used fails; null while it does not. */
  failing: { since: number; cause: Cause } | null;
  /** A stream of it plays just now. */
  live: boolean;
  /** How long the hub must be well, grown by ways back that did not hold. */
  wait: number;
  returnedAt: number | null;
}

const longestWaitMs = 30 * 60_000;
/** A way back that held for so long is forgotten. */
const heldMs = 10 * 60_000;

export function createRouteWatch(options: RouteWatchOptions): RouteWatch {
  const { supervisor, failAfterMs = 10_000, returnAfterMs = 60_000, now = Date.now } = options;
  const known = new Map<string, Known>();
  const changes = new Emitter<readonly string[]>();

  const go = (id: string, entry: Known, via: Route['via'], cause: Cause | null): string => {
    const at = now();
    if (via === 'direct' && entry.returnedAt !== null) {
      const held = at - entry.returnedAt >= heldMs;
      entry.wait = held ? returnAfterMs : Math.min(entry.wait * 2, longestWaitMs);
    }
    entry.returnedAt = via === 'hub' ? at : null;
    entry.route = { via, since: at, cause };
    entry.failing = null;
    return id;
  };

  const lookAt = (id: string, entry: Known): string | null => {
    const at = now();
    const health = options.health(entry.hubId);
    const failed = entry.failing && at - entry.failing.since >= failAfterMs ? entry.failing : null;
    if (entry.route.via === 'hub') {
      // A hub whose interface is away may still send: then there is nothing to leave.
      const away =
        !entry.live &&
        health.state === 'away' &&
        isOfTheWay(health.cause) &&
        at - health.since >= failAfterMs;
      const why = failed ?? (away ? health : null);
      return why ? go(id, entry, 'direct', why.cause) : null;
    }
    // One that refuses our login is there all the same.
    const isThere = health.state === 'ok' || (health.state === 'away' && !isOfTheWay(health.cause));
    if (!isThere) return null;
    const wellFor = at - Math.max(health.since, entry.route.since);
    // When the direct way fails too there is nothing to lose.
    return wellFor >= (failed ? failAfterMs : entry.wait) ? go(id, entry, 'hub', null) : null;
  };

  const look = () => {
    const states = new Map<string, StreamState[]>();
    for (const { key, state } of supervisor.states()) {
      const list = states.get(key.cameraId);
      if (list) list.push(state);
      else states.set(key.cameraId, [state]);
    }
    const changed: string[] = [];
    const seen = new Set<string>();
    for (const { id, hubId } of options.cameras()) {
      seen.add(id);
      let entry = known.get(id);
      if (!entry || entry.hubId !== hubId) {
        const route = { via: 'hub', since: now(), cause: null } as const;
        entry = { route, hubId, failing: null, live: false, wait: returnAfterMs, returnedAt: null };
        known.set(id, entry);
      }
      note(entry, states.get(id) ?? [], now());
      const moved = lookAt(id, entry);
      if (moved) changed.push(moved);
    }
    for (const [id, entry] of known) {
      if (seen.has(id)) continue;
      known.delete(id);
      if (entry.route.via === 'direct') changed.push(id);
    }
    if (changed.length > 0) changes.emit(changed);
  };

  const timer = setInterval(look, options.everyMs ?? 1000);
  timer.unref();
  return {
    route: (id) => known.get(id)?.route ?? null,
    onChange: (listener) => changes.on(listener),
    directCount(hubId) {
      let count = 0;
      for (const entry of known.values()) {
        if (entry.hubId === hubId && entry.route.via === 'direct') count++;
      }
      return count;
    },
    look,
    close() {
      clearInterval(timer);
      changes.clear();
    },
  };
}

/** One stream that is live is enough: the way works. What nobody wants says nothing. */
function note(entry: Known, states: readonly StreamState[], at: number): void {
  entry.live = states.some(({ phase }) => phase === 'live');
  if (entry.live || states.every(({ phase }) => phase === 'idle')) {
    entry.failing = null;
    return;
  }
  for (const state of states) {
    const cause = 'cause' in state ? state.cause : null;
    if (cause && isOfTheWay(cause)) {
      // What a stream suffered by the other way does not count against this one.
      entry.failing ??= { since: Math.max(startOf(state, at), entry.route.since), cause };
      return;
    }
    // The device was reached and said no: another way to it would hear the same.
    if (state.phase === 'refused' || state.phase === 'unsupported') entry.failing = null;
  }
}

function startOf(state: StreamState, at: number): number {
  return state.phase === 'stalled' ? state.lastFrameAt : Math.min(at, state.since);
}

/** The link or the server is away; not what a camera behind it says of itself. */
function isOfTheWay({ code }: Cause): boolean {
  return code.startsWith('net.') || code === 'rtsp.timeout' || code === 'media.stalled';
}
