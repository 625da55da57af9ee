import type { ClipCodec } from './clip.ts';
import type { Login } from './digest.ts';
import type { DiscoveryFaults } from './onvif-discovery.ts';
import type { PtzDevice } from './ptz-device.ts';

/** What a simulated recorder knows of itself and of its cameras. */
export interface OnvifSite {
  readonly id: string;
  readonly name: string;
  readonly province: string;
  readonly login: Login;
  readonly cameras: readonly OnvifCamera[];
}

export interface OnvifCamera {
  readonly name: string;
  /** In the whole centre, so that neighbours do not move and record alike. */
  readonly index: number;
  readonly main: OnvifStream;
  readonly sub: OnvifStream;
  /** Null or missing: it looks one way for ever. */
  readonly ptz?: PtzDevice | null;
}

export interface OnvifStream {
  /** Of the RTSP URL. */
  readonly path: string;
  readonly codec: ClipCodec;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly kbps: number;
  /** Frames from key frame to key frame. */
  readonly gop: number;
}

/** Ways of real recorders that a test or a training switches on. */
export interface OnvifFaults {
  /** The recorder's clock minus ours, ms; it refuses tokens that are not of its own time (quirk 13). */
  readonly clockOffsetMs?: number;
  /** Host that it believes to have, as behind a router that maps ports: `192.168.1.64` (quirk 14). */
  readonly innerHost?: string;
  /** No Media service beside Media2 (quirk 15). */
  readonly media2Only?: boolean;
  /** What steered cameras do otherwise (quirk 16). */
  readonly ptz?: PtzFaults;
  /** No more than so many pull points; default 10 (quirk 17). */
  readonly maxPullPoints?: number;
  /** Renew is not supported (quirk 17). */
  readonly noRenew?: boolean;
  /** How probes are answered (quirk 19), where they are (`discovery` of the centre's options). */
  readonly discovery?: DiscoveryFaults;
  /** What recorders do otherwise with their footage (quirk 18). */
  readonly footage?: FootageFaults;
}

export interface PtzFaults {
  /** ContinuousMove goes on until something stops it. */
  readonly ignoresTimeout?: boolean;
  /** Stop is answered and does nothing; zero velocity stops. */
  readonly ignoresStop?: boolean;
  readonly noStatus?: boolean;
  readonly noAbsolute?: boolean;
  /** Tokens of presets are no numbers: `{Vị trí-1}`. */
  readonly oddTokens?: boolean;
  readonly noHome?: boolean;
}

export interface FootageFaults {
  /** EarliestRecording and DataFrom are 1970. */
  readonly earliest1970?: boolean;
  /** GetRecordingSummary is not supported. */
  readonly noSummary?: boolean;
  /** A second replay is refused with 453 while one runs. */
  readonly oneReplay?: boolean;
}

/** What an operation answers from. */
export interface OnvifContext {
  readonly site: OnvifSite;
  /** The recorder's clock, ms since 1970. */
  readonly now: number;
  /** `http://host:port` as the recorder tells it. */
  readonly origin: string;
  /** RTSP URL of a path as the recorder tells it. */
  readonly rtspUrl: (path: string) => string;
  readonly faults: OnvifFaults;
  /** Aborted when the caller hangs up, or the recorder is switched off. */
  readonly signal: AbortSignal;
}

export const onvifServices = {
  device_service: 'http://www.onvif.org/ver10/device/wsdl',
  media: 'http://www.onvif.org/ver10/media/wsdl',
  media2: 'http://www.onvif.org/ver20/media/wsdl',
  ptz: 'http://www.onvif.org/ver20/ptz/wsdl',
  imaging: 'http://www.onvif.org/ver20/imaging/wsdl',
  events: 'http://www.onvif.org/ver10/events/wsdl',
  recording: 'http://www.onvif.org/ver10/recording/wsdl',
  search: 'http://www.onvif.org/ver10/search/wsdl',
  replay: 'http://www.onvif.org/ver10/replay/wsdl',
} as const;

export type OnvifServiceName = keyof typeof onvifServices;

/** A site without a steered camera has no PTZ service. */
export function serviceNames(faults: OnvifFaults, site: OnvifSite): OnvifServiceName[] {
  const steered = site.cameras.some(({ ptz }) => ptz);
  return (Object.keys(onvifServices) as OnvifServiceName[]).filter(
    (name) => (name !== 'media' || !faults.media2Only) && (name !== 'ptz' || steered),
  );
}

export function serviceAddress({ origin, site }: OnvifContext, name: OnvifServiceName): string {
  return `${origin}/onvif/${site.id}/${name}`;
}

/** Tokens count from 1, as on the front of a recorder. */
export function sourceToken(place: number): string {
  return `VideoSource_${place + 1}`;
}
