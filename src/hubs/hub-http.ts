import { request as httpRequest, type IncomingMessage } from 'node:http';
import { isIP, connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type * as z from 'zod/mini';
import { judgeCertificate } from '../rtsp/judge-certificate.ts';
import { Login } from '../rtsp/login.ts';
import { networkFault } from '../rtsp/network-fault.ts';
import type { Credential } from '../rtsp/session.types.ts';
import type { Authorization } from '../rtsp-parse/auth.ts';
import { authorityText } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';
import type { LoginTurn } from '../streams/login-ledger.ts';
import type { LoginDoor } from './hub-adapter.types.ts';

/**
 * HTTP to the API of one hub: GET only, JSON only, with a deadline for the whole answer and a limit
 * of its size. Basic, Digest (RFC 7617, RFC 7616) as the hub asks; a login without a user name is a
 * bearer token (RFC 6750). A refused login is never sent again.
 */
export interface HubHttpOptions {
  /** `http(s)://host[:port][/path]`, or `host[:port]`. */
  readonly address: string;
  readonly defaultPort: number;
  readonly credential: Credential | null;
  readonly pinnedFingerprint: (endpoint: string) => string | null;
  readonly timeoutMs: number;
  readonly logins?: LoginDoor | undefined;
  /** Default 16 MiB: ten thousand paths of MediaMTX take about 8. */
  readonly maxBytes?: number;
}

interface Answer {
  readonly status: number;
  readonly challenges: readonly string[];
  readonly text: string;
}

const defaultMaxBytes = 16 * 1024 * 1024;

export class HubHttp {
  readonly base: URL;
  readonly #options: HubHttpOptions;
  readonly #login: Login;
  #refused: Fault | null = null;
  /** The hub took the login. */
  #proven = false;
  /** Until it did: the request before this one. */
  #gate: Promise<void> = Promise.resolve();
  #closed = new AbortController();

  /** @throws {Fault} `input.url` */
  constructor(options: HubHttpOptions) {
    this.#options = options;
    this.base = readAddress(options.address, options.defaultPort);
    this.#login = new Login(this.#isToken ? null : options.credential);
  }

  get refused(): Fault | null {
    return this.#refused;
  }

  get host(): string {
    return this.base.hostname.replace(/^\[|\]$/g, '');
  }

  get port(): number {
    return Number(this.base.port) || (this.base.protocol === 'https:' ? 443 : 80);
  }

  close(): void {
    this.#closed.abort();
  }

  /**
   * The answer to a GET below the base, checked against `shape`.
   * @param path with its leading slash and query
   * @throws {Fault} `net.*`, `tls.*`, `hub.refused`, `hub.login-needed`, `hub.overrun`, and
   *   `hub.not-hub` for anything that is no answer of this API
   */
  async json<S extends z.ZodMiniType>(
    path: string,
    shape: S,
    signal?: AbortSignal,
  ): Promise<z.infer<S>> {
    const text = await this.text(path, signal);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new Fault('hub.not-hub', `${path}: the answer is no JSON`);
    }
    const parsed = shape.safeParse(value);
    if (parsed.success) return parsed.data as z.infer<S>;
    const where = parsed.error?.issues[0]?.path.map(String).join('.').slice(0, 100) ?? '';
    throw new Fault('hub.not-hub', `${path}: the answer has another shape at "${where}"`);
  }

  /** The body of a GET as text; see `json`. */
  async text(path: string, signal?: AbortSignal): Promise<string> {
    if (this.#proven || !this.#options.credential) return this.#ask(path, signal);
    // One after the other: a wrong login that two requests carry counts twice.
    const before = this.#gate;
    const asking = before.then(() => this.#ask(path, signal));
    this.#gate = asking.then(
      () => {},
      () => {},
    );
    return asking;
  }

  async #ask(path: string, signal?: AbortSignal): Promise<string> {
    if (this.#refused) throw this.#refused;
    const uri = `${this.base.pathname.replace(/\/+$/, '')}${path}`;
    let turn: LoginTurn | null = null;
    try {
      if (this.#isToken) turn = await this.#enter(signal);
      let sent = this.#login.current;
      let answer = await this.#get(uri, signal);
      // Twice: the question for the login, and one nonce that grew old.
      for (let tries = 0; answer.status === 401 && tries < 2; tries++) {
        this.#challenged(answer, sent, tries > 0);
        turn ??= await this.#enter(signal);
        sent = this.#login.current;
        answer = await this.#get(uri, signal);
      }
      if (answer.status === 401) throw this.#refuse('401 to the login');
      if (sent) this.#login.accepted(sent);
      this.#proven ||= sent !== null || this.#isToken;
      turn?.accepted();
      if (answer.status === 403) throw this.#refuse('403');
      if (answer.status === 200) return answer.text;
      throw new Fault('hub.not-hub', `${path}: HTTP ${answer.status}`);
    } catch (error) {
      if (turn && !turn.refusal && this.#refused && !this.#proven) {
        turn.refused({ code: 'rtsp.unauthorized' });
      }
      throw error;
    } finally {
      turn?.end();
    }
  }

  /** Null where the login is known to be good, or nobody watches over logins. */
  async #enter(signal?: AbortSignal): Promise<LoginTurn | null> {
    const { logins, credential } = this.#options;
    if (!logins || !credential || this.#proven) return null;
    const turn = await logins.enter({
      device: authorityText(this.host.toLowerCase(), this.port),
      kind: 'http',
      credential,
      path: '',
      askedAt: null,
      signal: signal ? AbortSignal.any([signal, this.#closed.signal]) : this.#closed.signal,
    });
    if (turn.refusal) throw this.#refuse('refused before');
    return turn;
  }

  get #isToken(): boolean {
    const { credential } = this.#options;
    return credential !== null && credential.user === '' && credential.password !== '';
  }

  #challenged(answer: Answer, sent: Authorization | null, retried: boolean): void {
    if (this.#isToken) throw this.#refuse('401 to the token');
    if (!this.#options.credential) throw new Fault('hub.login-needed', 'the hub asks for a login');
    // A 401 that does not say how to log in: MediaMTX before 1.9 and some proxies mean Basic.
    const headers = answer.challenges.length > 0 ? answer.challenges : ['Basic realm="hub"'];
    try {
      this.#login.challenged(headers, sent, retried);
    } catch (error) {
      throw this.#refuse(sent ? '401 to the login' : Fault.from(error).message);
    }
  }

  #refuse(why: string): Fault {
    if (!this.#options.credential) return new Fault('hub.login-needed', why);
    this.#refused = new Fault('hub.refused', why);
    return this.#refused;
  }

  #get(uri: string, signal?: AbortSignal): Promise<Answer> {
    const { credential, timeoutMs, maxBytes = defaultMaxBytes } = this.#options;
    const host = this.host;
    const authorization = this.#isToken
      ? `Bearer ${credential?.password.replace(/[^\x21-\x7e]/g, '')}`
      : this.#login.header({ method: 'GET', uri });
    const headers: Record<string, string> = {
      Host: this.base.host,
      Accept: 'application/json',
      Connection: 'close',
    };
    if (authorization !== null) headers['Authorization'] = authorization;
    return new Promise((resolve, reject) => {
      const over = AbortSignal.any([
        this.#closed.signal,
        AbortSignal.timeout(timeoutMs),
        ...(signal ? [signal] : []),
      ]);
      if (over.aborted) return reject(new Fault('net.closed', 'closed by us', { host }));
      const request = httpRequest({
        host,
        port: this.port,
        method: 'GET',
        path: uri || '/',
        headers,
        createConnection: (_, made) => this.#dial(made as Made) as never,
      });
      const fail = (error: unknown) => {
        over.removeEventListener('abort', aborted);
        request.destroy();
        reject(networkFault(error, host));
      };
      const aborted = () => {
        const late = !this.#closed.signal.aborted && !signal?.aborted;
        fail(
          late
            ? new Fault('net.timeout', `no answer within ${timeoutMs} ms`, { host })
            : new Fault('net.closed', 'closed by us', { host }),
        );
      };
      over.addEventListener('abort', aborted, { once: true });
      request.on('error', (error: Error & { code?: string }) => {
        const isHttp = !String(error.code ?? '').startsWith('HPE_');
        fail(isHttp ? error : new Fault('hub.not-hub', `no HTTP: ${error.code}`));
      });
      request.on('response', (answer: IncomingMessage) => {
        const parts: Buffer[] = [];
        let size = 0;
        answer.on('data', (part: Buffer) => {
          size += part.length;
          parts.push(part);
          if (size <= maxBytes) return;
          const limit = `${Math.round(maxBytes / 1024 / 1024)} MiB`;
          fail(new Fault('hub.overrun', `more than ${maxBytes} bytes`, { limit }));
        });
        answer.on('error', fail);
        answer.on('end', () => {
          over.removeEventListener('abort', aborted);
          const text = Buffer.concat(parts).toString('utf8');
          resolve({ status: answer.statusCode ?? 0, challenges: challengesOf(answer), text });
        });
      });
      request.end();
    });
  }

  /** The certificate is judged before the request, and with it the login, is written. */
  #dial(made: Made): undefined {
    const { host, port } = this;
    const to = { host, port, autoSelectFamily: true } as const;
    let told = false;
    const tell: Made = (error, socket) => {
      if (!told) made(error, socket);
      told = true;
    };
    if (this.base.protocol === 'http:') {
      const socket = netConnect(to);
      socket.once('connect', () => tell(null, socket));
      socket.once('error', (error) => tell(error));
      return;
    }
    const socket = tlsConnect({
      ...to,
      ...(isIP(host) ? {} : { servername: host }),
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    });
    socket.once('secureConnect', () => {
      const pinned = this.#options.pinnedFingerprint(authorityText(host.toLowerCase(), port));
      const fault = judgeCertificate(socket, pinned);
      if (fault) socket.destroy();
      tell(fault, socket);
    });
    socket.once('error', (error) => tell(error));
  }
}

type Made = (error: Error | null, socket?: Socket) => void;

function challengesOf({ rawHeaders }: IncomingMessage): string[] {
  const found: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'www-authenticate') found.push(rawHeaders[at + 1] ?? '');
  }
  return found;
}

function readAddress(text: string, defaultPort: number): URL {
  const trimmed = text.trim();
  const hasScheme = /^https?:\/\//i.test(trimmed);
  try {
    const url = new URL(hasScheme ? trimmed : `http://${trimmed}`);
    if (url.username || url.password)
      throw new Fault('input.url', 'a login in the address of a hub');
    if (!hasScheme && !/:\d+(\/|$)/.test(trimmed)) url.port = String(defaultPort);
    url.search = '';
    url.hash = '';
    return url;
  } catch (error) {
    throw error instanceof Fault ? error : new Fault('input.url', 'not an address of a hub');
  }
}
