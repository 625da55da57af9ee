import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * A bare RTSP client for tests of our own simulator: it says exactly what it is told, can stop reading,
 * and shares no code with the product's client.
 */
export interface CallerAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export class RtspCaller {
  readonly socket: Socket;
  /** Interleaved frames that came, by channel; only counted when `keep` is false. */
  readonly frames = new Map<number, Buffer[]>();
  frameCount = 0;
  keep = true;
  login: { user: string; password: string } | null = null;
  #held: Buffer = Buffer.alloc(0);
  #waiting: ((answer: CallerAnswer) => void) | null = null;
  #cseq = 0;
  #challenge: string | null = null;
  session = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', () => {});
  }

  static async open(port: number, login: RtspCaller['login'] = null): Promise<RtspCaller> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const caller = new RtspCaller(socket);
    caller.login = login;
    return caller;
  }

  async call(
    method: string,
    url: string,
    headers: Record<string, string> = {},
  ): Promise<CallerAnswer> {
    const lines = [`${method} ${url} RTSP/1.0`, `CSeq: ${++this.#cseq}`];
    if (this.session) lines.push(`Session: ${this.session}`);
    if (this.#challenge && this.login) lines.push(`Authorization: ${this.#sign(method, url)}`);
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    const answered = new Promise<CallerAnswer>((resolve, reject) => {
      this.#waiting = resolve;
      this.socket.once('close', () => reject(new Error('the server hung up')));
    });
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    const answer = await answered;
    const challenge = answer.headers.get('www-authenticate');
    if (answer.status === 401 && challenge && this.login && !this.#challenge) {
      this.#challenge = challenge;
      return this.call(method, url, headers);
    }
    const session = answer.headers.get('session');
    if (session) this.session = session.split(';')[0]!;
    return answer;
  }

  /** DESCRIBE, SETUP of the video over TCP, PLAY; throws where one is refused. */
  async play(url: string): Promise<void> {
    const steps: [string, string, Record<string, string>][] = [
      ['DESCRIBE', url, {}],
      ['SETUP', `${url}/track=0`, { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' }],
      ['PLAY', url, {}],
    ];
    for (const [method, where, headers] of steps) {
      const { status } = await this.call(method, where, headers);
      if (status !== 200) throw new Error(`${method} is answered by ${status}`);
    }
  }

  close(): void {
    this.socket.destroy();
  }

  #sign(method: string, url: string): string {
    const challenge = this.#challenge!;
    const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
    const algorithm = /algorithm=([\w-]+)/.exec(challenge)?.[1] ?? 'MD5';
    const hash = (text: string) =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const { user, password } = this.login!;
    const ha1 = hash(`${user}:${field('realm')}:${password}`);
    const response = hash(`${ha1}:${field('nonce')}:00000001:abc:auth:${hash(`${method}:${url}`)}`);
    return (
      `Digest username="${user}", realm="${field('realm')}", nonce="${field('nonce')}", uri="${url}", ` +
      `algorithm=${algorithm}, qop=auth, nc=00000001, cnonce="abc", response="${response}"`
    );
  }

  #onData(chunk: Buffer): void {
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    for (;;) {
      if (this.#held.length < 4) return;
      if (this.#held[0] === 0x24) {
        const end = 4 + this.#held.readUInt16BE(2);
        if (this.#held.length < end) return;
        this.frameCount++;
        if (this.keep) {
          const channel = this.#held[1]!;
          const list = this.frames.get(channel) ?? [];
          list.push(Buffer.from(this.#held.subarray(4, end)));
          this.frames.set(channel, list);
        }
        this.#held = this.#held.subarray(end);
        continue;
      }
      const end = this.#held.indexOf('\r\n\r\n');
      if (end < 0) return;
      const [first, ...lines] = this.#held.toString('utf8', 0, end).split('\r\n');
      const headers = new Map<string, string>();
      for (const line of lines) {
        const colon = line.indexOf(':');
        const name = line.slice(0, colon).toLowerCase();
        // of several challenges the first, which is the strongest
        if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
      }
      const length = Number(headers.get('content-length') ?? 0);
      if (this.#held.length < end + 4 + length) return;
      const body = this.#held.toString('utf8', end + 4, end + 4 + length);
      this.#held = this.#held.subarray(end + 4 + length);
      this.#waiting?.({ status: Number(first!.split(' ')[1]), headers, body });
    }
  }
}
