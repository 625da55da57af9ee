import type { Cause } from '../../src/contract/cause.ts';
import type { StreamState } from '../../src/contract/stream-state.ts';
import type { TileLook } from './engine.types.ts';
import type { Cadence } from './worker-messages.ts';

/**
 * Decides what a tile may look like. It looks live only while pictures that arrived just now are
 * decoded and presented and their times advance; every link of that chain has its own evidence, and
 * the one that stopped is the cause. Pure: the caller brings the time, of a clock nobody sets.
 */
export interface Evidence {
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly cadence: Cadence;
  /** The core's word on the stream; null before it said any. */
  readonly stream: StreamState | null;
  /** Unix milliseconds, to read `frozenSince` once; never compared with `now`. */
  readonly unixNow: number;
  /** The core does not answer. */
  readonly hostGone: boolean;
  /** From the decode worker. */
  readonly cause: Cause | null;
  readonly received: number;
  readonly decoded: number;
  readonly droppedByCore: number;
  /** Pictures handed to the presenter that had just arrived and whose times advance. */
  readonly fresh: number;
  /** When the picture handed on last arrived at this workstation, by the clock of `now`. */
  readonly arrivedAt: number | null;
  /** Pictures that were really put on the screen. */
  readonly presented: number;
}

export interface Judgement {
  readonly look: Exclude<TileLook, 'empty'>;
  readonly cause: Cause | null;
  /** Since the picture on the screen was news; null while live, and where there is none. */
  readonly ageMs: number | null;
  readonly hasPicture: boolean;
}

/**
 * Evidence comes four times a second from the worker and is looked at four times a second, so that a
 * picture is seen to be old 3 s after it was presented, at the latest.
 */
export const staleAfterMs = 2400;
/** Where the core itself says that nothing arrives there is no need to wait that long. */
const staleWhenTroubledMs = 1000;
/** No picture for this long on a stream that is said to be live: something failed. */
const failedAfterMs = 8000;
const keyframesStaleMs = 30_000;

export class Liveness {
  readonly #since: number;
  #fresh = 0;
  #freshSeen = false;
  #presented = 0;
  #received = 0;
  #decoded = 0;
  #droppedByCore = 0;
  #receivedAt: number;
  #decodedAt: number;
  #coreDropAt = Number.NEGATIVE_INFINITY;
  #freshAt: number;
  #presentedSeen = false;
  #presentedAt: number | null = null;
  #frozenAt: number | null = null;
  #cadence: Cadence = 'all';
  #steppedUpFrom: { look: 'paused' | 'keyframes'; at: number } | null = null;

  /** `before`: what was counted while nobody looked (a tile that comes back) proves nothing now. */
  constructor(now: number, before?: Evidence) {
    this.#since = now;
    this.#receivedAt = now;
    this.#decodedAt = now;
    this.#freshAt = now;
    if (!before) return;
    this.#fresh = before.fresh;
    this.#presented = before.presented;
    this.#received = before.received;
    this.#decoded = before.decoded;
    this.#droppedByCore = before.droppedByCore;
    this.#presentedAt = before.arrivedAt ?? now;
  }

  judge(evidence: Evidence): Judgement {
    this.#note(evidence);
    const { now, cadence, stream } = evidence;
    const hasPicture = this.#presented > 0;
    const troubled = stream !== null && stream.phase !== 'live';
    const quiet = now - this.#provenAt();
    const age = hasPicture ? this.#age(evidence) : null;
    const forbidden = forbiddenBy(stream);
    if (forbidden) {
      return { look: 'failed', cause: forbidden, ageMs: null, hasPicture: false };
    }

    if (cadence === 'paused') {
      return { look: 'paused', cause: { code: 'decode.overload' }, ageMs: age, hasPicture };
    }
    if (hasPicture && this.#frozenAt !== null) {
      const ageMs = Math.max(age ?? 0, now - this.#frozenAt);
      return { look: 'stale', cause: { code: 'media.frozen' }, ageMs, hasPicture };
    }
    if (cadence === 'keyframes' && quiet <= keyframesStaleMs && !troubled) {
      return { look: 'keyframes', cause: { code: 'decode.overload' }, ageMs: age, hasPicture };
    }
    const from = this.#steppedUpFrom;
    if (from && now - from.at <= staleAfterMs && !troubled) {
      return { look: from.look, cause: { code: 'decode.overload' }, ageMs: age, hasPicture };
    }
    if (quiet <= (troubled ? staleWhenTroubledMs : staleAfterMs)) {
      return { look: 'live', cause: null, ageMs: null, hasPicture };
    }
    const cause = this.#cause(evidence);
    // A remembered picture is on the screen before the first new one: only a moment.
    const young = now - this.#since < staleAfterMs && !evidence.hostGone;
    if (hasPicture) {
      if (quiet === Number.POSITIVE_INFINITY && young && cause === null) {
        return { look: 'connecting', cause, ageMs: age, hasPicture };
      }
      return { look: 'stale', cause: cause ?? { code: 'media.stalled' }, ageMs: age, hasPicture };
    }
    return {
      look: this.#hasFailed(evidence) ? 'failed' : 'connecting',
      cause,
      ageMs: null,
      hasPicture,
    };
  }

  #note(evidence: Evidence): void {
    const { now, stream } = evidence;
    if (evidence.cadence !== this.#cadence) {
      const was = this.#cadence;
      this.#steppedUpFrom =
        evidence.cadence === 'all' && was !== 'all' ? { look: was, at: now } : null;
      this.#cadence = evidence.cadence;
    }
    if (evidence.received !== this.#received) this.#receivedAt = now;
    if (evidence.decoded !== this.#decoded) this.#decodedAt = now;
    if (evidence.droppedByCore !== this.#droppedByCore) this.#coreDropAt = now;
    this.#received = evidence.received;
    this.#decoded = evidence.decoded;
    this.#droppedByCore = evidence.droppedByCore;
    const presentedMore = evidence.presented > this.#presented;
    if (presentedMore) {
      this.#presentedAt = now;
      this.#presentedSeen = true;
    }
    this.#presented = evidence.presented;
    if (evidence.fresh > this.#fresh) {
      this.#fresh = evidence.fresh;
      this.#freshAt = now;
      this.#freshSeen = true;
    }
    const provenAt = this.#provenAt();
    if (this.#steppedUpFrom && provenAt > this.#steppedUpFrom.at) this.#steppedUpFrom = null;
    const frozenSince = stream?.phase === 'live' ? stream.frozenSince : null;
    if (frozenSince === null) this.#frozenAt = null;
    else this.#frozenAt ??= now - clamp(evidence.unixNow - frozenSince, 0, 86_400_000);
  }

  /** Until when both links held: news was handed on, and something was presented. */
  #provenAt(): number {
    if (!this.#freshSeen || !this.#presentedSeen) return Number.NEGATIVE_INFINITY;
    return Math.min(this.#freshAt, this.#presentedAt ?? Number.NEGATIVE_INFINITY);
  }

  #age(evidence: Evidence): number {
    const presented = evidence.now - (this.#presentedAt ?? evidence.now);
    // A picture from the cache was old when it was presented.
    const arrived = evidence.arrivedAt === null ? 0 : evidence.now - evidence.arrivedAt;
    return Math.max(0, presented, arrived);
  }

  #hasFailed(evidence: Evidence): boolean {
    const { stream, now } = evidence;
    if (evidence.hostGone || evidence.cause !== null) return true;
    switch (stream?.phase) {
      case 'refused':
      case 'unsupported':
      case 'offline':
      case 'waiting':
      case 'stalled':
        return true;
      case 'connecting':
        return stream.attempt > 1 && stream.cause !== null;
      default:
        return now - this.#since > failedAfterMs;
    }
  }

  /** The first link of the chain that stopped. */
  #cause(evidence: Evidence): Cause | null {
    const { now, stream } = evidence;
    if (evidence.hostGone) return { code: 'host.gone' };
    if (stream && 'cause' in stream && stream.cause) return stream.cause;
    if (evidence.cause) return evidence.cause;
    if (now - this.#since < staleAfterMs) return null;
    if (now - this.#receivedAt > staleWhenTroubledMs) {
      if (now - this.#coreDropAt < staleAfterMs * 2) return { code: 'decode.overload' };
      return this.#received > 0 || stream?.phase === 'live' ? { code: 'media.stalled' } : null;
    }
    if (now - this.#decodedAt > staleWhenTroubledMs) return { code: 'decode.silent' };
    if (now - this.#freshAt > staleWhenTroubledMs) return { code: 'media.frozen' };
    return { code: 'present.stopped' };
  }
}

/** The register forbids to watch: then not even the last picture may stay on the screen. */
function forbiddenBy(stream: StreamState | null): Cause | null {
  if (stream?.phase !== 'refused' || !stream.cause.code.startsWith('site.')) return null;
  return stream.cause;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
