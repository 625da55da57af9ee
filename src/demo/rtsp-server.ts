import { readFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import type { Logger } from '../std/log.ts';
import { silentLog } from '../std/log.ts';
import { type ClipShape, readClip } from './clip.ts';
import { DigestDoor, type Login } from './digest.ts';
import type { LiveTrack } from './live-track.ts';
import { Pacer } from './pacer.ts';
import type { FootageSpan } from './replay-player.ts';
import { openRtpPorts } from './rtp-ports.ts';
import { RtspConnection } from './rtsp-connection.ts';
import type { Mood, PlayerFigures } from './rtsp-player.ts';
import { type SoundTrack, VideoTrack } from './track.ts';

/**
 * A small RTSP 1.0 server that stands for many cameras, each under its own path, so that all that is
 * above it is the product itself. It sends prepared clips in real time; it is no media server.
 */
export interface RtspServerOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** 0 lets the system choose. */
  readonly port?: number;
  readonly log?: Logger;
  /** Default both; a server that refuses one answers 461 to it. */
  readonly transports?: readonly ('tcp' | 'udp')[];
  /** A session that says nothing for so long ends; default 60. */
  readonly sessionSeconds?: number;
  /** A nonce is stale after this time; default a day. */
  readonly nonceSeconds?: number;
  /** Bytes that may wait for one viewer before whole GOP tails are left out; default 512 KiB. */
  readonly maxWaiting?: number;
}

/** What one path serves. */
export interface StreamMount {
  readonly video: VideoTrack | LiveTrack;
  readonly sound?: SoundTrack | null;
  readonly login?: Login | null;
  /** Seconds into the clip at which this camera began, so that neighbours differ. */
  readonly offsetSeconds?: number;
  /** Further sessions of this path are refused with 453; default: no limit. */
  readonly maxSessions?: number;
  /** Asked for each frame and each connection. */
  readonly mood?: () => Mood;
  /** A recording: what there is of it, Unix ms. A PLAY with `Range: clock=` is served from it. */
  readonly footage?: () => readonly FootageSpan[];
}

export interface RtspServerFigures extends PlayerFigures {
  readonly connections: number;
  /** Sessions that play now. */
  readonly sessions: number;
}

export interface RtspServer {
  readonly host: string;
  readonly port: number;
  /** `rtsp://127.0.0.1:8554/site-01/cam-01/main`, without user information. */
  url(path: string): string;
  mount(path: string, stream: StreamMount): void;
  unmount(path: string): void;
  /**
   * Serves a file with an elementary stream (Annex B, or JPEG images in a row) under a path; a file
   * that is given twice is read once.
   */
  addClip(path: string, file: string, shape: ClipShape, login?: Login | null): Promise<void>;
  /** Replaces the mood of a path, or gives it back (`null`). */
  fault(path: string, mood: Mood | null): void;
  /** Ends all connections that play one of these paths, as a camera that loses its power. */
  cut(matches: (path: string) => boolean): void;
  readonly figures: RtspServerFigures;
  close(): Promise<void>;
}

export async function startRtspServer(options: RtspServerOptions = {}): Promise<RtspServer> {
  const host = options.host ?? '127.0.0.1';
  const log = options.log ?? silentLog;
  const mounts = new Map<string, StreamMount>();
  const moods = new Map<string, Mood>();
  const files = new Map<string, Promise<VideoTrack>>();
  const connections = new Set<RtspConnection>();
  const figures: PlayerFigures = { packets: 0, bytes: 0, skipped: 0 };
  const pacer = new Pacer();
  const ports = await openRtpPorts(host, (address, port) => {
    for (const connection of connections) connection.heardReport(address, port);
  });
  const shared = {
    door: new DigestDoor(options.nonceSeconds ?? 86_400),
    pacer,
    ports,
    figures,
    log,
    transports: options.transports ?? (['tcp', 'udp'] as const),
    sessionSeconds: options.sessionSeconds ?? 60,
    maxWaiting: options.maxWaiting ?? 512 * 1024,
    find: (path: string) => mounts.get(path),
    sessionsOf: (path: string) => {
      let count = 0;
      for (const connection of connections) count += connection.sessionsOf(path);
      return count;
    },
    mood: (path: string): Mood => moods.get(path) ?? mounts.get(path)?.mood?.() ?? 'none',
  };
  const server = createServer((socket: Socket) => {
    const connection = new RtspConnection(socket, shared, () => connections.delete(connection));
    connections.add(connection);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  }).catch((error: unknown) => {
    ports.close();
    throw error;
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  // Ends sessions whose viewer fell silent, and cuts cameras that just dropped out
  const watch = setInterval(() => {
    for (const connection of connections) connection.checkSilence();
  }, 500);
  const cut = (matches: (path: string) => boolean) => {
    for (const connection of connections) if (connection.plays(matches)) connection.destroy();
  };
  log.debug('demo server listens', { port });

  return {
    host,
    port,
    url: (path) => `rtsp://${shownHost}:${port}${path}`,
    mount: (path, stream) => void mounts.set(path, stream),
    unmount(path) {
      mounts.delete(path);
      cut((played) => played === path);
    },
    async addClip(path, file, shape, login = null) {
      const key = `${file}|${shape.codec}|${shape.fps}`;
      const known = files.get(key);
      const track = known ?? readFile(file).then((bytes) => new VideoTrack(readClip(bytes, shape)));
      files.set(key, track);
      track.catch(() => files.delete(key));
      mounts.set(path, { video: await track, login });
    },
    fault(path, mood) {
      if (mood === null) moods.delete(path);
      else moods.set(path, mood);
      if (mood === 'drop') cut((played) => played === path);
    },
    cut,
    get figures() {
      let sessions = 0;
      for (const connection of connections) sessions += connection.playing;
      return { ...figures, connections: connections.size, sessions };
    },
    async close() {
      clearInterval(watch);
      pacer.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.destroy();
      await closed;
      ports.close();
    },
  };
}
