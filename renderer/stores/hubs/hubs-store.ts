import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import type { HubEntry, HubPlan } from '../../../src/contract/hub-schemas.ts';
import type { CallResult } from '../../../src/contract/schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { type Asked, asker, notAsked } from '../workplace/asked.ts';

export type HubTest = CallResult<'hubs.test'>;

/** A synchronisation: looked at first, then taken over or left. */
export type HubSync =
  | { readonly step: 'looking'; readonly hubId: string }
  | { readonly step: 'review' | 'applying'; readonly hubId: string; readonly plan: HubPlan }
  | {
      readonly step: 'done';
      readonly hubId: string;
      readonly result: CallResult<'hubs.apply'>;
    }
  | { readonly step: 'failed'; readonly hubId: string; readonly cause: Cause };

export interface HubsModel {
  readonly hubs: Asked<readonly HubEntry[]>;
  readonly tests: ReadonlyMap<string, Asked<HubTest>>;
  readonly sync: HubSync | null;
  /** Of the plan in review: what a person leaves out. */
  readonly leaveOut: ReadonlySet<string>;
  readonly trouble: Cause | null;
}

export interface HubsStore extends StoreApi<HubsModel> {
  watch(): () => void;
  reload(): void;
  test(hubId: string): Promise<void>;
  look(hubId: string): Promise<void>;
  setLeaveOut(key: string, out: boolean): void;
  apply(): Promise<void>;
  endSync(): void;
  remove(hubId: string): Promise<void>;
}

export function createHubsStore(core: Core): HubsStore {
  const store = createStore<HubsModel>(() => ({
    hubs: notAsked,
    tests: new Map(),
    sync: null,
    leaveOut: new Set(),
    trouble: null,
  }));
  const get = store.getState;
  const set = store.setState;
  const ask = asker<readonly HubEntry[]>((hubs) => set({ hubs }));
  const reload = () => void ask(() => core.call('hubs.list', {}));
  let turn = 0;
  return {
    ...store,
    reload,
    watch() {
      reload();
      const off = core.on('hubs.changed', (value) => set({ hubs: { state: 'known', value } }));
      const offConnection = core.connection.subscribe((now, before) => {
        if (now.phase === 'open' && before.phase !== 'open') reload();
      });
      return () => {
        off();
        offConnection();
      };
    },
    async test(hubId) {
      const put = (asked: Asked<HubTest>) => set({ tests: new Map(get().tests).set(hubId, asked) });
      await asker<HubTest>(put)(() => core.call('hubs.test', { hubId }));
    },
    async look(hubId) {
      const mine = ++turn;
      set({ sync: { step: 'looking', hubId }, leaveOut: new Set() });
      try {
        const plan = await core.call('hubs.sync', { hubId });
        if (mine === turn) set({ sync: { step: 'review', hubId, plan } });
      } catch (error) {
        if (mine === turn) {
          set({ sync: { step: 'failed', hubId, cause: Fault.from(error).shown } });
        }
      }
    },
    setLeaveOut(key, out) {
      const leaveOut = new Set(get().leaveOut);
      if (out) leaveOut.add(key);
      else leaveOut.delete(key);
      set({ leaveOut });
    },
    async apply() {
      const { sync, leaveOut } = get();
      if (sync?.step !== 'review') return;
      const mine = ++turn;
      const { hubId, plan } = sync;
      set({ sync: { step: 'applying', hubId, plan } });
      try {
        const result = await core.call('hubs.apply', {
          planId: plan.planId,
          ...(leaveOut.size > 0 ? { leaveOut: [...leaveOut] } : {}),
        });
        if (mine === turn) set({ sync: { step: 'done', hubId, result } });
      } catch (error) {
        if (mine === turn) {
          set({ sync: { step: 'failed', hubId, cause: Fault.from(error).shown } });
        }
      }
    },
    endSync() {
      turn++;
      set({ sync: null });
    },
    async remove(hubId) {
      set({ trouble: null });
      try {
        await core.call('hubs.remove', { hubId });
        reload();
      } catch (error) {
        set({ trouble: Fault.from(error).shown });
      }
    },
  };
}
