import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ReplayKept, ReplaySettings } from '../../../src/contract/replay-schemas.ts';
import type { LoginQuestion, LoginRow, VaultStatus } from '../../../src/contract/vault-schemas.ts';
import type { Core } from '../../wire/core.types.ts';
import { type Asked, asker, notAsked } from '../workplace/asked.ts';

/** What the settings know beyond the session. Passwords and passphrases only ever go out. */
export interface SettingsModel {
  readonly vault: Asked<VaultStatus>;
  /** Devices that wait for a login: one question each, however many cameras they carry. */
  readonly questions: readonly LoginQuestion[];
  /** Kept logins that no camera uses. */
  readonly unused: readonly LoginRow[];
  /** The ring of the last minutes; null before the core told. */
  readonly ring: ReplayKept | null;
  readonly licences: boolean;
}

export interface SettingsStore extends StoreApi<SettingsModel> {
  watch(): () => void;
  reload(): void;
  /** @throws {Fault} `input.value` (too short), `input.conflict`. */
  createVault(passphrase: string): Promise<void>;
  /** @throws {Fault} `vault.passphrase`, `vault.damaged`, `vault.missing`. */
  unlockVault(passphrase: string): Promise<void>;
  lockVault(): Promise<void>;
  /** @throws {Fault} what the core answered. */
  answer(question: LoginQuestion, user: string, password: string): Promise<void>;
  /** @throws {Fault} what the core answered. */
  removeLogin(login: LoginRow): Promise<void>;
  /** The name of this workstation, and after how many minutes without anybody control locks. */
  saveStation(name: string, idleMinutes: number): Promise<void>;
  /** @throws {Fault} what the core answered. */
  saveRing(settings: ReplaySettings): Promise<void>;
  showLicences(on: boolean): void;
}

export function createSettingsStore(core: Core): SettingsStore {
  const store = createStore<SettingsModel>(() => ({
    vault: notAsked,
    questions: [],
    unused: [],
    ring: null,
    licences: false,
  }));
  const set = store.setState;
  const ask = asker<VaultStatus>((vault) => set({ vault }));
  const know = (value: VaultStatus) => set({ vault: { state: 'known', value } });
  const reload = () => {
    void ask(() => core.call('vault.level', {}));
    core
      .call('replay.settings', {})
      .then((ring) => set({ ring }))
      .catch(() => set({ ring: null }));
    core
      .call('logins.list', {})
      .then(({ logins, questions }) =>
        set({ questions, unused: logins.filter(({ cameras }) => cameras === 0) }),
      )
      // The state of the vault says what is wrong.
      .catch(() => set({ questions: [], unused: [] }));
  };
  return {
    ...store,
    reload,
    watch() {
      reload();
      const offVault = core.on('vault.changed', know);
      const offQuestions = core.on('logins.questions', (questions) => set({ questions }));
      return () => {
        offVault();
        offQuestions();
      };
    },
    createVault: async (passphrase) => know(await core.call('vault.create', { passphrase })),
    unlockVault: async (passphrase) => know(await core.call('vault.unlock', { passphrase })),
    lockVault: async () => know(await core.call('vault.lock', {})),
    async answer({ device }, user, password) {
      await core.call('logins.set', { scope: 'device', id: device, user, password });
    },
    async removeLogin({ scope, id }) {
      await core.call('logins.remove', { scope, id });
      reload();
    },
    async saveStation(name, idleMinutes) {
      const before = await core.call('operators.me', {});
      if (name !== before.workstation.name) await core.call('workstation.rename', { name });
      if (idleMinutes !== before.idleMinutes)
        await core.call('operators.settings', { idleMinutes });
    },
    async saveRing(settings) {
      set({ ring: await core.call('replay.saveSettings', settings) });
    },
    showLicences: (licences) => set({ licences }),
  };
}
