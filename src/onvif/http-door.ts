import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { isIP, connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { plainAddress } from '../rtsp/dial.ts';
import { describeCertificate, judgeCertificate } from '../rtsp/judge-certificate.ts';
import { networkFault } from '../rtsp/network-fault.ts';
import { Fault } from '../std/fault.ts';
import type { DeviceCertificate } from './onvif.types.ts';
import { Turnstile } from './turnstile.ts';

/**
 * HTTP to one device: a few kept connections, a deadline for the whole answer, a limit of its size,
 * and TLS judged before a byte goes out. Knows nothing of SOAP.
 */
export interface HttpDoorOptions {
  readonly host: string;
  readonly pinnedFingerprint: string | null;
  readonly signal: AbortSignal | null;
  readonly maxAnswerBytes: number;
}

export interface HttpPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Does not queue behind others: a camera that moves must be stopped now. */
  readonly urgent?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Every WWW-Authenticate header. */
  readonly challenges: readonly string[];
  readonly location: string;
  /** The Date header, ms since 1970; null where missing. */
  readonly date: number | null;
  readonly body: Buffer;
  /** Ours, ms by a steady clock. */
  readonly tookMs: number;
}

/** Weak devices: more at one time would only make them slower. */
const maxAtOnce = 4;
const maxSockets = 6;
/** Of those that do not queue: stops that hang are followed by further stops. */
const maxUrgentSockets = 16;

export class HttpDoor {
  readonly #options: HttpDoorOptions;
  readonly #plain: Agent;
  readonly #secure: Agent;
  readonly #urgentPlain: Agent;
  readonly #urgentSecure: Agent;
  readonly #turnstile = new Turnstile(maxAtOnce);
  #closed = false;
  #remoteAddress: string | null = null;
  #certificate: DeviceCertificate | null = null;
  #lastDate: { readonly date: number; readonly tookMs: number } | null = null;

  constructor(options: HttpDoorOptions) {
    this.#options = options;
    const dialPlain: Dial = (to, taken) => {
      const socket = netConnect({ ...to, noDelay: true });
      socket.once('connect', () => taken(null, this.#met(socket)));
      socket.once('error', (error) => taken(error, socket));
      return socket;
    };
    const dialSecure: Dial = (to, taken) => {
      const socket = tlsConnect({
        ...to,
        ...(isIP(to.host) ? {} : { servername: to.host }),
        // Judged below, before the request is written: names on device certificates are wrong.
        rejectUnauthorized: false,
        // Cameras that are ten years old speak nothing newer.
        minVersion: 'TLSv1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.once('secureConnect', () => {
        this.#certificate = describeCertificate(socket);
        const fault = judgeCertificate(socket, this.#options.pinnedFingerprint);
        if (fault) socket.destroy();
        taken(fault, this.#met(socket));
      });
      socket.once('error', (error) => taken(error, socket));
      return socket;
    };
    this.#plain = new DeviceAgent(dialPlain, maxSockets);
    this.#secure = new DeviceAgent(dialSecure, maxSockets);
    // Requests that hang, and there may be many, keep no connection from the one that stops a camera.
    this.#urgentPlain = new DeviceAgent(dialPlain, maxUrgentSockets);
    this.#urgentSecure = new DeviceAgent(dialSecure, maxUrgentSockets);
  }

  get remoteAddress(): string | null {
    return this.#remoteAddress;
  }

  get certificate(): DeviceCertificate | null {
    return this.#certificate;
  }

  /** The Date header of the last answer that had one, ms since 1970. */
  get lastDate(): { readonly date: number; readonly tookMs: number } | null {
    return this.#lastDate;
  }

  close(): void {
    this.#closed = true;
    for (const agent of [this.#plain, this.#secure, this.#urgentPlain, this.#urgentSecure]) {
      agent.destroy();
    }
  }

  /** @throws {Fault} `net.*`, `tls.*`, `onvif.overrun`, `onvif.not-onvif` for what is no HTTP */
  async post(post: HttpPost): Promise<HttpAnswer> {
    const deadline = performance.now() + post.timeoutMs;
    const { signal } = this.#options;
    const leave = post.urgent ? null : await this.#turnstile.enter(signal, post.timeoutMs);
    try {
      const send = () => this.#send(post, Math.max(1, deadline - performance.now()));
      return await send().catch((error) => {
        if (error instanceof KeptConnectionLost) return send();
        throw error;
      });
    } catch (error) {
      throw this.#faultOf(error instanceof KeptConnectionLost ? error.cause : error);
    } finally {
      leave?.();
    }
  }

  #met(socket: Socket): Socket {
    this.#remoteAddress ??= plainAddress(socket.remoteAddress ?? '') || null;
    return socket;
  }

  #agentFor(secure: boolean, urgent: boolean): Agent {
    if (urgent) return secure ? this.#urgentSecure : this.#urgentPlain;
    return secure ? this.#secure : this.#plain;
  }

  #faultOf(error: unknown): Fault {
    if (error instanceof Fault) return error;
    const code = String((error as { code?: unknown } | null)?.code ?? '');
    if (code.startsWith('HPE_')) return new Fault('onvif.not-onvif', `no HTTP: ${code}`);
    return networkFault(error, this.#options.host);
  }

  #send({ url, headers, body, urgent }: HttpPost, timeoutMs: number): Promise<HttpAnswer> {
    const { signal, host, maxAnswerBytes } = this.#options;
    const started = performance.now();
    const target = new URL(url);
    const bytes = Buffer.from(body, 'utf8');
    return new Promise((resolve, reject) => {
      if (this.#closed || signal?.aborted) return reject(new Fault('net.closed', 'closed by us'));
      const secure = target.protocol === 'https:';
      const request = httpRequest({
        // The agent makes the TLS connection itself, so that the certificate is judged first.
        agent: this.#agentFor(secure, urgent ?? false),
        host: target.hostname.replace(/^\[|\]$/g, ''),
        port: Number(target.port) || (secure ? 443 : 80),
        method: 'POST',
        path: `${target.pathname}${target.search}`,
        // Bare line feeds and odd characters in headers are common.
        insecureHTTPParser: true,
        maxHeaderSize: 64 * 1024,
        headers: { ...headers, Host: target.host, 'Content-Length': bytes.length },
      });
      const end = (error: unknown) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        if (error) {
          request.destroy();
          reject(error);
        }
      };
      const abort = () => end(new Fault('net.closed', 'closed by us'));
      const timer = setTimeout(
        () =>
          end(new Fault('net.timeout', `no answer within ${Math.round(timeoutMs)} ms`, { host })),
        timeoutMs,
      );
      signal?.addEventListener('abort', abort, { once: true });
      request.on('error', (error) => {
        const reset = /^(ECONNRESET|EPIPE)$/.test(String((error as { code?: string }).code));
        end(reset && request.reusedSocket ? new KeptConnectionLost(error) : error);
      });
      request.on('response', (answer: IncomingMessage) => {
        const parts: Buffer[] = [];
        let size = 0;
        const tooLong = () =>
          end(new Fault('onvif.overrun', `an answer of more than ${maxAnswerBytes} bytes`));
        if (Number(answer.headers['content-length'] ?? 0) > maxAnswerBytes) return tooLong();
        answer.on('data', (part: Buffer) => {
          size += part.length;
          if (size > maxAnswerBytes) tooLong();
          else parts.push(part);
        });
        answer.on('error', end);
        answer.on('aborted', () =>
          end(new Fault('net.closed', 'closed within an answer', { host })),
        );
        answer.on('end', () => {
          end(null);
          const date = Date.parse(answer.headers.date ?? '');
          const tookMs = performance.now() - started;
          if (Number.isFinite(date)) this.#lastDate = { date, tookMs };
          resolve({
            status: answer.statusCode ?? 0,
            contentType: answer.headers['content-type'] ?? '',
            challenges: rawHeaders(answer, 'www-authenticate'),
            location: answer.headers.location ?? '',
            date: Number.isFinite(date) ? date : null,
            body: Buffer.concat(parts),
            tookMs,
          });
        });
      });
      request.end(bytes);
    });
  }
}

class KeptConnectionLost extends Error {
  constructor(cause: unknown) {
    super('kept connection lost', { cause });
  }
}

interface DialTo {
  readonly host: string;
  readonly port: number;
  readonly autoSelectFamily: true;
}
type Taken = (error: Error | null, socket: Socket) => void;
type Dial = (to: DialTo, taken: Taken) => Socket;

/** An agent whose connections are made by us, and given up where nobody answers. */
class DeviceAgent extends Agent {
  readonly #dial: Dial;

  constructor(dial: Dial, most: number) {
    super({ keepAlive: true, maxSockets: most, maxFreeSockets: 2, timeout: 60_000 });
    this.#dial = dial;
  }

  override createConnection(
    options: { host?: string | null; port?: number | string | null },
    callback?: (error: Error | null, socket: Socket) => void,
  ): undefined {
    let told = false;
    const taken: Taken = (error, made) => {
      clearTimeout(timer);
      if (!told) callback?.(error, made);
      told = true;
    };
    const to = {
      host: options.host ?? '',
      port: Number(options.port),
      autoSelectFamily: true,
    } as const;
    const socket = this.#dial(to, taken);
    // Longer than any request waits: this only ends what nobody waits for any more.
    const timer = setTimeout(() => socket.destroy(new Error('no connection')), 70_000);
    timer.unref();
  }
}

function rawHeaders(answer: IncomingMessage, name: string): string[] {
  const found: string[] = [];
  for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2) {
    if (answer.rawHeaders[at]?.toLowerCase() === name) found.push(answer.rawHeaders[at + 1] ?? '');
  }
  return found;
}
