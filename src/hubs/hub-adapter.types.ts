import type { HubKind } from '../contract/hub-schemas.ts';
import type { StreamQuality } from '../contract/stream-state.ts';
import type { ConnectOnvif } from '../onvif/onvif.types.ts';
import type { Credential, OpenRtsp } from '../rtsp/session.types.ts';
import type { Dispose } from '../std/disposable.ts';
import type { Fault } from '../std/fault.ts';
import type { LoginLedger } from '../streams/login-ledger.ts';

/** How a hub is reached. No login in any of it. */
export interface HubWay {
  readonly kind: HubKind;
  readonly address: string;
  /** `host`, `host:port` or `:port` of its RTSP server; `''`: as the hub says. */
  readonly rtspAddress: string;
  /** Of a recorder without ONVIF. */
  readonly channels: number;
}

/** A camera as a hub lists it. All words are cleaned and bounded; no URL holds a login. */
export interface HubCamera {
  /** What the hub calls it: the same at the next time, whatever else changes. */
  readonly key: string;
  readonly name: string;
  readonly url: string;
  /** Null: the hub has none that is smaller. */
  readonly subUrl: string | null;
  /** Where the hub itself takes the camera from, where it tells: the way around the hub. */
  readonly directUrl: string | null;
  readonly directSubUrl: string | null;
  /** Null: the hub names no site. */
  readonly site: { readonly name: string; readonly province: string } | null;
  /** The recorder or camera behind it, where the hub tells. */
  readonly device: HubDevice | null;
  /** A login that stood in the URL of an inventory file; to be put into the vault, nowhere else. */
  readonly credential: Credential | null;
}

export interface HubDevice {
  readonly kind: 'camera' | 'recorder' | 'gateway';
  readonly address: string;
  readonly port: number | null;
  readonly path: string;
  readonly vendor: string;
  readonly model: string;
  readonly firmware: string;
  readonly serial: string;
}

export interface HubList {
  readonly cameras: readonly HubCamera[];
  /** As the hub calls itself, `''` where it does not. */
  readonly version: string;
}

/**
 * One hub, only ever read. Every promise rejects with a `Fault`: `net.*`, `tls.*`, `hub.*`,
 * `rtsp.*`, `onvif.*`, `input.*`. A refused login is remembered: nothing more is sent with it.
 */
export interface HubAdapter {
  readonly kind: HubKind;
  list(signal?: AbortSignal): Promise<HubList>;
  /** Tells that the list is another one than before. Missing where a hub can only be asked by a person. */
  watch?(onChange: () => void): Dispose;
  /** The stream of a camera of this hub, without a login; the main one where there is no sub. */
  streamUrl(camera: HubCamera, quality: StreamQuality): string;
  /** Resolves while the hub answers; light enough for every half minute. */
  health(signal?: AbortSignal): Promise<void>;
  /** Set once the hub refused the login. */
  readonly refused: Fault | null;
  close(): void;
}

/** What the adapters use of other rooms. */
export interface HubTools {
  readonly connectOnvif: ConnectOnvif;
  readonly openRtsp: OpenRtsp;
  /** Of all who log in to devices; asked by the APIs of hubs before a login goes out. */
  readonly logins?: LoginDoor;
  /** SHA-256 of a certificate that a person trusted for `host:port`. */
  fingerprint(endpoint: string): string | null;
  /** For each single request, ms; default 5000. */
  readonly timeoutMs?: number;
  /** How often a watched list is asked for, ms; default 60,000. */
  readonly watchEveryMs?: number;
}

/** What the ledger of logins (src/streams) offers. */
export type LoginDoor = Pick<LoginLedger, 'enter'>;

export const maxHubCameras = 20_000;

export function streamUrlOf(camera: HubCamera, quality: StreamQuality): string {
  return quality === 'sub' ? (camera.subUrl ?? camera.url) : camera.url;
}
