import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  type AuditCheck,
  type AuditFilter,
  type AuditFormat,
  type AuditRecordRow,
  everyRecord,
} from '../../../src/contract/audit-schemas.ts';
import type { Cause } from '../../../src/contract/cause.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { bytesOf } from '../imports/base64.ts';
import { createPager, emptyPaged, type Paged } from '../register/paged.ts';

export interface AuditPerson {
  readonly id: string;
  readonly name: string;
}

export interface AuditModel {
  readonly filter: AuditFilter;
  readonly rows: Paged<AuditRecordRow>;
  readonly people: readonly AuditPerson[];
  readonly openRow: AuditRecordRow | null;
  /** Records that came since the table was read. */
  readonly fresh: number;
  readonly verifying: boolean;
  readonly check: AuditCheck | null;
  readonly cause: Cause | null;
  readonly exporting: AuditFormat | null;
  readonly exported: string | null;
}

export interface AuditStore extends StoreApi<AuditModel> {
  watch(): () => void;
  change(filter: Partial<AuditFilter>): void;
  clear(): void;
  restart(): void;
  look(from: number, to: number): void;
  open(row: AuditRecordRow | null): void;
  verify(): Promise<void>;
  exportAs(format: AuditFormat, save: (blob: Blob, fileName: string) => void): Promise<void>;
}

export function createAuditStore(core: Core): AuditStore {
  const store = createStore<AuditModel>(() => ({
    filter: everyRecord,
    rows: emptyPaged,
    people: [],
    openRow: null,
    fresh: 0,
    verifying: false,
    check: null,
    cause: null,
    exporting: null,
    exported: null,
  }));
  const get = store.getState;
  const set = store.setState;
  const pager = createPager<AuditRecordRow>(
    () => get().rows,
    (rows) => set({ rows }),
  );
  /** The newest record of the table: all its pages are of that moment. */
  let upTo: number | null = null;

  const restart = () => {
    const { filter } = get();
    upTo = null;
    set({ fresh: 0 });
    pager.restart(async (offset, limit) => {
      const page = await core.call('audit.page', { filter, upTo, offset, limit });
      upTo ??= page.upTo;
      return page;
    });
  };

  return {
    ...store,
    watch() {
      restart();
      core.call('audit.people', {}).then(
        (people) => set({ people }),
        // Who may not read is told so by the table.
        () => {},
      );
      return core.on('audit.changed', ({ seq }) => {
        if (upTo !== null) set({ fresh: Math.max(0, seq - upTo) });
      });
    },
    change(change) {
      set({ filter: { ...get().filter, ...change }, openRow: null });
      restart();
    },
    clear() {
      set({ filter: everyRecord, openRow: null });
      restart();
    },
    restart,
    look: pager.look,
    open: (openRow) => set({ openRow }),
    async verify() {
      if (get().verifying) return;
      set({ verifying: true, check: null, cause: null });
      try {
        set({ check: await core.call('audit.verify', {}) });
      } catch (error) {
        set({ cause: Fault.from(error).shown });
      } finally {
        set({ verifying: false });
      }
    },
    async exportAs(format, save) {
      if (get().exporting) return;
      set({ exporting: format, exported: null, cause: null });
      try {
        const { filter } = get();
        const made = await core.call('audit.export', { filter, format });
        const parts: Uint8Array<ArrayBuffer>[] = [];
        for (let offset: number | null = 0; offset !== null; ) {
          const piece: { base64: string; next: number | null } = await core.call('audit.download', {
            exportId: made.exportId,
            offset,
          });
          parts.push(bytesOf(piece.base64));
          offset = piece.next;
        }
        save(new Blob(parts, { type: made.mediaType }), made.fileName);
        set({ exporting: null, exported: made.fileName });
      } catch (error) {
        set({ exporting: null, cause: Fault.from(error).shown });
      }
    },
  };
}
