import type { Cause } from './cause.ts';

/** `main` is the camera's full picture, `sub` its small one. */
export type StreamQuality = 'main' | 'sub';

/** Names one stream of one camera. */
export interface StreamKey {
  readonly cameraId: string;
  readonly quality: StreamQuality;
}

export function streamKeyText(key: StreamKey): string {
  return `${key.cameraId}/${key.quality}`;
}

/**
 * The state of one connection to a camera stream, as its supervisor knows it. All times are
 * milliseconds since 1970 UTC on this workstation's clock.
 *
 * - `idle`: nobody wants it.
 * - `connecting`: on the way; `cause` is what ended the attempt before, if any.
 * - `live`: frames arrive. This alone does not make a tile live: the page adds what it presented.
 * - `stalled`: connected, but no new frame for 3 s; `lastFrameAt` says since when.
 * - `waiting`: a temporary failure; tried again at `until`.
 * - `refused`: the device refused the login, or its certificate changed: not tried again until a
 *   person gives a new credential or trusts the certificate (devices lock out after few attempts).
 *   With a cause of `site.*` the register forbids to open it, and nothing was asked of the device.
 * - `unsupported`: reachable, but it sends nothing this program can show.
 * - `offline`: failed many times in a row; still tried again at `until`.
 */
export type StreamState =
  | { readonly phase: 'idle'; readonly since: number }
  | {
      readonly phase: 'connecting';
      readonly since: number;
      readonly attempt: number;
      readonly cause: Cause | null;
    }
  | {
      readonly phase: 'live';
      readonly since: number;
      /** Since when the source repeats the very same picture payload, or null. */
      readonly frozenSince: number | null;
    }
  | {
      readonly phase: 'stalled';
      readonly since: number;
      readonly lastFrameAt: number;
      readonly cause: Cause;
    }
  | {
      readonly phase: 'waiting';
      readonly since: number;
      readonly until: number;
      readonly attempt: number;
      readonly cause: Cause;
    }
  | { readonly phase: 'refused'; readonly since: number; readonly cause: Cause }
  | { readonly phase: 'unsupported'; readonly since: number; readonly cause: Cause }
  | {
      readonly phase: 'offline';
      readonly since: number;
      readonly until: number;
      readonly cause: Cause;
    };

export type StreamPhase = StreamState['phase'];

/** Figures of one stream, measured over the last second or since the connection was made. */
export interface StreamStats {
  readonly key: StreamKey;
  readonly codec: string | null;
  readonly profile: string | null;
  readonly width: number | null;
  readonly height: number | null;
  /** Frames per second that arrived. */
  readonly fps: number;
  readonly kbps: number;
  readonly gopSeconds: number | null;
  readonly transport: 'tcp' | 'udp' | 'multicast' | 'http' | null;
  readonly tls: boolean;
  /** RTP packets since the connection was made. */
  readonly packets: number;
  readonly lost: number;
  readonly reordered: number;
  /** RFC 3550 section 6.4.1 interarrival jitter, in milliseconds. */
  readonly jitterMs: number;
  /** The sender's clock minus ours, in milliseconds, from sender reports; null if it never said. */
  readonly clockOffsetMs: number | null;
  /** Video frames received from the source since the stream was first opened. */
  readonly framesReceived: number;
}
