import type { AccessUnit, AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import type { Cause } from '../contract/cause.ts';
import type { StreamKey, StreamState, StreamStats } from '../contract/stream-state.ts';
import { streamKeyText } from '../contract/stream-state.ts';
import type { PeerCertificate } from '../rtsp/session.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import {
  type CameraLink,
  connectCamera,
  deviceAddress,
  isLoginRefusal,
  type LinkContext,
} from './camera-link.ts';
import { firstKeyframe, LinkInUse } from './link-in-use.ts';
import { failureClass, offlineAfter, retryDelayMs } from './retry-rule.ts';
import type { SiteWatch, WatchedStream } from './site-watch.ts';
import { StreamPicture } from './stream-picture.ts';
import { type ReadableStreamSide, SharedReader } from './stream-reader.ts';
import type { StreamReader, StreamSource, UnitTap } from './supervisor.types.ts';

/** The connection outlives its last reader by this, so that a change of layout costs nothing. */
const graceMs = 5_000;
const oldNewsMs = 200;
const renewAgainAfterMs = 60_000;

export interface StreamContext extends LinkContext {
  readonly sites: SiteWatch;
  readonly now: () => number;
  readonly random: () => number;
  readonly onState: (stream: SupervisedStream) => void;
  /** Hears what the readers hear, and is none. */
  readonly tap: UnitTap;
  /** The device took a login: streams that were refused may look whether theirs changed. */
  readonly onAccepted: (device: string) => void;
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
  readonly #picture = new StreamPicture();
  #source: StreamSource | null = null;
  #siteId = '';
  #state: StreamState;
  #live: LinkInUse | null = null;
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
    return this.#picture.video;
  }

  get audio(): AudioFormat | null {
    return this.#picture.audio;
  }

  get cached(): readonly AccessUnit[] {
    return this.#picture.cached;
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

  get certificate(): PeerCertificate | null {
    return this.#live?.link.session.certificate ?? null;
  }

  get connected(): boolean {
    return this.#live !== null;
  }

  get hasSource(): boolean {
    return this.#source !== null;
  }

  get readers(): number {
    return this.#picture.readers.size;
  }

  stats(): StreamStats | null {
    if (this.readers === 0 && !this.#live) return null;
    return this.#picture.stats(this.key, this.#live?.figures ?? null);
  }

  rollStats(): void {
    this.#picture.rollStats();
  }

  // --- what others do --------------------------------------------------------------------------

  read(audio: boolean): StreamReader {
    const reader = new SharedReader(this, audio, (error) =>
      this.#log.error('a reader failed', { error: Fault.from(error).message }),
    );
    this.#picture.readers.add(reader);
    this.#clearGrace();
    if (!this.#live && !this.#retryTimer) this.#connect();
    else if (audio) this.#renew();
    return reader;
  }

  leave(reader: SharedReader): void {
    this.#picture.readers.delete(reader);
    if (this.readers > 0 || this.#graceTimer) return;
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
      before.refusal?.code === source.refusal?.code &&
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
    if (source && this.readers > 0) this.#connect();
  }

  retry(): void {
    this.#askedAt = performance.now();
    if (this.readers === 0 || this.#state.phase === 'live') return;
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
    if (this.#state.phase === 'refused' && this.readers > 0) this.#connect();
  }

  hurry(delayMs: number): void {
    if (!this.waitsForNetwork) return;
    this.#connectIn(delayMs);
  }

  /** Call about four times a second: nobody else notices silence. */
  tick(): void {
    const live = this.#live;
    if (!live) return;
    const health = live.health;
    if (health instanceof Fault) {
      this.#lose(health);
    } else if (health === 'stalled' && this.#state.phase === 'live') {
      this.#setState({
        phase: 'stalled',
        since: this.#context.now(),
        lastFrameAt: live.lastFrameWallMs,
        cause: { code: 'media.stalled' },
      });
    }
  }

  async close(): Promise<void> {
    for (const reader of [...this.#picture.readers]) reader.close();
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
    if (this.#attempt || this.#live || !this.#source || this.readers === 0) return;
    this.#clearRetry();
    const { refusal } = this.#source;
    if (refusal) {
      this.#askedAt = null;
      if (this.#isRefused(refusal)) return;
      this.#setState({ phase: 'refused', since: this.#context.now(), cause: refusal });
      return;
    }
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#attemptStart = performance.now();
    const askedAt = this.#askedAt;
    this.#askedAt = null;
    if (this.#state.phase === 'idle') this.#setConnecting(null);
    const request = {
      source: this.#source,
      wantAudio: this.#picture.wantsAudio,
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
        this.#context.gate.pump();
        this.#silent = false;
        if (link.goodNews) this.#context.onAccepted(this.device);
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
    if (kind === 'refused' && this.#isRefused(cause) && this.#askedAt === null) return;
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
      this.#setState({ phase: 'refused', since: wall, cause });
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

  /** Takes a connection into use; the one before, if any, is released already. */
  #adopt(link: CameraLink): void {
    const live = new LinkInUse(link, this.#context.now);
    this.#live = live;
    this.#picture.restart();
    if (!link.session.audio) this.#picture.dropAudio();
    live.follow({
      onFormat: (format) => {
        this.#picture.setFormat(format);
        this.#context.tap.onFormat(this.key, format);
      },
      onUnit: (unit) => this.#onUnit(live, unit),
      onClosed: (fault) => this.#onClosed(live, fault),
    });
    if (!link.withAudio && this.#picture.wantsAudio) this.#renew();
  }

  /**
   * Sound was asked for after a connection without it was made: a second one is made first and takes
   * over at its first keyframe, so that the picture does not stop.
   */
  #renew(): void {
    const old = this.#live;
    if (!old || old.link.withAudio || this.#renewal || !this.#source) return;
    if (performance.now() < this.#renewAfter) return;
    const renewal = new AbortController();
    this.#renewal = renewal;
    this.#replace(old, this.#source, renewal.signal)
      .catch((error) => {
        if (renewal.signal.aborted) return;
        this.#renewAfter = performance.now() + renewAgainAfterMs;
        this.#log.info('no sound', { code: Fault.from(error).code });
      })
      .finally(() => {
        if (this.#renewal === renewal) this.#renewal = null;
      });
  }

  async #replace(old: LinkInUse, source: StreamSource, signal: AbortSignal): Promise<void> {
    const link = await connectCamera(this.#context, {
      source,
      wantAudio: true,
      askedAt: null,
      signal,
      onStart: () => {},
    });
    try {
      await firstKeyframe(link, signal, (keyframe) => {
        if (this.#live !== old) throw new Fault('net.closed', 'what was to be replaced is gone');
        this.#release(old);
        this.#adopt(link);
        this.#onUnit(this.#live, keyframe);
      });
    } catch (error) {
      this.#closeLink(link);
      throw error;
    }
  }

  // --- while connected -------------------------------------------------------------------------

  #onUnit(live: LinkInUse, unit: AccessUnit): void {
    if (this.#live !== live) return;
    const passed = this.#picture.take(unit);
    if (unit.kind === 'video') {
      live.sawFrame(unit);
      if (live.stable) this.#failures = 0;
      this.#showLive(live);
    }
    if (!passed) return;
    this.#picture.pass(passed);
    this.#context.tap.onUnit(this.key, passed);
  }

  #showLive(live: LinkInUse): void {
    const { frozenSince } = this.#picture;
    const state = this.#state;
    if (state.phase === 'live') {
      if (state.frozenSince !== frozenSince) this.#setState({ ...state, frozenSince });
    } else if (live.health === 'live') {
      this.#setState({ phase: 'live', since: this.#context.now(), frozenSince });
    }
  }

  #onClosed(live: LinkInUse, fault: Fault | null): void {
    if (this.#live === live) this.#lose(fault ?? new Fault('net.closed', 'closed by the device'));
  }

  /** The connection is of no use any more: tried again at once if it was good, else after a wait. */
  #lose(fault: Fault): void {
    const live = this.#live;
    if (!live || !this.#source) return;
    const { link } = live;
    if (isLoginRefusal(fault)) link.turn.refused(fault.shown);
    else this.#context.ledger.lost(this.device, link.credential);
    const { stable } = live;
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
    this.#picture.restart();
  }

  #release(live: LinkInUse): void {
    live.release();
    this.#context.tap.onLost(this.key);
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
    this.#picture.rollStats();
    if (this.#state.phase !== 'idle') this.#setState({ phase: 'idle', since: this.#context.now() });
  }

  /** Known already: it looked again, and nothing changed. */
  #isRefused(cause: Cause): boolean {
    return this.#state.phase === 'refused' && this.#state.cause.code === cause.code;
  }

  #setConnecting(cause: Cause | null): void {
    const attempt = this.#failures + 1;
    this.#setState({ phase: 'connecting', since: this.#context.now(), attempt, cause });
  }

  #setState(state: StreamState): void {
    this.#state = state;
    this.#picture.passState(state);
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
