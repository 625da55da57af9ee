import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type {
  DiscoveredDevice,
  DiscoveryProgress,
  NetworkInterface,
} from '../contract/hub-schemas.ts';
import type { CallParams, CallResult } from '../contract/schemas.ts';
import type { Register } from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import {
  DiscoveryJob,
  type DiscoveryState,
  type DiscoveryTuning,
  type DiscoveryWish,
} from './discovery-job.ts';
import { knownDevices } from './known-devices.ts';
import { localNetworks } from './local-networks.ts';

export interface DiscoveryDeskOptions {
  readonly database: DatabaseSync;
  readonly register: Pick<Register, 'devices'>;
  readonly log: Logger;
  readonly onProgress: (progress: DiscoveryProgress) => void;
  readonly tuning?: DiscoveryTuning;
}

/** Searches that are kept; the oldest goes. */
const keptJobs = 5;

/** The searches of this workstation: one runs at a time, the last few are kept. */
export class DiscoveryDesk {
  readonly #options: DiscoveryDeskOptions;
  readonly #jobs = new Map<string, DiscoveryJob>();

  constructor(options: DiscoveryDeskOptions) {
    this.#options = options;
  }

  interfaces(): NetworkInterface[] {
    return localNetworks()
      .filter(({ internal }) => !internal)
      .map(({ name, address, cidr }) => ({ name: name.slice(0, 100), address, cidr }));
  }

  start(params: CallParams<'discovery.start'>): CallResult<'discovery.start'> {
    this.#mustBeFree();
    const wish: DiscoveryWish = {
      ranges: params.ranges ?? [],
      interfaces: params.interfaces ?? (params.ranges?.length ? [] : null),
      allowPublic: params.allowPublic ?? false,
    };
    if (wish.ranges.length === 0 && wish.interfaces?.length === 0) {
      throw new Fault('input.value', 'nothing to search', { field: 'ranges' });
    }
    const jobId = randomUUID();
    const job = this.#make(jobId, wish, null);
    void job.run();
    return { jobId };
  }

  async cancel(jobId: string): Promise<void> {
    await this.#job(jobId).cancel();
  }

  resume(jobId: string): void {
    const job = this.#job(jobId);
    if (job.running) return;
    this.#mustBeFree();
    void job.run();
  }

  results(jobId: string | null): CallResult<'discovery.results'> {
    const id = jobId ?? this.#lastId();
    if (id === null) return null;
    const job = this.#job(id);
    return {
      progress: job.progress,
      ranges: [...job.wish.ranges],
      interfaces: job.wish.interfaces && [...job.wish.interfaces],
      devices: this.devices(id),
    };
  }

  /** With what the register knows of them already. */
  devices(jobId: string): DiscoveredDevice[] {
    return knownDevices(this.#job(jobId).state.devices, this.#options.register);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#jobs.values()].map((job) => job.cancel()));
  }

  #mustBeFree(): void {
    for (const job of this.#jobs.values()) {
      if (job.running) throw new Fault('host.busy', 'a search is under way');
    }
  }

  #job(id: string): DiscoveryJob {
    const job = this.#jobs.get(id) ?? this.#load(id);
    if (!job) throw new Fault('input.unknown', 'no such search');
    return job;
  }

  #make(id: string, wish: DiscoveryWish, before: DiscoveryState | null): DiscoveryJob {
    const { log, onProgress, tuning } = this.#options;
    const job = new DiscoveryJob(
      { id, log, tuning, onProgress, onState: (state) => this.#save(id, state) },
      wish,
      before,
    );
    this.#jobs.set(id, job);
    return job;
  }

  #load(id: string): DiscoveryJob | null {
    try {
      const row = this.#options.database
        .prepare('select state from discovery_job where id = ?')
        .get(id);
      if (!row) return null;
      const state = JSON.parse(String(row['state'])) as DiscoveryState;
      return this.#make(
        id,
        { ...state.wish, interfaces: stillThere(state.wish.interfaces) },
        state,
      );
    } catch (error) {
      this.#options.log.warn('a kept search cannot be read', { reason: String(error) });
      return null;
    }
  }

  #lastId(): string | null {
    try {
      const row = this.#options.database
        .prepare('select id from discovery_job order by started_at desc, rowid desc limit 1')
        .get();
      return row ? String(row['id']) : ([...this.#jobs.keys()].at(-1) ?? null);
    } catch {
      return [...this.#jobs.keys()].at(-1) ?? null;
    }
  }

  #save(id: string, state: DiscoveryState): void {
    const { database, log } = this.#options;
    try {
      database
        .prepare(
          'insert into discovery_job values (?, ?, ?) on conflict do update set state = excluded.state',
        )
        .run(id, Date.now(), JSON.stringify(state));
      database
        .prepare(
          `delete from discovery_job where id not in
            (select id from discovery_job order by started_at desc, rowid desc limit ?)`,
        )
        .run(keptJobs);
    } catch (error) {
      // The search goes on; only a resume after a restart is lost.
      log.warn('the search is not kept', { reason: String(error) });
    }
  }
}

/** A network card that is gone since must not keep an old search from being shown. */
function stillThere(names: readonly string[] | null): readonly string[] | null {
  const present = new Set(localNetworks().map(({ name }) => name));
  return names === null ? null : names.filter((name) => present.has(name));
}
