import type { AccessUnit, AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import type { Cause } from '../contract/cause.ts';
import type { StreamKey, StreamState, StreamStats } from '../contract/stream-state.ts';
import type {
  Credential,
  PeerCertificate,
  TransportChoice,
  TransportUsed,
} from '../rtsp/session.types.ts';
import type { Dispose } from '../std/disposable.ts';

/** All a supervisor must know to connect one camera stream. */
export interface StreamSource {
  readonly key: StreamKey;
  /** Without user information. */
  readonly url: string;
  readonly siteId: string;
  readonly transport: TransportChoice;
  /** The register forbids to open it: no connection is ever made, its readers see why. */
  readonly refusal?: Cause | null;
  /** Asked at each attempt: the keychain may have changed. Null: try without a login. */
  credential(): Promise<Credential | null>;
  /** The certificate a person trusted, or null. */
  pinnedFingerprint(): string | null;
  /** What worked last time; `remember` keeps it for the next. */
  lastTransport(): TransportUsed | null;
  rememberTransport(used: TransportUsed): void;
}

/** One reader of a stream: a tile, a recorder, a probe. Many readers share one connection. */
export interface StreamReader {
  readonly state: StreamState;
  readonly video: VideoFormat | null;
  readonly audio: AudioFormat | null;
  /** Of the connection there is now; null over plain TCP and while there is none. */
  readonly certificate?: PeerCertificate | null;
  /** The current GOP first (each unit with `cached` true), then what arrives. */
  onAccessUnit(listener: (unit: AccessUnit, cached: boolean) => void): Dispose;
  onFormat(listener: (format: VideoFormat | AudioFormat) => void): Dispose;
  onState(listener: (state: StreamState) => void): Dispose;
  /** The last reader that closes ends the connection, after a few seconds of grace. */
  close(): void;
}

export interface UnitTap {
  onUnit(key: StreamKey, unit: AccessUnit): void;
  /** Before the first unit of that format. */
  onFormat(key: StreamKey, format: VideoFormat | AudioFormat): void;
  /** The connection ended; the formats are told again with the next. */
  onLost(key: StreamKey): void;
}

export interface StreamSupervisor {
  /** @throws {Fault} `input.unknown` where no source has this key. */
  read(key: StreamKey, wish?: { audio?: boolean }): StreamReader;
  state(key: StreamKey): StreamState;
  states(): { key: StreamKey; state: StreamState }[];
  stats(): StreamStats[];
  onState(listener: (key: StreamKey, state: StreamState) => void): Dispose;
  /**
   * Hears the units of every stream that is connected, without being a reader: no connection is made
   * or kept for it.
   */
  tap(tap: UnitTap): Dispose;
  /**
   * Why this login may not be tried at a device (`host:port`) any more, or null. Whoever else wants to
   * log in there asks first: devices lock out after a few bad logins.
   */
  refusal(device: string, credential: Credential): Cause | null;
  /** Try at once: a person asked, or a new credential or a trusted certificate is there. */
  retry(cameraId: string): void;
  /** The sources were added, removed or changed; streams of unchanged ones go on untouched. */
  setSources(sources: readonly StreamSource[]): void;
  readonly connections: number;
  close(): Promise<void>;
}
