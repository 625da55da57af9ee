import type { Credential } from '../rtsp/session.types.ts';
import { parseRtspUrl } from '../rtsp-parse/url.ts';
import { endpointOf } from '../sites/camera-url.ts';
import type { SurveyDevice } from './survey.types.ts';
import type { SurveyEntry } from './survey-rows.ts';
import type { SurveyGroup } from './survey-run.ts';

/** A camera to be surveyed, with what the register says of the device that carries it. */
export interface SurveySubject {
  readonly entry: SurveyEntry;
  /** The recorder or camera in the register; null: known by its URL alone. */
  readonly device: {
    readonly id: string;
    readonly address: string;
    readonly port: number | null;
    readonly path: string;
  } | null;
  readonly credential: () => Promise<Credential | null>;
}

/**
 * Cameras by the device that they log in to: those of one recorder in the register, and those that
 * stand behind one `host:port`. Each device is asked for ONVIF once.
 */
export function groupByDevice(
  subjects: readonly SurveySubject[],
  fingerprint: (endpoint: string) => string | null,
): SurveyGroup[] {
  const groups = new Map<string, SurveySubject[]>();
  for (const subject of subjects) {
    const key = subject.device ? `device ${subject.device.id}` : keyOf(subject);
    const group = groups.get(key);
    if (group) group.push(subject);
    else groups.set(key, [subject]);
  }
  return [...groups.values()].map((group): SurveyGroup => {
    const first = group[0]!;
    const entries = group.map(({ entry }) => entry);
    const device: SurveyDevice = {
      key: deviceKey(first),
      siteId: first.entry.siteId,
      ...onvifOf(first),
      credential: first.credential,
      fingerprint,
      cameras: entries.map(({ camera }) => camera),
    };
    return { device, entries };
  });
}

function keyOf({ entry }: SurveySubject): string {
  return endpoint(entry.camera.url) ?? `camera ${entry.camera.id}`;
}

function deviceKey({ entry, device }: SurveySubject): string {
  return endpoint(entry.camera.url) ?? (device ? withPort(device.address, device.port) : '');
}

function onvifOf({ entry, device }: SurveySubject): {
  onvifAddress: string | null;
  onvifGuessed: boolean;
} {
  if (device?.address) {
    const { address, port, path } = device;
    const scheme = port === 443 ? 'https' : 'http';
    const url = `${scheme}://${withPort(address, port)}${path}`;
    return { onvifAddress: url, onvifGuessed: port === null && path === '' };
  }
  return onvifGuess(entry.camera.url);
}

/** Where nothing is known, ONVIF is looked for at the usual port of the same host. */
export function onvifGuess(url: string): { onvifAddress: string | null; onvifGuessed: boolean } {
  try {
    return { onvifAddress: bracketed(parseRtspUrl(url).host), onvifGuessed: true };
  } catch {
    return { onvifAddress: null, onvifGuessed: true };
  }
}

export function endpoint(url: string): string | null {
  try {
    return url === '' ? null : endpointOf(url);
  } catch {
    return null;
  }
}

function withPort(address: string, port: number | null): string {
  return port === null ? bracketed(address) : `${bracketed(address)}:${port}`;
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
