/**
 * Why something is not as it should be, as a code that both ends know. The words for each code, and
 * what to do about it, are in `resources/locales/<language>/cause.json` (`<code>.text`,
 * `<code>.hint`); a test holds the two lists together.
 */
export const causeCodes = [
  // the network below RTSP
  'net.dns',
  'net.unreachable',
  'net.refused',
  'net.timeout',
  'net.closed',
  'tls.untrusted',
  'tls.changed',
  'tls.failed',
  // RTSP and the media it carries
  'rtsp.credentials-needed',
  'rtsp.unauthorized',
  'rtsp.forbidden',
  'rtsp.not-found',
  'rtsp.too-many-clients',
  'rtsp.transport-refused',
  'rtsp.server-error',
  'rtsp.protocol',
  'rtsp.timeout',
  'rtsp.redirect',
  // ONVIF; a login it asks for or refuses is told by the codes of RTSP: it is the device's login
  'onvif.not-onvif',
  'onvif.fault',
  'onvif.unsupported',
  'onvif.forbidden',
  'onvif.limit',
  'onvif.gone',
  'onvif.clock',
  'onvif.overrun',
  'onvif.protocol',
  // steering
  'ptz.not-steerable',
  'ptz.held',
  'ptz.may-be-moving',
  'ptz.lacks',
  // replay, clips, files
  'replay.nothing',
  'replay.no-recorder',
  'replay.recorder-busy',
  'replay.no-playback',
  'clip.codec',
  'clip.empty',
  'file.full',
  'file.failed',
  'media.stalled',
  'media.no-video',
  'media.unsupported-codec',
  'media.no-parameter-sets',
  'media.frozen',
  'media.overrun',
  // decoding and presenting
  'decode.failed',
  'decode.no-decoder',
  'decode.no-ffmpeg',
  'decode.silent',
  'decode.overload',
  'present.stopped',
  // what the register says of a camera or its site
  'site.forbidden-place',
  'site.hold',
  // hubs, and the search for devices
  'hub.not-hub',
  'hub.refused',
  'hub.login-needed',
  'hub.overrun',
  'hub.empty',
  'discovery.range',
  'discovery.too-many',
  'discovery.public',
  // this workstation
  'host.gone',
  'host.busy',
  'vault.locked',
  'vault.missing',
  'vault.passphrase',
  'vault.damaged',
  'store.failed',
  'audit.none',
  'audit.unreadable',
  // packages of evidence
  'evidence.exists',
  'evidence.source',
  'evidence.changed',
  'evidence.no-space',
  'evidence.medium',
  'evidence.too-big',
  'evidence.not-proved',
  'evidence.no-verifier',
  'evidence.no-shelf',
  'evidence.no-picture',
  // what is masked at a camera
  'privacy.originals',
  'input.url',
  'input.inventory',
  'input.sheet',
  'input.cancelled',
  'input.value',
  'input.unknown',
  'input.conflict',
  // who acts
  'operator.first-needed',
  'operator.needed',
  'operator.locked',
  'operator.must-change',
  'operator.refused',
  'operator.weak-password',
  'operator.last-administrator',
  'operator.name-taken',
  'access.denied',
  'access.scope',
  'access.expired',
  'access.hold',
  'internal',
] as const;

export type CauseCode = (typeof causeCodes)[number];

/** Values for the words of a cause; never a secret, never text to be shown as HTML. */
export type CauseParams = Readonly<Record<string, string | number>>;

export interface Cause {
  readonly code: CauseCode;
  readonly params?: CauseParams;
}
