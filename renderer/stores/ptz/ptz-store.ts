import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import type { PtzLease, PtzState, PtzView } from '../../../src/contract/ptz-schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { keepMuted, readMuted } from './alarm-sound.ts';
import { createHand, type Hand, pageClock } from './hand.ts';
import { createSteps } from './steps.ts';

/** The tile that is steered, and how far the core is with its camera. */
export interface PtzMode {
  readonly tile: number;
  readonly cameraId: string;
  /** Came with the full view, so it goes with it, and asks nobody to sign in. */
  readonly auto: boolean;
  readonly phase: 'opening' | 'ready' | 'failed';
  readonly cause: Cause | null;
}

export const dockParts = ['presets', 'patrols', 'lens', 'more'] as const;
export type DockPart = (typeof dockParts)[number];

export interface PtzModel {
  readonly mode: PtzMode | null;
  readonly views: ReadonlyMap<string, PtzView>;
  /** Of every camera that any page opened: an alarm is told on a tile that nobody steers, too. */
  readonly states: ReadonlyMap<string, PtzState>;
  /** What a drag in the picture does: steer, or draw what is to fill the picture. */
  readonly tool: 'steer' | 'box';
  readonly part: DockPart;
  /** The picture is live: the eye follows the hand. */
  readonly seen: boolean;
  /** Somebody said that the camera is to be steered without seeing it. */
  readonly blindAccepted: boolean;
  /** Why the last act (preset, point, lens …) failed. */
  readonly trouble: Cause | null;
  /** An act that is not answered yet. */
  readonly acting: string | null;
  /** From the beginning of the last movement to its first changed picture; null: not measured. */
  readonly motionMs: number | null;
  /** Grows with every input that was not obeyed, so that the tile says why. */
  readonly nudged: number;
  /** Id of the last notice that was put away, by camera. */
  readonly noticed: ReadonlyMap<string, number>;
  readonly calibrating: boolean;
  /** Asks before the camera is taken from somebody. */
  readonly taking: boolean;
  /** The alarm of a camera that may be moving is not heard at this workstation. */
  readonly muted: boolean;
}

/** Why the hand does nothing. */
export type SteerBlock = 'opening' | 'failed' | 'held' | 'blind' | 'dialog';

export interface PtzStore extends StoreApi<PtzModel> {
  readonly hand: Hand;
  /** Opens the camera and takes the keyboard for it. */
  enter(tile: number, cameraId: string, auto?: boolean): void;
  /** Asks the core again after a failure, or after somebody signed in. */
  retry(): void;
  leave(): void;
  /** The first press stops what moves, the next one leaves. */
  escape(): void;
  /** Null where the hand may move the camera. */
  blocked(): SteerBlock | null;
  /** False, and said on the tile, where it may not. */
  maySteer(): boolean;
  /** One call at a time; `name` is shown as busy. A movement by hand ends before. */
  act<T>(name: string, call: (core: Core, cameraId: string) => Promise<T>): Promise<T | null>;
  setView(view: PtzView): void;
  change(
    change: Partial<Pick<PtzModel, 'tool' | 'part' | 'calibrating' | 'taking' | 'motionMs'>>,
  ): void;
  setSeen(seen: boolean): void;
  acceptBlind(): void;
  clearTrouble(): void;
  putAwayNotice(cameraId: string, id: number): void;
  acknowledge(cameraId: string): void;
  setMuted(muted: boolean): void;
  close(): void;
}

/** Somebody else holds it. A patrol (priority 0) gives way to every hand without a question. */
export function heldByOther(lease: PtzLease | null): lease is PtzLease {
  return lease !== null && !lease.mine && lease.priority > 0;
}

const offMode = {
  mode: null,
  tool: 'steer',
  blindAccepted: false,
  trouble: null,
  motionMs: null,
  calibrating: false,
  taking: false,
} as const;

export function createPtzStore(core: Core): PtzStore {
  const store = createStore<PtzModel>(() => ({
    ...offMode,
    views: new Map(),
    states: new Map(),
    part: 'presets',
    seen: true,
    acting: null,
    nudged: 0,
    noticed: new Map(),
    muted: readMuted(),
  }));
  const stepsOnly = (cameraId: string) =>
    store.getState().views.get(cameraId)?.lacks.includes('continuous') === true;
  const steps = createSteps(core);
  const hand = createHand(
    {
      move(cameraId, moveId, speeds) {
        if (stepsOnly(cameraId)) return steps.go(cameraId, speeds);
        return core.call('ptz.move', { cameraId, moveId, ...speeds });
      },
      async renew(cameraId, moveId) {
        // A step ends by itself: what is renewed is the wish for the next one.
        if (stepsOnly(cameraId)) return steps.next(cameraId);
        return (await core.call('ptz.renew', { cameraId, moveId })).alive !== false;
      },
      stop: (cameraId) => core.call('ptz.stop', { cameraId }),
      focus: (cameraId, moveId, act) => core.call('ptz.focus', { cameraId, moveId, act }),
    },
    pageClock,
  );
  let opening = 0;
  /** The stop was pressed and nothing was begun since: the next Esc leaves, whatever the device says. */
  let stopAsked = false;
  const offHand = hand.subscribe(({ phase }) => {
    if (phase === 'moving' || phase === 'lens') stopAsked = false;
  });

  const putState = (state: PtzState) =>
    store.setState(({ states }) => ({ states: new Map(states).set(state.cameraId, state) }));

  const offState = core.on('ptz.state', (state) => {
    putState(state);
    // The camera went to somebody else: what the hand still holds is not for it.
    if (state.cameraId === hand.getState().cameraId && heldByOther(state.lease)) hand.letGo();
  });
  const askStates = () => {
    core.call('ptz.states', {}).then(
      (states) => store.setState({ states: new Map(states.map((one) => [one.cameraId, one])) }),
      // Whoever may not ask is told by the call that steers.
      () => {},
    );
  };
  const offConnection = core.connection.subscribe((now, before) => {
    if (now.phase === before.phase) return;
    if (now.phase === 'gone') hand.letGo();
    if (now.phase === 'open') {
      askStates();
      if (store.getState().mode) ptz.retry();
    }
  });
  if (core.connection.getState().phase === 'open') askStates();

  function open(mode: PtzMode): void {
    const mine = ++opening;
    store.setState({ mode: { ...mode, phase: 'opening', cause: null } });
    const current = () => {
      const now = store.getState().mode;
      return mine === opening && now?.cameraId === mode.cameraId ? now : null;
    };
    core.call('ptz.open', { cameraId: mode.cameraId }).then(
      (view) => {
        ptz.setView(view);
        const now = current();
        if (!now) return;
        store.setState({ mode: { ...now, phase: 'ready', cause: null } });
        hand.aim(mode.cameraId);
      },
      (error: unknown) => {
        const now = current();
        if (!now) return;
        const cause = Fault.from(error).shown;
        // Nobody asked for it: a full view stays a full view.
        if (now.auto) ptz.leave();
        else store.setState({ mode: { ...now, phase: 'failed', cause } });
      },
    );
  }

  const ptz: PtzStore = {
    ...store,
    hand,
    enter(tile, cameraId, auto = false) {
      const { mode } = store.getState();
      if (mode?.tile === tile && mode.cameraId === cameraId) {
        if (!auto && mode.auto) store.setState({ mode: { ...mode, auto: false } });
        return;
      }
      ptz.leave();
      open({ tile, cameraId, auto, phase: 'opening', cause: null });
    },
    retry() {
      const { mode } = store.getState();
      if (mode) open(mode);
    },
    leave() {
      opening++;
      hand.aim(null);
      if (store.getState().mode) store.setState(offMode);
    },
    escape() {
      const { mode, states } = store.getState();
      if (!mode) return;
      const byHand = ['moving', 'lens'].includes(hand.getState().phase);
      const moving = states.get(mode.cameraId)?.moving ?? 'no';
      const byCore = moving !== 'no' && moving !== 'stopping' && !stopAsked;
      if (!byHand && !byCore) return ptz.leave();
      stopAsked = true;
      hand.halt();
    },
    blocked() {
      const { mode, states, seen, blindAccepted, calibrating, taking } = store.getState();
      if (!mode || mode.phase === 'opening') return 'opening';
      if (mode.phase === 'failed') return 'failed';
      if (calibrating || taking) return 'dialog';
      if (heldByOther(states.get(mode.cameraId)?.lease ?? null)) return 'held';
      if (!seen && !blindAccepted) return 'blind';
      return null;
    },
    maySteer() {
      const block = ptz.blocked();
      if (block === null) return true;
      if (block !== 'dialog') store.setState(({ nudged }) => ({ nudged: nudged + 1 }));
      return false;
    },
    async act(name, call) {
      const { mode, acting } = store.getState();
      if (!mode || acting !== null) return null;
      hand.letGo();
      stopAsked = false;
      store.setState({ acting: name, trouble: null });
      try {
        return await call(core, mode.cameraId);
      } catch (error) {
        store.setState({ trouble: Fault.from(error).shown });
        return null;
      } finally {
        store.setState({ acting: null });
      }
    },
    setView(view) {
      store.setState(({ views }) => ({ views: new Map(views).set(view.cameraId, view) }));
      putState(view.state);
    },
    change(change) {
      if (change.calibrating || change.taking) hand.letGo();
      store.setState(change);
    },
    setSeen(seen) {
      if (seen === store.getState().seen) return;
      // Live again: the next time it is lost is asked anew.
      store.setState(seen ? { seen, blindAccepted: false } : { seen, motionMs: null });
      if (!seen) hand.letGo();
    },
    acceptBlind: () => store.setState({ blindAccepted: true }),
    clearTrouble: () => store.setState({ trouble: null }),
    putAwayNotice: (cameraId, id) =>
      store.setState(({ noticed }) => ({ noticed: new Map(noticed).set(cameraId, id) })),
    acknowledge(cameraId) {
      const since = store.getState().states.get(cameraId)?.alarmSince;
      if (since == null) return;
      core
        .call('ptz.acknowledge', { cameraId, since })
        .catch((error: unknown) => store.setState({ trouble: Fault.from(error).shown }));
    },
    setMuted(muted) {
      keepMuted(muted);
      store.setState({ muted });
    },
    close() {
      ptz.leave();
      hand.close();
      offHand();
      offState();
      offConnection();
    },
  };
  return ptz;
}
