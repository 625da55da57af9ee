import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Logger } from '../std/log.ts';
import type { DigestDoor } from './digest.ts';
import { LivePlayer } from './live-player.ts';
import { LiveTrack } from './live-track.ts';
import type { Pacer } from './pacer.ts';
import { ReplayPlayer, readClockRange } from './replay-player.ts';
import type { RtpPorts } from './rtp-ports.ts';
import {
  type Mood,
  type PacketSink,
  type PlayerFigures,
  SoundPlayer,
  VideoPlayer,
} from './rtsp-player.ts';
import { RequestReader, type RtspRequest } from './rtsp-request.ts';
import type { StreamMount } from './rtsp-server.ts';
import {
  DatagramSink,
  InterleavedSink,
  readTransport,
  type TransportWish,
} from './rtsp-transport.ts';
import { describeStream } from './sdp.ts';

/** What all connections of one server share. */
export interface ConnectionShared {
  readonly door: DigestDoor;
  readonly pacer: Pacer;
  readonly ports: RtpPorts;
  readonly figures: PlayerFigures;
  readonly log: Logger;
  readonly transports: readonly ('tcp' | 'udp')[];
  readonly sessionSeconds: number;
  readonly maxWaiting: number;
  find(path: string): StreamMount | undefined;
  /** Over all connections. */
  sessionsOf(path: string): number;
  mood(path: string): Mood;
}

interface Session {
  readonly id: string;
  readonly path: string;
  readonly mount: StreamMount;
  readonly tracks: Map<number, SessionTrack>;
  playing: boolean;
  heardAt: number;
}

interface SessionTrack {
  readonly player: VideoPlayer | LivePlayer | SoundPlayer | ReplayPlayer;
  readonly wish: TransportWish;
  leave: (() => void) | null;
}

type Answer = { status: number; headers?: Record<string, string | string[]>; body?: string };

const reasons: Record<number, string> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  453: 'Not Enough Bandwidth',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  459: 'Aggregate Operation Not Allowed',
  461: 'Unsupported Transport',
  501: 'Not Implemented',
};

const methods = 'OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER';

/**
 * One client. Its sessions end with it: a simulated camera keeps nothing for a viewer that hung up.
 */
export class RtspConnection {
  readonly #socket: Socket;
  readonly #shared: ConnectionShared;
  readonly #reader = new RequestReader();
  readonly #sessions = new Map<string, Session>();
  #heardAt = performance.now();
  /** Since when the socket has taken nothing, or null. */
  #fullSince: number | null = null;

  constructor(socket: Socket, shared: ConnectionShared, onClose: () => void) {
    this.#socket = socket;
    this.#shared = shared;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', () => {});
    socket.on('drain', () => {
      this.#fullSince = null;
    });
    socket.once('close', () => {
      for (const session of this.#sessions.values()) this.#end(session, false);
      onClose();
    });
  }

  get playing(): number {
    let count = 0;
    for (const session of this.#sessions.values()) if (session.playing) count++;
    return count;
  }

  sessionsOf(path: string): number {
    let count = 0;
    for (const session of this.#sessions.values()) if (session.path === path) count++;
    return count;
  }

  plays(matches: (path: string) => boolean): boolean {
    return [...this.#sessions.values()].some((session) => matches(session.path));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** A receiver report by UDP is a sign of life too (RFC 2326 section 12.37). */
  heardReport(address: string, port: number): void {
    if (address !== this.#remote) return;
    for (const session of this.#sessions.values())
      for (const { wish } of session.tracks.values())
        if (wish.kind === 'udp' && wish.rtcpPort === port) session.heardAt = performance.now();
  }

  checkSilence(): void {
    const now = performance.now();
    const limit = this.#shared.sessionSeconds * 1000;
    for (const session of this.#sessions.values()) {
      if (this.#shared.mood(session.path) === 'drop') {
        this.destroy();
        return;
      }
      if (now - session.heardAt > limit) this.#end(session, true);
    }
    const forgotten = this.#sessions.size === 0 && now - this.#heardAt > limit;
    if (this.#socket.writableLength <= this.#shared.maxWaiting) this.#fullSince = null;
    else this.#fullSince ??= now;
    const stuck = this.#fullSince !== null && now - this.#fullSince > limit;
    if (forgotten || stuck) this.destroy();
  }

  get #remote(): string {
    return (this.#socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  }

  #onData(chunk: Buffer): void {
    this.#heardAt = performance.now();
    try {
      for (const item of this.#reader.push(chunk)) {
        if (item.kind === 'request') this.#onRequest(item);
        else for (const session of this.#sessions.values()) session.heardAt = this.#heardAt;
        if (this.#socket.destroyed) return;
      }
    } catch (error) {
      this.#shared.log.debug('demo server got no RTSP', { why: String(error) });
      this.#socket.end('RTSP/1.0 400 Bad Request\r\nConnection: close\r\n\r\n');
    }
  }

  #onRequest(request: RtspRequest): void {
    const path = pathOf(request.url);
    if (this.#shared.mood(path.stream) === 'drop') {
      this.destroy();
      return;
    }
    const answer = this.#answer(request, path);
    const lines = [
      `RTSP/1.0 ${answer.status} ${reasons[answer.status] ?? 'Error'}`,
      `CSeq: ${(request.headers.get('cseq') ?? '0').slice(0, 20)}`,
      `Date: ${new Date().toUTCString()}`,
      'Server: VongGacDemo/1',
    ];
    for (const [name, value] of Object.entries(answer.headers ?? {}))
      for (const one of Array.isArray(value) ? value : [value]) lines.push(`${name}: ${one}`);
    const body = Buffer.from(answer.body ?? '');
    if (body.length > 0) lines.push(`Content-Length: ${body.length}`);
    this.#socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]));
    // Only now: no packet may leave before the answer to PLAY
    const session = this.#sessions.get(sessionId(request));
    if (session && answer.status === 200) {
      if (request.method === 'PLAY') this.#play(session);
      if (request.method === 'TEARDOWN') this.#end(session, true);
    }
  }

  #answer(request: RtspRequest, path: { stream: string; track: number | null }): Answer {
    if (!request.headers.has('cseq')) return { status: 400 };
    if (request.method === 'OPTIONS') {
      this.#touch(request);
      return { status: 200, headers: { Public: methods } };
    }
    const session = this.#sessions.get(sessionId(request));
    const stream = session && path.stream === '' ? session.path : path.stream;
    const mount = this.#shared.find(stream);
    if (!mount) return { status: 404 };
    const refused = this.#askLogin(request, mount);
    if (refused) return refused;
    this.#touch(request);
    switch (request.method) {
      case 'DESCRIBE':
        return {
          status: 200,
          headers: {
            'Content-Base': `${request.url.replace(/\/*(\?.*)?$/, '')}/`,
            'Content-Type': 'application/sdp',
          },
          body: describeStream(
            this.#socket.localAddress ?? '0.0.0.0',
            mount.video,
            mount.sound ?? null,
          ),
        };
      case 'SETUP':
        return this.#setup(request, mount, { stream, track: path.track });
      case 'PLAY':
        return session ? this.#beginPlay(request, session) : { status: 454 };
      case 'PAUSE':
        if (!session) return { status: 454 };
        for (const { player } of session.tracks.values()) player.pause();
        session.playing = false;
        return { status: 200, headers: this.#sessionHeader(session) };
      case 'TEARDOWN':
        return session ? { status: 200 } : { status: 454 };
      case 'GET_PARAMETER':
      case 'SET_PARAMETER':
        return session ? { status: 200, headers: this.#sessionHeader(session) } : { status: 454 };
      default:
        return { status: 501 };
    }
  }

  #askLogin(request: RtspRequest, mount: StreamMount): Answer | null {
    if (!mount.login) return null;
    const { door } = this.#shared;
    const verdict = door.check(mount.login, request.method, request.headers.get('authorization'));
    if (verdict === 'ok') return null;
    const challenges = door.challenges(mount.login, verdict === 'stale');
    return { status: 401, headers: { 'WWW-Authenticate': challenges } };
  }

  #setup(
    request: RtspRequest,
    mount: StreamMount,
    path: { stream: string; track: number | null },
  ): Answer {
    const track = path.track ?? 0;
    if (track > (mount.sound ? 1 : 0)) return { status: 404 };
    const asked = sessionId(request);
    let session = this.#sessions.get(asked);
    if (asked !== '' && !session) return { status: 454 };
    if (session && session.path !== path.stream) return { status: 459 };
    if (session?.playing || session?.tracks.has(track)) return { status: 455 };
    const wish = readTransport(request.headers.get('transport') ?? '', this.#shared.transports);
    if (!wish) return { status: 461 };
    const used = [...this.#sessions.values()].flatMap((one) => [...one.tracks.values()]).length;
    const channel = wish.kind === 'tcp' ? (wish.channel ?? used * 2) : 0;
    const sink: PacketSink =
      wish.kind === 'tcp'
        ? new InterleavedSink(this.#socket, channel)
        : new DatagramSink(this.#shared.ports, this.#remote, wish);
    if (!session) {
      const most = mount.maxSessions ?? Number.POSITIVE_INFINITY;
      if (this.#shared.sessionsOf(path.stream) >= most) return { status: 453 };
      session = {
        id: randomBytes(8).toString('hex').toUpperCase(),
        path: path.stream,
        mount,
        tracks: new Map(),
        playing: false,
        heardAt: performance.now(),
      };
      this.#sessions.set(session.id, session);
    }
    const player = this.#makePlayer(track, session, sink);
    session.tracks.set(track, { player, wish, leave: null });
    const ssrc = player.sender.ssrc.toString(16).padStart(8, '0').toUpperCase();
    const { rtpPort } = this.#shared.ports;
    const transport =
      wish.kind === 'tcp'
        ? `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1};ssrc=${ssrc}`
        : `RTP/AVP;unicast;client_port=${wish.rtpPort}-${wish.rtcpPort}` +
          `;server_port=${rtpPort}-${rtpPort + 1};ssrc=${ssrc}`;
    return { status: 200, headers: { ...this.#sessionHeader(session), Transport: transport } };
  }

  #makePlayer(track: number, session: Session, sink: PacketSink): SessionTrack['player'] {
    const { figures, maxWaiting } = this.#shared;
    const { video, sound, offsetSeconds } = session.mount;
    if (track === 1 && sound) return new SoundPlayer(sink, sound, maxWaiting, figures);
    const mood = () => this.#shared.mood(session.path);
    if (video instanceof LiveTrack)
      return new LivePlayer(sink, { track: video, mood, maxWaiting, figures });
    const { footage } = session.mount;
    if (footage) return new ReplayPlayer(sink, { track: video, footage, maxWaiting, figures });
    const { fps, frames } = video.clip;
    return new VideoPlayer(sink, {
      track: video,
      position: () =>
        Math.floor((performance.now() / 1000 + (offsetSeconds ?? 0)) * fps) % frames.length,
      mood,
      maxWaiting,
      figures,
    });
  }

  #beginPlay(request: RtspRequest, session: Session): Answer {
    const now = performance.now();
    const base = request.url.replace(/\/(track=\d+)?$/, '');
    const infos: string[] = [];
    const asked = request.headers.get('range') ?? '';
    const range = readClockRange(asked);
    for (const [number, { player }] of session.tracks) {
      if (range && player instanceof ReplayPlayer) {
        player.wish({ ...range, paced: request.headers.get('rate-control') !== 'no' });
      }
      player.play(now);
      const { sequence, time } = player.info;
      infos.push(`url=${base}/track=${number};seq=${sequence};rtptime=${time}`);
    }
    return {
      status: 200,
      headers: {
        ...this.#sessionHeader(session),
        Range: range ? asked : 'npt=now-',
        'RTP-Info': infos.join(','),
      },
    };
  }

  #play(session: Session): void {
    session.playing = true;
    for (const track of session.tracks.values())
      track.leave ??= this.#shared.pacer.add(track.player);
  }

  #end(session: Session, goodbye: boolean): void {
    this.#sessions.delete(session.id);
    session.playing = false;
    for (const { player, leave } of session.tracks.values()) {
      leave?.();
      player.pause();
      if (goodbye && leave) player.bye(performance.now());
    }
  }

  #touch(request: RtspRequest): void {
    const session = this.#sessions.get(sessionId(request));
    if (session) session.heardAt = performance.now();
  }

  #sessionHeader(session: Session): Record<string, string> {
    return { Session: `${session.id};timeout=${this.#shared.sessionSeconds}` };
  }
}

function sessionId(request: RtspRequest): string {
  return (request.headers.get('session') ?? '').split(';')[0]!.trim();
}

/** `rtsp://host:port/site-01/cam-01/main/track=0?x=y` → its path and its track. */
function pathOf(url: string): { stream: string; track: number | null } {
  const found = /^rtsps?:\/\/[^/?]*([^?]*)/i.exec(url);
  const path = (found ? found[1]! : url.split('?')[0]!).replace(/\/+$/, '');
  const track = /^(.*)\/track=(\d{1,3})$/.exec(path);
  return track ? { stream: track[1]!, track: Number(track[2]) } : { stream: path, track: null };
}
