import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import { ptzRenewEveryMs } from '../../../src/contract/ptz-schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import { isStill, sameVelocity, still, sumOf, type Velocity } from './velocity.ts';

/**
 * The one movement machine of the page. Every input pushes its speed in here and releases it; what
 * leaves is `move` (at most 20 a second, the first at once), `renew` each 100 ms, and `stop`:
 * at once, never behind a move, and last.
 *
 * The renewal comes from the page's own thread on purpose. A timer in a worker would go on renewing
 * while this thread hangs and cannot hear that the key was let go: exactly then the core has to stop
 * the camera. A timer of this thread is throttled only while the page is hidden, and a hidden page has
 * let go already (`hand-guards.ts`); the shells switch that throttling off as well.
 */
export interface HandPort {
  move(cameraId: string, moveId: number, speeds: Velocity): Promise<unknown>;
  /** False: the movement is over in the core, for whatever reason. */
  renew(cameraId: string, moveId: number): Promise<boolean>;
  stop(cameraId: string): Promise<unknown>;
  focus(cameraId: string, moveId: number, act: 'near' | 'far' | 'stop'): Promise<unknown>;
}

/** Time, so that a test can be its master. */
export interface HandClock {
  now(): number;
  /** Before the next drawing; the returned function takes it back. */
  frame(run: () => void): () => void;
  after(ms: number, run: () => void): () => void;
  every(ms: number, run: () => void): () => void;
}

export interface HandModel {
  readonly cameraId: string | null;
  /** `stopping`: the stop is out and not answered yet. */
  readonly phase: 'rest' | 'moving' | 'lens' | 'stopping';
  readonly velocity: Velocity;
  /** `clock.now()` when this movement began, or the one before ended; null before the first. */
  readonly movedAt: number | null;
  /** Grows whenever what is held was cut off: what draws a drag lets it go, too. */
  readonly cuts: number;
  /** Why the last movement was refused; until the next one is accepted. */
  readonly refused: Cause | null;
  /** Stops that no answer came to, by camera. They are tried again until one does. */
  readonly unstopped: ReadonlyMap<string, { readonly cause: Cause; readonly tries: number }>;
}

export interface Hand extends StoreApi<HandModel> {
  /** Steers this camera from now on; the one before is let go. */
  aim(cameraId: string | null): void;
  /** `source` wants this speed. All zero is a release. */
  push(source: string, speeds: Velocity): void;
  release(source: string): void;
  /** Drives the lens while it is held; it and a movement end each other. */
  driveLens(act: 'near' | 'far'): void;
  releaseLens(): void;
  /**
   * Lets go of everything. What is still pressed counts again only after it was released, so that a
   * key held through a stop does not begin anew. Sends a stop where something moves.
   */
  letGo(): void;
  /** As `letGo`, and sends the stop whatever the page believes: the operator pressed "stop". */
  halt(): void;
  /** For an act of the lens that is no movement; the core ignores ids that went before. */
  nextId(): number;
  close(): void;
}

export const moveEveryMs = 50;
/** No answer to a stop for this long counts as a failed one. */
export const stopPatienceMs = 1500;
const retryMs = [250, 500, 1000] as const;

/** The core refused before anything went to the camera: a stop would hit whoever steers it now. */
function neverBegan(cause: Cause): boolean {
  const { code } = cause;
  return /^(operator|access)\./u.test(code) || /^ptz\.(held|not-steerable|lacks)$/u.test(code);
}

/** A stop on its way; `cancel` ends its timer. */
interface Stop {
  cancel: () => void;
}

export function createHand(port: HandPort, clock: HandClock): Hand {
  const store = createStore<HandModel>(() => ({
    cameraId: null,
    phase: 'rest',
    velocity: still,
    movedAt: null,
    cuts: 0,
    refused: null,
    unstopped: new Map(),
  }));
  const sources = new Map<string, Velocity>();
  const muted = new Set<string>();
  const stops = new Map<string, Stop>();
  // Grows over reloads of the page too, so that no call of an earlier page is taken for one of this.
  let moveId = Math.floor(clock.now());
  let sent: Velocity = still;
  let sentAt = 0;
  let cancelFrame: (() => void) | null = null;
  let cancelRenewal: (() => void) | null = null;
  let closed = false;

  const set = (change: Partial<HandModel>) => store.setState(change);
  const drives = () => ['moving', 'lens'].includes(store.getState().phase);

  function endMovement(): void {
    cancelFrame?.();
    cancelRenewal?.();
    cancelFrame = cancelRenewal = null;
    sent = still;
  }

  function mute(): void {
    for (const source of sources.keys()) muted.add(source);
    sources.clear();
    set({ cuts: store.getState().cuts + 1 });
  }

  /** The core says that this movement is over. */
  function lost(mine: number, cause: Cause | null): void {
    if (mine !== moveId || !drives()) return;
    mute();
    endMovement();
    set({ refused: cause });
    if (cause && !neverBegan(cause)) sendStop();
    else set({ phase: 'rest', velocity: still, movedAt: clock.now() });
  }

  function keepAlive(cameraId: string): void {
    const mine = moveId;
    cancelRenewal = clock.every(ptzRenewEveryMs, () => {
      port.renew(cameraId, mine).then(
        (alive) => {
          if (!alive) lost(mine, null);
        },
        (error: unknown) => lost(mine, Fault.from(error).shown),
      );
    });
  }

  function sendMove(): void {
    const { cameraId, velocity } = store.getState();
    if (cameraId === null || sameVelocity(velocity, sent)) return;
    const mine = moveId;
    sent = velocity;
    sentAt = clock.now();
    port.move(cameraId, mine, velocity).then(
      () => {
        if (mine === moveId && store.getState().refused) set({ refused: null });
      },
      (error: unknown) => lost(mine, Fault.from(error).shown),
    );
  }

  /** Not sooner than 50 ms after the one before, and then what is wanted by then. */
  function sendSoon(): void {
    cancelFrame ??= clock.frame(() => {
      cancelFrame = null;
      if (store.getState().phase !== 'moving') return;
      if (clock.now() - sentAt >= moveEveryMs) sendMove();
      else sendSoon();
    });
  }

  function update(): void {
    const { cameraId, phase } = store.getState();
    const wanted = sumOf(sources.values());
    if (isStill(wanted)) {
      if (phase === 'moving') {
        endMovement();
        sendStop();
      }
      return;
    }
    if (cameraId === null || closed) return;
    if (phase === 'moving') {
      set({ velocity: wanted });
      sendSoon();
      return;
    }
    if (phase === 'lens') {
      endMovement();
      sendFocusStop(cameraId);
    }
    begin(cameraId, 'moving', wanted);
    sendMove();
  }

  function begin(cameraId: string, phase: 'moving' | 'lens', wanted: Velocity): void {
    moveId++;
    // It ends with a stop of its own; one that is tried again must not end it sooner.
    stops.get(cameraId)?.cancel();
    stops.delete(cameraId);
    set({ phase, velocity: wanted, movedAt: clock.now() });
    keepAlive(cameraId);
  }

  function sendStop(): void {
    const { cameraId } = store.getState();
    set({ phase: 'stopping', velocity: still, movedAt: clock.now() });
    if (cameraId !== null) stopCamera(cameraId, () => port.stop(cameraId));
  }

  function sendFocusStop(cameraId: string): void {
    const mine = moveId;
    stopCamera(cameraId, () => port.focus(cameraId, mine, 'stop'));
  }

  /** Until it is answered, or a newer stop or movement of this camera takes its place. */
  function stopCamera(cameraId: string, send: () => Promise<unknown>): void {
    stops.get(cameraId)?.cancel();
    const stop: Stop = { cancel: () => {} };
    stops.set(cameraId, stop);
    tryStop(cameraId, stop, 1, send);
  }

  function tryStop(cameraId: string, stop: Stop, tries: number, send: () => Promise<unknown>) {
    let failed = false;
    const current = () => stops.get(cameraId) === stop;
    const fail = (cause: Cause) => {
      if (failed || !current()) return;
      failed = true;
      stop.cancel();
      const { unstopped } = store.getState();
      set({ unstopped: new Map(unstopped).set(cameraId, { cause, tries }) });
      // Who may not stop cannot by trying again; the core stops what it took from this hand.
      if (closed || neverBegan(cause)) return ended(cameraId);
      const wait = retryMs[Math.min(tries, retryMs.length) - 1] ?? 1000;
      stop.cancel = clock.after(wait, () =>
        tryStop(cameraId, stop, tries + 1, () => port.stop(cameraId)),
      );
    };
    stop.cancel = clock.after(stopPatienceMs, () => fail({ code: 'net.timeout' }));
    send().then(
      () => {
        // Late is not never: an answer to any try will do.
        if (!current()) return;
        stop.cancel();
        const unstopped = new Map(store.getState().unstopped);
        if (unstopped.delete(cameraId)) set({ unstopped });
        ended(cameraId);
      },
      (error: unknown) => fail(Fault.from(error).shown),
    );
  }

  function ended(cameraId: string): void {
    stops.delete(cameraId);
    const now = store.getState();
    if (now.cameraId === cameraId && now.phase === 'stopping') set({ phase: 'rest' });
  }

  const hand: Hand = {
    ...store,
    aim(cameraId) {
      if (cameraId === store.getState().cameraId) return;
      hand.letGo();
      set({ cameraId, phase: 'rest', velocity: still, movedAt: null, refused: null });
    },
    push(source, speeds) {
      if (isStill(speeds)) return hand.release(source);
      if (muted.has(source)) return;
      sources.set(source, speeds);
      update();
    },
    release(source) {
      muted.delete(source);
      if (sources.delete(source)) update();
    },
    driveLens(act) {
      const { cameraId, phase } = store.getState();
      if (cameraId === null || closed) return;
      if (phase === 'moving' || phase === 'lens') hand.letGo();
      begin(cameraId, 'lens', still);
      const mine = moveId;
      port
        .focus(cameraId, mine, act)
        .catch((error: unknown) => lost(mine, Fault.from(error).shown));
    },
    releaseLens() {
      const { cameraId, phase } = store.getState();
      if (phase !== 'lens' || cameraId === null) return;
      endMovement();
      set({ phase: 'stopping', movedAt: clock.now() });
      sendFocusStop(cameraId);
    },
    letGo() {
      mute();
      if (!drives()) return;
      endMovement();
      sendStop();
    },
    halt() {
      mute();
      endMovement();
      if (store.getState().cameraId !== null) sendStop();
    },
    nextId: () => ++moveId,
    close() {
      hand.letGo();
      closed = true;
    },
  };
  return hand;
}

/** The clock of a page: frames of the drawing, timers of its own thread. */
export const pageClock: HandClock = {
  now: () => Date.now(),
  frame(run) {
    const id = requestAnimationFrame(run);
    return () => cancelAnimationFrame(id);
  },
  after(ms, run) {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
  every(ms, run) {
    const id = setInterval(run, ms);
    return () => clearInterval(id);
  },
};
