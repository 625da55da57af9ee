import type { Fault } from '../std/fault.ts';
import type { PeerCertificate } from './session.types.ts';

/**
 * A byte stream to a device: plain TCP, TLS, or the two connections of an HTTP tunnel. The handlers
 * never throw into the socket.
 */
export interface Pipe {
  /** Where the packets really come from, as the socket knows it. */
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly tls: boolean;
  readonly tunnel: boolean;
  readonly certificate: PeerCertificate | null;
  /** Bytes given to `write` that the system has not taken yet. */
  readonly unsentBytes: number;
  /**
   * Starts delivery. The bytes are valid only during the call: the next read overwrites them.
   * `onEnd` is called once; null when the peer ended the stream in order.
   */
  start(onBytes: (bytes: Uint8Array) => void, onEnd: (fault: Fault | null) => void): void;
  /** @param wire one byte per character */
  write(wire: string | Uint8Array): void;
  /** Stops and resumes reading; what the system buffers meanwhile is all that can come. */
  hold?(held: boolean): void;
  /** Lets what was written leave, then closes. */
  end(): void;
  destroy(): void;
}
