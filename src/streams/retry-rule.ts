import type { CauseCode } from '../contract/cause.ts';

/**
 * When a camera stream is tried again after a failure. Pure arithmetic over cause codes.
 *
 * | class | causes | what follows |
 * |---|---|---|
 * | `network` | nobody answered, or a live connection fell silent | 1 s doubling to 5 s in the first three minutes, later to 30 s; cut short whenever the site or the workstation is heard from again (`site-watch.ts`) |
 * | `busy` | 453, 500, 503: too many clients (quirk 7) | 8 s doubling to 30 s |
 * | `device` | it answered, and not as RTSP wants | 2 s doubling to 30 s |
 * | `refused` | login or certificate not accepted (quirk 5) | never, until a person acts |
 * | `unsupported` | nothing this program can show | every 5 minutes, or when a person asks |
 */
export type FailureClass = 'network' | 'busy' | 'device' | 'refused' | 'unsupported';

const classes: Partial<Record<CauseCode, FailureClass>> = {
  'net.dns': 'network',
  'net.unreachable': 'network',
  'net.refused': 'network',
  'net.timeout': 'network',
  'net.closed': 'network',
  'rtsp.timeout': 'network',
  'media.stalled': 'network',
  'rtsp.too-many-clients': 'busy',
  'rtsp.server-error': 'busy',
  'rtsp.unauthorized': 'refused',
  'rtsp.forbidden': 'refused',
  'rtsp.credentials-needed': 'refused',
  'tls.untrusted': 'refused',
  'tls.changed': 'refused',
  'media.unsupported-codec': 'unsupported',
  'media.no-video': 'unsupported',
  'media.no-parameter-sets': 'unsupported',
};

export function failureClass(code: CauseCode): FailureClass {
  return classes[code] ?? 'device';
}

/** Failures in a row after which a stream is called `offline`. */
export const offlineAfter = 5;
export const longestWaitMs = 30_000;
export const unsupportedWaitMs = 300_000;

/** A broken line is usually mended soon, and then every tile should be back within 10 s. */
const earlyNetworkWaitMs = 5_000;
const earlyMs = 180_000;

const firstWaitMs = { network: 1_000, busy: 8_000, device: 2_000 } as const;

/**
 * Milliseconds until the next attempt, spread over the upper half of the exponential step so that
 * streams that failed together do not come back together.
 *
 * @param failures in a row, 1 for the first
 * @param downForMs since the first of them
 * @param random from 0 to 1
 */
export function retryDelayMs(
  kind: FailureClass,
  failures: number,
  downForMs: number,
  random: number,
): number {
  if (kind === 'refused') return Number.POSITIVE_INFINITY;
  if (kind === 'unsupported') return unsupportedWaitMs;
  const cap = kind === 'network' && downForMs < earlyMs ? earlyNetworkWaitMs : longestWaitMs;
  const step = Math.min(cap, firstWaitMs[kind] * 2 ** Math.min(failures - 1, 10));
  return step * (0.5 + random / 2);
}
