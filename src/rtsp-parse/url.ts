import { Fault } from '../std/fault.ts';
import { takePathLogin } from './url-login.ts';

/**
 * RTSP URLs as people type them and as cameras print them. The standard URL parser is of no use
 * here: people paste passwords with `@ : / # %` in them, and cameras use paths it would rewrite.
 */

/** A login that stood in a URL. */
export interface UrlCredential {
  readonly user: string;
  readonly password: string;
}

export interface SplitUrl {
  /** Without user information or a login elsewhere in it: safe to keep, to show and to log. */
  readonly url: string;
  readonly credential: UrlCredential | null;
}

/**
 * `rtspt`, `rtspu` and `rtsph` are what GStreamer calls RTSP forced over TCP, UDP and the HTTP tunnel.
 */
export type RtspScheme = 'rtsp' | 'rtsps' | 'rtspt' | 'rtspu' | 'rtsph';

export interface RtspUrl {
  readonly scheme: RtspScheme;
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  /** 554, or 322 for `rtsps` (RFC 7826 section 4.2), or 80 for the HTTP tunnel where none is given. */
  readonly port: number;
  /** With its leading slash and its query; at least `/`, or empty where the URL had none. */
  readonly path: string;
}

const maxUrlLength = 4096;
const schemeText = /^\s*(rtsp|rtsps|rtspt|rtspu|rtsph):\/\//i;
const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
// Underscores are no legal host names but stand in many a site's hosts file.
const hostAndPort =
  /^(\[[0-9a-f:.%a-z]+\]|[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}._-]*[\p{L}\p{M}\p{N}.])?)(?::(\d{1,5})?)?$/iu;

const defaultPorts: Readonly<Record<RtspScheme, number>> = {
  rtsp: 554,
  rtspt: 554,
  rtspu: 554,
  rtsps: 322,
  rtsph: 80,
};

/**
 * Takes user name and password out of a URL that a person typed or pasted, percent-encoded or raw.
 *
 * A `%` that does not begin an escape means that the person typed the password raw; then none of
 * it is decoded. Raw `@ / # ?` are recognised by the host that follows them: the first `@` before an
 * address or a dotted name, else the last one in the authority. A login in the path or the query is
 * taken out too, and leaves marks (`url-login.ts`).
 * @throws {Fault} `input.url`; its message never repeats the URL.
 */
export function splitUrl(text: string): SplitUrl {
  if (text.length > maxUrlLength) throw badUrl('longer than 4096 characters');
  const match = schemeText.exec(text);
  if (!match) throw badUrl('does not begin with rtsp:// or rtsps://');
  const scheme = (match[1] as string).toLowerCase();
  const rest = text.slice(match[0].length).trimEnd();
  if (/[\u0000-\u001f\u007f]/.test(rest)) throw badUrl('contains control characters');
  const at = credentialEnd(rest);
  const address = rest.slice(at + 1);
  const authority = authorityOf(address);
  if (!hostAndPort.test(authority)) throw badUrl('has no valid host and port');
  const inPath = takePathLogin(escapePath(address.slice(authority.length)));
  const url = `${scheme}://${authority.replace(/:$/, '')}${inPath.path}`;
  parseRtspUrl(url);
  const before = at < 0 ? null : credentialOf(rest.slice(0, at));
  if (before && inPath.credential && !isSame(before, inPath.credential)) {
    throw badUrl('has two logins that differ');
  }
  return { url, credential: before ?? inPath.credential };
}

/**
 * The parts of a URL without user information.
 * @throws {Fault} `input.url`
 */
export function parseRtspUrl(url: string): RtspUrl {
  const match = schemeText.exec(url);
  if (!match) throw badUrl('does not begin with rtsp:// or rtsps://');
  const scheme = (match[1] as string).toLowerCase() as RtspScheme;
  const rest = url.slice(match[0].length);
  const authority = authorityOf(rest);
  const parts = hostAndPort.exec(authority);
  if (!parts) throw badUrl('has no valid host and port');
  const port = parts[2] ? Number(parts[2]) : defaultPorts[scheme];
  if (port < 1 || port > 65_535) throw badUrl('has no valid port');
  const host = (parts[1] as string).replace(/^\[|\]$/g, '');
  return { scheme, host, port, path: rest.slice(authority.length) };
}

/** `host:port` as it stands in a URL; brackets around IPv6. */
export function authorityText(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function badUrl(why: string): Fault {
  return new Fault('input.url', `the URL ${why}`);
}

function authorityOf(rest: string): string {
  const end = rest.search(/[/?#]/);
  return end < 0 ? rest : rest.slice(0, end);
}

/** Index of the `@` that ends the user information, or -1. */
function credentialEnd(rest: string): number {
  const standard = authorityOf(rest);
  const inAuthority = standard.lastIndexOf('@');
  if (inAuthority < 0) {
    // `10.0.0.1:554/user=a@b` has no login; `admin:pa/ss@10.0.0.1` has.
    const parts = hostAndPort.exec(standard);
    if (parts && (isStrongHost(parts[1] as string) || !standard.includes(':'))) return -1;
  }
  let weak = -1;
  for (let at = rest.indexOf('@'); at >= 0; at = rest.indexOf('@', at + 1)) {
    const parts = hostAndPort.exec(authorityOf(rest.slice(at + 1)));
    if (!parts) continue;
    if (isStrongHost(parts[1] as string)) return at;
    weak = at;
  }
  if (inAuthority >= 0) return inAuthority;
  // A single-label host with a port, then some `@` in the path: the ordinary reading wins.
  return hostAndPort.test(standard) ? -1 : weak;
}

/** Looks like an address or a dotted name, which a piece of a password seldom does. */
function isStrongHost(host: string): boolean {
  return (
    host.startsWith('[') ||
    ipv4.test(host) ||
    host.toLowerCase() === 'localhost' ||
    /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.\p{L}[\p{L}\p{N}-]+\.?$/u.test(host)
  );
}

function isSame(one: UrlCredential, other: UrlCredential): boolean {
  return one.user === other.user && one.password === other.password;
}

function credentialOf(userInfo: string): UrlCredential {
  const colon = userInfo.indexOf(':');
  const raw = colon < 0 ? [userInfo, ''] : [userInfo.slice(0, colon), userInfo.slice(colon + 1)];
  return { user: decode(raw[0] as string), password: decode(raw[1] as string) };
}

function decode(text: string): string {
  if (!/%/.test(text) || /%(?![0-9a-f]{2})/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Escapes that are no UTF-8: the person meant the characters as they stand.
    return text;
  }
}

/** What may not stand in a request line is escaped; escapes that are there stay. */
function escapePath(path: string): string {
  const hash = path.indexOf('#');
  const kept = hash < 0 ? path : path.slice(0, hash);
  let escaped = '';
  for (const letter of kept) {
    if (/[!-~]/.test(letter)) escaped += letter === '"' ? '%22' : letter;
    else
      escaped +=
        /[\ud800-\udfff]/.test(letter) && letter.length === 1
          ? '%EF%BF%BD'
          : encodeURIComponent(letter);
  }
  return escaped;
}
