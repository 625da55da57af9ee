import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  type AuditCheck,
  type AuditFilter,
  type AuditFormat,
  type AuditRecordRow,
  everyRecord,
} from '../../../src/contract/audit-schemas.ts';
import type { Cause } from '../../../src/contract/cause.ts';
import type { CallResult } from '../../../src/contract/schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { bytesOf } from '../imports/base64.ts';
import { today } from '../register/days.ts';
import { createPager, emptyPaged, type Paged } from '../register/paged.ts';

import { type Asked, asker, notAsked } from '../workplace/asked.ts';
import { dayEnd, dayStart } from './day-span.ts';

/** Of one page of records. */
const maxNamesAtOnce = 40;

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
  /** Names of sites that no camera of the wall tells; null: nobody knows it. */
  readonly siteNames: ReadonlyMap<string, string | null>;
  readonly part: 'records' | 'coverage';
  readonly coverageOf: CoverageChoice;
  readonly coverage: Asked<CallResult<'audit.coverage'>>;
}

/** A camera on all screens, or all cameras of one screen, on one day of Viet Nam. */
export interface CoverageChoice {
  readonly by: 'camera' | 'screen';
  readonly camera: string | null;
  readonly screen: number;
  readonly day: string;
}

export interface AuditStore extends StoreApi<AuditModel> {
  watch(): () => void;
  change(filter: Partial<AuditFilter>): void;
  clear(): void;
  restart(): void;
  look(from: number, to: number): void;
  open(row: AuditRecordRow | null): void;
  setPart(part: AuditModel['part']): void;
  chooseCoverage(change: Partial<CoverageChoice>): void;
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
    siteNames: new Map(),
    part: 'records',
    coverageOf: { by: 'camera', camera: null, screen: 0, day: today() },
    coverage: notAsked,
  }));
  const askCoverage = asker<CallResult<'audit.coverage'>>((coverage) => set({ coverage }));
  const get = store.getState;
  const set = store.setState;
  const pager = createPager<AuditRecordRow>(
    () => get().rows,
    (rows) => set({ rows }),
  );
  /** The newest record of the table: all its pages are of that moment. */
  let upTo: number | null = null;

  /** Asks once for each; a site that is gone is called by its id. */
  const nameSites = (rows: readonly AuditRecordRow[]) => {
    const known = get().siteNames;
    const ids = new Set(rows.flatMap(({ site }) => (site && !known.has(site) ? [site] : [])));
    if (ids.size === 0) return;
    set({ siteNames: new Map([...known, ...[...ids].map((id) => [id, null] as const)]) });
    for (const siteId of [...ids].slice(0, maxNamesAtOnce)) {
      core.call('register.site', { siteId }).then(
        ({ site }) => set({ siteNames: new Map(get().siteNames).set(siteId, site?.name ?? null) }),
        () => {},
      );
    }
  };

  const loadCoverage = () => {
    const { by, camera, screen, day } = get().coverageOf;
    if (by === 'camera' && camera === null) return set({ coverage: notAsked });
    void askCoverage(() =>
      core.call('audit.coverage', {
        camera: by === 'camera' ? camera : null,
        screen: by === 'screen' ? screen : null,
        from: dayStart(day),
        to: dayEnd(day),
      }),
    );
  };

  const restart = () => {
    const { filter } = get();
    upTo = null;
    set({ fresh: 0 });
    pager.restart(async (offset, limit) => {
      const page = await core.call('audit.page', { filter, upTo, offset, limit });
      upTo ??= page.upTo;
      nameSites(page.rows);
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
    setPart(part) {
      set({ part, openRow: null });
      if (part === 'coverage') loadCoverage();
    },
    chooseCoverage(change) {
      set(({ coverageOf }) => ({ coverageOf: { ...coverageOf, ...change }, coverage: notAsked }));
      loadCoverage();
    },
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
