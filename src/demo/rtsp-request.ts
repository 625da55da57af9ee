/**
 * Requests and interleaved frames out of what a client sends on one RTSP connection (RFC 2326
 * sections 6 and 10.12). Strict, with small bounds: a simulator need not be as patient as the
 * product's own client.
 */
export interface RtspRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly url: string;
  /** Names in lower case; the last of repeated headers. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface InterleavedFrame {
  readonly kind: 'interleaved';
  readonly channel: number;
  readonly data: Uint8Array;
}

const maxHead = 16 * 1024;
const maxBody = 64 * 1024;

export class RequestReader {
  #held: Buffer = Buffer.alloc(0);

  /** @throws {Error} on what is no RTSP, or is too long; the connection is then of no use. */
  push(chunk: Buffer): (RtspRequest | InterleavedFrame)[] {
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    const out: (RtspRequest | InterleavedFrame)[] = [];
    for (let next = this.#take(); next; next = this.#take()) out.push(next);
    return out;
  }

  #take(): RtspRequest | InterleavedFrame | null {
    // Empty lines between requests are allowed
    let start = 0;
    while (this.#held[start] === 13 || this.#held[start] === 10) start++;
    if (start > 0) this.#held = this.#held.subarray(start);
    if (this.#held.length === 0) return null;
    return this.#held[0] === 0x24 ? this.#takeInterleaved() : this.#takeRequest();
  }

  #takeInterleaved(): InterleavedFrame | null {
    if (this.#held.length < 4) return null;
    const end = 4 + this.#held.readUInt16BE(2);
    if (this.#held.length < end) return null;
    const frame: InterleavedFrame = {
      kind: 'interleaved',
      channel: this.#held[1]!,
      data: this.#held.subarray(4, end),
    };
    this.#held = this.#held.subarray(end);
    return frame;
  }

  #takeRequest(): RtspRequest | null {
    const end = this.#held.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.#held.length > maxHead) throw new Error('the head of a request is too long');
      return null;
    }
    const lines = this.#held.toString('utf8', 0, end).split('\r\n');
    const first = /^([A-Z_]+) (\S+) RTSP\/1\.\d$/.exec(lines[0] ?? '');
    if (!first) throw new Error('not a request line of RTSP 1.0');
    const headers = new Map<string, string>();
    for (const line of lines.slice(1)) {
      const colon = line.indexOf(':');
      if (colon > 0)
        headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    const length = Number(headers.get('content-length') ?? 0);
    if (!Number.isInteger(length) || length < 0 || length > maxBody)
      throw new Error('the body of a request is too long');
    if (this.#held.length < end + 4 + length) return null;
    this.#held = this.#held.subarray(end + 4 + length);
    return { kind: 'request', method: first[1]!, url: first[2]!, headers };
  }
}
