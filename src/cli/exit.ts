import type { CauseCode } from '../contract/cause.ts';

/** Exit codes of every command, as documented in docs/cli.md. */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  unreachable: 3,
  refused: 4,
  nothing: 5,
  altered: 6,
} as const;

const refused: readonly CauseCode[] = [
  'rtsp.credentials-needed',
  'rtsp.unauthorized',
  'rtsp.forbidden',
  'rtsp.too-many-clients',
  'onvif.forbidden',
  'onvif.clock',
  'tls.untrusted',
  'tls.changed',
  'access.denied',
  'hub.refused',
  'hub.login-needed',
  'vault.locked',
  'vault.passphrase',
];

/** The exit code that tells a script what kind of failure it was. */
export function exitCodeOf(code: CauseCode): number {
  if (/^(?:input|discovery|audit)\./.test(code)) return exitCodes.usage;
  if (code === 'evidence.exists' || code === 'evidence.source') return exitCodes.usage;
  if (refused.includes(code)) return exitCodes.refused;
  if (/^(?:media|decode|clip)\./.test(code) || code === 'rtsp.not-found') {
    return exitCodes.nothing;
  }
  if (code === 'ptz.lacks' || code === 'ptz.not-steerable') return exitCodes.nothing;
  if (/^(?:net|rtsp|onvif|tls|hub|ptz)\./.test(code)) return exitCodes.unreachable;
  return exitCodes.internal;
}
