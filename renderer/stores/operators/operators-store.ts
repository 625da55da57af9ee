import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CauseCode } from '../../../src/contract/cause.ts';
import type { OperatorState } from '../../../src/contract/operator-schemas.ts';
import type { Dispose } from '../../../src/std/disposable.ts';
import type { Core } from '../../wire/core.types.ts';

/** What the page knows of the person at the keyboard. Passwords only ever go out. */
export interface OperatorsModel {
  /** Null until the core said it. */
  readonly state: OperatorState | null;
  /** What a person is asked for: `act` because they wanted something, the others because they chose it. */
  readonly asking: 'act' | 'switch' | 'password' | null;
}

/** What the sign-in dialog asks for. */
export type SignInStep = 'first' | 'sign-in' | 'unlock' | 'due-password' | 'own-password';

export interface OperatorsStore extends StoreApi<OperatorsModel> {
  /**
   * Asks the person to sign in, to unlock, or for a password of their own, whatever is missing.
   * Resolves true when they may act, false when they put it off. All who ask meanwhile share the answer.
   */
  ask(): Promise<boolean>;
  /** Another person comes to the keyboard, also while one is signed in. */
  askSwitch(): void;
  askPassword(): void;
  putOff(): void;
  /** All of these throw what the core answered: `operator.refused`, `operator.weak-password`, … */
  first(given: { name: string; fullName: string; password: string }): Promise<void>;
  signIn(name: string, password: string): Promise<void>;
  unlock(password: string): Promise<void>;
  changePassword(password: string, newPassword: string): Promise<void>;
  signOut(): Promise<void>;
  lock(): Promise<void>;
}

/** What signing in helps with. */
export const signInHelps: readonly CauseCode[] = [
  'operator.first-needed',
  'operator.needed',
  'operator.locked',
  'operator.must-change',
];

export function mayAct(state: OperatorState | null): boolean {
  const session = state?.session;
  return Boolean(session && !session.locked && !session.operator.mustChange);
}

export function stepOf({ state, asking }: OperatorsModel): SignInStep | null {
  if (asking === null || !state) return null;
  if (!state.hasOperators) return 'first';
  const { session } = state;
  if (asking === 'switch' || !session) return 'sign-in';
  if (session.locked) return 'unlock';
  if (session.operator.mustChange) return 'due-password';
  return asking === 'password' ? 'own-password' : null;
}

interface Waiting {
  readonly answer: Promise<boolean>;
  readonly give: (may: boolean) => void;
}

export function createOperatorsStore(core: Core): OperatorsStore {
  const store = createStore<OperatorsModel>(() => ({ state: null, asking: null }));
  let waiting: Waiting | null = null;
  /** By a function: it changes while something is waited for. */
  const waitedFor = () => waiting?.answer ?? null;

  const finish = (may: boolean) => {
    store.setState({ asking: null });
    waiting?.give(may);
    waiting = null;
  };
  const know = (state: OperatorState) => {
    store.setState({ state });
    // Also where it was done at another screen.
    if (store.getState().asking === 'act' && mayAct(state)) finish(true);
  };
  const accept = (state: OperatorState) => {
    store.setState({ state });
    if (mayAct(state)) finish(true);
    // A password that somebody else gave is the next question.
    else if (state.session?.operator.mustChange) store.setState({ asking: 'act' });
  };
  const load = async () => know(await core.call('operators.me', {}));

  core.on('operators.changed', know);
  core.connection.subscribe(({ phase }, before) => {
    if (phase === 'open' && before.phase !== 'open') load().catch(() => {});
  });
  if (core.connection.getState().phase === 'open') load().catch(() => {});

  return {
    ...store,
    async ask() {
      const already = waitedFor();
      if (already) return already;
      // The refusal may be older than what the page was told since.
      await load().catch(() => {});
      const { state } = store.getState();
      const meanwhile = waitedFor();
      if (meanwhile) return meanwhile;
      if (mayAct(state)) return true;
      if (!state) return false;
      let give = (_: boolean) => {};
      const answer = new Promise<boolean>((resolve) => {
        give = resolve;
      });
      waiting = { answer, give };
      store.setState({ asking: 'act' });
      return answer;
    },
    askSwitch: () => store.setState({ asking: 'switch' }),
    askPassword: () => store.setState({ asking: 'password' }),
    putOff: () => finish(false),
    first: async (given) => accept(await core.call('operators.first', given)),
    signIn: async (name, password) =>
      accept(await core.call('operators.signIn', { name, password })),
    unlock: async (password) => accept(await core.call('operators.unlock', { password })),
    changePassword: async (password, newPassword) =>
      accept(await core.call('operators.password', { password, newPassword })),
    signOut: async () => know(await core.call('operators.signOut', {})),
    lock: async () => know(await core.call('operators.lock', {})),
  };
}

/** The core needs to know this often, in ms, that somebody is there. */
const seenEveryMs = 10_000;
/** While control is about to lock: who moves then has answered. */
const seenSoonMs = 500;

/** Tells the core that somebody is at keyboard or mouse, so that control stays open. */
export function watchPresence(
  core: Core,
  operators: OperatorsStore,
  target: EventTarget = window,
): Dispose {
  let told = Number.NEGATIVE_INFINITY;
  const onAct = (event: Event) => {
    // Chromium reports a move where the page moved under a pointer at rest.
    const { movementX, movementY } = event as Partial<PointerEvent>;
    if (event.type === 'pointermove' && movementX === 0 && movementY === 0) return;
    const now = performance.now();
    const state = operators.getState().state;
    const session = state?.session;
    const everyMs = typeof state?.locksAt === 'number' ? seenSoonMs : seenEveryMs;
    if (!session || session.locked || now - told < everyMs) return;
    told = now;
    core.call('operators.seen', {}).catch(() => {});
  };
  const kinds = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
  for (const kind of kinds) target.addEventListener(kind, onAct, { passive: true, capture: true });
  return () => {
    for (const kind of kinds) target.removeEventListener(kind, onAct, { capture: true });
  };
}
