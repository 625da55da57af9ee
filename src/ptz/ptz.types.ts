import type { AuditEntry } from '../audit/audit.types.ts';
import type { PtzHolder, PtzState } from '../contract/ptz-schemas.ts';
import type { DirectPtzFacts } from '../onvif/direct-ptz.ts';
import type { ImagingService } from '../onvif/onvif.types.ts';
import type { PanTiltZoom, PtzNode, PtzService, PtzStatus } from '../onvif/ptz.types.ts';
import type { Logger } from '../std/log.ts';
import type { DriveTimes } from './drive.ts';
import type { LeaseBook } from './lease.ts';
import type { PtzMemory } from './ptz-memory.ts';
import type { Watchman } from './watchman.ts';

/**
 * The seams of the steering room. It knows cameras by their ids and operators by what the lease
 * needs; how a camera is reached and who is signed in is told from outside.
 */
export interface PtzLink {
  readonly ptz: PtzService;
  /** Null: no focus and no iris. */
  readonly imaging: ImagingService | null;
  readonly profileToken: string;
  readonly videoSourceToken: string;
  /** Null where the device has PTZ but does not describe it. */
  readonly node: PtzNode | null;
  /** For the watchman; null: it cannot help here. */
  readonly facts: DirectPtzFacts | null;
  close(): void;
}

/**
 * @throws {Fault} `ptz.not-steerable`, `net.*`, `tls.*`, `onvif.*`, `rtsp.unauthorized`,
 *   `rtsp.credentials-needed`
 */
export type ConnectPtz = (cameraId: string) => Promise<PtzLink>;

/** What moves on speeds and has to be stopped: pan, tilt and zoom, or the lens. */
export interface Mover {
  /** Rejects where the device refused; `net.*` where it did not answer. */
  move(speed: PanTiltZoom): Promise<void>;
  /** Everything that is known to stop it, at once. Rejects where nothing of it was taken. */
  halt(): Promise<void>;
  /** Null: it does not tell. */
  status(): Promise<PtzStatus | null>;
}

/** Why a movement ended. */
export type StopReason =
  | 'released'
  | 'stopped'
  | 'no-renewal'
  | 'page-gone'
  | 'signed-out'
  | 'lease-lost'
  | 'host-closing'
  | 'device-refused'
  | 'device-silent'
  | 'pulse-over'
  | 'watchman'
  | 'left-behind';

/** Whose movement it is. A page that closes ends its own movements only. */
export interface Hand {
  readonly holder: PtzHolder;
  readonly page: number;
}

/** Who asks for something. */
export interface Actor {
  readonly holder: PtzHolder;
  /** Of the operator: it decides the priority. */
  readonly role: string;
  readonly page: number;
}

export interface PtzRoomOptions {
  readonly connect: ConnectPtz;
  readonly memory: PtzMemory;
  readonly leases: LeaseBook;
  /** Null: nobody watches over this process, e.g. in a test of something else. */
  readonly watchman: Watchman | null;
  readonly log: Logger;
  /** Id of this workstation, for leases that nobody's hand holds. */
  readonly workstation: string;
  /** Who is signed in here now. */
  readonly me: () => PtzHolder | null;
  readonly audit: (entry: AuditEntry) => void;
  readonly onState: (state: PtzState) => void;
  /** A camera was found to turn, or not to. */
  readonly onSteerable?: () => void;
  readonly driveTimes?: DriveTimes;
}
