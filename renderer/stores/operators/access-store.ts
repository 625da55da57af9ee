import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  type AccessState,
  accessStateOf,
  type SiteNames,
} from '../../../src/contract/access-words.ts';
import type { Cause } from '../../../src/contract/cause.ts';
import type {
  AccessFormat,
  Operator,
  OperatorFields,
  OperatorRow,
  Role,
} from '../../../src/contract/operator-schemas.ts';
import type { CallResult } from '../../../src/contract/schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import { fold, foldedWords } from '../../../src/std/fold.ts';
import type { Core } from '../../wire/core.types.ts';
import { bytesOf } from '../imports/base64.ts';
import { today } from '../register/days.ts';
import { type Asked, asker, knownOf, notAsked } from '../workplace/asked.ts';
import { mayAct, type OperatorsStore } from './operators-store.ts';

export type Access = CallResult<'operators.access'>;
export type PlaceTree = CallResult<'register.tree'>;

/** The room of operators: their accounts, and the register of access. Passwords only ever go out. */
export interface AccessModel {
  readonly access: Asked<Access>;
  /** Nobody may act: the list is put away, and asked for when somebody wants it. */
  readonly put: boolean;
  readonly part: 'accounts' | 'register';
  readonly filter: AccessFilter;
  /** The account in the card; `id` null: a new one. */
  readonly card: { readonly id: string | null } | null;
  readonly tree: Asked<PlaceTree>;
  /** Name of who was saved or given a password last, until something else is done. */
  readonly done: { readonly what: 'saved' | 'reset'; readonly name: string } | null;
  readonly exporting: AccessFormat | null;
  readonly exported: string | null;
  readonly cause: Cause | null;
}

export interface AccessFilter {
  readonly text: string;
  readonly role: Role | null;
  readonly state: AccessState | null;
}

export interface AccessStore extends StoreApi<AccessModel> {
  watch(): () => void;
  reload(): void;
  setPart(part: AccessModel['part']): void;
  setFilter(change: Partial<AccessFilter>): void;
  open(id: string | null): void;
  close(): void;
  loadTree(): void;
  /** @throws {Fault} what the core answered. */
  save(id: string | null, fields: OperatorFields, password?: string): Promise<void>;
  /** @throws {Fault} what the core answered. */
  remove(id: string): Promise<void>;
  /** @throws {Fault} what the core answered. */
  resetPassword(operator: Operator, password: string): Promise<void>;
  exportAs(
    format: AccessFormat,
    submitted: boolean,
    save: (blob: Blob, fileName: string) => void,
  ): Promise<void>;
}

export const everybody: AccessFilter = { text: '', role: null, state: null };

export function createAccessStore(core: Core, operators: OperatorsStore): AccessStore {
  const store = createStore<AccessModel>(() => ({
    access: notAsked,
    put: false,
    part: 'accounts',
    filter: everybody,
    card: null,
    tree: notAsked,
    done: null,
    exporting: null,
    exported: null,
    cause: null,
  }));
  const get = store.getState;
  const set = store.setState;
  const ask = asker<Access>((access) => set({ access }));
  const askTree = asker<PlaceTree>((tree) => set({ tree }));
  const reload = () => {
    set({ put: false });
    void ask(() => core.call('operators.access', {}));
  };

  return {
    ...store,
    reload,
    watch() {
      // A person who is asked to sign in wanted to see it; a sign-out must not ask for the next one.
      reload();
      return operators.subscribe(({ state }, before) => {
        const now = state?.session?.operator.id;
        if (!mayAct(state)) {
          if (mayAct(before.state)) set({ access: notAsked, put: true, card: null, done: null });
        } else if (!mayAct(before.state) || now !== before.state?.session?.operator.id) reload();
      });
    },
    setPart: (part) => set({ part, card: null }),
    setFilter: (change) => set(({ filter }) => ({ filter: { ...filter, ...change } })),
    open: (id) => set({ card: { id }, done: null }),
    close: () => set({ card: null }),
    loadTree: () => void askTree(() => core.call('register.tree', {})),
    async save(id, fields, password) {
      const { operator } = await core.call('operators.save', {
        id,
        fields,
        ...(password === undefined ? {} : { password }),
      });
      set({ done: { what: 'saved', name: operator.name }, card: { id: operator.id } });
      await ask(() => core.call('operators.access', {}));
    },
    async remove(id) {
      await core.call('operators.remove', { id });
      set({ card: null, done: null });
      // Who removed themselves may not look any more.
      if (mayAct(operators.getState().state)) await ask(() => core.call('operators.access', {}));
    },
    async resetPassword({ id, name }, password) {
      await core.call('operators.resetPassword', { id, password });
      set({ done: { what: 'reset', name } });
      await ask(() => core.call('operators.access', {}));
    },
    async exportAs(format, submitted, save) {
      if (get().exporting) return;
      set({ exporting: format, exported: null, cause: null });
      try {
        const made = await core.call('operators.exportAccess', { format, submitted });
        const parts: Uint8Array<ArrayBuffer>[] = [];
        for (let offset: number | null = 0; offset !== null; ) {
          const piece: { base64: string; next: number | null } = await core.call(
            'operators.downloadAccess',
            { exportId: made.exportId, offset },
          );
          parts.push(bytesOf(piece.base64));
          offset = piece.next;
        }
        save(new Blob(parts, { type: made.mediaType }), made.fileName);
        set({ exported: made.fileName });
        if (submitted) await ask(() => core.call('operators.access', {}));
      } catch (error) {
        set({ cause: Fault.from(error).shown });
      } finally {
        set({ exporting: null });
      }
    },
  };
}

export function siteNamesOf(access: Access): SiteNames {
  return new Map(access.sites.map((site) => [site.id, site]));
}

/** The state of an account today. */
export function stateOfRow({ operator }: OperatorRow): AccessState {
  return accessStateOf(operator, today());
}

/** @param placesOf an operator's area in words, which is searched too */
export function filteredRows(
  asked: Asked<Access>,
  { text, role, state }: AccessFilter,
  placesOf: (operator: Operator) => string,
): OperatorRow[] {
  const words = foldedWords(text);
  return (knownOf(asked)?.rows ?? []).filter((row) => {
    const { operator } = row;
    if (role !== null && operator.role !== role) return false;
    if (state !== null && stateOfRow(row) !== state) return false;
    if (words.length === 0) return true;
    const { name, fullName, document } = operator;
    const all = fold(`${name} ${fullName} ${document.number} ${placesOf(operator)}`);
    return words.every((word) => all.includes(word));
  });
}
