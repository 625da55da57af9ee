import { replayCalls } from '../contract/replay-schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import { Fault } from '../std/fault.ts';

export type ReplayHandlers = Pick<CallHandlers, keyof typeof replayCalls>;

/** Replay of one connection. */
export function replayHandlers(): ReplayHandlers {
  const names = Object.keys(replayCalls);
  const refuse = () => {
    throw new Fault('replay.nothing', 'replay is not built in');
  };
  return Object.fromEntries(names.map((name) => [name, refuse])) as unknown as ReplayHandlers;
}
