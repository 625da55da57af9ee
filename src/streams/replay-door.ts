import type { Cause } from '../contract/cause.ts';
import type { ReplayState } from '../contract/replay-schemas.ts';
import type { Dispose } from '../std/disposable.ts';
import type { NativeDecoders } from './native-decoder.ts';
import type { StreamSupervisor } from './supervisor.types.ts';

/** How the media outlet gets at sessions of replay, which it knows nothing else of. */
export interface ReplayDoor {
  /** @throws {Fault} `replay.nothing` for a session that is over, `input.unknown` for a camera not in it */
  join(sessionId: string, cameraId: string): ReplayView;
}

/** One channel's view of one camera of a session. */
export interface ReplayView {
  readonly streams: Pick<StreamSupervisor, 'read'>;
  readonly decoders: NativeDecoders;
  /** At once, and whenever the clock was moved or moves. */
  onState(
    listener: (notice: { state: ReplayState; held: { from: number; to: number } | null }) => void,
  ): Dispose;
  /** Once, where the session ends before the channel leaves: nothing more will come. */
  onEnd(listener: (cause: Cause) => void): Dispose;
  leave(): void;
}
