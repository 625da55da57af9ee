import {
  type StreamKey,
  type StreamState,
  streamKeyText,
} from '../../src/contract/stream-state.ts';
import { Emitter } from '../../src/std/disposable.ts';
import { Fault } from '../../src/std/fault.ts';
import type { StreamSource, StreamSupervisor } from '../../src/streams/supervisor.types.ts';

/** A supervisor that connects nothing: tests say which state each stream is in. */
export class FakeSupervisor implements StreamSupervisor {
  sources: readonly StreamSource[] = [];
  readonly retried: string[] = [];
  readonly changes = new Emitter<{ key: StreamKey; state: StreamState }>();
  readonly #states = new Map<string, StreamState>();
  connections = 0;
  closed = false;

  set(key: StreamKey, state: StreamState): void {
    this.#states.set(streamKeyText(key), state);
    this.changes.emit({ key, state });
  }

  source(cameraId: string, quality: 'main' | 'sub' = 'main'): StreamSource {
    const found = this.sources.find(
      ({ key }) => key.cameraId === cameraId && key.quality === quality,
    );
    if (!found) throw new Error('no such source');
    return found;
  }

  read(): never {
    throw new Fault('input.unknown');
  }

  state(key: StreamKey): StreamState {
    this.source(key.cameraId, key.quality);
    return this.#states.get(streamKeyText(key)) ?? { phase: 'idle', since: 0 };
  }

  refusal(): null {
    return null;
  }

  states(): { key: StreamKey; state: StreamState }[] {
    return this.sources.map(({ key }) => ({ key, state: this.state(key) }));
  }

  stats() {
    return [];
  }

  onState(listener: (key: StreamKey, state: StreamState) => void) {
    return this.changes.on(({ key, state }) => listener(key, state));
  }

  tap() {
    return () => {};
  }

  retry(cameraId: string): void {
    this.retried.push(cameraId);
  }

  setSources(sources: readonly StreamSource[]): void {
    this.sources = sources;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
