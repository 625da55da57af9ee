import type { AccessUnit, AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import type { Dispose } from '../std/disposable.ts';
import type { Fault } from '../std/fault.ts';

/**
 * The seam between the RTSP client and those who use it (the streams supervisor, `vonggac probe`).
 * The client makes exactly one connection attempt and never retries by itself: when to try again is
 * the supervisor's decision.
 */
export type TransportChoice = 'auto' | 'tcp' | 'udp' | 'multicast' | 'http';
export type TransportUsed = 'tcp' | 'udp' | 'multicast' | 'http';
export type AuthUsed = 'none' | 'basic' | 'digest-md5' | 'digest-sha256';

export interface Credential {
  readonly user: string;
  readonly password: string;
}

/** Footage instead of the present (ONVIF Streaming, "Replay"): a stretch of a recording. */
export interface ReplayRange {
  /** Unix ms, UTC, by the recorder's clock. */
  readonly from: number;
  readonly to: number | null;
  /**
   * False asks for `Rate-Control: no`: as fast as the connection takes it. The listener must then keep
   * up, or `hold` the session.
   */
  readonly paced: boolean;
}

export interface RtspOptions {
  /** `rtsp://` or `rtsps://`, no user information: `splitUrl` in `src/rtsp-parse` takes it out. */
  readonly url: string;
  readonly credential: Credential | null;
  readonly transport: TransportChoice;
  /** What worked last time, to be tried first under `auto`. */
  readonly lastTransport?: TransportUsed | null;
  /** SHA-256 fingerprint (`AA:BB:…`) of a certificate a person trusted, for `rtsps`. */
  readonly pinnedFingerprint?: string | null;
  readonly wantAudio: boolean;
  /** Missing or null: live. */
  readonly replay?: ReplayRange | null;
  /** For each single request; default 5000. */
  readonly requestTimeoutMs?: number;
  /** Aborting closes at once (with TEARDOWN where possible). */
  readonly signal?: AbortSignal;
  /** Technical lines for the log; the client never puts a secret in them. */
  readonly onLog?: (line: string) => void;
}

export interface RtspTiming {
  /** Milliseconds from the call of `openRtsp`; null until it happened. */
  readonly connectMs: number | null;
  readonly firstPacketMs: number | null;
  readonly firstKeyframeMs: number | null;
}

export interface RtspFigures {
  readonly transport: TransportUsed;
  readonly tls: boolean;
  readonly auth: AuthUsed;
  readonly packets: number;
  readonly lost: number;
  readonly reordered: number;
  readonly jitterMs: number;
  readonly bytes: number;
  /** Sender's clock minus ours in ms, or null while no sender report came. */
  readonly clockOffsetMs: number | null;
  readonly timing: RtspTiming;
}

/** As a device showed it over TLS. */
export interface PeerCertificate {
  /** SHA-256, `AA:BB:…`. */
  readonly fingerprint: string;
  /** Common name, else organisation; one line, at most 200 characters. */
  readonly subject: string;
  /** ms since 1970; null where unreadable. */
  readonly validFrom: number | null;
  readonly validUntil: number | null;
  /** By the system; a pinned one that it does not trust is accepted all the same. */
  readonly trusted: boolean;
}

export interface RtspSession {
  /** Of the TLS connection that was accepted; null or missing over plain TCP. */
  readonly certificate?: PeerCertificate | null;
  /** Null for a track the stream lacks; video appears once its parameter sets are known. */
  readonly video: VideoFormat | null;
  readonly audio: AudioFormat | null;
  readonly figures: RtspFigures;
  /** Access units in decoding order. The data may be kept: it is not reused by the session. */
  onAccessUnit(listener: (unit: AccessUnit) => void): Dispose;
  /** The format became known or changed mid-stream; called before the first unit of that format. */
  onFormat(listener: (format: VideoFormat | AudioFormat) => void): Dispose;
  /** Stops and resumes taking data off the connection (TCP only): the device waits meanwhile. */
  hold?(held: boolean): void;
  /** Exactly once; null when `close` was called by us. */
  onClosed(listener: (fault: Fault | null) => void): Dispose;
  /** Sends TEARDOWN, waits for its answer at most a second, and closes. */
  close(): Promise<void>;
}

/**
 * Connects, describes, sets every track up and plays.
 * @throws {Fault} `rtsp.unauthorized` and `rtsp.forbidden` must never be retried with the same
 *   credential; `tls.untrusted` carries `params.fingerprint`.
 */
export type OpenRtsp = (options: RtspOptions) => Promise<RtspSession>;
