import type {
  DiscoveredDevice,
  DiscoveryPhase,
  DiscoveryProgress,
} from '../contract/hub-schemas.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { countAddresses, parseRanges } from './address-ranges.ts';
import { DeviceList } from './device-list.ts';
import { type LocalNetwork, localNetworks, neighbours } from './local-networks.ts';
import { probeMulticast } from './multicast-probe.ts';
import { askClock, type HostProbeOptions, probeHost } from './probe-host.ts';
import { sweep } from './sweep.ts';

/** What a person asked for. Nothing else is ever probed. */
export interface DiscoveryWish {
  readonly ranges: readonly string[];
  /** Names of interfaces for WS-Discovery; null: all but loopback; empty: no WS-Discovery. */
  readonly interfaces: readonly string[] | null;
  readonly allowPublic: boolean;
}

/** All that is kept of a search, to show it and to go on with it after a restart. */
export interface DiscoveryState {
  readonly wish: DiscoveryWish;
  readonly phase: DiscoveryPhase;
  /** Addresses from the first that are done. */
  readonly done: number;
  /** WS-Discovery was done. */
  readonly heard: boolean;
  readonly devices: readonly Omit<DiscoveredDevice, 'deviceId'>[];
  readonly cause: DiscoveryProgress['cause'];
}

export interface DiscoveryTuning
  extends Pick<HostProbeOptions, 'onvifPorts' | 'rtspPorts' | 'connectMs' | 'answerMs'> {
  readonly perSecond?: number;
  readonly atOnce?: number;
  /** How long answers to WS-Discovery are waited for, ms. */
  readonly waitMs?: number;
}

export interface JobOptions {
  readonly id: string;
  readonly log: Logger;
  readonly tuning?: DiscoveryTuning;
  readonly onProgress: (progress: DiscoveryProgress) => void;
  /** Worth keeping now: another phase, or some progress. */
  readonly onState: (state: DiscoveryState) => void;
}

const saveEvery = 256;
const tellEveryMs = 250;

/** One search: WS-Discovery first, then the sweep; cancelled and resumed at any time. */
export class DiscoveryJob {
  readonly #options: JobOptions;
  readonly #wish: DiscoveryWish;
  readonly #ranges: ReturnType<typeof parseRanges>;
  readonly #total: number;
  readonly #networks: readonly LocalNetwork[];
  readonly #list: DeviceList;
  #phase: DiscoveryPhase;
  #done: number;
  #heard: boolean;
  #cause: DiscoveryProgress['cause'];
  #running: { abort: AbortController; ended: Promise<void> } | null = null;
  #toldAt = 0;
  #savedDone = 0;

  /** @throws {Fault} `discovery.range`, `discovery.too-many`, `discovery.public`, `input.unknown` */
  constructor(options: JobOptions, wish: DiscoveryWish, before: DiscoveryState | null = null) {
    this.#options = options;
    this.#wish = wish;
    this.#ranges = parseRanges(wish.ranges, wish.allowPublic);
    this.#total = countAddresses(this.#ranges);
    this.#networks = localNetworks();
    this.#list = new DeviceList(this.#networks, before?.devices ?? []);
    this.#done = Math.min(before?.done ?? 0, this.#total);
    this.#heard = before?.heard ?? false;
    this.#cause = before?.cause ?? null;
    const phase = before?.phase ?? 'probing';
    // It was under way when the program ended.
    this.#phase = before && (phase === 'probing' || phase === 'sweeping') ? 'cancelled' : phase;
    for (const name of wish.interfaces ?? []) {
      if (!this.#networks.some((network) => network.name === name)) {
        throw new Fault('input.unknown', 'no such interface', { name });
      }
    }
  }

  get progress(): DiscoveryProgress {
    return {
      jobId: this.#options.id,
      phase: this.#phase,
      done: this.#done,
      total: this.#total,
      found: this.#list.size,
      cause: this.#cause,
    };
  }

  get wish(): DiscoveryWish {
    return this.#wish;
  }

  get state(): DiscoveryState {
    return {
      wish: this.#wish,
      phase: this.#phase,
      done: this.#done,
      heard: this.#heard,
      devices: this.#list.all(),
      cause: this.#cause,
    };
  }

  get running(): boolean {
    return this.#running !== null;
  }

  /** Begins, or goes on where it was. What is done stays done. */
  run(): Promise<void> {
    if (this.#running) return this.#running.ended;
    const abort = new AbortController();
    const ended = this.#work(abort.signal).finally(() => {
      this.#running = null;
    });
    this.#running = { abort, ended };
    return ended;
  }

  async cancel(): Promise<void> {
    this.#running?.abort.abort();
    await this.#running?.ended;
  }

  async #work(signal: AbortSignal): Promise<void> {
    if (this.#phase === 'done') return;
    this.#cause = null;
    try {
      if (!this.#heard) await this.#listen(signal);
      if (!signal.aborted && this.#total > 0) await this.#sweep(signal);
      this.#enter(signal.aborted ? 'cancelled' : 'done');
    } catch (error) {
      const { code, params = {} } = Fault.from(error).shown;
      this.#options.log.error('the search failed', { reason: Fault.from(error).message });
      this.#cause = { code, params: { ...params } };
      this.#enter('failed');
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    this.#enter('probing');
    const { interfaces } = this.#wish;
    const networks = this.#networks.filter(({ name, internal }) =>
      interfaces === null ? !internal : interfaces.includes(name),
    );
    if (networks.length > 0) {
      const asked = new Map<string, Promise<void>>();
      await probeMulticast({
        networks,
        signal,
        waitMs: this.#options.tuning?.waitMs,
        onProblem: (name, error) =>
          this.#options.log.warn('WS-Discovery is not sent there', { name, reason: error.message }),
        onMatch: (match, from) => {
          const device = this.#list.heard(match, from, neighbours());
          this.#tell();
          if (!device?.onvifUrl || device.foreign || asked.has(device.id) || asked.size >= 256)
            return;
          asked.set(device.id, this.#ask(device.id, device.onvifUrl, signal));
        },
      });
      await Promise.all(asked.values());
    }
    if (!signal.aborted) this.#heard = true;
  }

  async #ask(id: string, url: string, signal: AbortSignal): Promise<void> {
    const answer = await askClock(url, this.#options.tuning?.answerMs ?? 3000, signal);
    if (answer) this.#list.learn(id, { clockOffsetMs: answer.clockOffsetMs });
  }

  async #sweep(signal: AbortSignal): Promise<void> {
    this.#enter('sweeping');
    const { perSecond, atOnce, ...ports } = this.#options.tuning ?? {};
    await sweep({
      ranges: this.#ranges,
      from: this.#done,
      signal,
      perSecond,
      atOnce,
      visit: async (address) => {
        const answer = await probeHost(address, { ...ports, signal });
        if (answer && !signal.aborted) this.#list.swept(address, answer, neighbours());
      },
      onProgress: (done) => {
        this.#done = done;
        this.#tell();
        if (done - this.#savedDone >= saveEvery) this.#save();
      },
    });
  }

  #enter(phase: DiscoveryPhase): void {
    this.#phase = phase;
    this.#save();
    this.#options.onProgress(this.progress);
  }

  #save(): void {
    this.#savedDone = this.#done;
    this.#options.onState(this.state);
  }

  #tell(): void {
    const now = performance.now();
    if (now - this.#toldAt < tellEveryMs) return;
    this.#toldAt = now;
    this.#options.onProgress(this.progress);
  }
}
