import type { Cause } from '../contract/cause.ts';
import type { AuthUsed, Credential, PeerCertificate } from '../rtsp/session.types.ts';
import type { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { EventsService } from './events.types.ts';
import type { MediaProfile, MediaService, StreamPair, StreamSource } from './media.types.ts';
import type { PtzService } from './ptz.types.ts';
import type { RecordingService, ReplayService, SearchService } from './recording.types.ts';

/**
 * The seam between the ONVIF client and those who use it (hubs, survey, PTZ, evidence). Every string
 * is cleaned (NFC, one line, bounded) and stays a string: serial numbers, tokens, "5.10". Every URI
 * has its host and port rewritten to what was reached. Every promise rejects with a `Fault` only.
 */
export interface OnvifOptions {
  /** `host`, `host:port` or `http(s)://host[:port][/path]`; without a path `/onvif/device_service`. */
  readonly address: string;
  /** Null: only what the device tells strangers. */
  readonly credential: Credential | null;
  /** For each single request, answer included; default 5000, at most 60,000. */
  readonly timeoutMs?: number;
  /** Aborting fails every request under way and to come with `net.closed`. */
  readonly signal?: AbortSignal;
  readonly log?: Logger;
  /** SHA-256 fingerprint (`AA:BB:…`) of a certificate a person trusted, for `https`. */
  readonly pinnedFingerprint?: string | null;
  /** How it logged in last time, to spare the question; the device may still want the other form. */
  readonly login?: LoginChoice;
  /** What a router in front maps the device's ports to, where that is known. */
  readonly ports?: ReachedPorts;
  /**
   * Waits until this login may be tried at `host:port`, and hears how it went: devices count bad logins
   * over all their doors. Asked before a credential goes out that the device is not known to take.
   */
  readonly enter?: (device: string, credential: Credential) => Promise<OnvifTurn>;
  /** Longest answer taken, in bytes; default 8 MiB. */
  readonly maxAnswerBytes?: number;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
}

export interface OnvifTurn {
  /** Not null: it was refused before, and is not tried. */
  readonly refusal: Cause | null;
  accepted(): unknown;
  refused(cause: Cause): void;
  end(): void;
}

export type LoginChoice = 'auto' | 'wsse' | 'digest';

/** `none`: nothing asked for a login so far. */
export type LoginUsed = 'wsse' | AuthUsed;

export interface ReachedPorts {
  readonly rtsp?: number;
  readonly rtsps?: number;
  readonly http?: number;
  readonly https?: number;
}

/**
 * Asks the clock and the services of a device: this is what tells an ONVIF device from anything else.
 * Logs in only where the device asks for it.
 * @throws {Fault} `net.*`, `tls.*` (`params.fingerprint`), `onvif.not-onvif`,
 *   `rtsp.credentials-needed`, `rtsp.unauthorized` (never try the same credential again), `onvif.clock`
 */
export type ConnectOnvif = (options: OnvifOptions) => Promise<OnvifDevice>;

export interface OnvifDevice {
  /** URL of the device service as reached. */
  readonly url: string;
  readonly login: LoginUsed;
  /** Null where the device does not tell its clock. */
  readonly clock: DeviceClock | null;
  readonly services: readonly ServiceEntry[];
  /** Of the last TLS connection; null over plain HTTP. */
  readonly certificate: DeviceCertificate | null;
  /** Set once the device refused the credential: every call that needs it fails with this. */
  readonly refused: Fault | null;

  readonly device: DeviceService;
  /** Null: the device has no such service. */
  readonly media: MediaService | null;
  readonly media2: MediaService | null;
  readonly ptz: PtzService | null;
  readonly imaging: ImagingService | null;
  readonly events: EventsService | null;
  readonly recording: RecordingService | null;
  readonly search: SearchService | null;
  readonly replay: ReplayService | null;
  readonly deviceIo: DeviceIoService | null;

  /**
   * Profiles of Media2 and Media together, H.265 included; each remembers which service knows it.
   * Fails only where both services failed.
   */
  profiles(): Promise<MediaProfile[]>;
  /** RTSP URI of a profile, by the service that knows it, else by the other. No login in it. */
  streamUri(profile: MediaProfile): Promise<string>;
  /** HTTP URI of a still picture; null where the device has none. */
  snapshotUri(profile: MediaProfile): Promise<string | null>;
  /** `profiles()` paired into main and sub streams by video source and size. */
  pairs(): Promise<StreamPair[]>;
  /**
   * `pairs()` with their RTSP addresses: what a hub lists and a survey checks. Fails only for what
   * concerns all streams, e.g. a refused login.
   */
  streams(): Promise<StreamSource[]>;
  /** Measures again; also done by itself before a login is given up. */
  measureClock(): Promise<DeviceClock | null>;
  /** A new credential: a refused login may be tried again, once. */
  setCredential(credential: Credential | null): void;
  /** Closes the kept connections. Calls made later fail with `net.closed`. */
  close(): void;
}

export interface DeviceClock {
  /** Device's UTC minus ours in ms, to about a second: the device tells whole seconds. */
  readonly offsetMs: number;
  /** The device tells no UTC, only local time, or only the Date header of HTTP. */
  readonly source: 'utc' | 'local' | 'http';
  /** As the device says, e.g. `CST-7`; empty where untold. */
  readonly timeZone: string;
  readonly daylightSaving: boolean;
  /** `NTP` or `Manual`; empty where untold. */
  readonly kind: string;
  /** Ours, ms since 1970. */
  readonly measuredAt: number;
}

export type DeviceCertificate = PeerCertificate;

export type ServiceName =
  | 'device'
  | 'media'
  | 'media2'
  | 'ptz'
  | 'imaging'
  | 'events'
  | 'recording'
  | 'search'
  | 'replay'
  | 'deviceio'
  | 'analytics'
  | 'other';

export interface ServiceEntry {
  readonly name: ServiceName;
  readonly namespace: string;
  /** As reached. */
  readonly url: string;
  /** `2.60`, `21.12`; empty where the device does not tell. A string: "5.10" is not 5.1. */
  readonly version: string;
}

export interface DeviceInformation {
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly serial: string;
  readonly hardware: string;
}

export interface DeviceScopes {
  /** From `onvif://www.onvif.org/name/…`, percent-decoded; empty where untold. */
  readonly name: string;
  readonly hardware: string;
  readonly location: string;
  /** `Streaming`, `G`, `T` … */
  readonly profiles: readonly string[];
  readonly all: readonly string[];
}

export interface NetworkInterface {
  readonly token: string;
  readonly name: string;
  /** Lower case, colons; empty where untold. The best identity a device has. */
  readonly mac: string;
  readonly addresses: readonly string[];
}

/** ONVIF Device Management, "ver10/device". */
export interface DeviceService {
  information(): Promise<DeviceInformation>;
  scopes(): Promise<DeviceScopes>;
  hostname(): Promise<string>;
  networkInterfaces(): Promise<NetworkInterface[]>;
}

export interface ImagingSettings {
  readonly brightness: number | null;
  readonly contrast: number | null;
  readonly saturation: number | null;
  readonly sharpness: number | null;
  readonly irCutFilter: string;
  readonly focusMode: string;
}

/** ONVIF Imaging, "ver20/imaging". */
export interface ImagingService {
  settings(videoSourceToken: string): Promise<ImagingSettings>;
  setIrCutFilter(videoSourceToken: string, mode: 'ON' | 'OFF' | 'AUTO'): Promise<void>;
  /** Speed −1 … 1, far positive. */
  focus(videoSourceToken: string, speed: number): Promise<void>;
  stopFocus(videoSourceToken: string): Promise<void>;
  /** Whether focus can be driven by speed; false where the device does not tell. */
  canDriveFocus(videoSourceToken: string): Promise<boolean>;
  setFocusMode(videoSourceToken: string, mode: 'AUTO' | 'MANUAL'): Promise<void>;
  /** Null: the device has no iris that can be set. */
  iris(videoSourceToken: string): Promise<IrisState | null>;
  /** `value` null: the camera exposes by itself. */
  setIris(videoSourceToken: string, value: number | null): Promise<void>;
}

/** Attenuation in dB, as ONVIF Imaging has it: 0 is wide open, so more lets less light in. */
export interface IrisState {
  readonly automatic: boolean;
  readonly value: number | null;
  readonly min: number;
  readonly max: number;
}

export interface RelayOutput {
  readonly token: string;
  readonly mode: string;
  readonly idleState: string;
}

/** ONVIF Device IO, "ver10/deviceIO". */
export interface DeviceIoService {
  videoSources(): Promise<string[]>;
  relayOutputs(): Promise<RelayOutput[]>;
  setRelay(token: string, active: boolean): Promise<void>;
  digitalInputs(): Promise<string[]>;
}
