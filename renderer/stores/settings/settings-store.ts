import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Core } from '../../wire/core.types.ts';

/** What the settings know beyond the session. */
export interface SettingsModel {
  readonly licences: boolean;
}

export interface SettingsStore extends StoreApi<SettingsModel> {
  showLicences(on: boolean): void;
}

export function createSettingsStore(_core: Core): SettingsStore {
  const store = createStore<SettingsModel>(() => ({ licences: false }));
  return { ...store, showLicences: (licences) => store.setState({ licences }) };
}
