import type { CallName } from '../../../src/contract/schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { type OperatorsStore, signInHelps } from './operators-store.ts';

/**
 * The core as the screens use it: where a call needs an operator, the person is asked to sign in, and
 * what they wanted is done then. Who puts it off gets the core's answer.
 */
export function askingCore(core: Core, operators: OperatorsStore): Core {
  return {
    connection: core.connection,
    async call(name, params) {
      try {
        return await core.call(name, params);
      } catch (error) {
        const { code } = Fault.from(error);
        if (isOfTheSession(name) || !signInHelps.includes(code)) throw error;
        if (isQuiet(name)) throw error;
        const may = await operators.ask();
        if (!may || isOfTheMoment(name)) throw error;
        return core.call(name, params);
      }
    },
    on: (name, listener) => core.on(name, listener),
    onMediaSource: (take) => core.onMediaSource(take),
    close: () => core.close(),
  };
}

/** What the questions themselves call. */
function isOfTheSession(name: CallName): boolean {
  return (sessionCalls as readonly CallName[]).includes(name);
}

const sessionCalls = [
  'operators.me',
  'operators.first',
  'operators.signIn',
  'operators.signOut',
  'operators.lock',
  'operators.unlock',
  'operators.password',
  'operators.seen',
] as const satisfies readonly CallName[];

/** Said again and again while a movement lasts: the movement itself asked. */
function isQuiet(name: CallName): boolean {
  return name === 'ptz.renew' || name === 'ptz.stop' || name === 'ptz.release';
}

/** Wanted then, not when somebody has signed in: the camera would move under nobody's hand. */
function isOfTheMoment(name: CallName): boolean {
  return name.startsWith('ptz.') && name !== 'ptz.open';
}
