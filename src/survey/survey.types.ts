import type { Cause } from '../contract/cause.ts';
import type {
  SurveyPtz,
  SurveyReason,
  SurveyStream,
  SurveyVerdict,
} from '../contract/survey-schemas.ts';
import type { MediaProfile } from '../onvif/media.types.ts';
import type { ConnectOnvif } from '../onvif/onvif.types.ts';
import type { Credential, OpenRtsp, TransportChoice } from '../rtsp/session.types.ts';
import type { Logger } from '../std/log.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';

/** A camera of the register, or a URL, to be looked at. */
export interface SurveyCamera {
  readonly id: string;
  readonly name: string;
  /** Without user information; `''` where only the recorder knows it. */
  readonly url: string;
  readonly subUrl: string;
  readonly transport: TransportChoice;
  /** Why it is never opened (`site.forbidden-place`, `site.hold`): then nothing is asked of it. */
  readonly refusal: Cause | null;
}

/**
 * What is looked at with one login: a camera, or a recorder with its cameras. Devices that share a
 * `siteId` share the limits of that site's line.
 */
export interface SurveyDevice {
  /** `host:port` of its streams, or of its ONVIF where no stream is known. */
  readonly key: string;
  readonly siteId: string;
  /** Where ONVIF is looked for: as `connectOnvif` takes it. Null: nowhere. */
  readonly onvifAddress: string | null;
  /** Nobody said that there is ONVIF at that address: it is only looked whether there is. */
  readonly onvifGuessed: boolean;
  readonly credential: () => Promise<Credential | null>;
  /** Fingerprint of a certificate that a person trusted for `host:port`, or null. */
  readonly fingerprint: (endpoint: string) => string | null;
  /** Empty: as many as the device lists by ONVIF. */
  readonly cameras: readonly SurveyCamera[];
}

export interface OnvifFound {
  /** Of the device service, or of the media service where that is untold; `''` where neither tells. */
  readonly version: string;
  readonly services: readonly string[];
  readonly auth: string;
}

export interface RecordingFound {
  readonly oldest: number | null;
  readonly newest: number | null;
}

/** What was found at one camera or channel. */
export interface CameraFound {
  readonly camera: SurveyCamera | null;
  /** Of the ONVIF profiles, where they are known. */
  readonly mainProfile: MediaProfile | null;
  readonly subProfile: MediaProfile | null;
  readonly main: SurveyStream | null;
  readonly sub: SurveyStream | null;
  readonly ptz: SurveyPtz | null;
  /** `undefined`: the device could not be asked; null: it says that nothing is recorded. */
  readonly recording: RecordingFound | null | undefined;
  /** Why no stream was tried at all, or null. */
  readonly cause: Cause | null;
  readonly tookMs: number;
}

/** What was found at one device. */
export interface DeviceFound {
  readonly address: string;
  /** Null: nothing was asked. */
  readonly reachable: boolean | null;
  readonly information: {
    readonly manufacturer: string;
    readonly model: string;
    readonly firmware: string;
    readonly serial: string;
  } | null;
  readonly onvif: OnvifFound | null;
  /** Why there is no ONVIF, or why it does not answer us; null where it does or was not looked for. */
  readonly onvifCause: Cause | null;
  /** Device's clock minus ours by ONVIF, ms; null where it does not tell. */
  readonly clockOffsetMs: number | null;
  readonly profiles: readonly {
    readonly profile: MediaProfile;
    /** Without a login; `''` where the device gave none. */
    readonly uri: string;
  }[];
  readonly certificate: {
    readonly fingerprint: string;
    readonly subject?: string;
    readonly validFrom?: number | null;
    readonly validUntil: number | null;
    /** By the system, or by a person who pinned it. */
    readonly trusted: boolean;
  } | null;
  readonly ptzFailed: boolean;
  readonly cameras: readonly CameraFound[];
}

export interface Judgement {
  readonly verdict: SurveyVerdict;
  /** The heaviest first. */
  readonly reasons: readonly SurveyReason[];
}

/** Streams that the wall has open already: looked at without a further connection. */
export type SharedStreams = Pick<StreamSupervisor, 'read' | 'state' | 'stats'>;

/** Logins that devices refused, as the whole program knows them. */
export interface LoginGuard {
  /** Why this login must not be tried at this device, or null. */
  refusal(device: string, credential: Credential): Cause | null;
  refused(device: string, credential: Credential, cause: Cause): void;
}

export interface SurveyParts {
  readonly open: OpenRtsp;
  readonly connectOnvif: ConnectOnvif;
  readonly log: Logger;
  readonly shared?: SharedStreams | null;
  readonly logins?: LoginGuard | null;
  readonly limits?: Partial<SurveyLimits>;
  readonly now?: () => number;
}

export interface SurveyLimits {
  /** Connections to one site at the same time; default 2: a site has one weak line. */
  readonly perSite: number;
  /** Connections over all at the same time; default 64: more would take the line from the wall. */
  readonly total: number;
  /** Each stream is watched so long, seconds; default 4. */
  readonly seconds: number;
  /** And so long at most while no whole GOP was seen; default 12. */
  readonly maxSeconds: number;
  /** For one connection or request, ms; default 5000. */
  readonly timeoutMs: number;
}

export const surveyLimits: SurveyLimits = {
  perSite: 2,
  total: 64,
  seconds: 4,
  maxSeconds: 12,
  timeoutMs: 5000,
};
