import type { AccessUnit, AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import type { Cause } from '../contract/cause.ts';
import type { StreamKey, StreamState, StreamStats } from '../contract/stream-state.ts';
import { streamKeyText } from '../contract/stream-state.ts';
import { DisposeBag } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import {
  type CameraLink,
  connectCamera,
  deviceAddress,
  isLoginRefusal,
  type LinkContext,
} from './camera-link.ts';
import { FrozenDetector } from './frozen.ts';
import { GopCache } from './gop-cache.ts';
import { failureClass, offlineAfter, retryDelayMs } from './retry-rule.ts';
import type { SiteWatch, WatchedStream } from './site-watch.ts';
import { StreamRates } from './stream-rates.ts';
import { type ReadableStreamSide, SharedReader } from './stream-reader.ts';
import type { StreamReader, StreamSource } from './supervisor.types.ts';

/** Without a new frame for this long a live stream is stalled. */
export const stalledAfterMs = 3_000;
/** And after this long its connection is given up. */
export const reconnectAfterMs = 10_000;
/** A connection that lived this long was a good one: its loss is answered at once. */
const stableAfterMs = 10_000;
/** Packets come, but no picture yet: smart codecs send a keyframe every 20 s and more. */
const firstPictureMs = 45_000;
/** The connection outlives its last reader by this, so that a change of layout costs nothing. */
const graceMs = 5_000;
const oldNewsMs = 200;
const renewAgainAfterMs = 60_000;

export interface StreamContext extends LinkContext {
  readonly sites: SiteWatch;
  readonly now: () => number;
  readonly random: () => number;
  readonly onState: (stream: SupervisedStream) => void;
  /** The device took a login: streams that were refused may look whether theirs changed. */
  readonly onAccepted: (device: string) => void;
}

/** A connection in use, with what is known of its liveness. All times are steady milliseconds. */
interface Live {
  readonly link: CameraLink;
  readonly bag: DisposeBag;
  readonly openedAt: number;
  lastTicks: number | null;
  firstFrameAt: number | null;
  lastFrameAt: number;
  lastFrameWallMs: number;
  packetsSeen: number;
  packetsAt: number;
  /** A keyframe came: from there on pictures are passed on. */
  synced: boolean;
}

/**
 * One stream of one camera: at most one connection, however many readers, and the decisions when to
 * make it, when to give it up and when to try again. An `offline` stream stays `offline` while it is
 * tried again, so that a wall does not blink.
 */
export class SupervisedStream implements WatchedStream, ReadableStreamSide {
  readonly key: StreamKey;
  readonly #context: StreamContext;
  readonly #log: Logger;
  readonly #readers = new Set<SharedReader>();
  readonly #cache = new GopCache();
  readonly #frozen = new FrozenDetector();
  readonly #rates = new StreamRates();
  #source: StreamSource | null = null;
  #siteId = '';
  #state: StreamState;
  #video: VideoFormat | null = null;
  #audio: AudioFormat | null = null;
  #live: Live | null = null;
  /** The attempt under way. */
  #attempt: AbortController | null = null;
  #renewal: AbortController | null = null;
  #renewAfter = 0;
  #retryTimer: NodeJS.Timeout | null = null;
  #graceTimer: NodeJS.Timeout | null = null;
  /** The last word of this stream was a network failure. */
  #silent = false;
  #failures = 0;
  #failingSince = 0;
  #attemptStart = 0;
  #lastAttemptAt = 0;
  #askedAt: number | null = null;
  #hadSession = false;
  #closing: Promise<unknown> = Promise.resolve();

  constructor(key: StreamKey, context: StreamContext) {
    this.key = key;
    this.#context = context;
    this.#log = context.log.child({ stream: streamKeyText(key) });
    this.#state = { phase: 'idle', since: context.now() };
  }

  // --- what others see -------------------------------------------------------------------------

  get state(): StreamState {
    return this.#state;
  }

  get video(): VideoFormat | null {
    return this.#video;
  }

  get audio(): AudioFormat | null {
    return this.#audio;
  }

  get cached(): readonly AccessUnit[] {
    return this.#cache.units;
  }

  get siteId(): string {
    return this.#siteId;
  }

  get device(): string {
    return this.#source ? deviceAddress(this.#source.url) : '';
  }

  get live(): boolean {
    return this.#state.phase === 'live';
  }

  get lastAttemptAt(): number {
    return this.#lastAttemptAt;
  }

  get waitsForNetwork(): boolean {
    const state = this.#state;
    return (
      this.#retryTimer !== null &&
      (state.phase === 'waiting' || state.phase === 'offline') &&
      failureClass(state.cause.code) === 'network'
    );
  }

  get connected(): boolean {
    return this.#live !== null;
  }

  get hasSource(): boolean {
    return this.#source !== null;
  }

  get readers(): number {
    return this.#readers.size;
  }

  stats(): StreamStats | null {
    if (this.#readers.size === 0 && !this.#live) return null;
    const figures = this.#live?.link.session.figures;
    return {
      key: this.key,
      codec: this.#video?.codec ?? null,
      profile: this.#video?.profile ?? null,
      width: this.#video?.width ?? null,
      height: this.#video?.height ?? null,
      fps: this.#rates.fps,
      kbps: this.#rates.kbps,
      gopSeconds: this.#rates.gopSeconds,
      transport: figures?.transport ?? null,
      tls: figures?.tls ?? false,
      packets: figures?.packets ?? 0,
      lost: figures?.lost ?? 0,
      reordered: figures?.reordered ?? 0,
      jitterMs: figures?.jitterMs ?? 0,
      clockOffsetMs: figures?.clockOffsetMs ?? null,
      framesReceived: this.#rates.framesReceived,
    };
  }

  rollStats(): void {
    this.#rates.roll();
  }

  // --- what others do --------------------------------------------------------------------------

  read(audio: boolean): StreamReader {
    const reader = new SharedReader(this, audio, (error) =>
      this.#log.error('a reader failed', { error: Fault.from(error).message }),
    );
    this.#readers.add(reader);
    this.#clearGrace();
    if (!this.#live && !this.#retryTimer) this.#connect();
    else if (audio) this.#renew();
    return reader;
  }

  leave(reader: SharedReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0 || this.#graceTimer) return;
    if (this.#state.phase === 'idle') return;
    this.#graceTimer = setTimeout(() => {
      this.#graceTimer = null;
      this.#stop();
    }, graceMs);
  }

  /** A source of another address ends the connection made to the old one. */
  setSource(source: StreamSource | null): void {
    const before = this.#source;
    const same =
      before !== null &&
      source !== null &&
      before.url === source.url &&
      before.siteId === source.siteId &&
      before.transport === source.transport;
    if (same) {
      this.#source = source;
      return;
    }
    if (before) this.#context.sites.remove(this);
    this.#source = source;
    this.#siteId = source?.siteId ?? '';
    if (source) this.#context.sites.add(this);
    if (before) this.#stop();
    if (source && this.#readers.size > 0) this.#connect();
  }

  retry(): void {
    this.#askedAt = performance.now();
    if (this.#readers.size === 0 || this.#state.phase === 'live') return;
    // Under way already: if it fails, the wish is still there and it is tried once more.
    if (this.#attempt) return;
    if (this.#live) {
      if (this.#state.phase !== 'stalled') return;
      this.#drop();
    }
    this.#failures = 0;
    this.#connect();
  }

  /** Somebody at the same device got in: look whether this stream's login is another one now. */
  recheck(): void {
    if (this.#state.phase === 'refused' && this.#readers.size > 0) this.#connect();
  }

  hurry(delayMs: number): void {
    if (!this.waitsForNetwork) return;
    this.#connectIn(delayMs);
  }

  /** Call about four times a second: nobody else notices silence. */
  tick(): void {
    const live = this.#live;
    if (!live) return;
    const now = performance.now();
    if (live.firstFrameAt === null) {
      const packets = live.link.session.figures.packets;
      if (packets !== live.packetsSeen) {
        live.packetsSeen = packets;
        live.packetsAt = now;
      }
      const silent = now - live.packetsAt >= reconnectAfterMs;
      if (silent || now - live.openedAt >= firstPictureMs) {
        this.#lose(new Fault('media.stalled', 'connected, but no picture came'));
      }
      return;
    }
    const silence = now - live.lastFrameAt;
    if (silence >= reconnectAfterMs) {
      this.#lose(new Fault('media.stalled', 'no new frame for 10 s'));
    } else if (silence >= stalledAfterMs && this.#state.phase === 'live') {
      this.#setState({
        phase: 'stalled',
        since: this.#context.now(),
        lastFrameAt: live.lastFrameWallMs,
        cause: { code: 'media.stalled' },
      });
    }
  }

  async close(): Promise<void> {
    for (const reader of [...this.#readers]) reader.close();
    this.#clearGrace();
    this.#stop();
    this.#context.sites.remove(this);
    await this.#closing;
  }

  // --- connecting ------------------------------------------------------------------------------

  #connectIn(delayMs: number): void {
    this.#clearRetry();
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null;
      this.#connect();
    }, delayMs);
  }

  #connect(): void {
    if (this.#attempt || this.#live || !this.#source || this.#readers.size === 0) return;
    this.#clearRetry();
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#attemptStart = performance.now();
    const askedAt = this.#askedAt;
    this.#askedAt = null;
    if (this.#state.phase === 'idle') this.#setConnecting(null);
    const request = {
      source: this.#source,
      wantAudio: this.#wantsAudio(),
      askedAt,
      signal: attempt.signal,
      onStart: () => {
        if (this.#state.phase !== 'connecting' && this.#state.phase !== 'offline') {
          this.#setConnecting('cause' in this.#state ? this.#state.cause : null);
        }
      },
    };
    connectCamera(this.#context, request).then(
      (link) => {
        if (attempt.signal.aborted) {
          this.#closeLink(link);
          return;
        }
        this.#attempt = null;
        this.#lastAttemptAt = performance.now();
        this.#adopt(link);
        this.#context.sites.heard(this.#siteId, this.#silent);
        this.#silent = false;
        this.#context.onAccepted(this.device);
      },
      (error) => {
        if (attempt.signal.aborted) return;
        this.#attempt = null;
        this.#lastAttemptAt = performance.now();
        this.#attemptFailed(Fault.from(error));
      },
    );
  }

  #attemptFailed(fault: Fault): void {
    const { sites } = this.#context;
    const network = failureClass(fault.code) === 'network';
    if (network) sites.failed(this.#siteId);
    else if (fault.code.startsWith('rtsp.')) sites.heard(this.#siteId, this.#silent);
    this.#silent = network;
    this.#failed(fault, network && sites.returnedSince(this.#siteId, this.#attemptStart));
  }

  /** @param again at once: the site returned while the attempt was failing */
  #failed(fault: Fault, again = false): void {
    const now = performance.now();
    const wall = this.#context.now();
    const cause = fault.shown;
    const kind = failureClass(fault.code);
    if (this.#failures === 0) this.#failingSince = now;
    this.#failures++;
    this.#log.info('stream failed', {
      code: fault.code,
      failures: this.#failures,
      why: fault.message,
    });
    if (this.#askedAt !== null) {
      // A person gave a new login while the old one was being tried.
      this.#setConnecting(cause);
      this.#connect();
      return;
    }
    if (kind === 'refused') {
      const since = this.#state.phase === 'refused' ? this.#state.since : wall;
      this.#setState({ phase: 'refused', since, cause });
      return;
    }
    const delay = again
      ? this.#context.random() * oldNewsMs
      : retryDelayMs(kind, this.#failures, now - this.#failingSince, this.#context.random());
    const until = wall + delay;
    if (kind === 'unsupported') {
      this.#setState({ phase: 'unsupported', since: wall, cause });
    } else if (this.#failures >= offlineAfter) {
      const since = this.#state.phase === 'offline' ? this.#state.since : wall;
      this.#setState({ phase: 'offline', since, until, cause });
    } else {
      this.#setState({ phase: 'waiting', since: wall, until, attempt: this.#failures, cause });
    }
    this.#connectIn(delay);
  }

  /** Takes a connection into use; a running one was closed before or is replaced (`#renew`). */
  #adopt(link: CameraLink): void {
    const now = performance.now();
    const bag = new DisposeBag();
    const live: Live = {
      link,
      bag,
      openedAt: now,
      lastTicks: null,
      firstFrameAt: null,
      lastFrameAt: now,
      lastFrameWallMs: this.#context.now(),
      packetsSeen: -1,
      packetsAt: now,
      synced: false,
    };
    this.#live = live;
    this.#cache.clear();
    this.#frozen.reset();
    this.#rates.restart();
    const { session } = link;
    bag.add(session.onFormat((format) => this.#onFormat(format)));
    bag.add(session.onAccessUnit((unit) => this.#onUnit(live, unit)));
    bag.add(session.onClosed((fault) => this.#onClosed(live, fault)));
    if (session.video) this.#onFormat(session.video);
    if (session.audio) this.#onFormat(session.audio);
    else this.#audio = null;
    if (!link.withAudio && this.#wantsAudio()) this.#renew();
  }

  /**
   * Sound was asked for after a connection without it was made: a second one is made first and takes
   * over at its first keyframe, so that the picture does not stop.
   */
  #renew(): void {
    const live = this.#live;
    if (!live || live.link.withAudio || this.#renewal || !this.#source) return;
    if (performance.now() < this.#renewAfter) return;
    const renewal = new AbortController();
    this.#renewal = renewal;
    const request = {
      source: this.#source,
      wantAudio: true,
      askedAt: null,
      signal: renewal.signal,
      onStart: () => {},
    };
    connectCamera(this.#context, request)
      .then((link) => this.#takeOverAtKeyframe(live, link, renewal))
      .catch((error) => {
        if (renewal.signal.aborted) return;
        this.#renewAfter = performance.now() + renewAgainAfterMs;
        this.#log.info('no sound', { code: Fault.from(error).code });
      })
      .finally(() => {
        if (this.#renewal === renewal) this.#renewal = null;
      });
  }

  #takeOverAtKeyframe(old: Live, link: CameraLink, renewal: AbortController): Promise<void> {
    return new Promise((resolve, reject) => {
      const bag = new DisposeBag();
      const giveUp = (error: unknown) => {
        bag.dispose();
        this.#closeLink(link);
        reject(error);
      };
      if (renewal.signal.aborted) {
        giveUp(renewal.signal.reason);
        return;
      }
      const onAbort = () => giveUp(renewal.signal.reason);
      renewal.signal.addEventListener('abort', onAbort, { once: true });
      bag.add(() => renewal.signal.removeEventListener('abort', onAbort));
      const timer = setTimeout(() => giveUp(new Fault('media.stalled')), firstPictureMs);
      bag.add(() => clearTimeout(timer));
      bag.add(link.session.onClosed((fault) => giveUp(fault ?? new Fault('net.closed'))));
      bag.add(
        link.session.onAccessUnit((unit) => {
          if (unit.kind !== 'video' || !unit.keyframe) return;
          bag.dispose();
          if (this.#live !== old) {
            giveUp(new Fault('net.closed', 'the connection to be replaced is gone'));
            return;
          }
          this.#release(old);
          this.#adopt(link);
          this.#onUnit(this.#live!, unit);
          resolve();
        }),
      );
    });
  }

  // --- while connected -------------------------------------------------------------------------

  #onFormat(format: VideoFormat | AudioFormat): void {
    if (format.kind === 'video') {
      if (this.#video && this.#video.codec !== format.codec) this.#cache.clear();
      this.#video = format;
    } else this.#audio = format;
    for (const reader of [...this.#readers]) reader.deliverFormat(format);
  }

  #onUnit(live: Live, unit: AccessUnit): void {
    if (this.#live !== live) return;
    this.#rates.count(unit);
    if (unit.kind === 'audio') {
      for (const reader of [...this.#readers]) reader.deliver(unit);
      return;
    }
    // A frame that repeats the time of the one before is no new frame.
    if (unit.time.ticks !== live.lastTicks) {
      live.lastTicks = unit.time.ticks;
      live.lastFrameAt = performance.now();
      live.lastFrameWallMs = this.#context.now();
      live.firstFrameAt ??= live.lastFrameAt;
    }
    if (live.lastFrameAt - live.firstFrameAt! >= stableAfterMs) this.#failures = 0;
    let passed = unit;
    if (!live.synced) {
      if (unit.keyframe) {
        live.synced = true;
        // References of before do not hold across connections.
        if (this.#hadSession) passed = { ...unit, afterLoss: true };
        this.#hadSession = true;
      }
    }
    if (live.synced) {
      if (this.#video) this.#frozen.push(this.#video.codec, unit);
      this.#cache.push(passed);
    }
    this.#showLive(live);
    if (!live.synced) return;
    for (const reader of [...this.#readers]) reader.deliver(passed);
  }

  #showLive(live: Live): void {
    const frozenSince = this.#frozen.frozenSince;
    const state = this.#state;
    if (state.phase === 'live') {
      if (state.frozenSince !== frozenSince) this.#setState({ ...state, frozenSince });
    } else if (performance.now() - live.lastFrameAt < stalledAfterMs) {
      this.#setState({ phase: 'live', since: this.#context.now(), frozenSince });
    }
  }

  #onClosed(live: Live, fault: Fault | null): void {
    if (this.#live === live) this.#lose(fault ?? new Fault('net.closed', 'closed by the device'));
  }

  /** The connection is of no use any more: tried again at once if it was good, else after a wait. */
  #lose(fault: Fault): void {
    const live = this.#live;
    if (!live || !this.#source) return;
    const { link } = live;
    if (isLoginRefusal(fault)) link.turn.refused(fault.shown);
    else this.#context.ledger.lost(this.device, link.credential);
    const stable =
      live.firstFrameAt !== null && live.lastFrameAt - live.firstFrameAt >= stableAfterMs;
    this.#drop();
    if (!stable || failureClass(fault.code) !== 'network') {
      this.#failed(fault);
      return;
    }
    this.#log.info('stream lost', { code: fault.code, why: fault.message });
    this.#failures = 0;
    this.#setConnecting(fault.shown);
    this.#connect();
  }

  #drop(): void {
    this.#renewal?.abort(new Fault('net.closed'));
    this.#renewal = null;
    if (this.#live) this.#release(this.#live);
    this.#live = null;
    this.#cache.clear();
    this.#frozen.reset();
  }

  #release(live: Live): void {
    live.bag.dispose();
    this.#closeLink(live.link);
  }

  #closeLink(link: CameraLink): void {
    const closing = link.session.close().catch((error) => {
      this.#log.debug('closing failed', { why: Fault.from(error).message });
    });
    this.#closing = Promise.all([this.#closing, closing]);
  }

  /** Back to idle: nobody reads, or the source is gone. */
  #stop(): void {
    this.#attempt?.abort(new Fault('net.closed', 'nobody reads any more'));
    this.#attempt = null;
    this.#clearRetry();
    this.#drop();
    this.#failures = 0;
    this.#rates.roll();
    if (this.#state.phase !== 'idle') this.#setState({ phase: 'idle', since: this.#context.now() });
  }

  #wantsAudio(): boolean {
    for (const reader of this.#readers) if (reader.wantsAudio) return true;
    return false;
  }

  #setConnecting(cause: Cause | null): void {
    const attempt = this.#failures + 1;
    this.#setState({ phase: 'connecting', since: this.#context.now(), attempt, cause });
  }

  #setState(state: StreamState): void {
    this.#state = state;
    for (const reader of [...this.#readers]) reader.deliverState(state);
    this.#context.onState(this);
  }

  #clearRetry(): void {
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
  }

  #clearGrace(): void {
    if (this.#graceTimer) clearTimeout(this.#graceTimer);
    this.#graceTimer = null;
  }
}
