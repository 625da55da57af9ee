import type { SiteCamera } from '../sites/site-camera.types.ts';
import type { Logger } from '../std/log.ts';
import type { OnvifFaults } from './onvif-site.ts';
import type { PtzDevice } from './ptz-device.ts';

/** The simulated centre: real RTSP on loopback, so that everything above it is the product. */
export interface DemoOptions {
  /** Default 48 in 12 sites of 3 invented provinces. */
  readonly cameras?: number;
  /** First port; 0 lets the system choose. One server answers for all sites by path. */
  readonly port?: number;
  /** Port of the recorders' ONVIF services; default 0. */
  readonly onvifPort?: number;
  readonly host?: string;
  /** Faults of single cameras (drops out, freezes, wrong password) as in the demonstration. */
  readonly faults?: boolean;
  /** Ways of the recorders that trouble real clients; default: none. */
  readonly onvifFaults?: OnvifFaults;
  /** Answers WS-Discovery on loopback; default false, because searches on one machine share a port. */
  readonly discovery?: boolean;
  /** Where the clips lie; default `resources/demo` of this product. */
  readonly clipsFolder?: string;
  /**
   * Whether the steered cameras encode what they see: `auto` (default) where ffmpeg is found, `never`
   * shows pictures drawn before; or the path of another program.
   */
  readonly encoder?: 'auto' | 'never' | { readonly program: string };
  readonly log: Logger;
}

export interface DemoCentre {
  readonly port: number;
  /** One HTTP port for the recorders of all sites. */
  readonly onvifPort: number;
  readonly cameras: readonly SiteCamera[];
  /**
   * Makes one camera vanish, repeat one picture, or be well (`none`) from now on; null gives it back
   * to the schedule of the demonstration.
   */
  fault(cameraId: string, mood: 'drop' | 'freeze' | 'none' | null): void;
  /**
   * The device service of a site's recorder, for the same login as its cameras.
   * @throws {Error} where there is no such site.
   */
  onvifUrl(siteId: string): string;
  /** The steered cameras, for tests: what they do at this moment. */
  readonly steered: readonly SteeredCamera[];
  /** Counted since the start, over all viewers. */
  figures(): DemoFigures;
  close(): Promise<void>;
}

export interface SteeredCamera {
  readonly cameraId: string;
  /** Profile of its recorder that steers it. */
  readonly profileToken: string;
  readonly device: PtzDevice;
  /** Processes that encode for it. */
  readonly encoders: readonly number[];
}

export interface DemoFigures {
  /** Open RTSP connections, and sessions among them that play. */
  readonly connections: number;
  readonly sessions: number;
  readonly packets: number;
  readonly bytes: number;
  /** Frames left out because a viewer took them too slowly. */
  readonly skipped: number;
  /** Requests to the recorders that carried a login that was refused. */
  readonly onvifRefusedLogins: number;
}

export type StartDemoCentre = (options: DemoOptions) => Promise<DemoCentre>;
