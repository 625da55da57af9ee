import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TestCertificate } from './gst-server.ts';

/**
 * A camera of our own making, for what no well-behaved server does. It is a good camera by default:
 * each method has a handler, and a test replaces those it wants to be bad.
 */
export interface FakeRequest {
  readonly method: string;
  readonly uri: string;
  /** Names in lower case; the last of each. */
  readonly headers: Readonly<Record<string, string>>;
  /** Which connection of the peer, from 0; a tunnel counts its GET. */
  readonly connection: number;
  readonly at: number;
}

export type Handler = (request: FakeRequest, link: FakeLink) => void;

export interface FakePeerOptions {
  readonly handlers?: Readonly<Record<string, Handler>>;
  readonly sdp?: string;
  readonly tls?: TestCertificate;
  readonly port?: number;
  /** Sees what a connection sends before anything else; true: it is dealt with. */
  readonly onConnect?: (link: FakeLink) => void;
  /** Frames per second of the default PLAY. */
  readonly fps?: number;
  /** Answer GET and POST with `x-sessioncookie` as a tunnel. */
  readonly tunnel?: boolean;
  /** Refuses a tunnel's GET with this WWW-Authenticate; null lets it pass. */
  readonly tunnelChallenge?: (request: FakeRequest) => string | null;
}

// 320 × 240, baseline, made by x264.
const sps = Buffer.from('Z0LADdoFB+wEQAAAAwBAAAAMo8UKqA==', 'base64');
const pps = Buffer.from('aM4PyA==', 'base64');
export const h264 = { sps, pps };

/** The description of the default camera. */
export function h264Sdp(control = 'track1', sessionControl: string | null = '*'): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=camera',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    ...(sessionControl === null ? [] : [`a=control:${sessionControl}`]),
    'm=video 0 RTP/AVP 96',
    'a=rtpmap:96 H264/90000',
    `a=fmtp:96 packetization-mode=1;sprop-parameter-sets=${sps.toString('base64')},${pps.toString('base64')}`,
    `a=control:${control}`,
    '',
  ].join('\r\n');
}

/** Makes RTP packets of H.264 pictures; what is in the slices only has to look like it. */
export class H264Source {
  sequence: number;
  timestamp: number;
  frame = 0;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly gop: number;

  constructor(
    options: { ssrc?: number; payloadType?: number; gop?: number; sequence?: number } = {},
  ) {
    this.ssrc = options.ssrc ?? 0x1234_5678;
    this.payloadType = options.payloadType ?? 96;
    this.gop = options.gop ?? 10;
    this.sequence = options.sequence ?? 100;
    this.timestamp = 90_000;
  }

  packet(payload: Uint8Array, marker: boolean): Buffer {
    const packet = Buffer.alloc(12 + payload.length);
    packet[0] = 0x80;
    packet[1] = (marker ? 0x80 : 0) | this.payloadType;
    packet.writeUInt16BE(this.sequence & 0xffff, 2);
    packet.writeUInt32BE(this.timestamp >>> 0, 4);
    packet.writeUInt32BE(this.ssrc, 8);
    packet.set(payload, 12);
    this.sequence += 1;
    return packet;
  }

  /** The packets of the next picture: parameter sets before a keyframe, then one slice. */
  next(): Buffer[] {
    const key = this.frame % this.gop === 0;
    const packets: Buffer[] = [];
    if (key) packets.push(this.packet(sps, false), this.packet(pps, false));
    const slice = Buffer.alloc(key ? 900 : 200, (this.frame & 0x7f) | 0x80);
    slice.set(key ? [0x65, 0x88, 0x84] : [0x41, 0x9a, 0x02]);
    slice.writeUInt32BE((0x8080_8080 | this.frame) >>> 0, 8);
    packets.push(this.packet(slice, true));
    this.frame += 1;
    this.timestamp += 3600;
    return packets;
  }

  /** An RTCP sender report for the coming timestamp. */
  senderReport(unixMs: number): Buffer {
    const report = Buffer.alloc(28);
    report[0] = 0x80;
    report[1] = 200;
    report.writeUInt16BE(6, 2);
    report.writeUInt32BE(this.ssrc, 4);
    report.writeUInt32BE((Math.floor(unixMs / 1000) + 2_208_988_800) >>> 0, 8);
    report.writeUInt32BE(Math.floor(((unixMs % 1000) / 1000) * 2 ** 32) >>> 0, 12);
    report.writeUInt32BE(this.timestamp >>> 0, 16);
    report.writeUInt32BE(this.frame * 2, 20);
    report.writeUInt32BE(this.frame * 500, 24);
    return report;
  }
}

export function interleave(channel: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0x24, channel, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, payload]);
}

/** One connection of a client. */
export class FakeLink {
  readonly index: number;
  readonly peer: FakePeer;
  readonly source = new H264Source();
  /** RTCP and other binary data that came from the client. */
  readonly received: { channel: number; payload: Buffer }[] = [];
  channel = 0;
  udp: { rtp: Datagrams; rtcp: Datagrams; clientPort: number } | null = null;
  /** Set by a tunnel's GET. */
  tunnelled = false;
  readonly #socket: Socket;
  #timer: NodeJS.Timeout | null = null;

  constructor(peer: FakePeer, socket: Socket, index: number) {
    this.peer = peer;
    this.index = index;
    this.#socket = socket;
    socket.on('close', () => this.stopMedia());
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  write(data: string | Uint8Array): void {
    if (this.#socket.destroyed) return;
    if (typeof data === 'string') this.#socket.write(data, 'latin1');
    else this.#socket.write(data);
  }

  /** Answers with the request's CSeq. A header given as null is left out, `CSeq` too. */
  reply(
    request: FakeRequest,
    status = 200,
    headers: Readonly<Record<string, string | string[] | null>> = {},
    body = '',
  ): void {
    this.write(this.text(request, status, headers, body));
  }

  text(
    request: FakeRequest,
    status: number,
    headers: Readonly<Record<string, string | string[] | null>> = {},
    body = '',
  ): string {
    const all: Record<string, string | string[] | null> = {
      CSeq: request.headers['cseq'] ?? '0',
      ...(body ? { 'Content-Type': 'application/sdp', 'Content-Length': String(body.length) } : {}),
      ...headers,
    };
    let text = `RTSP/1.0 ${status} Text\r\n`;
    for (const [name, value] of Object.entries(all)) {
      if (value === null) continue;
      for (const one of Array.isArray(value) ? value : [value]) text += `${name}: ${one}\r\n`;
    }
    return `${text}\r\n${body}`;
  }

  /** Sends the next picture, in the way SETUP agreed. */
  picture(): void {
    for (const packet of this.source.next()) this.rtp(packet);
  }

  rtp(packet: Uint8Array): void {
    if (this.udp) this.udp.rtp.send(packet, this.udp.clientPort, '127.0.0.1');
    else this.write(interleave(this.channel, packet));
  }

  rtcp(packet: Uint8Array): void {
    if (this.udp) this.udp.rtcp.send(packet, this.udp.clientPort + 1, '127.0.0.1');
    else this.write(interleave(this.channel + 1, packet));
  }

  startMedia(fps: number): void {
    if (this.#timer) clearInterval(this.#timer);
    this.picture();
    this.#timer = setInterval(() => this.picture(), 1000 / fps);
  }

  stopMedia(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.udp?.rtp.close();
    this.udp?.rtcp.close();
    this.udp = null;
  }

  /** Takes nothing and gives nothing from here on, with the connection open. */
  freeze(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#socket.pause();
  }

  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  async openUdp(clientPort: number): Promise<number> {
    const rtp = await datagrams();
    const rtcp = await datagrams();
    const udp = { rtp, rtcp, clientPort };
    for (const socket of [rtp, rtcp]) {
      socket.on('message', (payload) => {
        this.received.push({ channel: socket === rtp ? 0 : 1, payload });
      });
    }
    this.udp = udp;
    return rtp.address().port;
  }
}

async function datagrams(): Promise<Datagrams> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

const defaults: Readonly<Record<string, Handler>> = {
  OPTIONS: (request, link) =>
    link.reply(request, 200, {
      Public: 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER',
    }),
  DESCRIBE: (request, link) => link.reply(request, 200, {}, link.peer.sdp),
  SETUP: (request, link) => void defaultSetup(request, link),
  PLAY: (request, link) => {
    link.reply(request, 200, { Session: '12345678' });
    link.startMedia(link.peer.fps);
  },
  GET_PARAMETER: (request, link) => link.reply(request, 200, { Session: '12345678' }),
  TEARDOWN: (request, link) => {
    link.reply(request, 200);
    link.stopMedia();
  },
};

export async function defaultSetup(request: FakeRequest, link: FakeLink): Promise<void> {
  const wish = request.headers['transport'] ?? '';
  const ports = /client_port=(\d+)/.exec(wish);
  if (ports) {
    const port = await link.openUdp(Number(ports[1]));
    link.reply(request, 200, {
      Session: '12345678;timeout=60',
      Transport: `${wish};server_port=${port}-${link.udp?.rtcp.address().port}`,
    });
    return;
  }
  link.channel = Number(/interleaved=(\d+)/.exec(wish)?.[1] ?? 0);
  link.reply(request, 200, { Session: '12345678;timeout=60', Transport: wish });
}

/** Never answers. */
export const ignore: Handler = () => {};

/** Calls the default handler of a method: for tests that change only a little. */
export function behave(request: FakeRequest, link: FakeLink): void {
  defaults[request.method]?.(request, link);
}

export class FakePeer {
  readonly requests: FakeRequest[] = [];
  readonly links: FakeLink[] = [];
  readonly sdp: string;
  readonly fps: number;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #options: FakePeerOptions;
  readonly #tunnels = new Map<string, FakeLink>();

  private constructor(server: Server, options: FakePeerOptions) {
    this.#server = server;
    this.#options = options;
    this.port = (server.address() as { port: number }).port;
    this.sdp = options.sdp ?? h264Sdp();
    this.fps = options.fps ?? 25;
  }

  static async start(options: FakePeerOptions = {}): Promise<FakePeer> {
    let peer: FakePeer | null = null;
    const accept = (socket: Socket) => peer?.accept(socket);
    const { tls } = options;
    const server = tls
      ? createTlsServer({ cert: readFileSync(tls.certificate), key: readFileSync(tls.key) }, accept)
      : createServer({ noDelay: true }, accept);
    server.on('tlsClientError', () => {});
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    peer = new FakePeer(server, options);
    return peer;
  }

  get url(): string {
    return `rtsp${this.#options.tls ? 's' : ''}://127.0.0.1:${this.port}/live`;
  }

  methods(): string[] {
    return this.requests.map((request) => request.method);
  }

  of(method: string): FakeRequest[] {
    return this.requests.filter((request) => request.method === method);
  }

  /** Connections open now. */
  get open(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close').catch(() => {});
  }

  accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    const link = new FakeLink(this, socket, this.links.length);
    this.links.push(link);
    this.#options.onConnect?.(link);
    let target = link;
    let base64 = false;
    let pending: Buffer = Buffer.alloc(0);
    socket.on('data', (raw: Buffer) => {
      const bytes = base64 ? fromBase64(raw) : raw;
      pending = Buffer.concat([pending, bytes]);
      for (;;) {
        if (pending[0] === 0x24) {
          if (pending.length < 4 || pending.length < 4 + pending.readUInt16BE(2)) return;
          const end = 4 + pending.readUInt16BE(2);
          target.received.push({
            channel: pending[1] as number,
            payload: Buffer.from(pending.subarray(4, end)),
          });
          pending = pending.subarray(end);
          continue;
        }
        const end = pending.indexOf('\r\n\r\n');
        if (end < 0) return;
        const request = parseRequest(pending.toString('latin1', 0, end), target.index);
        const rest = pending.subarray(end + 4);
        pending = rest;
        this.requests.push(request);
        const cookie = request.headers['x-sessioncookie'];
        if (this.#options.tunnel && cookie && request.method === 'GET') {
          const challenge = this.#options.tunnelChallenge?.(request) ?? null;
          if (challenge !== null) {
            link.write(`HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: ${challenge}\r\n\r\n`);
            link.end();
            return;
          }
          link.tunnelled = true;
          this.#tunnels.set(cookie, link);
          link.write('HTTP/1.0 200 OK\r\nContent-Type: application/x-rtsp-tunnelled\r\n\r\n');
        } else if (this.#options.tunnel && cookie && request.method === 'POST') {
          target = this.#tunnels.get(cookie) ?? link;
          base64 = true;
          pending = fromBase64(rest);
        } else {
          const handler = this.#options.handlers?.[request.method] ?? defaults[request.method];
          if (handler) handler(request, target);
          else target.reply(request, 501);
        }
      }
    });
  }
}

/** Each request is padded by itself, and several may come in one read. */
function fromBase64(bytes: Buffer): Buffer {
  const units = bytes.toString('latin1').match(/[A-Za-z0-9+/]+=*/g) ?? [];
  return Buffer.concat(units.map((unit) => Buffer.from(unit, 'base64')));
}

function parseRequest(text: string, connection: number): FakeRequest {
  const [start = '', ...lines] = text.replace(/^[\r\n]+/, '').split('\r\n');
  const [method = '', uri = ''] = start.split(' ');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { method, uri, headers, connection, at: Date.now() };
}
