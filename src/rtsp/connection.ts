import { InterleavedFramer } from '../rtsp-parse/interleaved.ts';
import {
  formatRequest,
  formatResponse,
  type RtspMessage,
  type RtspRequest,
  type RtspResponse,
} from '../rtsp-parse/message.ts';
import { Fault } from '../std/fault.ts';
import type { Login } from './login.ts';
import type { Pipe } from './pipe.ts';
import { wallNow } from './wall-clock.ts';

export interface ConnectionOptions {
  readonly pipe: Pipe;
  readonly login: Login;
  readonly requestTimeoutMs: number;
  readonly onLog: (line: string) => void;
}

/** Takes the data of one interleaved channel; `nowMs` is the arrival of the read it came in. */
export type ChannelHandler = (payload: Uint8Array, nowMs: number) => void;

interface Waiting {
  resolve(response: RtspResponse): void;
  reject(fault: Fault): void;
  readonly timer: NodeJS.Timeout;
}

type Headers = readonly (readonly [name: string, value: string])[];

export const userAgent = 'VongGac';
/** A peer that leaves this much of our few requests and reports unread is gone. */
const maxUnsentBytes = 256 * 1024;

/**
 * Requests and answers over one pipe, and the data between them. Nothing a peer sends is thrown out
 * of here: it ends in a rejected request or in `onEnd`, once.
 */
export class RtspConnection {
  readonly pipe: Pipe;
  onEnd: ((fault: Fault) => void) | null = null;
  /** The server asks us to leave (REDIRECT, TEARDOWN). */
  onServerLeave: ((method: string) => void) | null = null;
  /** Data on a channel without a handler, while channels are still being learnt. */
  onUnknownChannel: ((channel: number, payload: Uint8Array) => void) | null = null;
  /** Bytes and frames since the start, of all channels. */
  bytes = 0;
  frames = 0;

  readonly #login: Login;
  readonly #timeoutMs: number;
  readonly #log: (line: string) => void;
  readonly #framer: InterleavedFramer;
  readonly #waiting = new Map<number, Waiting>();
  readonly #given = new Set<number>();
  readonly #channels: (ChannelHandler | undefined)[] = [];
  #cseq = 0;
  #nowMs = 0;
  #end: Fault | null = null;

  constructor(options: ConnectionOptions) {
    this.pipe = options.pipe;
    this.#login = options.login;
    this.#timeoutMs = options.requestTimeoutMs;
    this.#log = options.onLog;
    this.#framer = new InterleavedFramer({
      onFrame: (channel, payload) => {
        this.frames += 1;
        const handler = this.#channels[channel];
        if (handler) handler(payload, this.#nowMs);
        else this.onUnknownChannel?.(channel, payload);
      },
      onMessage: (message) => this.#message(message),
      onBroken: (reason) => this.fail(new Fault('rtsp.protocol', reason)),
    });
  }

  start(): void {
    this.pipe.start(
      (bytes) => {
        if (this.#end) return;
        this.#nowMs = wallNow();
        this.bytes += bytes.length;
        try {
          this.#framer.push(bytes);
        } catch (error) {
          // A defect of ours must still cost no more than this stream.
          this.fail(Fault.from(error));
        }
      },
      (fault) => this.fail(fault ?? new Fault('net.closed', 'the device closed the connection')),
    );
  }

  get ended(): Fault | null {
    return this.#end;
  }

  get garbageBytes(): number {
    return this.#framer.garbageBytes;
  }

  setChannel(channel: number, handler: ChannelHandler): void {
    this.#channels[channel] = handler;
    const used = new Set<number>();
    for (const [index, one] of this.#channels.entries()) if (one) used.add(index);
    this.#framer.expectChannels(used);
  }

  clearChannels(): void {
    this.#channels.length = 0;
  }

  /**
   * Sends a request and waits for its answer; logs in where asked.
   * @returns the answer, whatever its status but 401
   * @throws {Fault} of the login, `rtsp.timeout`, or what ended the connection
   */
  async request(
    method: string,
    uri: string,
    headers: Headers = [],
    timeoutMs = this.#timeoutMs,
  ): Promise<RtspResponse> {
    for (let retried = false; ; ) {
      const authorization = this.#login.current;
      const header = this.#login.header({ method, uri });
      const all = header === null ? headers : [...headers, ['Authorization', header] as const];
      const response = await this.#exchange(method, uri, all, timeoutMs);
      if (response.status !== 401) {
        const good = response.status >= 200 && response.status < 300;
        if (good && authorization) this.#login.accepted(authorization);
        return response;
      }
      this.#login.challenged(response.headers.all('www-authenticate'), authorization, retried);
      if (authorization !== null) retried = true;
    }
  }

  /** Sends without waiting for an answer. */
  post(method: string, uri: string, headers: Headers): void {
    const header = this.#login.header({ method, uri });
    this.#send(method, uri, header === null ? headers : [...headers, ['Authorization', header]]);
  }

  /** Sends one interleaved frame. */
  sendFrame(channel: number, payload: Uint8Array): void {
    if (this.#end) return;
    const frame = new Uint8Array(4 + payload.length);
    frame[0] = 0x24;
    frame[1] = channel;
    frame[2] = payload.length >> 8;
    frame[3] = payload.length & 0xff;
    frame.set(payload, 4);
    this.#write(frame);
  }

  /** Ends the connection; only the first reason counts. */
  fail(fault: Fault): void {
    if (this.#end) return;
    this.#end = fault;
    for (const waiting of this.#waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(fault);
    }
    this.#waiting.clear();
    this.pipe.destroy();
    this.onEnd?.(fault);
  }

  #exchange(method: string, uri: string, headers: Headers, timeoutMs: number) {
    return new Promise<RtspResponse>((resolve, reject) => {
      if (this.#end) {
        reject(this.#end);
        return;
      }
      const cseq = this.#send(method, uri, headers);
      const timer = setTimeout(() => {
        this.#waiting.delete(cseq);
        this.#given.add(cseq);
        reject(new Fault('rtsp.timeout', `no answer to ${method} within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiting.set(cseq, { resolve, reject, timer });
    });
  }

  #send(method: string, uri: string, headers: Headers): number {
    this.#cseq += 1;
    const fixed: Headers = [
      ['CSeq', String(this.#cseq)],
      ['User-Agent', userAgent],
    ];
    this.#write(formatRequest({ method, uri, headers: [...fixed, ...headers] }));
    return this.#cseq;
  }

  #write(data: string | Uint8Array): void {
    if (this.#end) return;
    if (this.pipe.unsentBytes > maxUnsentBytes) {
      this.fail(new Fault('net.timeout', 'the device takes nothing any more'));
      return;
    }
    this.pipe.write(data);
  }

  #message(message: RtspMessage): void {
    if (message.kind === 'request') {
      this.#asked(message);
      return;
    }
    // 1xx is only a sign of life (RFC 2326 section 7.1.1).
    if (message.status < 200) return;
    const cseq = Number.parseInt(message.headers.get('cseq') ?? '', 10);
    if (this.#given.delete(cseq)) return;
    // Some firmware repeats an old CSeq or none at all: then the oldest question is answered.
    const key = this.#waiting.has(cseq) ? cseq : this.#waiting.keys().next().value;
    const waiting = key === undefined ? undefined : this.#waiting.get(key);
    if (key === undefined || !waiting) return;
    this.#waiting.delete(key);
    clearTimeout(waiting.timer);
    waiting.resolve(message);
  }

  #asked(request: RtspRequest): void {
    const known = /^(OPTIONS|GET_PARAMETER|SET_PARAMETER|ANNOUNCE|REDIRECT|TEARDOWN)$/;
    const good = known.test(request.method);
    const cseq = request.headers.get('cseq');
    const answer = formatResponse(good ? 200 : 501, good ? 'OK' : 'Not Implemented', {
      headers: [...(cseq === null ? [] : [['CSeq', cseq.slice(0, 32)] as const])],
    });
    this.#write(answer);
    this.#log(`the device asked ${request.method}`);
    if (request.method === 'REDIRECT' || request.method === 'TEARDOWN') {
      this.onServerLeave?.(request.method);
    }
  }
}
