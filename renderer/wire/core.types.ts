import type { StoreApi } from 'zustand/vanilla';
import type {
  CallName,
  CallParams,
  CallResult,
  EventName,
  EventValue,
} from '../../src/contract/schemas.ts';
import type { Dispose } from '../../src/std/disposable.ts';

/** Whether the core answers. `gone` is shown on every tile: what it last said is no longer true. */
export interface CoreConnection {
  readonly phase: 'connecting' | 'open' | 'gone';
  /** `performance.now()` of the change. */
  readonly since: number;
  /** Attempts since it was last open. */
  readonly attempt: number;
}

/** How the decode worker reaches the media wire: by itself (kiosk), or over a port handed to it. */
export type MediaSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'port'; readonly port: MessagePort };

/** The page's end of the contract; the same in both shells. */
export interface Core {
  readonly connection: StoreApi<CoreConnection>;
  /**
   * One answer for each call. A call made while the core is away waits for it, at most 10 s.
   * @throws {Fault} the core's cause; `host.gone` where no answer came.
   */
  call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>>;
  on<N extends EventName>(name: N, listener: (value: EventValue<N>) => void): Dispose;
  /**
   * Calls `take` with the media source now, and again with each new one (in Electron a port pair
   * comes with every connection). A port has one taker: the decode worker.
   */
  onMediaSource(take: (source: MediaSource) => void): Dispose;
  close(): void;
}
