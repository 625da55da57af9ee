import { isIPv6 } from 'node:net';
import { Fault } from '../std/fault.ts';
import type { ReachedPorts } from './onvif.types.ts';

/**
 * Where a device was reached, and the one place that rewrites the addresses it tells. Devices behind
 * a router tell their inner address in every XAddr, stream, snapshot, subscription and replay URI; a
 * hostile one would tell the address of somebody else, to be sent our login. So the host is always
 * the one that was reached.
 */
export interface Reach {
  readonly tls: boolean;
  /** A name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query of the device service. */
  readonly path: string;
  /** Mapped ports that somebody told us. */
  readonly ports: ReachedPorts;
  /** What the host's name resolved to; null before the first connection. */
  readonly remoteAddress: string | null;
  /** Where the device believes its own device service to be; null where untold. */
  readonly advertised: { readonly tls: boolean; readonly port: number } | null;
}

/**
 * `service`: XAddrs and subscriptions, which a device serves from the port of the device service
 * unless it says otherwise from the same address; `media`: streams, snapshots, replay.
 */
export type UriUse = 'service' | 'media';

const maxLength = 2000;
const address =
  /^(?:(https?):\/\/)?(?:[^@/?#]*@)?(\[[0-9a-f:.]+(?:%[\w.-]+)?\]|[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*)(?::(\d{1,5}))?([/?].*)?$/iu;
const devicePath = '/onvif/device_service';

/**
 * An address as a person types it or as discovery found it: `host`, `host:port`, or an URL. A login
 * in it is thrown away: it belongs into the credential.
 * @throws {Fault} `input.url`; its message never repeats the address
 */
export function parseAddress(text: string, ports: ReachedPorts = {}): Reach {
  const plain = text.trim();
  const match =
    plain.length > maxLength ? null : address.exec(isIPv6(plain) ? `[${plain}]` : plain);
  if (!match || /[\p{Cc}\s]/u.test(plain)) {
    throw new Fault('input.url', 'the address is no host, host:port or http(s) URL');
  }
  const tls = match[1]?.toLowerCase() === 'https';
  const port = match[3] ? Number(match[3]) : tls ? 443 : 80;
  if (port < 1 || port > 65_535) throw new Fault('input.url', 'the address has no valid port');
  const tail = escapeTail(match[4] ?? '');
  const host = (match[2] as string).replace(/^\[|\]$/g, '');
  if (!URL.canParse(originOf({ tls, host, port }))) {
    throw new Fault('input.url', 'the address has no valid host');
  }
  return {
    tls,
    host,
    port,
    path: tail === '' || tail === '/' ? devicePath : tail.startsWith('?') ? `/${tail}` : tail,
    ports,
    remoteAddress: null,
    advertised: null,
  };
}

/** `http(s)://host[:port]` of what was reached. */
export function originOf({ tls, host, port }: Pick<Reach, 'tls' | 'host' | 'port'>): string {
  const suffix = port === (tls ? 443 : 80) ? '' : `:${port}`;
  return `${tls ? 'https' : 'http'}://${bracketed(host)}${suffix}`;
}

export interface UriParts {
  readonly scheme: string;
  readonly host: string;
  /** Null where the URI names none. */
  readonly port: number | null;
  /** Path and query, as they stand. */
  readonly tail: string;
}

const uri = /^([a-z][a-z0-9+.-]{0,15}):\/\/([^/?#]*)(.*)$/i;

/**
 * A URI as devices write them: blanks and line breaks around and inside, the scheme twice, a login in
 * it (dropped), a port that is none (ignored). Null for what cannot be read.
 */
export function readUri(text: string): UriParts | null {
  const plain = text
    .slice(0, maxLength * 2)
    .trim()
    // Several addresses in one element: the first.
    .replace(/\s+[a-z]+:\/\/.*$/is, '')
    .replace(/\p{Cc}+ */gu, '')
    // Escaped twice.
    .replaceAll('&amp;', '&')
    .replace(/^(?:[a-z]+:\/\/)+(?=[a-z]+:\/\/)/i, '');
  if (plain === '' || plain.length > maxLength) return null;
  const match = uri.exec(plain);
  if (!match) return null;
  const authority = (match[2] as string).slice((match[2] as string).lastIndexOf('@') + 1).trim();
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority);
  const port = /^\d{1,5}$/.test(parts?.[2] ?? '') ? Number(parts?.[2]) : null;
  return {
    scheme: (match[1] as string).toLowerCase(),
    host: (parts?.[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase(),
    port: port !== null && port >= 1 && port <= 65_535 ? port : null,
    tail: escapeTail(match[3] as string),
  };
}

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * The URI a device told, with host and port of what was reached; path and query stay (`?Idx=6`).
 *
 * | told | becomes |
 * |---|---|
 * | the port of the device service as the device knows it | the port that was reached |
 * | another port at the address that was reached | that port |
 * | another port at an inner address | for services the port that was reached; for media that port |
 * | `rtsp`, `rtsps` | the mapped port where it is known, else the port told |
 * | `http` where TLS was reached | TLS: a login never leaves it |
 * | `https` where plain HTTP was reached | stays `https` |
 *
 * @returns null for what is no `http`, `https`, `rtsp` or `rtsps` URI
 */
export function rewriteUri(text: string, reach: Reach, use: UriUse): string | null {
  const relative = /^\s*(\/[^/][^\s]*)\s*$/.exec(text.slice(0, maxLength));
  if (relative && use === 'service') return originOf(reach) + escapeTail(relative[1] as string);
  const told = readUri(text);
  if (!told) return null;
  const host = bracketed(reach.host);
  if (told.scheme === 'rtsp' || told.scheme === 'rtsps') {
    const port = reach.ports[told.scheme] ?? told.port;
    return `${told.scheme}://${host}${port === null ? '' : `:${port}`}${told.tail}`;
  }
  if (told.scheme !== 'http' && told.scheme !== 'https') return null;
  const toldTls = told.scheme === 'https';
  const port = told.port ?? (defaultPorts[told.scheme] as number);
  const tls = toldTls || reach.tls;
  return (
    originOf({ tls, host: reach.host, port: httpPort(port, toldTls, told, reach, use) }) +
    (told.tail || '/')
  );
}

function httpPort(port: number, tls: boolean, told: UriParts, reach: Reach, use: UriUse): number {
  const { advertised } = reach;
  if (reach.tls && !tls) return reach.port;
  if (tls === reach.tls) {
    if (advertised?.tls === tls && advertised.port === port) return reach.port;
    // Same port as reached: whatever the inner side calls it, it is the one that works.
    if (port === reach.port) return port;
  }
  const mapped = tls ? reach.ports.https : reach.ports.http;
  if (mapped !== undefined) return mapped;
  const here = told.host === reach.host.toLowerCase() || told.host === reach.remoteAddress;
  if (here && (advertised !== null || use === 'media')) return port;
  if (tls !== reach.tls) return port;
  return use === 'media' && advertised !== null ? port : reach.port;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host.replace(/%.*$/, '')}]` : host;
}

/** What may not stand in a request line is escaped; escapes that are there stay; no fragment. */
function escapeTail(tail: string): string {
  return tail
    .toWellFormed()
    .replace(/#.*$/s, '')
    .replace(/[^!-~]|["<>]/gu, (letter) =>
      /[\p{Cc}]/u.test(letter) ? '' : encodeURIComponent(letter),
    );
}
