import { createStore, type StoreApi } from 'zustand/vanilla';
import { type StreamStats, streamKeyText } from '../../src/contract/stream-state.ts';

/** The core's figures of each stream, once a second; kept only while somebody reads them. */
export interface StatsStore
  extends StoreApi<{ readonly streams: ReadonlyMap<string, StreamStats> }> {
  take(stats: readonly StreamStats[]): void;
}

export function createStatsStore(): StatsStore {
  const store = createStore<{ readonly streams: ReadonlyMap<string, StreamStats> }>(() => ({
    streams: new Map(),
  }));
  return {
    ...store,
    take: (stats) =>
      store.setState({ streams: new Map(stats.map((one) => [streamKeyText(one.key), one])) }),
  };
}
