import { isIP, connect as netConnect, type Socket } from 'node:net';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { Fault } from '../std/fault.ts';
import { describeCertificate, judgeCertificate } from './judge-certificate.ts';
import { networkFault } from './network-fault.ts';
import type { Pipe } from './pipe.ts';
import type { PeerCertificate } from './session.types.ts';

export interface DialOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly pinnedFingerprint: string | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | null;
}

/**
 * One buffer for the reads of all plain connections: Node hands the bytes out and takes the next
 * read only after that, and nothing downstream keeps a view (frames are copied into access units).
 */
const readBuffer = Buffer.allocUnsafeSlow(128 * 1024);
/** A device that does not take our few requests and reports is not there any more. */
const idleProbeMs = 15_000;

/**
 * Connects by TCP, and TLS where wanted.
 * @throws {Fault} `net.*`, `tls.failed`, `tls.untrusted` or `tls.changed` with `params.fingerprint`
 */
export async function dial(options: DialOptions): Promise<Pipe> {
  const pipe = new SocketPipe(options);
  try {
    await pipe.connected;
    return pipe;
  } catch (error) {
    pipe.destroy();
    throw networkFault(error, options.host);
  }
}

class SocketPipe implements Pipe {
  readonly connected: Promise<void>;
  readonly tls: boolean;
  readonly tunnel = false;
  #certificate: PeerCertificate | null = null;
  readonly #socket: Socket | TLSSocket;
  readonly #host: string;
  #onBytes: ((bytes: Uint8Array) => void) | null = null;
  #onEnd: ((fault: Fault | null) => void) | null = null;
  #ended: { fault: Fault | null } | null = null;
  /** What came before `start`. */
  #early: Buffer[] = [];

  constructor(options: DialOptions) {
    const { host, port, timeoutMs, signal } = options;
    this.tls = options.tls;
    this.#host = host;
    const family = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 1500 };
    if (options.tls) {
      this.#socket = tlsConnect({
        host,
        port,
        ...family,
        ...(isIP(host) ? {} : { servername: host }),
        // Judged below: a pinned certificate overrides trust, and host names on cameras are wrong.
        rejectUnauthorized: false,
        // Cameras that are ten years old speak nothing newer.
        minVersion: 'TLSv1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      this.#socket.on('data', (bytes: Buffer) => this.#deliver(bytes));
    } else {
      this.#socket = netConnect({
        host,
        port,
        ...family,
        noDelay: true,
        onread: {
          buffer: readBuffer,
          callback: (length: number) => {
            this.#deliver(readBuffer.subarray(0, length));
            return true;
          },
        },
      });
    }
    const socket = this.#socket;
    this.connected = new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        reject(error);
      };
      const abort = () => fail(new Fault('net.closed', 'aborted'));
      const timer = setTimeout(
        () => fail(new Fault('net.timeout', `no connection within ${timeoutMs} ms`, { host })),
        timeoutMs,
      );
      socket.once(options.tls ? 'secureConnect' : 'connect', () => {
        const fault = options.tls
          ? judgeCertificate(socket as TLSSocket, options.pinnedFingerprint)
          : null;
        if (fault) return fail(fault);
        if (options.tls) this.#certificate = describeCertificate(socket as TLSSocket);
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        socket.setKeepAlive(true, idleProbeMs);
        resolve();
      });
      socket.on('error', (error) => {
        this.#finish(networkFault(error, host));
        fail(error);
      });
      socket.on('close', () => {
        this.#finish(null);
        fail(new Fault('net.closed', 'closed while connecting', { host }));
      });
      socket.on('end', () => this.#finish(null));
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  }

  get certificate(): PeerCertificate | null {
    return this.#certificate;
  }

  get remoteAddress(): string {
    return plainAddress(this.#socket.remoteAddress ?? this.#host);
  }

  get localAddress(): string {
    return plainAddress(this.#socket.localAddress ?? '');
  }

  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  start(onBytes: (bytes: Uint8Array) => void, onEnd: (fault: Fault | null) => void): void {
    this.#onBytes = onBytes;
    this.#onEnd = onEnd;
    const early = this.#early;
    this.#early = [];
    for (const bytes of early) onBytes(bytes);
    if (this.#ended) onEnd(this.#ended.fault);
  }

  write(wire: string | Uint8Array): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    if (typeof wire === 'string') this.#socket.write(wire, 'latin1');
    else this.#socket.write(wire);
  }

  hold(held: boolean): void {
    if (held) this.#socket.pause();
    else this.#socket.resume();
  }

  end(): void {
    if (!this.#socket.destroyed) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #deliver(bytes: Buffer): void {
    if (this.#onBytes) this.#onBytes(bytes);
    else if (this.#early.length < 16) this.#early.push(Buffer.from(bytes));
  }

  #finish(fault: Fault | null): void {
    if (this.#ended) return;
    this.#ended = { fault };
    this.#onEnd?.(fault);
  }
}

/** `::ffff:10.0.0.1` is `10.0.0.1` to whom it may concern. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}
