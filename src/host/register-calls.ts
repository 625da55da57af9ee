import { registerCalls } from '../contract/register-schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import { Fault } from '../std/fault.ts';

type RegisterHandlers = Pick<CallHandlers, keyof typeof registerCalls>;

/** The register's calls. */
export function registerHandlers(): RegisterHandlers {
  const absent = () => {
    throw new Fault('host.busy', 'the register is not open');
  };
  return Object.fromEntries(
    Object.keys(registerCalls).map((name) => [name, absent]),
  ) as unknown as RegisterHandlers;
}
