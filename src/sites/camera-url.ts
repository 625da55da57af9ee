import { createHash } from 'node:crypto';
import type { Credential, TransportChoice } from '../rtsp/session.types.ts';
import { authorityText, parseRtspUrl, splitUrl } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';
import type { SiteCamera } from './site-camera.types.ts';

export interface CameraWords {
  readonly name?: string;
  readonly subUrl?: string;
  readonly site?: string;
  readonly transport?: TransportChoice;
  readonly removable?: boolean;
}

/** What the contract allows for names of cameras and sites, in characters. */
export const maxNameLength = 200;
/** Longer addresses do not fit the contract. */
const maxUrlLength = 2000;

/**
 * A camera known by its URL. A login in the URL is taken out into `credential`; one in `subUrl` is
 * used only where the main URL has none, because a camera has one login.
 * @throws {Fault} `input.url`; its message never repeats the URL.
 */
export function cameraFromUrl(text: string, words: CameraWords = {}): SiteCamera {
  const main = checked(text);
  const sub = words.subUrl?.trim() ? checked(words.subUrl) : null;
  const { host } = parseRtspUrl(main.url);
  const site = plainName(words.site ?? '');
  const name = plainName(words.name ?? '') || nameFromUrl(main.url);
  const credential: Credential | null = main.credential ?? sub?.credential ?? null;
  return {
    id: cameraIdOf(main.url),
    name: name.slice(0, maxNameLength),
    // Where no site is told, cameras behind one address share its link, and so its limits.
    siteId: hashed('s', site ? site.toLocaleLowerCase('vi') : `host ${host.toLowerCase()}`),
    siteName: (site || host).slice(0, maxNameLength),
    province: '',
    placement: null,
    url: main.url,
    subUrl: sub?.url ?? null,
    transport: words.transport ?? 'auto',
    removable: words.removable ?? false,
    credential,
  };
}

/** The same for every spelling of one URL: case of the host, default port, login or none. */
export function cameraIdOf(url: string): string {
  const { scheme, path } = parseRtspUrl(url);
  return hashed('c', `${scheme}://${endpointOf(url)}${path === '' ? '/' : path}`);
}

/** `host:port` of a URL without user information, the port always named. */
export function endpointOf(url: string): string {
  const { host, port } = parseRtspUrl(url);
  return authorityText(host.toLowerCase(), port);
}

/** Text from a file or a device as a name: one line, NFC, no control or direction characters. */
export function plainName(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
}

function checked(text: string): ReturnType<typeof splitUrl> {
  const split = splitUrl(text);
  if (split.url.length > maxUrlLength) {
    throw new Fault('input.url', `the URL is longer than ${maxUrlLength} characters`);
  }
  return split;
}

/** `192.0.2.7:8554/ch1`: what tells it from its neighbours; no query, it may hold a login. */
function nameFromUrl(url: string): string {
  const { host, port, path } = parseRtspUrl(url);
  const authority = url.includes(`:${port}`) ? authorityText(host, port) : host;
  const plainPath = path.replace(/[?;&].*$/, '').replace(/\/$/, '');
  return plainName(/pass|pwd/i.test(plainPath) ? authority : `${authority}${plainPath}`);
}

function hashed(prefix: string, text: string): string {
  return prefix + createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
