import type { AccessUnit, AudioFormat, MediaFormat, VideoFormat } from '../codec/access-unit.ts';
import type { Dispose } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import type { RtspConnection } from './connection.ts';
import { Keepalive } from './keepalive.ts';
import type { Login } from './login.ts';
import type { MediaFeed } from './media-feed.ts';
import type {
  PeerCertificate,
  RtspFigures,
  RtspSession,
  RtspTiming,
  TransportUsed,
} from './session.types.ts';
import type { Track } from './tracks.ts';
import { wallNow } from './wall-clock.ts';

export interface PlayParts {
  readonly connection: RtspConnection;
  readonly login: Login;
  readonly feed: MediaFeed;
  readonly tracks: readonly Track[];
  readonly transport: TransportUsed;
  /** The URL of the whole presentation, for keepalive and TEARDOWN. */
  readonly url: string;
  /** Of the Session header; null where the device gave none. */
  readonly sessionId: string | null;
  readonly timeoutSeconds: number | null;
  /** Of the Public header. */
  readonly methods: ReadonlySet<string>;
  readonly timing: RtspTiming;
  /** Footage as fast as the connection takes it: there is no such thing as too much. */
  readonly unpaced?: boolean;
  readonly onLog: (line: string) => void;
}

const tickMs = 1000;
const reportMs = 5000;
const pollMs = 50;
const teardownMs = 1000;
/** No camera sends that much in one second; a peer that does would starve the other streams. */
const maxBytesPerTick = 32 * 1024 * 1024;
const maxPacketsPerTick = 100_000;

/** A session that plays: reports, keepalive, figures, and its end. */
export class PlaySession implements RtspSession {
  readonly #parts: PlayParts;
  readonly #keepalive: Keepalive;
  readonly #timers: NodeJS.Timeout[] = [];
  #nextReportMs: number;
  #tickBytes = 0;
  #tickPackets = 0;
  #closing: Promise<void> | null = null;
  #over = false;
  #figures: RtspFigures | null = null;

  constructor(parts: PlayParts) {
    this.#parts = parts;
    const { connection } = parts;
    this.#keepalive = new Keepalive({
      connection,
      url: parts.url,
      headers: this.#sessionHeaders(),
      timeoutSeconds: parts.timeoutSeconds,
      methods: parts.methods,
      onLog: parts.onLog,
    });
    const now = wallNow();
    this.#nextReportMs = now + reportMs;
    [this.#tickBytes, this.#tickPackets] = this.#received();
    connection.onEnd = (fault) => this.#finish(fault);
    connection.onServerLeave = (method) =>
      this.fail(new Fault('net.closed', `the device asked us to leave (${method})`));
    this.#timers.push(setInterval(() => this.#tick(), tickMs));
    if (parts.tracks.some((track) => track.pair)) {
      this.#timers.push(setInterval(() => this.#poll(), pollMs));
    }
    if (connection.ended) this.#finish(connection.ended);
  }

  get certificate(): PeerCertificate | null {
    return this.#parts.connection.pipe.certificate;
  }

  get video(): VideoFormat | null {
    return this.#parts.feed.video;
  }

  get audio(): AudioFormat | null {
    return this.#parts.feed.audio;
  }

  onAccessUnit(listener: (unit: AccessUnit) => void): Dispose {
    return this.#parts.feed.onAccessUnit(listener);
  }

  onFormat(listener: (format: MediaFormat) => void): Dispose {
    return this.#parts.feed.onFormat(listener);
  }

  onClosed(listener: (fault: Fault | null) => void): Dispose {
    return this.#parts.feed.onClosed(listener);
  }

  get figures(): RtspFigures {
    return this.#figures ?? this.#measure();
  }

  hold(held: boolean): void {
    if (!this.#over) this.#parts.connection.pipe.hold?.(held);
  }

  close(): Promise<void> {
    this.#closing ??= this.#leave();
    return this.#closing;
  }

  /** Ends the session for a reason of ours; tells the device where it still listens. */
  fail(fault: Fault): void {
    if (this.#over) return;
    this.#parts.connection.post('TEARDOWN', this.#parts.url, this.#sessionHeaders());
    this.#parts.connection.fail(fault);
  }

  async #leave(): Promise<void> {
    if (this.#over) return;
    const { connection, url } = this.#parts;
    // From here on the end is ours, whatever the device does meanwhile.
    this.#finish(null);
    try {
      await connection.request('TEARDOWN', url, this.#sessionHeaders(), teardownMs);
    } catch {
      // It is gone, or refuses to part: nothing is left to do about it.
    }
    connection.fail(new Fault('net.closed', 'closed by us'));
  }

  #finish(fault: Fault | null): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#keepalive.stop();
    for (const track of this.#parts.tracks) {
      if (fault) track.receiver?.flush();
    }
    this.#figures = this.#measure();
    for (const track of this.#parts.tracks) track.pair?.close();
    this.#parts.connection.clearChannels();
    this.#parts.feed.close(fault);
  }

  #tick(): void {
    const now = wallNow();
    const [bytes, packets] = this.#received();
    if (
      !this.#parts.unpaced &&
      (bytes - this.#tickBytes > maxBytesPerTick || packets - this.#tickPackets > maxPacketsPerTick)
    ) {
      this.fail(new Fault('media.overrun', 'more than 32 MiB or 100,000 packets in a second'));
      return;
    }
    this.#tickBytes = bytes;
    this.#tickPackets = packets;
    if (this.#parts.tracks.some((track) => track.kind === 'video' && track.receiver?.ended)) {
      this.fail(new Fault('net.closed', 'the device said goodbye (RTCP BYE)'));
      return;
    }
    if (now >= this.#nextReportMs || this.#nextReportMs - now > reportMs) {
      this.#nextReportMs = now + reportMs;
      this.#report(now);
    }
    this.#keepalive.tick(performance.now(), bytes);
  }

  #report(now: number): void {
    for (const { receiver, pair, rtcpChannel } of this.#parts.tracks) {
      const report = receiver?.report(now);
      if (!report) continue;
      if (pair) pair.sendRtcp(report);
      else if (rtcpChannel !== null) this.#parts.connection.sendFrame(rtcpChannel, report);
    }
  }

  #poll(): void {
    const now = wallNow();
    for (const track of this.#parts.tracks) if (track.pair) track.receiver?.poll(now);
  }

  #received(): [bytes: number, packets: number] {
    const { connection, tracks } = this.#parts;
    let { bytes, frames } = connection;
    for (const { pair } of tracks) {
      bytes += pair?.bytes ?? 0;
      frames += pair?.packets ?? 0;
    }
    return [bytes, frames];
  }

  #sessionHeaders(): readonly (readonly [string, string])[] {
    const { sessionId } = this.#parts;
    return sessionId === null ? [] : [['Session', sessionId]];
  }

  #measure(): RtspFigures {
    const { connection, login, transport, tracks, timing } = this.#parts;
    const sums = { packets: 0, lost: 0, reordered: 0, bytes: 0 };
    let jitterMs = 0;
    let clockOffsetMs: number | null = null;
    for (const { kind, receiver } of tracks) {
      if (!receiver) continue;
      const { figures } = receiver;
      sums.packets += figures.packets;
      sums.lost += figures.lost;
      sums.reordered += figures.reordered;
      sums.bytes += figures.bytes;
      if (kind === 'video') {
        jitterMs = figures.jitterMs;
        clockOffsetMs = figures.clockOffsetMs;
      }
    }
    return {
      transport,
      tls: connection.pipe.tls,
      auth: login.used,
      ...sums,
      jitterMs,
      clockOffsetMs,
      timing: { ...timing },
    };
  }
}
