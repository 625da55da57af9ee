import type { hubCalls } from '../contract/hub-schemas.ts';
import { hubCalls as named } from '../contract/hub-schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import { Fault } from '../std/fault.ts';

type HubHandlers = Pick<CallHandlers, keyof typeof hubCalls>;

/** Hubs and discovery for the page. */
export function hubHandlers(): HubHandlers {
  const absent = () => {
    throw new Fault('host.busy', 'hubs are not there yet');
  };
  return Object.fromEntries(
    Object.keys(named).map((name) => [name, absent]),
  ) as unknown as HubHandlers;
}
