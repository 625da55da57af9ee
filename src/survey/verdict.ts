import type { Cause, CauseCode } from '../contract/cause.ts';
import type {
  SurveyReason,
  SurveyReasonCode,
  SurveyStream,
  SurveyVerdict,
  SurveyWeight,
} from '../contract/survey-schemas.ts';
import type { CameraFound, DeviceFound, Judgement } from './survey.types.ts';

/**
 * The rules of commissioning, in one place. `cannot-connect`: no picture. `usable`: a picture, and
 * something that is asked of every camera is missing. `pass`: nothing of that; notes do not count.
 */
export const surveyRules = {
  /** Decree of the centre: a month of footage. */
  recordingDays: 30,
  minFps: 10,
  /** Pixels of the main picture: 640×360. */
  minPixels: 230_400,
  maxLossPercent: 1,
  maxGopSeconds: 6,
  /** ONVIF tells whole seconds. */
  maxClockOffsetMs: 10_000,
  /** The small picture has at most so much of the large one's pixels, or of its bytes. */
  smaller: 0.6,
} as const;

const weights: Record<SurveyReasonCode, SurveyWeight> = {
  unreachable: 'blocks',
  'login-needed': 'blocks',
  'login-refused': 'blocks',
  'login-stopped': 'blocks',
  'too-many-viewers': 'blocks',
  'certificate-untrusted': 'blocks',
  'certificate-changed': 'blocks',
  'not-onvif': 'blocks',
  'stream-missing': 'blocks',
  'stream-refused': 'blocks',
  'no-picture': 'blocks',
  'codec-unsupported': 'blocks',
  'forbidden-place': 'blocks',
  'on-hold': 'blocks',
  'no-address': 'blocks',
  'bad-address': 'blocks',
  internal: 'blocks',
  'main-failed': 'limits',
  'sub-missing': 'limits',
  'sub-failed': 'limits',
  'sub-not-smaller': 'limits',
  'loss-high': 'limits',
  'fps-low': 'limits',
  'size-small': 'limits',
  'gop-long': 'limits',
  'clock-off': 'limits',
  'clock-unset': 'limits',
  'recording-missing': 'limits',
  'recording-short': 'limits',
  'onvif-login-refused': 'limits',
  'codec-heavy': 'note',
  'onvif-missing': 'note',
  'onvif-failed': 'note',
  'recording-unknown': 'note',
  'clock-unknown': 'note',
  'shared-stream': 'note',
  'weak-login': 'note',
  'ptz-unanswered': 'note',
};

const byCause: Partial<Record<CauseCode, SurveyReasonCode>> = {
  'net.dns': 'unreachable',
  'net.unreachable': 'unreachable',
  'net.refused': 'unreachable',
  'net.timeout': 'unreachable',
  'net.closed': 'stream-refused',
  'tls.untrusted': 'certificate-untrusted',
  'tls.changed': 'certificate-changed',
  'onvif.not-onvif': 'not-onvif',
  'onvif.forbidden': 'login-refused',
  'rtsp.credentials-needed': 'login-needed',
  'rtsp.unauthorized': 'login-refused',
  'rtsp.forbidden': 'login-refused',
  'rtsp.not-found': 'stream-missing',
  'rtsp.too-many-clients': 'too-many-viewers',
  'media.stalled': 'no-picture',
  'media.no-video': 'no-picture',
  'media.no-parameter-sets': 'no-picture',
  'media.unsupported-codec': 'codec-unsupported',
  'site.forbidden-place': 'forbidden-place',
  'site.hold': 'on-hold',
  'input.url': 'bad-address',
  internal: 'internal',
};

/** The reason that a cause stands for; what is not listed is a device that answers and does not serve. */
export function reasonOfCause(cause: Cause): SurveyReasonCode {
  if (cause.params?.['stopped'] === 1) return 'login-stopped';
  return byCause[cause.code] ?? 'stream-refused';
}

/** The verdict on one camera. `now`: ms since 1970. */
export function judge(found: CameraFound, device: DeviceFound, now: number): Judgement {
  const reasons = new Map<SurveyReasonCode, SurveyReason>();
  const say = (code: SurveyReasonCode, params: SurveyReason['params'] = {}) => {
    if (!reasons.has(code)) reasons.set(code, { code, weight: weights[code], params });
  };
  const { main, sub } = found;
  const seen = [main, sub].some((stream) => stream !== null && stream.cause === null);

  if (!seen) {
    const cause = main?.cause ?? found.cause ?? sub?.cause;
    const noAddress = main === null && sub === null && found.camera?.url === '';
    if (noAddress && device.onvifCause === null && found.camera?.refusal === null)
      say('no-address');
    else if (cause) say(reasonOfCause(cause), { cause: cause.code });
    else say('no-address');
  } else {
    judgePicture(found, say);
    judgeClock(found, device, now, say);
    judgeRecording(found, device, now, say);
    const asked = [main, sub].some((stream) => stream?.auth && stream.auth !== 'none');
    if (!asked && [main, sub].some((stream) => stream?.auth === 'none')) say('weak-login');
    if (main?.shared || sub?.shared) say('shared-stream');
    if (device.ptzFailed) say('ptz-unanswered');
  }
  if (found.camera?.refusal == null) judgeOnvif(device, seen, say);

  const order: readonly SurveyWeight[] = ['blocks', 'limits', 'note'];
  const sorted = [...reasons.values()].sort(
    (a, b) => order.indexOf(a.weight) - order.indexOf(b.weight),
  );
  return { verdict: verdictOf(sorted), reasons: sorted };
}

export function verdictOf(reasons: readonly SurveyReason[]): SurveyVerdict {
  if (reasons.some(({ weight }) => weight === 'blocks')) return 'cannot-connect';
  return reasons.some(({ weight }) => weight === 'limits') ? 'usable' : 'pass';
}

type Say = (code: SurveyReasonCode, params?: SurveyReason['params']) => void;

function judgePicture({ main, sub }: CameraFound, say: Say): void {
  if (main?.cause) say('main-failed', { cause: main.cause.code });
  if (sub === null) say('sub-missing');
  else if (sub.cause) say('sub-failed', { cause: sub.cause.code });
  const smaller = main && sub ? subSmaller(main, sub) : null;
  if (smaller === false) {
    say('sub-not-smaller', {
      main: `${main?.width}×${main?.height}`,
      sub: `${sub?.width}×${sub?.height}`,
    });
  }
  for (const stream of [main, sub]) {
    if (stream && !stream.cause && stream.lossPercent > surveyRules.maxLossPercent) {
      say('loss-high', { percent: stream.lossPercent });
    }
  }
  if (!main || main.cause) return;
  if (main.fps > 0 && main.fps < surveyRules.minFps) say('fps-low', { fps: main.fps });
  const pixels = main.width * main.height;
  if (pixels > 0 && pixels < surveyRules.minPixels) {
    say('size-small', { size: `${main.width}×${main.height}` });
  }
  if (main.gopSeconds !== null && main.gopSeconds > surveyRules.maxGopSeconds) {
    say('gop-long', { seconds: main.gopSeconds });
  }
  if (main.codec !== null && main.codec !== 'h264') say('codec-heavy', { codec: main.codec });
}

/** Null where there is nothing to compare. Cameras serve the large stream under both names (quirk 15). */
export function subSmaller(main: SurveyStream, sub: SurveyStream): boolean | null {
  if (main.cause || sub.cause) return null;
  const pixels = (stream: SurveyStream) => stream.width * stream.height;
  if (pixels(main) > 0 && pixels(sub) > 0) {
    if (pixels(sub) <= pixels(main) * surveyRules.smaller) return true;
  }
  if (main.kbps === 0 || sub.kbps === 0) return pixels(main) > 0 && pixels(sub) > 0 ? false : null;
  // The same size at a fraction of the rate is a small stream too.
  return sub.kbps <= main.kbps * surveyRules.smaller && pixels(sub) <= pixels(main);
}

/** The camera's clock minus ours; ONVIF says what the device thinks, sender reports what it stamps. */
export function clockOf(
  found: CameraFound,
  device: DeviceFound,
): { offsetMs: number; source: 'onvif' | 'rtsp' } | null {
  if (device.clockOffsetMs !== null) return { offsetMs: device.clockOffsetMs, source: 'onvif' };
  const offsetMs = found.main?.clockOffsetMs ?? found.sub?.clockOffsetMs ?? null;
  return offsetMs === null ? null : { offsetMs, source: 'rtsp' };
}

const clockUnsetBefore = Date.UTC(2015, 0, 1);

function judgeClock(found: CameraFound, device: DeviceFound, now: number, say: Say): void {
  const clock = clockOf(found, device);
  if (!clock) say('clock-unknown');
  else if (now + clock.offsetMs < clockUnsetBefore) {
    // Some servers stamp from their own start: that tells nothing of a clock.
    say(clock.source === 'onvif' ? 'clock-unset' : 'clock-unknown');
  } else if (Math.abs(clock.offsetMs) > surveyRules.maxClockOffsetMs) {
    say('clock-off', { offset: offsetText(clock.offsetMs) });
  }
}

/** `+07:00:03`: ahead of us by so many hours, minutes and seconds. */
export function offsetText(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const sign = offsetMs < 0 ? '−' : '+';
  return sign + parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function judgeRecording(found: CameraFound, device: DeviceFound, now: number, say: Say): void {
  const { recording } = found;
  if (recording === undefined) {
    if (device.onvif) say('recording-unknown');
  } else if (recording === null) say('recording-missing');
  else if (recording.oldest === null) say('recording-unknown');
  else {
    // Times of footage are the device's own: its clock's error is taken out.
    const days = Math.floor((now + (device.clockOffsetMs ?? 0) - recording.oldest) / 86_400_000);
    if (days < surveyRules.recordingDays) say('recording-short', { days: Math.max(0, days) });
  }
}

function judgeOnvif({ onvif, onvifCause }: DeviceFound, seen: boolean, say: Say): void {
  // Of a device that nobody reaches, that it has no ONVIF is no news.
  if (!seen && !onvif) return;
  const refused = ['rtsp.unauthorized', 'rtsp.forbidden', 'rtsp.credentials-needed'];
  if (onvifCause && refused.includes(onvifCause.code)) {
    if (seen) say('onvif-login-refused');
  } else if (!onvif) say('onvif-missing');
  else if (onvifCause) say('onvif-failed', { cause: onvifCause.code });
}
