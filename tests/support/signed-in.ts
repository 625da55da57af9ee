import { type Caller, createCaller } from '../../src/contract/call.ts';
import type { OperatorState } from '../../src/contract/operator-schemas.ts';
import type { Host } from '../../src/host/host.types.ts';
import type { ScryptCost } from '../../src/operators/passwords.ts';
import { memoryWires } from './memory-wire.ts';

/** Cheap, for tests that sign in often; what is stored says by itself how it was made. */
export const cheapCost: ScryptCost = { N: 1024, r: 8, p: 1 };

export const testOperator = {
  name: 'Trần Thử',
  fullName: 'Trần Thị Thử',
  password: 'Mật khẩu thử 1',
} as const;

/**
 * Signs a page in as a person does: creates the first administrator, or signs in as that one where a
 * core before this one created it.
 */
export async function signIn(caller: Pick<Caller, 'call'>): Promise<OperatorState> {
  const { name, password } = testOperator;
  const { hasOperators } = await caller.call('operators.me', {});
  return hasOperators
    ? caller.call('operators.signIn', { name, password })
    : caller.call('operators.first', testOperator);
}

/** The page itself, once it is signed in. */
export async function signedIn<C extends Pick<Caller, 'call'>>(caller: C): Promise<C> {
  await signIn(caller);
  return caller;
}

/** All screens of a workstation share one session: this signs every page of the core in. */
export async function signInAt(host: Pick<Host, 'attachControl'>): Promise<void> {
  const [core, page] = memoryWires();
  host.attachControl(core);
  const caller = createCaller(page);
  await signIn(caller);
  caller.close();
}
