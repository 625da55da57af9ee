import { randomUUID } from 'node:crypto';
import type { Cause } from '../contract/cause.ts';
import type { EvidenceJob } from '../contract/evidence-schemas.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';

/** What a job says while it works, and of what it made. */
export type JobNews = Partial<
  Pick<EvidenceJob, 'stage' | 'done' | 'total' | 'itemIds' | 'path' | 'sha256' | 'check' | 'title'>
>;

export type JobWork = (tell: (news: JobNews) => void, signal: AbortSignal) => Promise<JobNews>;

export interface JobQueueOptions {
  readonly log: Logger;
  readonly onChange: (jobs: EvidenceJob[]) => void;
  readonly everyMs?: number;
  readonly now?: () => number;
}

interface Job {
  shown: EvidenceJob;
  readonly work: JobWork;
  readonly control: AbortController;
}

/** Ended jobs are kept until they are dismissed, the newest of them. */
const maxEnded = 200;
const maxWaiting = 300;

/**
 * Exports one after the other: two at once would only share one disk. A job that fails keeps what it
 * was asked for and can be tried again.
 */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #now: () => number;
  readonly #jobs = new Map<string, Job>();
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** @throws {Fault} `host.busy` where too many wait already */
  add(kind: EvidenceJob['kind'], title: string, work: JobWork): string {
    const waiting = [...this.#jobs.values()].filter(({ shown }) => shown.phase === 'waiting');
    if (this.#closed || waiting.length >= maxWaiting) throw new Fault('host.busy', 'many jobs');
    const shown: EvidenceJob = {
      id: randomUUID(),
      kind,
      title,
      phase: 'waiting',
      stage: null,
      done: 0,
      total: null,
      startedAt: this.#now(),
      endedAt: null,
      cause: null,
      itemIds: [],
      path: null,
      sha256: null,
      check: null,
    };
    this.#jobs.set(shown.id, { shown, work, control: new AbortController() });
    this.#forgetOld();
    this.#tell();
    this.#running ??= this.#run();
    return shown.id;
  }

  list(): EvidenceJob[] {
    return [...this.#jobs.values()].map(({ shown }) => shown);
  }

  /** @throws {Fault} `input.unknown` */
  cancel(id: string): void {
    const job = this.#job(id);
    if (job.shown.endedAt !== null) return;
    job.control.abort();
    if (job.shown.phase === 'waiting') this.#end(job, 'cancelled', null);
  }

  /** @throws {Fault} `input.unknown`, `input.value` where it did not fail */
  retry(id: string): string {
    const { shown, work } = this.#job(id);
    if (shown.phase !== 'failed' && shown.phase !== 'cancelled') {
      throw new Fault('input.value', 'it did not fail', { field: 'jobId' });
    }
    this.#jobs.delete(id);
    return this.add(shown.kind, shown.title, work);
  }

  dismiss(id: string | null): void {
    for (const { shown } of this.#jobs.values()) {
      if (shown.endedAt !== null && (id === null || shown.id === id)) this.#jobs.delete(shown.id);
    }
    this.#tell();
  }

  /** Cancels what is under way, and waits until it has cleaned up. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { control } of this.#jobs.values()) control.abort();
    await this.#running;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    for (;;) {
      const next = [...this.#jobs.values()].find(({ shown }) => shown.phase === 'waiting');
      if (!next || this.#closed) break;
      await this.#do(next);
    }
    this.#running = null;
  }

  async #do(job: Job): Promise<void> {
    this.#show(job, { phase: 'running' });
    try {
      const made = await job.work((news) => this.#show(job, news), job.control.signal);
      this.#show(job, made);
      this.#end(job, 'done', null);
    } catch (error) {
      const fault = Fault.from(error);
      if (job.control.signal.aborted || fault.code === 'input.cancelled') {
        return this.#end(job, 'cancelled', null);
      }
      const { kind, title } = job.shown;
      this.#options.log.error('a job failed', { kind, title, code: fault.code });
      this.#end(job, 'failed', fault.shown);
    }
  }

  #end(job: Job, phase: 'done' | 'failed' | 'cancelled', cause: Cause | null): void {
    this.#show(job, { phase, cause: cause as EvidenceJob['cause'], endedAt: this.#now() });
  }

  #show(job: Job, news: Partial<EvidenceJob>): void {
    job.shown = { ...job.shown, ...news };
    this.#tell();
  }

  #tell(): void {
    if (this.#timer || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#options.onChange(this.list());
    }, this.#options.everyMs ?? 200);
  }

  #forgetOld(): void {
    const ended = [...this.#jobs.values()].filter(({ shown }) => shown.endedAt !== null);
    for (const { shown } of ended.slice(0, Math.max(0, ended.length - maxEnded))) {
      this.#jobs.delete(shown.id);
    }
  }

  #job(id: string): Job {
    const job = this.#jobs.get(id);
    if (!job) throw new Fault('input.unknown', 'no such job');
    return job;
  }
}
