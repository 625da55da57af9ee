import type { Cause } from '../contract/cause.ts';
import type { FocalPoint } from '../contract/register-schemas.ts';
import type { Placement } from '../contract/schemas.ts';
import type { Credential, TransportChoice } from '../rtsp/session.types.ts';

/** A camera as the core knows it, from an inventory file, the register, or the demonstration. */
export interface SiteCamera {
  /** Stable over restarts; made from the URL where the inventory gives none. */
  readonly id: string;
  readonly name: string;
  readonly siteId: string;
  readonly siteName: string;
  readonly province: string;
  readonly placement: Placement | null;
  /** Without user information. */
  readonly url: string;
  readonly subUrl: string | null;
  /** The hub that `url` leads through; null or missing where it leads to the device itself. */
  readonly hubId?: string | null;
  /** The way around that hub, where it is known. */
  readonly directUrl?: string | null;
  readonly directSubUrl?: string | null;
  /** URL of the device service of the camera or of its recorder (ONVIF), where it is known. */
  readonly onvif?: string | null;
  /** Whom to call, where that came with it; the register's site stands above it. */
  readonly focalPoints?: readonly FocalPoint[];
  /** Whether it can be steered, where that came with it; what its device says stands above it. */
  readonly ptz?: boolean | null;
  readonly transport: TransportChoice;
  readonly removable: boolean;
  /** Why its streams are never opened; from the register. */
  readonly refusal?: Cause | null;
  /**
   * A login that came with the inventory (`rtsp://user:pass@…`) or with the demonstration. It lives
   * in memory only; what a person types goes to the vault instead.
   */
  readonly credential: Credential | null;
}
