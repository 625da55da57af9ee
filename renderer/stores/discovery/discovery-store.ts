import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import type {
  DiscoveredDevice,
  DiscoveryProgress,
  NetworkInterface,
} from '../../../src/contract/hub-schemas.ts';
import type { CallParams, CallResult } from '../../../src/contract/schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { type Asked, asker, notAsked } from '../workplace/asked.ts';

export interface DiscoveryModel {
  readonly interfaces: Asked<readonly NetworkInterface[]>;
  /** Names of interfaces that WS-Discovery leaves out. */
  readonly leftOut: ReadonlySet<string>;
  /** As typed, one range a line. */
  readonly ranges: string;
  readonly progress: DiscoveryProgress | null;
  readonly devices: readonly DiscoveredDevice[];
  readonly known: boolean;
  readonly selected: ReadonlySet<string>;
  readonly busy: boolean;
  readonly cause: Cause | null;
  readonly adopted: CallResult<'discovery.adopt'> | null;
}

export interface DiscoveryStore extends StoreApi<DiscoveryModel> {
  watch(): () => void;
  setInterface(name: string, on: boolean): void;
  setRanges(ranges: string): void;
  start(): Promise<void>;
  cancel(): Promise<void>;
  resume(): Promise<void>;
  select(id: string, on: boolean): void;
  selectAll(on: boolean): void;
  /** @throws {Fault} what the core answered. */
  adopt(how: Omit<CallParams<'discovery.adopt'>, 'jobId' | 'deviceIds'>): Promise<void>;
}

export function isRunning(progress: DiscoveryProgress | null): boolean {
  return progress?.phase === 'probing' || progress?.phase === 'sweeping';
}

export function createDiscoveryStore(core: Core): DiscoveryStore {
  const store = createStore<DiscoveryModel>(() => ({
    interfaces: notAsked,
    leftOut: new Set(),
    ranges: '',
    progress: null,
    devices: [],
    known: false,
    selected: new Set(),
    busy: false,
    cause: null,
    adopted: null,
  }));
  const get = store.getState;
  const set = store.setState;
  const askInterfaces = asker<readonly NetworkInterface[]>((interfaces) => set({ interfaces }));
  let reading = false;
  let again = false;

  /** One question at a time; what came meanwhile is asked for once more. */
  async function read(): Promise<void> {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    try {
      do {
        again = false;
        const jobId = get().progress?.jobId ?? null;
        const found = await core.call('discovery.results', { jobId });
        if (found) set({ progress: found.progress, devices: found.devices });
        set({ known: true });
      } while (again);
    } catch (error) {
      set({ cause: Fault.from(error).shown, known: true });
    } finally {
      reading = false;
    }
  }

  const run = async (work: () => Promise<unknown>): Promise<void> => {
    if (get().busy) return;
    set({ busy: true, cause: null });
    try {
      await work();
    } catch (error) {
      set({ cause: Fault.from(error).shown });
    } finally {
      set({ busy: false });
    }
  };

  return {
    ...store,
    watch() {
      void askInterfaces(() => core.call('discovery.interfaces', {}));
      void read();
      const off = core.on('discovery.progress', (progress) => {
        const before = get().progress;
        set({ progress });
        if (progress.found !== before?.found || !isRunning(progress)) void read();
      });
      return off;
    },
    setInterface(name, on) {
      const leftOut = new Set(get().leftOut);
      if (on) leftOut.delete(name);
      else leftOut.add(name);
      set({ leftOut });
    },
    setRanges: (ranges) => set({ ranges }),
    start: () =>
      run(async () => {
        const { interfaces, leftOut, ranges } = get();
        const all = interfaces.state === 'known' ? interfaces.value : [];
        const wanted = all.filter(({ name }) => !leftOut.has(name)).map(({ name }) => name);
        const list = ranges
          .split(/[\n,;]+/u)
          .map((each) => each.trim())
          .filter(Boolean);
        const { jobId } = await core.call('discovery.start', {
          ...(list.length > 0 ? { ranges: list } : {}),
          ...(leftOut.size > 0 ? { interfaces: [...new Set(wanted)] } : {}),
        });
        set({
          devices: [],
          selected: new Set(),
          adopted: null,
          progress: { jobId, phase: 'probing', done: 0, total: 0, found: 0, cause: null },
        });
        void read();
      }),
    cancel: () =>
      run(async () => {
        const jobId = get().progress?.jobId;
        if (jobId) await core.call('discovery.cancel', { jobId });
        await read();
      }),
    resume: () =>
      run(async () => {
        const jobId = get().progress?.jobId;
        if (jobId) await core.call('discovery.resume', { jobId });
        await read();
      }),
    select(id, on) {
      const selected = new Set(get().selected);
      if (on) selected.add(id);
      else selected.delete(id);
      set({ selected });
    },
    selectAll: (on) => set({ selected: new Set(on ? get().devices.map(({ id }) => id) : []) }),
    async adopt(how) {
      const { progress, selected } = get();
      if (!progress || selected.size === 0) return;
      const adopted = await core.call('discovery.adopt', {
        jobId: progress.jobId,
        deviceIds: [...selected],
        ...how,
      });
      set({ adopted, selected: new Set() });
      await read();
    },
  };
}
