import type { SurveyRow, SurveyStream } from '../contract/survey-schemas.ts';
import type { CameraFound, DeviceFound, SurveyCamera } from './survey.types.ts';
import { clockOf, judge, subSmaller } from './verdict.ts';

/** A camera with the words of its site, as the table shows it. */
export interface SurveyEntry {
  readonly camera: SurveyCamera;
  readonly siteId: string;
  readonly siteName: string;
  readonly province: string;
  readonly district: string;
  /** `host:port`, or `''`. */
  readonly address: string;
}

export function waitingRow(entry: SurveyEntry): SurveyRow {
  return {
    cameraId: entry.camera.id,
    cameraName: entry.camera.name,
    siteId: entry.siteId,
    siteName: entry.siteName,
    province: entry.province,
    district: entry.district,
    address: entry.address.slice(0, 300),
    step: 'waiting',
    at: null,
    tookMs: null,
    verdict: null,
    reasons: [],
    reachable: null,
    device: null,
    onvif: null,
    clock: null,
    main: null,
    sub: null,
    subSmaller: null,
    ptz: null,
    recording: null,
    certificate: null,
  };
}

export function finishedRow(
  entry: SurveyEntry,
  device: DeviceFound,
  found: CameraFound,
  now: number,
): SurveyRow {
  const { verdict, reasons } = judge(found, device, now);
  const { main, sub } = found;
  return {
    ...waitingRow(entry),
    step: 'done',
    at: now,
    tookMs: found.tookMs,
    verdict,
    reasons: [...reasons],
    reachable: device.reachable,
    device: device.information,
    onvif: device.onvif && { ...device.onvif, services: [...device.onvif.services].slice(0, 40) },
    clock: clockOf(found, device),
    main: bounded(main),
    sub: bounded(sub),
    subSmaller: main && sub ? subSmaller(main, sub) : null,
    ptz: found.ptz,
    recording: found.recording ?? null,
    certificate: device.certificate && {
      fingerprint: device.certificate.fingerprint.slice(0, 200),
      subject: device.certificate.subject?.slice(0, 200) ?? '',
      validFrom: device.certificate.validFrom ?? null,
      validUntil: device.certificate.validUntil,
      trusted: device.certificate.trusted,
    },
  };
}

/** A row for a camera whose look failed inside this program. */
export function failedRow(entry: SurveyEntry, now: number): SurveyRow {
  return {
    ...waitingRow(entry),
    step: 'done',
    at: now,
    verdict: 'cannot-connect',
    reasons: [{ code: 'internal', weight: 'blocks', params: {} }],
  };
}

/** What devices say has no end of its own; the wire's does. */
function bounded(stream: SurveyStream | null): SurveyStream | null {
  return (
    stream && {
      ...stream,
      token: stream.token?.slice(0, 200) ?? null,
      name: stream.name.slice(0, 200),
      uri: stream.uri.slice(0, 2000),
    }
  );
}
