import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import type { EvidenceJob, ExportFolder } from '../../../src/contract/evidence-schemas.ts';
import type { CallParams, CallResult } from '../../../src/contract/schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { remember } from './evidence-memory.ts';

/** Long work of the core: clips, copies, packages and their checks. */
export interface JobsModel {
  readonly jobs: readonly EvidenceJob[];
  readonly known: boolean;
  readonly key: CallResult<'evidence.key'> | null;
  readonly cause: Cause | null;
}

export interface JobsStore extends StoreApi<JobsModel> {
  watch(): () => void;
  folders(): Promise<readonly ExportFolder[]>;
  pack(order: CallParams<'evidence.package'>): Promise<string>;
  check(path: string, password: string | null): Promise<string>;
  clip(order: CallParams<'evidence.clip'>): Promise<readonly string[]>;
  cancel(jobId: string): void;
  retry(jobId: string): void;
  dismiss(jobId: string | null): void;
}

export function createJobsStore(core: Core): JobsStore {
  const store = createStore<JobsModel>(() => ({ jobs: [], known: false, key: null, cause: null }));
  const { setState: set } = store;
  const load = () =>
    core.call('evidence.jobs', {}).then(
      (jobs) => set({ jobs, known: true }),
      (error) => set({ cause: Fault.from(error).shown }),
    );
  const act = (call: Promise<unknown>) => {
    set({ cause: null });
    call.catch((error) => set({ cause: Fault.from(error).shown }));
  };
  core.on('evidence.jobs', (jobs) => set({ jobs, known: true }));
  return {
    ...store,
    watch() {
      void load();
      core.call('evidence.key', {}).then(
        (key) => set({ key }),
        // A vault that is closed shows no key; it is asked for again with the next visit.
        () => {},
      );
      return () => {};
    },
    folders: () => core.call('evidence.folders', {}),
    async pack(order) {
      remember({ legalBasis: order.legalBasis ?? '', recipient: order.recipient ?? '' });
      return (await core.call('evidence.package', order)).jobId;
    },
    check: async (path, password) => (await core.call('evidence.check', { path, password })).jobId,
    clip: async (order) => (await core.call('evidence.clip', order)).jobIds,
    cancel: (jobId) => act(core.call('evidence.cancel', { jobId })),
    retry: (jobId) => act(core.call('evidence.retry', { jobId })),
    dismiss: (jobId) => act(core.call('evidence.dismiss', { jobId })),
  };
}
