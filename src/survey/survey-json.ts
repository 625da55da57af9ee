import type { CauseCode } from '../contract/cause.ts';
import type { SurveyReason, SurveyStream } from '../contract/survey-schemas.ts';
import type { DeviceFound } from './survey.types.ts';
import { clockOf, judge, verdictOf } from './verdict.ts';

/** A device as `vonggac survey --json` prints it; docs/cli.md. Strings stay strings. */
export interface SurveyJson {
  readonly address: string;
  readonly ok: boolean;
  readonly error: { code: CauseCode; message: string; hint: string } | null;
  readonly device: { manufacturer: string; model: string; firmware: string; serial: string };
  readonly onvif: { version: string; services: string[]; auth: string };
  readonly clock: { offsetMs: number | null };
  readonly profiles: {
    token: string;
    name: string;
    codec: string | null;
    width: number;
    height: number;
    fps: number | null;
    kbps: number | null;
    uri: string;
  }[];
  readonly pairs: { main: string; sub: string | null }[];
  readonly ptz: {
    continuous: boolean;
    absolute: boolean;
    relative: boolean;
    presets: { token: string; name: string }[];
    home: boolean;
  };
  readonly recording: { oldest: string | null; newest: string | null } | null;
  /** Of the TLS connection, where there was one; times in ISO 8601. */
  readonly certificate: {
    subject: string;
    fingerprint: string;
    validFrom: string | null;
    validUntil: string | null;
    trusted: boolean;
  } | null;
  readonly verdict: string;
  readonly reasons: { code: string; weight: string; message: string; next: string }[];
}

export interface JsonWords {
  cause(cause: { code: CauseCode; params?: Record<string, string | number> }): {
    message: string;
    hint: string;
  };
  reason(reason: SurveyReason): { message: string; next: string };
}

/** One device: `cannot-connect` only where none of its cameras shows a picture. */
export function surveyJson(
  address: string,
  found: DeviceFound,
  words: JsonWords,
  now: number,
): SurveyJson {
  const judged = found.cameras.map((camera) => ({ camera, ...judge(camera, found, now) }));
  const connected = judged.filter(({ verdict }) => verdict !== 'cannot-connect');
  const ok = connected.length > 0;
  const reasons = new Map<string, SurveyReason>();
  for (const one of judged) {
    for (const reason of one.reasons) {
      // One dark channel of a recorder limits it; the others still show.
      const weight = ok && reason.weight === 'blocks' ? 'limits' : reason.weight;
      if (!reasons.has(reason.code)) reasons.set(reason.code, { ...reason, weight });
    }
  }
  const all = [...reasons.values()];
  const first = judged[0]?.camera;
  const cause = first?.main?.cause ?? first?.cause ?? found.onvifCause ?? null;
  const profiles = profilesOf(found);
  const ptz = found.cameras.map((camera) => camera.ptz).filter((one) => one !== null);
  const recordings = found.cameras.map(({ recording }) => recording).filter((one) => one != null);
  return {
    address,
    ok,
    error: ok
      ? null
      : { code: cause?.code ?? 'internal', ...words.cause(cause ?? { code: 'internal' }) },
    device: found.information ?? { manufacturer: '', model: '', firmware: '', serial: '' },
    onvif: found.onvif
      ? { ...found.onvif, services: [...found.onvif.services] }
      : { version: '', services: [], auth: '' },
    clock: { offsetMs: (first && clockOf(first, found)?.offsetMs) ?? found.clockOffsetMs },
    profiles,
    pairs: found.cameras
      .map(({ main, sub, mainProfile, subProfile }) => ({
        main: mainProfile?.token ?? shownToken(main, 'main'),
        sub: subProfile?.token ?? shownToken(sub, 'sub'),
      }))
      .filter((pair): pair is { main: string; sub: string | null } => pair.main !== null),
    ptz: {
      continuous: ptz.some(({ continuous }) => continuous),
      absolute: ptz.some(({ absolute }) => absolute),
      relative: ptz.some(({ relative }) => relative),
      presets: ptz.flatMap(({ presets }) => presets),
      home: ptz.some(({ home }) => home),
    },
    recording:
      recordings.length === 0
        ? null
        : {
            oldest: iso(Math.min(...known(recordings.map(({ oldest }) => oldest)))),
            newest: iso(Math.max(...known(recordings.map(({ newest }) => newest)))),
          },
    certificate: found.certificate && {
      subject: found.certificate.subject ?? '',
      fingerprint: found.certificate.fingerprint,
      validFrom: iso(found.certificate.validFrom ?? Number.NaN),
      validUntil: iso(found.certificate.validUntil ?? Number.NaN),
      trusted: found.certificate.trusted,
    },
    verdict: ok ? verdictOf(all) : 'cannot-connect',
    reasons: all.map((reason) => ({
      code: reason.code,
      weight: reason.weight,
      ...words.reason(reason),
    })),
  };
}

/** Every profile, with what was measured where it was, else what the device declares. */
function profilesOf(found: DeviceFound): SurveyJson['profiles'] {
  const streams = found.cameras
    .flatMap(({ main, sub }) => [
      { role: 'main', stream: main },
      { role: 'sub', stream: sub },
    ])
    .filter((one): one is { role: string; stream: SurveyStream } => one.stream !== null);
  const listed = found.profiles.map(({ profile, uri }) => {
    const measured = streams.find(
      ({ stream }) => stream.token === profile.token && !stream.cause,
    )?.stream;
    const { video } = profile;
    return {
      token: profile.token,
      name: profile.name,
      codec: measured?.codec ?? plainCodec(video?.codec),
      width: measured?.width || (video?.width ?? 0),
      height: measured?.height || (video?.height ?? 0),
      fps: measured?.fps ?? video?.fps ?? null,
      kbps: measured?.kbps ?? video?.kbps ?? null,
      uri,
    };
  });
  // A stream that was given by its URL and is no ONVIF profile.
  const others = streams.filter(({ stream }) => stream.token === null && !stream.cause);
  return [
    ...listed,
    ...others.map(({ role, stream }) => ({
      token: role,
      name: stream.name,
      codec: stream.codec,
      width: stream.width,
      height: stream.height,
      fps: stream.fps,
      kbps: stream.kbps,
      uri: stream.uri,
    })),
  ];
}

/** Streams without an ONVIF profile are told apart by their part; what does not show is left out. */
function shownToken(stream: SurveyStream | null, role: string): string | null {
  return stream && !stream.cause ? role : null;
}

function plainCodec(codec: string | undefined): string | null {
  if (codec === undefined || codec === 'other') return null;
  return codec === 'jpeg' ? 'mjpeg' : codec;
}

function known(times: (number | null)[]): number[] {
  return times.filter((time) => time !== null);
}

/** ISO 8601, or null for a minimum or maximum of nothing. */
function iso(time: number): string | null {
  return Number.isFinite(time) ? new Date(time).toISOString() : null;
}
