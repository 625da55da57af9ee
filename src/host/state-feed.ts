import type { EventValue } from '../contract/schemas.ts';
import { type StreamKey, type StreamState, streamKeyText } from '../contract/stream-state.ts';
import type { Dispose } from '../std/disposable.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';

type States = EventValue<'streams.state'>;

/**
 * Changes of stream states in batches: when a site's link goes down hundreds change at once, and only
 * the last state of each is news.
 */
export function feedStates(
  supervisor: StreamSupervisor,
  send: (states: States) => void,
  everyMs = 50,
): Dispose {
  const changed = new Map<string, { key: StreamKey; state: StreamState }>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    const states = [...changed.values()] as States;
    changed.clear();
    send(states);
  };
  const off = supervisor.onState((key, state) => {
    changed.set(streamKeyText(key), { key, state });
    timer ??= setTimeout(flush, everyMs);
  });
  return () => {
    off();
    clearTimeout(timer);
  };
}
