import { ptzCalls } from '../contract/ptz-schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import { Fault } from '../std/fault.ts';

export type PtzHandlers = Pick<CallHandlers, keyof typeof ptzCalls>;

/** Steering of one connection. */
export function ptzHandlers(): PtzHandlers {
  const names = Object.keys(ptzCalls);
  const refuse = () => {
    throw new Fault('ptz.not-steerable', 'steering is not built in');
  };
  return Object.fromEntries(names.map((name) => [name, refuse])) as unknown as PtzHandlers;
}
