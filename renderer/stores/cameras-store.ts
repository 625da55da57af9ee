import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Camera } from '../../src/contract/schemas.ts';
import type { StreamKey, StreamPhase, StreamState } from '../../src/contract/stream-state.ts';
import { inOrder } from './camera-search.ts';

/** The cameras of the centre, in order, and how each one's streams are. */
export interface CamerasModel {
  readonly cameras: readonly Camera[];
  readonly byId: ReadonlyMap<string, Camera>;
  /** False until the core answered for the first time. */
  readonly loaded: boolean;
  /** Only of cameras that somebody looks at; a camera that is not in here is idle. */
  readonly phases: ReadonlyMap<string, StreamPhase>;
}

export interface CamerasStore extends StoreApi<CamerasModel> {
  setCameras(cameras: readonly Camera[]): void;
  /** All streams, replacing what was known. */
  setStreams(streams: readonly StreamUpdate[]): void;
  /** Those that changed. */
  updateStreams(streams: readonly StreamUpdate[]): void;
}

export interface StreamUpdate {
  readonly key: StreamKey;
  readonly state: StreamState;
}

/** Of two streams of one camera the one that shows a picture says how the camera is. */
const rank: Readonly<Record<StreamPhase, number>> = {
  live: 0,
  stalled: 1,
  connecting: 2,
  waiting: 3,
  offline: 4,
  refused: 5,
  unsupported: 6,
  idle: 7,
};

export function createCamerasStore(): CamerasStore {
  const streams = new Map<string, Map<string, StreamPhase>>();
  const store = createStore<CamerasModel>(() => ({
    cameras: [],
    byId: new Map(),
    loaded: false,
    phases: new Map(),
  }));

  function take(updates: readonly StreamUpdate[]): void {
    for (const { key, state } of updates) {
      let camera = streams.get(key.cameraId);
      if (!camera) {
        camera = new Map();
        streams.set(key.cameraId, camera);
      }
      camera.set(key.quality, state.phase);
    }
    const phases = new Map(store.getState().phases);
    let different = false;
    for (const { key } of updates) {
      const all = streams.get(key.cameraId)?.values() ?? [];
      const phase = [...all].reduce((a, b) => (rank[b] < rank[a] ? b : a), 'idle' as StreamPhase);
      if ((phases.get(key.cameraId) ?? 'idle') === phase) continue;
      different = true;
      if (phase === 'idle') phases.delete(key.cameraId);
      else phases.set(key.cameraId, phase);
    }
    if (different) store.setState({ phases });
  }

  return {
    ...store,
    setCameras(given) {
      const cameras = inOrder(given);
      store.setState({
        cameras,
        byId: new Map(cameras.map((camera) => [camera.id, camera])),
        loaded: true,
      });
    },
    setStreams(updates) {
      streams.clear();
      store.setState({ phases: new Map() });
      take(updates);
    },
    updateStreams: take,
  };
}
