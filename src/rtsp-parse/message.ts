import { wireText } from './wire-text.ts';

/**
 * RTSP 1.0 messages (RFC 2326 sections 4 to 7), tolerant where devices are careless. Nothing here
 * throws on what a device sends. Header values are wire strings (see wire-text.ts).
 */

/** A head (start line and headers) longer than this is not RTSP. */
export const maxHeadBytes = 32 * 1024;
/** The largest body taken; a session description has a few hundred bytes. */
export const maxBodyBytes = 256 * 1024;
const maxHeaders = 200;

/** Headers in the order they came; names compare without case. */
export class HeaderList {
  readonly #entries: (readonly [name: string, value: string])[] = [];

  add(name: string, value: string): void {
    if (this.#entries.length < maxHeaders) this.#entries.push([name.toLowerCase(), value]);
  }

  /** The first header of this name. */
  get(name: string): string | null {
    const wanted = name.toLowerCase();
    for (const [key, value] of this.#entries) if (key === wanted) return value;
    return null;
  }

  all(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.#entries.filter(([key]) => key === wanted).map(([, value]) => value);
  }

  get size(): number {
    return this.#entries.length;
  }
}

export interface RtspResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderList;
  body: Uint8Array;
}

/** Servers may ask too: OPTIONS and GET_PARAMETER as keepalive, REDIRECT, ANNOUNCE, TEARDOWN. */
export interface RtspRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: HeaderList;
  body: Uint8Array;
}

export type RtspMessage = RtspResponse | RtspRequest;

const noBody = new Uint8Array(0);
const statusLine = /^RTSP\/\d+(?:\.\d+)?[ \t]+(\d{3})(?:[ \t]+(.*))?$/i;
const requestLine = /^([A-Z_]{3,20})[ \t]+(\S+)[ \t]+RTSP\/\d+(?:\.\d+)?[ \t]*$/;

/**
 * Reads a start line and headers (without the blank line) given as a wire string; null if it is
 * neither a response nor a request. Folded lines (RFC 2326 section 4.2) are joined; lines without a
 * colon are skipped, as some firmware prints a stray line.
 */
export function parseHead(text: string): RtspMessage | null {
  const lines = text.split(/\r\n|\n|\r/);
  let at = 0;
  while (at < lines.length && lines[at]!.trim() === '') at += 1;
  const start = lines[at];
  if (start === undefined) return null;
  const headers = new HeaderList();
  let name = '';
  let value = '';
  for (at += 1; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (name && /^[ \t]/.test(line)) {
      value = `${value} ${line.trim()}`.trim();
      continue;
    }
    if (name) headers.add(name, value);
    const colon = line.indexOf(':');
    name = colon > 0 ? line.slice(0, colon).trim() : '';
    value = colon > 0 ? line.slice(colon + 1).trim() : '';
  }
  if (name) headers.add(name, value);

  const response = statusLine.exec(start.trim());
  if (response) {
    const [, status, reason] = response;
    return {
      kind: 'response',
      status: Number(status),
      reason: reason ?? '',
      headers,
      body: noBody,
    };
  }
  const request = requestLine.exec(start.trim());
  if (!request) return null;
  return { kind: 'request', method: request[1]!, uri: request[2]!, headers, body: noBody };
}

/** Content-Length as a number of bytes; 0 where it is missing or nonsense. */
export function contentLength(headers: HeaderList): number {
  const text = headers.get('content-length');
  const match = text === null ? null : /^\s*(\d{1,9})/.exec(text);
  return match ? Number(match[1]) : 0;
}

/** The Session header (RFC 2326 section 12.37): id, and the timeout in seconds where it is told. */
export function parseSession(value: string): { id: string; timeoutSeconds: number | null } {
  const [id = '', ...parameters] = value.split(';');
  let timeoutSeconds: number | null = null;
  for (const parameter of parameters) {
    const match = /^\s*timeout\s*=\s*"?(\d{1,7})/i.exec(parameter);
    if (match && Number(match[1]) > 0) timeoutSeconds = Number(match[1]);
  }
  return { id: id.trim(), timeoutSeconds };
}

/** Methods of a Public (or, from old firmware, Allow) header, in upper case. */
export function parsePublic(headers: HeaderList): ReadonlySet<string> {
  const text = [...headers.all('public'), ...headers.all('allow')].join(',');
  return new Set(
    text
      .split(/[\s,]+/)
      .filter((method) => method !== '')
      .map((method) => method.toUpperCase()),
  );
}

export interface RequestParts {
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** A request as a wire string. Line ends inside a value cannot smuggle in a header. */
export function formatRequest(parts: RequestParts): string {
  return format(`${parts.method} ${parts.uri.replace(/[\s\0]+/g, '%20')} RTSP/1.0`, parts);
}

/** A response, as a client must give when the server asks. */
export function formatResponse(
  status: number,
  reason: string,
  parts: { readonly headers: RequestParts['headers']; readonly body?: string },
): string {
  return format(`RTSP/1.0 ${status} ${reason}`, parts);
}

function format(
  start: string,
  { headers, body }: { readonly headers: RequestParts['headers']; readonly body?: string },
): string {
  let text = `${start}\r\n`;
  for (const [name, value] of headers) text += `${name}: ${value.replace(/[\r\n\0]+/g, ' ')}\r\n`;
  if (body) text += `Content-Length: ${body.length}\r\n`;
  return `${text}\r\n${body ?? ''}`;
}

/** The head in `bytes` between `from` and `to`, as `parseHead` takes it. */
export function parseHeadBytes(bytes: Uint8Array, from: number, to: number): RtspMessage | null {
  return parseHead(wireText(bytes, from, to));
}
