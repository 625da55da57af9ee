import { authorityText, parseRtspUrl, splitUrl } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';

/** Where a hub serves RTSP. */
export interface RtspPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/**
 * From what a person gave (`host:port`, `:port`, `host`), else from what the hub says it listens on
 * (`:8554`, `0.0.0.0:8554`, `127.0.0.1:8554`): its address is that by which it was reached, because
 * a listening address is seldom one that others can use.
 * @throws {Fault} `input.url`
 */
export function rtspPlace(
  given: string,
  listens: string,
  reachedHost: string,
  fallback: number,
): RtspPlace {
  const text = given.trim();
  if (text !== '') {
    const full = /^rtsps?:\/\//i.test(text)
      ? text
      : `rtsp://${text.startsWith(':') ? bracketed(reachedHost) + text : text}`;
    const { scheme, host, port } = parseRtspUrl(splitUrl(full).url);
    const named = /:\d+$/.test(full.replace(/\/+$/, ''));
    return { host, port: named ? port : fallback, tls: scheme === 'rtsps' };
  }
  const port = Number(/:(\d{1,5})$/.exec(listens.trim())?.[1] ?? fallback);
  if (!(port >= 1 && port <= 65_535)) throw new Fault('hub.not-hub', 'a strange RTSP port');
  return { host: reachedHost, port, tls: false };
}

/** `name` becomes a path: each part is escaped, `/` stays. */
export function rtspUrl({ host, port, tls }: RtspPlace, name: string): string {
  const path = name
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
  return `${tls ? 'rtsps' : 'rtsp'}://${authorityText(host, port)}/${path}`;
}

/**
 * The source behind a hub's stream as a way around the hub: RTSP only, without its login, and not
 * where the hub means itself (its own RTSP server, or its own `127.0.0.1` seen from elsewhere).
 */
export function directUrlOf(source: unknown, hubHost: string, hubRtspPort: number): string | null {
  if (typeof source !== 'string' || source.length > 2000) return null;
  // go2rtc writes `ffmpeg:rtsp://…#video=copy`.
  const text = source
    .trim()
    .replace(/^ffmpeg:/, '')
    .replace(/#.*$/, '');
  if (!/^rtsps?:\/\//i.test(text)) return null;
  try {
    const { url } = splitUrl(text);
    const { host, port } = parseRtspUrl(url);
    const local = isLoopback(host);
    if (local && !isLoopback(hubHost)) return null;
    if ((local || host === hubHost) && port === hubRtspPort) return null;
    return url;
  } catch {
    return null;
  }
}

function isLoopback(host: string): boolean {
  return /^(127\.|localhost$|::1$|0\.0\.0\.0$)/i.test(host);
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
