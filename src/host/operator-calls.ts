import type { operatorCalls } from '../contract/operator-schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import type { Operators } from '../operators/operators.types.ts';
import type { AccessHandlers } from './access-desk.ts';

export type OperatorHandlers = Omit<
  Pick<CallHandlers, keyof typeof operatorCalls>,
  keyof AccessHandlers
>;

/** The calls of the person at the keyboard. Who may call them is decided before, by `guard.ts`. */
export function operatorHandlers(operators: Operators): OperatorHandlers {
  return {
    'operators.me': () => operators.state(),
    'operators.first': (given) => operators.first(given),
    'operators.signIn': (given) => operators.signIn(given),
    'operators.signOut': () => operators.signOut(),
    'operators.lock': () => operators.lock(),
    'operators.unlock': ({ password }) => operators.unlock(password),
    'operators.password': (given) => operators.changePassword(given),
    'operators.list': () => operators.list(),
    'operators.save': async (given) => ({ operator: await operators.save(given) }),
    'operators.remove': ({ id }) => {
      operators.remove(id);
      return {};
    },
    'operators.resetPassword': async (given) => {
      await operators.resetPassword(given);
      return {};
    },
    'operators.seen': () => {
      operators.seen();
      return {};
    },
    'operators.settings': ({ idleMinutes }) => operators.setIdleMinutes(idleMinutes),
    'workstation.rename': ({ name }) => ({ workstation: operators.renameWorkstation(name) }),
  };
}
