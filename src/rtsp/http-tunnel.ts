import { randomBytes } from 'node:crypto';
import { wireText } from '../rtsp-parse/wire-text.ts';
import { Fault } from '../std/fault.ts';
import { type DialOptions, dial } from './dial.ts';
import type { Login } from './login.ts';
import type { Pipe } from './pipe.ts';
import type { PeerCertificate } from './session.types.ts';

/**
 * RTSP over HTTP as QuickTime began it and cameras have it: a GET whose answer never ends carries
 * what the device sends, a POST that never ends carries our requests in base64; a cookie ties the two.
 */
export interface TunnelOptions extends DialOptions {
  /** Path and query of the stream. */
  readonly path: string;
  readonly login: Login;
}

const maxHeadBytes = 16 * 1024;

/** @throws {Fault} of dialling and of the login; `rtsp.transport-refused` where there is no tunnel */
export async function openTunnel(options: TunnelOptions): Promise<Pipe> {
  const cookie = randomBytes(11).toString('hex');
  const path = options.path === '' ? '/' : options.path;
  const get = await openGet(options, path, cookie);
  let post: Pipe;
  try {
    post = await dial(options);
  } catch (error) {
    get.pipe.destroy();
    throw error;
  }
  const authorization = options.login.header({ method: 'POST', uri: path });
  post.write(
    head('POST', path, options, cookie, authorization, [
      // Old servers want a length and take it as "for ever".
      'Content-Length: 32767',
      'Expires: Sun, 9 Jan 1972 00:00:00 GMT',
    ]),
  );
  // The requests inside are asked for a login of their own, often with another nonce.
  options.login.newConnection();
  return new TunnelPipe(get, post);
}

interface Opened {
  readonly pipe: Pipe;
  /** What came behind the head of the answer, until somebody takes it. */
  rest: Buffer;
  take: ((bytes: Uint8Array) => void) | null;
  onEnd: ((fault: Fault | null) => void) | null;
  end: { fault: Fault | null } | null;
}

async function openGet(options: TunnelOptions, path: string, cookie: string): Promise<Opened> {
  for (let retried = false; ; ) {
    const sent = options.login.current;
    const authorization = options.login.header({ method: 'GET', uri: path });
    const pipe = await dial(options);
    pipe.write(head('GET', path, options, cookie, authorization, []));
    const { status, challenges, opened } = await readHead(pipe, options);
    if (status >= 200 && status < 300) {
      if (sent !== null) options.login.accepted(sent);
      return opened;
    }
    pipe.destroy();
    if (status !== 401) {
      throw new Fault('rtsp.transport-refused', `HTTP ${status} to the tunnel's GET`, { status });
    }
    options.login.challenged(challenges, sent, retried);
    if (sent !== null) retried = true;
  }
}

function head(
  method: string,
  path: string,
  options: TunnelOptions,
  cookie: string,
  authorization: string | null,
  more: readonly string[],
): string {
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const lines = [
    `${method} ${path} HTTP/1.0`,
    `Host: ${host}:${options.port}`,
    'User-Agent: VongGac',
    `x-sessioncookie: ${cookie}`,
    method === 'GET' ? 'Accept: application/x-rtsp-tunnelled' : null,
    method === 'POST' ? 'Content-Type: application/x-rtsp-tunnelled' : null,
    'Pragma: no-cache',
    'Cache-Control: no-cache',
    ...more,
    authorization === null ? null : `Authorization: ${authorization}`,
  ];
  return `${lines.filter((line) => line !== null).join('\r\n')}\r\n\r\n`;
}

function readHead(
  pipe: Pipe,
  options: TunnelOptions,
): Promise<{ status: number; challenges: string[]; opened: Opened }> {
  return new Promise((resolve, reject) => {
    let text = '';
    let opened: Opened | null = null;
    const stop = (fault: Fault) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
      pipe.destroy();
      reject(fault);
    };
    const abort = () => stop(new Fault('net.closed', 'aborted'));
    const timer = setTimeout(
      () => stop(new Fault('rtsp.timeout', "no answer to the tunnel's GET")),
      options.timeoutMs,
    );
    options.signal?.addEventListener('abort', abort, { once: true });
    pipe.start(
      (bytes) => {
        if (opened) {
          if (opened.take) opened.take(bytes);
          else if (opened.rest.length < maxHeadBytes) {
            opened.rest = Buffer.concat([opened.rest, bytes]);
          }
          return;
        }
        text += wireText(bytes);
        const end = /\r?\n\r?\n/.exec(text);
        if (!end) {
          if (text.length > maxHeadBytes) stop(new Fault('rtsp.protocol', 'no HTTP answer'));
          return;
        }
        const status = /^HTTP\/\d\.\d\s+(\d{3})/.exec(text);
        if (!status) return stop(new Fault('rtsp.protocol', 'no HTTP answer'));
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', abort);
        const lines = text.slice(0, end.index).split(/\r?\n/);
        const challenges = lines
          .filter((line) => /^www-authenticate\s*:/i.test(line))
          .map((line) => line.slice(line.indexOf(':') + 1).trim());
        const used = bytes.length - (text.length - end.index - end[0].length);
        opened = { pipe, rest: Buffer.from(bytes.slice(used)), take: null, onEnd: null, end: null };
        resolve({ status: Number(status[1]), challenges, opened });
      },
      (fault) => {
        if (opened) {
          opened.end = { fault };
          opened.onEnd?.(fault);
        } else stop(fault ?? new Fault('net.closed', 'closed instead of an HTTP answer'));
      },
    );
  });
}

class TunnelPipe implements Pipe {
  readonly tunnel = true;
  readonly tls: boolean;
  readonly certificate: PeerCertificate | null;
  readonly #get: Opened;
  readonly #post: Pipe;

  constructor(get: Opened, post: Pipe) {
    this.#get = get;
    this.#post = post;
    this.tls = get.pipe.tls;
    this.certificate = get.pipe.certificate;
  }

  get remoteAddress(): string {
    return this.#get.pipe.remoteAddress;
  }

  get localAddress(): string {
    return this.#get.pipe.localAddress;
  }

  get unsentBytes(): number {
    return this.#post.unsentBytes;
  }

  start(onBytes: (bytes: Uint8Array) => void, onEnd: (fault: Fault | null) => void): void {
    this.#get.take = onBytes;
    this.#get.onEnd = onEnd;
    if (this.#get.rest.length > 0) onBytes(this.#get.rest);
    if (this.#get.end) onEnd(this.#get.end.fault);
    // Some devices answer the POST, or close it once they have read a request: only errors of the
    // GET end the tunnel.
    this.#post.start(
      () => {},
      () => {},
    );
  }

  write(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data);
    this.#post.write(bytes.toString('base64'));
  }

  end(): void {
    this.#post.end();
    this.#get.pipe.end();
  }

  destroy(): void {
    this.#post.destroy();
    this.#get.pipe.destroy();
  }
}
