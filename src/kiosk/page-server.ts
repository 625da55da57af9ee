import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { maxControlBytes } from '../contract/envelope.ts';
import type { Wire } from '../contract/wire.ts';
import type { Logger } from '../std/log.ts';
import { readPageFile } from './page-files.ts';
import { webSocketWire } from './ws-wire.ts';

/**
 * Serves the page and its two wires on loopback. Other programs and other users of this machine, and
 * any web page in any browser, can reach a loopback port too: so every request must name exactly this
 * host, come from this very page, and carry the cookie that only our browser was given.
 */
export interface PageServer {
  /** `http://127.0.0.1:port`, no secret in it. */
  readonly origin: string;
  close(): Promise<void>;
}

export interface PageServerOptions {
  readonly pageDir: string;
  readonly log: Logger;
  /** Whether a cookie value was given to a browser that lives. */
  isKnownCookie(value: string): boolean;
  onControl(wire: Wire): void;
  onMedia(wire: Wire): void;
}

export const cookieName = 'vonggac';
const maxSockets = 64;
/** Requests of a decode worker: a few words each. */
const maxMediaRequestBytes = 64 * 1024;

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob: mediastream:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types vonggac',
].join('; ');

const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()',
  'Cache-Control': 'no-store',
};

export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const { pageDir, log } = options;
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 10_000 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = `http://${host}`;
  const control = new WebSocketServer({
    noServer: true,
    maxPayload: maxControlBytes,
    perMessageDeflate: false,
  });
  const media = new WebSocketServer({
    noServer: true,
    maxPayload: maxMediaRequestBytes,
    perMessageDeflate: false,
  });

  /** Why a request is refused, or null. */
  const objection = (request: IncomingMessage, originNeeded: boolean): string | null => {
    // A name that resolves to 127.0.0.1 (DNS rebinding) shows here.
    if (request.headers.host !== host) return 'host';
    const from = request.headers.origin;
    if (originNeeded ? from !== origin : from !== undefined && from !== origin) return 'origin';
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'site';
    const cookie = cookieOf(request);
    return cookie !== null && options.isKnownCookie(cookie) ? null : 'cookie';
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const refused = objection(request, false);
    if (refused) {
      log.warn('page request refused', { reason: refused });
      return send(response, 403, 'text/plain', 'forbidden');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(response, 405, 'text/plain', 'method not allowed');
    }
    const path = (request.url ?? '/').replace(/[?#].*$/, '');
    const file = await readPageFile(pageDir, path);
    if (!file) return send(response, 404, 'text/plain', 'not found');
    send(response, 200, file.type, request.method === 'HEAD' ? '' : file.body);
  };

  server.on('request', (request, response) => {
    answer(request, response).catch((error) => {
      log.error('page request failed', { reason: String(error) });
      response.destroy();
    });
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {});
    const refused = objection(request, true);
    const wires = { '/wire/control': control, '/wire/media': media } as const;
    const target = Object.hasOwn(wires, request.url ?? '')
      ? wires[request.url as keyof typeof wires]
      : null;
    const full = control.clients.size + media.clients.size >= maxSockets;
    if (refused || !target || full) {
      log.warn('wire refused', { reason: refused ?? (target ? 'too many' : 'path') });
      const status = refused
        ? '403 Forbidden'
        : target
          ? '503 Service Unavailable'
          : '404 Not Found';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    target.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      const wire = webSocketWire(webSocket);
      if (target === control) options.onControl(wire);
      else options.onMedia(wire);
    });
  });

  return {
    origin,
    async close() {
      for (const client of [...control.clients, ...media.clients]) client.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...headers, 'Content-Type': type });
  response.end(body);
}

function cookieOf(request: IncomingMessage): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookieName && value) return value;
  }
  return null;
}

/** Compares in a time that does not depend on where two secrets differ. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
