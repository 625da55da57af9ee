import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/**
 * A small RTSP server over TCP interleaved that plays an H.264 clip in a loop, and may behave badly on
 * single paths. It shares no code with the client that it tests.
 */
export type Behaviour =
  | 'healthy'
  /** Stops sending after `badAfterMs`, and keeps the connection. */
  | 'stall'
  /** Answers PLAY and never sends a packet. */
  | 'half-open'
  /** Sends bytes that are no RTSP, from `badAfterMs` on. */
  | 'garbage'
  /** Accepts the connection and never answers. */
  | 'mute';

export interface TinyServerOptions {
  /** H.264 access units, Annex B, the first a keyframe. */
  readonly clip: readonly Uint8Array[];
  readonly fps: number;
  readonly host?: string;
  readonly port?: number;
  readonly behaviour?: (path: string) => Behaviour;
  readonly badAfterMs?: number;
  /** `user:password`, asked for with Basic; null lets everybody in. */
  readonly login?: string | null;
}

export interface TinyServer {
  readonly port: number;
  /** Requests with an Authorization that was not right. */
  readonly badLogins: number;
  readonly sockets: number;
  /** PLAY requests answered, by path. */
  readonly plays: ReadonlyMap<string, number>;
  /** Changes the login; `drop` also ends all sessions, as cameras do. */
  setLogin(login: string | null, drop: boolean): void;
  close(): Promise<void>;
}

const rtpMtu = 1400;
const maxBuffered = 512 * 1024;

interface Playing {
  readonly socket: Socket;
  readonly behaviour: Behaviour;
  readonly startedAt: number;
  readonly channel: number;
  frame: number;
  sequence: number;
}

export async function startTinyRtspServer(options: TinyServerOptions): Promise<TinyServer> {
  const { clip, fps, host = '127.0.0.1', badAfterMs = 3000 } = options;
  const frames = clip.map(packets);
  const parameterSets = nals(clip[0]!).filter((nal) => [7, 8].includes(nal[0]! & 31));
  const sockets = new Set<Socket>();
  const playing = new Map<Socket, Playing>();
  const plays = new Map<string, number>();
  let login = options.login ?? null;
  let badLogins = 0;

  const send = (one: Playing): void => {
    const bad = performance.now() - one.startedAt >= badAfterMs;
    if (one.behaviour === 'half-open' || (one.behaviour === 'stall' && bad)) return;
    if (one.behaviour === 'garbage' && bad) {
      one.socket.write(Buffer.from(Array.from({ length: 5000 }, () => Math.random() * 256)));
      return;
    }
    const index = one.frame++;
    // A line that takes nothing costs frames, never memory.
    if (one.socket.writableLength > maxBuffered) return;
    const payloads = frames[index % frames.length]!;
    const time = Math.round((index * 90_000) / fps);
    for (const [at, payload] of payloads.entries()) {
      const packet = Buffer.alloc(16 + payload.length);
      packet[0] = 0x24;
      packet[1] = one.channel;
      packet.writeUInt16BE(12 + payload.length, 2);
      packet[4] = 0x80;
      packet[5] = 96 | (at === payloads.length - 1 ? 0x80 : 0);
      packet.writeUInt16BE(one.sequence++ & 0xffff, 6);
      packet.writeUInt32BE(time >>> 0, 8);
      packet.writeUInt32BE(0x1234abcd, 12);
      packet.set(payload, 16);
      one.socket.write(packet);
    }
  };

  const answer = (socket: Socket, request: string): void => {
    const [line = '', ...headers] = request.split('\r\n');
    const [method = '', url = ''] = line.split(' ');
    const header = (name: string) =>
      headers
        .find((one) => one.toLowerCase().startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim();
    const path = url.replace(/^rtsp:\/\/[^/]*/, '').replace(/\/(track1)?$/, '');
    const behaviour = options.behaviour?.(path) ?? 'healthy';
    if (behaviour === 'mute') return;
    const reply = (status: string, extra: string[] = [], body = '') => {
      const lines = [`RTSP/1.0 ${status}`, `CSeq: ${header('cseq') ?? 0}`, ...extra];
      if (body) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
      socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
    };
    if (method === 'OPTIONS') {
      reply('200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER']);
      return;
    }
    const given = header('authorization');
    const wanted = login && `Basic ${Buffer.from(login).toString('base64')}`;
    if (wanted && given !== wanted) {
      if (given) badLogins++;
      reply('401 Unauthorized', ['WWW-Authenticate: Basic realm="tiny"']);
      return;
    }
    if (method === 'DESCRIBE') {
      const sprop = parameterSets.map((nal) => Buffer.from(nal).toString('base64')).join(',');
      const sdp = [
        'v=0',
        `o=- 1 1 IN IP4 ${host}`,
        's=tiny',
        't=0 0',
        'm=video 0 RTP/AVP 96',
        'c=IN IP4 0.0.0.0',
        'a=rtpmap:96 H264/90000',
        `a=fmtp:96 packetization-mode=1;sprop-parameter-sets=${sprop}`,
        'a=control:track1',
        '',
      ].join('\r\n');
      reply('200 OK', ['Content-Type: application/sdp', `Content-Base: ${url}/`], sdp);
    } else if (method === 'SETUP') {
      const transport = header('transport') ?? '';
      if (!/TCP/.test(transport)) reply('461 Unsupported Transport');
      else
        reply('200 OK', [
          'Transport: RTP/AVP/TCP;unicast;interleaved=0-1',
          'Session: 1;timeout=60',
        ]);
    } else if (method === 'PLAY') {
      reply('200 OK', ['Session: 1', 'RTP-Info: url=track1;seq=0;rtptime=0']);
      plays.set(path, (plays.get(path) ?? 0) + 1);
      playing.set(socket, {
        socket,
        behaviour,
        startedAt: performance.now(),
        channel: 0,
        frame: 0,
        sequence: 0,
      });
    } else if (method === 'TEARDOWN') {
      reply('200 OK', ['Session: 1']);
      playing.delete(socket);
    } else reply('200 OK', ['Session: 1']);
  };

  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    let text = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      text = Buffer.concat([text, chunk]);
      for (;;) {
        // Receiver reports of the client come interleaved.
        if (text[0] === 0x24) {
          if (text.length < 4 || text.length < 4 + text.readUInt16BE(2)) return;
          text = text.subarray(4 + text.readUInt16BE(2));
          continue;
        }
        const end = text.indexOf('\r\n\r\n');
        if (end < 0) return;
        const request = text.subarray(0, end).toString('utf8');
        text = text.subarray(end + 4);
        answer(socket, request);
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      playing.delete(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });

  const startedAt = performance.now();
  let tick = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * fps) / 1000;
    for (; tick < due; tick++) for (const one of playing.values()) send(one);
  }, 10);

  return {
    port: (server.address() as AddressInfo).port,
    get badLogins() {
      return badLogins;
    },
    get sockets() {
      return sockets.size;
    },
    plays,
    setLogin(next, drop) {
      login = next;
      if (drop) for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function nals(unit: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  for (let at = 0; at + 2 < unit.length; at++) {
    if (unit[at] === 0 && unit[at + 1] === 0 && unit[at + 2] === 1) starts.push(at + 3);
  }
  return starts.map((start, index) => {
    let end = index + 1 < starts.length ? starts[index + 1]! - 3 : unit.length;
    while (end > start && unit[end - 1] === 0) end--;
    return unit.subarray(start, end);
  });
}

/** RFC 6184: single NAL unit packets and FU-A. */
function packets(unit: Uint8Array): Uint8Array[] {
  return nals(unit).flatMap((nal) => {
    if (nal.length <= rtpMtu) return [nal];
    const pieces: Uint8Array[] = [];
    for (let at = 1; at < nal.length; at += rtpMtu - 2) {
      const piece = nal.subarray(at, at + rtpMtu - 2);
      const start = at === 1 ? 0x80 : 0;
      const end = at + piece.length >= nal.length ? 0x40 : 0;
      pieces.push(Uint8Array.of((nal[0]! & 0xe0) | 28, start | end | (nal[0]! & 31), ...piece));
    }
    return pieces;
  });
}
