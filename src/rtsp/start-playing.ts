import type { DepacketizerSink } from '../rtp/depacketizer.ts';
import { type ControlBase, controlUrl } from '../rtsp-parse/control-url.ts';
import { parsePublic, parseSession, type RtspResponse } from '../rtsp-parse/message.ts';
import { parseSdp } from '../rtsp-parse/sdp.ts';
import { formatTransport, parseTransport } from '../rtsp-parse/transport.ts';
import { wireText } from '../rtsp-parse/wire-text.ts';
import { Fault } from '../std/fault.ts';
import { RtspConnection } from './connection.ts';
import type { MediaFeed } from './media-feed.ts';
import type { Opening } from './open-rtsp.ts';
import type { Pipe } from './pipe.ts';
import { PlaySession } from './play-session.ts';
import type { TransportUsed } from './session.types.ts';
import { statusFault } from './status-fault.ts';
import { chooseTracks, receiveTrack, type Track } from './tracks.ts';
import { UdpPair } from './udp-pair.ts';

export interface StartParts {
  readonly opening: Opening;
  readonly url: string;
  readonly pipe: Pipe;
  readonly kind: TransportUsed;
  readonly feed: MediaFeed;
  readonly sink: DepacketizerSink;
}

/** The device sends us elsewhere. */
export class Redirected extends Error {
  readonly status: number;
  readonly location: string;

  constructor(status: number, location: string) {
    super(`redirected (${status})`);
    this.status = status;
    this.location = location;
  }
}

/** How long UDP may stay silent after PLAY before another transport is tried. */
const udpSilenceMs = 3000;
/** Answers to SETUP by which devices say that they do not know a transport. */
const transportRefusals: ReadonlySet<number> = new Set([400, 406, 415, 461, 501]);
/** Answers to PLAY of devices that play all tracks or none. */
const incompleteRefusals: ReadonlySet<number> = new Set([400, 455, 459, 460, 500]);

/** OPTIONS, DESCRIBE, SETUP, PLAY over a fresh pipe. Cleans up after itself when it fails. */
export async function startPlaying(parts: StartParts): Promise<PlaySession> {
  const start = new Start(parts);
  try {
    return await start.run();
  } catch (error) {
    start.cleanUp();
    throw error;
  }
}

class Start {
  readonly #parts: StartParts;
  readonly #opening: Opening;
  readonly #connection: RtspConnection;
  #methods: ReadonlySet<string> = new Set();
  #sessionId: string | null = null;
  #timeoutSeconds: number | null = null;
  #playUrl: string;
  #tracks: Track[] = [];
  #transport: TransportUsed;
  #onPacket: (() => void) | null = null;

  constructor(parts: StartParts) {
    this.#parts = parts;
    this.#opening = parts.opening;
    this.#transport = parts.kind;
    this.#playUrl = parts.url;
    this.#connection = new RtspConnection({
      pipe: parts.pipe,
      login: parts.opening.login,
      requestTimeoutMs: parts.opening.timeoutMs,
      onLog: parts.opening.log,
    });
  }

  async run(): Promise<PlaySession> {
    const { signal } = this.#opening.options;
    const abort = () => this.#connection.fail(new Fault('net.closed', 'aborted'));
    signal?.addEventListener('abort', abort, { once: true });
    try {
      this.#connection.start();
      await this.#askMethods();
      const { wanted, others } = await this.#describe();
      this.#tracks.push(...wanted);
      for (const track of wanted) await this.#setUp(track);
      await this.#play(others);
      if (this.#transport === 'udp' && this.#opening.plan.hasNext) await this.#firstPacket();
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    return new PlaySession({
      connection: this.#connection,
      login: this.#opening.login,
      feed: this.#parts.feed,
      tracks: this.#tracks,
      transport: this.#transport,
      url: this.#playUrl,
      sessionId: this.#sessionId,
      timeoutSeconds: this.#timeoutSeconds,
      methods: this.#methods,
      timing: this.#opening.timing,
      unpaced: this.#opening.options.replay?.paced === false,
      onLog: this.#opening.log,
    });
  }

  /** Frees the ports, and the device's session, which many devices have only few of. */
  cleanUp(): void {
    for (const track of this.#tracks) track.pair?.close();
    if (this.#sessionId !== null) {
      this.#connection.post('TEARDOWN', this.#playUrl, this.#session());
    }
    this.#connection.fail(new Fault('net.closed', 'given up'));
    this.#parts.feed.close(null);
  }

  async #askMethods(): Promise<void> {
    const response = await this.#connection.request('OPTIONS', this.#parts.url);
    redirect(response);
    // Some firmware refuses OPTIONS and plays well: only the list is missed.
    if (response.status === 200) this.#methods = parsePublic(response.headers);
  }

  async #describe(): Promise<{ wanted: Track[]; others: Track[] }> {
    const { url } = this.#parts;
    const response = await this.#connection.request('DESCRIBE', url, [
      ['Accept', 'application/sdp'],
    ]);
    expectOk(response, 'DESCRIBE', false);
    const text = wireText(response.body);
    // The Content-Type is wrong or missing on many devices; the text speaks for itself.
    if (!/^\s*[a-z]=/im.test(text)) throw new Fault('rtsp.protocol', 'DESCRIBE brought no SDP');
    const description = parseSdp(text);
    const base: ControlBase = {
      requestUrl: url,
      contentBase: response.headers.get('content-base'),
      contentLocation: response.headers.get('content-location'),
    };
    this.#playUrl = controlUrl(base, description.control);
    return chooseTracks(
      description,
      (media) => controlUrl(base, media.control),
      this.#opening.options.wantAudio,
    );
  }

  async #setUp(track: Track): Promise<void> {
    for (;;) {
      const index = this.#tracks.indexOf(track);
      const fault = await this.#trySetUp(track, index);
      if (fault === null) return;
      // The transport is one for all tracks, so only the first may still change it.
      const next = index === 0 ? this.#opening.plan.nextOnSameConnection : null;
      if (next === null) throw fault;
      this.#opening.log(`${this.#transport}: ${fault.message}, now ${next}`);
      this.#opening.plan.refused(fault);
      this.#transport = next;
    }
  }

  /** One SETUP; a fault is returned where another transport may do. */
  async #trySetUp(track: Track, index: number): Promise<Fault | null> {
    const transport = this.#transport;
    const { pipe } = this.#connection;
    if (transport === 'udp') {
      track.pair = await UdpPair.unicast(pipe.localAddress, pipe.remoteAddress);
    }
    const wish = formatTransport(
      transport === 'udp'
        ? { kind: 'udp', rtpPort: track.pair!.rtpPort }
        : transport === 'multicast'
          ? { kind: 'multicast' }
          : { kind: 'tcp', channel: index * 2 },
    );
    const response = await this.#connection.request('SETUP', track.url, [
      ['Transport', wish],
      ...this.#require(),
      ...this.#session(),
    ]);
    redirect(response);
    const refuse = (why: string) => {
      track.pair?.close();
      track.pair = null;
      return new Fault('rtsp.transport-refused', why, { status: response.status });
    };
    if (transportRefusals.has(response.status)) return refuse(`${response.status} to SETUP`);
    expectOk(response, 'SETUP', true);
    this.#readSession(response);

    const header = response.headers.get('transport');
    const reply = parseTransport(header ?? wish);
    const ordered = transport === 'tcp' || transport === 'http';
    if (ordered && reply.interleaved === null) return refuse('another transport in the answer');
    receiveTrack(track, reply.ssrc, ordered, this.#parts.sink);
    if (ordered) this.#listenInterleaved(track, reply.interleaved ?? [index * 2, index * 2 + 1]);
    else {
      if (transport === 'multicast') {
        const ports = reply.port ?? reply.clientPort ?? [track.media.port, track.media.port + 1];
        track.pair = await UdpPair.multicast({
          group: reply.destination ?? track.media.address ?? '',
          rtpPort: ports[0],
          rtcpPort: ports[1],
          localAddress: pipe.localAddress,
          sender: reply.source ?? pipe.remoteAddress,
          ttl: reply.ttl,
        });
      }
      track.pair?.setPeer(
        pipe.remoteAddress,
        transport === 'udp' ? reply.serverPort : null,
        reply.source,
      );
      this.#listenDatagrams(track);
      track.pair?.punch();
    }
    return null;
  }

  #listenInterleaved(track: Track, channels: readonly [number, number]): void {
    const { receiver } = track;
    track.rtcpChannel = channels[1];
    this.#connection.setChannel(channels[0], (bytes, nowMs) => {
      if (this.#opening.timing.firstPacketMs === null) this.#sawPacket();
      receiver?.rtp(bytes, nowMs);
    });
    this.#connection.setChannel(channels[1], (bytes, nowMs) => receiver?.rtcp(bytes, nowMs));
  }

  #listenDatagrams(track: Track): void {
    const { pair, receiver } = track;
    if (!pair) return;
    pair.onRtp = (bytes, nowMs) => {
      if (this.#onPacket || this.#opening.timing.firstPacketMs === null) this.#sawPacket();
      receiver?.rtp(bytes, nowMs);
    };
    pair.onRtcp = (bytes, nowMs) => receiver?.rtcp(bytes, nowMs);
  }

  #sawPacket(): void {
    this.#opening.timing.firstPacketMs ??= this.#opening.elapsed();
    this.#onPacket?.();
  }

  /** Devices that ignore the channels asked for and do not say which they use. */
  #learnChannel(channel: number, payload: Uint8Array): void {
    if (payload.length < 12 || payload[0]! >> 6 !== 2) return;
    const type = payload[1]! & 0x7f;
    const track = this.#tracks.find(
      ({ format, receiver }) =>
        format?.payloadType === type && receiver !== null && receiver.figures.packets === 0,
    );
    if (!track) return;
    this.#opening.log(`track of payload type ${type} comes on channel ${channel}`);
    this.#listenInterleaved(track, [channel, channel + 1]);
  }

  async #play(others: readonly Track[]): Promise<void> {
    if (this.#transport === 'tcp' || this.#transport === 'http') {
      this.#connection.onUnknownChannel = (channel, payload) =>
        this.#learnChannel(channel, payload);
    }
    let response = await this.#requestPlay();
    if (incompleteRefusals.has(response.status) && others.length > 0) {
      this.#opening.log(`${response.status} to PLAY, setting up every track`);
      for (const track of others) {
        this.#tracks.push(track);
        const fault = await this.#trySetUp(track, this.#tracks.length - 1);
        if (fault) throw fault;
      }
      response = await this.#requestPlay();
    }
    expectOk(response, 'PLAY', true);
    this.#readSession(response);
    for (const track of this.#tracks) if (this.#transport === 'udp') track.pair?.punch();
  }

  #requestPlay(): Promise<RtspResponse> {
    const { replay } = this.#opening.options;
    const range: [string, string][] = replay
      ? [
          [
            'Range',
            `clock=${clockText(replay.from)}-${replay.to === null ? '' : clockText(replay.to)}`,
          ],
          ...(replay.paced ? [] : [['Rate-Control', 'no'] as [string, string]]),
        ]
      : [['Range', 'npt=0.000-']];
    return this.#connection.request('PLAY', this.#playUrl, [
      ...this.#require(),
      ...range,
      ...this.#session(),
    ]);
  }

  /** ONVIF Streaming section "Replay": a device that does not know it must say so. */
  #require(): readonly (readonly [string, string])[] {
    return this.#opening.options.replay ? [['Require', 'onvif-replay']] : [];
  }

  #firstPacket(): Promise<void> {
    if (this.#tracks.some(({ pair }) => pair !== null && pair.packets > 0))
      return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (fault: Fault | null) => {
        clearTimeout(timer);
        this.#onPacket = null;
        this.#connection.onEnd = null;
        if (fault) reject(fault);
        else resolve();
      };
      const timer = setTimeout(
        () => done(new Fault('media.stalled', `no UDP packet within ${udpSilenceMs} ms`)),
        udpSilenceMs,
      );
      this.#onPacket = () => done(null);
      this.#connection.onEnd = (fault) => done(fault);
    });
  }

  #readSession(response: RtspResponse): void {
    const header = response.headers.get('session');
    if (header === null) return;
    const { id, timeoutSeconds } = parseSession(header);
    if (id !== '') this.#sessionId ??= id;
    this.#timeoutSeconds = timeoutSeconds ?? this.#timeoutSeconds;
  }

  #session(): readonly (readonly [string, string])[] {
    return this.#sessionId === null ? [] : [['Session', this.#sessionId]];
  }
}

/** `20261120T030405.678Z` (RFC 2326 section 3.7). */
function clockText(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]/g, '');
}

function redirect(response: RtspResponse): void {
  const location = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && location !== null) {
    throw new Redirected(response.status, location);
  }
}

function expectOk(response: RtspResponse, method: string, described: boolean): void {
  redirect(response);
  if (response.status < 200 || response.status >= 300)
    throw statusFault(response, method, described);
}
