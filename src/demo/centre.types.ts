import type { SiteCamera } from '../sites/site-camera.types.ts';
import type { Logger } from '../std/log.ts';

/** The simulated centre: real RTSP on loopback, so that everything above it is the product. */
export interface DemoOptions {
  /** Default 48 in 12 sites of 3 invented provinces. */
  readonly cameras?: number;
  /** First port; 0 lets the system choose. One server answers for all sites by path. */
  readonly port?: number;
  readonly host?: string;
  /** Faults of single cameras (drops out, freezes, wrong password) as in the demonstration. */
  readonly faults?: boolean;
  readonly log: Logger;
}

export interface DemoCentre {
  readonly port: number;
  readonly cameras: readonly SiteCamera[];
  close(): Promise<void>;
}

export type StartDemoCentre = (options: DemoOptions) => Promise<DemoCentre>;
