import {
  type StreamKey,
  type StreamState,
  streamKeyText,
} from '../../src/contract/stream-state.ts';
import { type Evidence, type Judgement, Liveness } from './liveness.ts';
import type { Presenter } from './presenter.ts';
import { steadyNow } from './steady-clock.ts';
import type { WorkerLink } from './worker-link.ts';
import type { Cadence, ChannelStats } from './worker-messages.ts';

/** One stream on its way to one tile: a channel of the worker, a presenter, and what they prove. */
export interface FeedOptions {
  readonly channel: number;
  readonly key: StreamKey;
  readonly width: number;
  readonly height: number;
  readonly worker: WorkerLink;
  readonly presenter: Presenter;
  /** Of the replay session that it plays from; missing: live. */
  readonly replay?: string;
}

export interface FrameCounts {
  readonly received: number;
  readonly decoded: number;
  readonly presented: number;
  readonly dropped: number;
}

const rememberedFrames = 160;

export class Feed {
  readonly key: StreamKey;
  readonly keyText: string;
  readonly channel: number;
  readonly presenter: Presenter;
  readonly #worker: WorkerLink;
  #width: number;
  #height: number;
  #cadence: Cadence = 'all';
  #liveness: Liveness;
  #arrivals = new Map<number, number>();
  #latencies: number[] = [];
  #closed = false;
  readonly replay: string | null;
  /** Original arrival of the replayed picture that is shown, Unix ms. */
  shownAt: number | null = null;
  stats: ChannelStats | null = null;
  judgement: Judgement = { look: 'connecting', cause: null, ageMs: null, hasPicture: false };

  constructor(options: FeedOptions) {
    this.key = options.key;
    this.keyText = streamKeyText(options.key);
    this.channel = options.channel;
    this.presenter = options.presenter;
    this.replay = options.replay ?? null;
    this.#worker = options.worker;
    this.#width = options.width;
    this.#height = options.height;
    this.#liveness = new Liveness(steadyNow());
    const output = options.presenter.takeOutput();
    this.#worker.post(
      {
        type: 'open',
        channel: options.channel,
        key: options.key,
        width: options.width,
        height: options.height,
        cadence: 'all',
        output,
        ...(options.replay !== undefined && { replay: options.replay }),
      },
      [output],
    );
  }

  get cadence(): Cadence {
    return this.#cadence;
  }

  setCadence(cadence: Cadence): void {
    if (cadence === this.#cadence) return;
    this.#cadence = cadence;
    this.#worker.post({ type: 'cadence', channel: this.channel, cadence });
  }

  setSize(width: number, height: number): void {
    if (width === this.#width && height === this.#height) return;
    this.#width = width;
    this.#height = height;
    this.#worker.post({ type: 'size', channel: this.channel, width, height });
  }

  /** Nobody looks: kept for a quick return, without work for anyone. */
  park(): void {
    this.presenter.place(null);
    this.setCadence('paused');
  }

  /** Back on the page: what was shown before proves nothing now. */
  unpark(): void {
    this.setCadence('all');
    this.#liveness = new Liveness(steadyNow(), this.#evidence(null, false));
    this.judgement = { ...this.judgement, look: 'connecting', cause: null };
  }

  judge(stream: StreamState | null, hostGone: boolean): Judgement {
    this.judgement = this.#liveness.judge(this.#evidence(stream, hostGone));
    return this.judgement;
  }

  counts(): FrameCounts {
    const { stats } = this;
    const { presented, skipped } = this.presenter.evidence();
    return {
      received: stats?.received ?? 0,
      decoded: stats?.decoded ?? 0,
      presented,
      dropped: (stats?.dropped ?? 0) + (stats?.droppedByCore ?? 0) + skipped,
    };
  }

  /** A picture was handed to the presenter that had arrived at `receivedAt` (steady ms). */
  noteWritten(timestampUs: number, receivedAt: number): void {
    this.#arrivals.delete(timestampUs);
    this.#arrivals.set(timestampUs, receivedAt);
    if (this.#arrivals.size <= rememberedFrames) return;
    for (const oldest of this.#arrivals.keys()) {
      this.#arrivals.delete(oldest);
      if (this.#arrivals.size <= rememberedFrames) return;
    }
  }

  /** Matches what was presented with when it arrived; to be called after `noteWritten`. */
  matchSamples(): void {
    for (const { timestampUs, presentedAt } of this.presenter.takeSamples()) {
      // Media times go through a float of seconds: a microsecond may be lost.
      const arrived =
        this.#arrivals.get(timestampUs) ??
        this.#arrivals.get(timestampUs - 1) ??
        this.#arrivals.get(timestampUs + 1);
      if (arrived !== undefined && this.#latencies.length < 200) {
        this.#latencies.push(Math.max(0, Math.round((presentedAt - arrived) * 10) / 10));
      }
    }
  }

  /** Milliseconds from arrival to presentation, since the last call. */
  takeLatencies(): number[] {
    const latencies = this.#latencies;
    this.#latencies = [];
    return latencies;
  }

  #evidence(stream: StreamState | null, hostGone: boolean): Evidence {
    const { stats } = this;
    return {
      now: steadyNow(),
      unixNow: Date.now(),
      cadence: this.#cadence,
      stream,
      hostGone,
      cause: stats?.cause ?? null,
      received: stats?.received ?? 0,
      decoded: stats?.decoded ?? 0,
      droppedByCore: stats?.droppedByCore ?? 0,
      fresh: stats?.fresh ?? 0,
      arrivedAt: stats?.arrivedAt ?? null,
      presented: this.presenter.evidence().presented,
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#worker.post({ type: 'close', channel: this.channel });
    this.presenter.close();
  }
}
