import { Fault } from '../std/fault.ts';
import type { RtspConnection } from './connection.ts';

export interface KeepaliveOptions {
  readonly connection: RtspConnection;
  readonly url: string;
  /** With the Session header: devices ignore what lacks it. */
  readonly headers: readonly (readonly [string, string])[];
  readonly timeoutSeconds: number | null;
  readonly methods: ReadonlySet<string>;
  readonly onLog: (line: string) => void;
}

/** Where the device names no timeout (RFC 2326 section 12.37). */
const defaultTimeoutSeconds = 60;
const longestIntervalMs = 30_000;

/**
 * Tells the device now and then that we are there, in the way it takes: GET_PARAMETER, else OPTIONS,
 * else only the receiver reports.
 */
export class Keepalive {
  readonly intervalMs: number;
  readonly #options: KeepaliveOptions;
  #method: 'GET_PARAMETER' | 'OPTIONS' | null;
  #dueAt: number;
  #busy = false;
  #stopped = false;
  #unanswered = 0;
  #bytesAtSending = 0;
  #bytesNow = 0;

  constructor(options: KeepaliveOptions) {
    this.#options = options;
    // Before half of the time is over, so that one lost answer does no harm.
    const timeoutMs = (options.timeoutSeconds ?? defaultTimeoutSeconds) * 1000;
    this.intervalMs = Math.min(longestIntervalMs, Math.max(500, timeoutMs * 0.4));
    this.#dueAt = performance.now() + this.intervalMs;
    const { methods } = options;
    this.#method = methods.size > 0 && !methods.has('GET_PARAMETER') ? 'OPTIONS' : 'GET_PARAMETER';
  }

  /** @param bytes all that was received, to tell a silent device from one that only keeps quiet */
  tick(now: number, bytes: number): void {
    this.#bytesNow = bytes;
    if (this.#busy || this.#stopped || this.#method === null || now < this.#dueAt) return;
    this.#busy = true;
    this.#bytesAtSending = bytes;
    void this.#send(this.#method).finally(() => {
      this.#busy = false;
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  async #send(method: 'GET_PARAMETER' | 'OPTIONS'): Promise<void> {
    const { connection, url, headers, onLog } = this.#options;
    this.#dueAt = performance.now() + this.intervalMs;
    try {
      const { status } = await connection.request(method, url, headers);
      this.#unanswered = 0;
      if (this.#stopped || (status >= 200 && status < 300)) return;
      if (status === 454) {
        connection.fail(new Fault('net.closed', 'the device forgot the session (454)'));
        return;
      }
      this.#method = method === 'GET_PARAMETER' ? 'OPTIONS' : null;
      this.#dueAt = 0;
      onLog(`${method} as keepalive: ${status}, now ${this.#method ?? 'receiver reports only'}`);
    } catch (error) {
      if (this.#stopped || connection.ended) return;
      this.#failed(Fault.from(error), method);
    }
  }

  #failed(fault: Fault, method: string): void {
    const { connection, onLog } = this.#options;
    if (fault.code !== 'rtsp.timeout') {
      // The login was refused while pictures come: no further try with it, and the device decides.
      this.#method = null;
      onLog(`${method} as keepalive: ${fault.code}, now receiver reports only`);
      return;
    }
    this.#unanswered += 1;
    onLog(`${method} as keepalive was not answered (${this.#unanswered})`);
    if (this.#unanswered >= 2 && this.#bytesNow === this.#bytesAtSending) connection.fail(fault);
  }
}
