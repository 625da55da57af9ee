import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import type {
  SurveyCounts,
  SurveyFormat,
  SurveyJob,
  SurveyLetterhead,
  SurveyRow,
  SurveyTarget,
  SurveyVerdict,
} from '../../../src/contract/survey-schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { bytesOf } from '../imports/base64.ts';
import { createPager, emptyPaged, type Paged } from '../register/paged.ts';

export interface SurveyModel {
  readonly job: SurveyJob | null;
  readonly counts: SurveyCounts | null;
  readonly verdict: SurveyVerdict | null;
  readonly rows: Paged<SurveyRow>;
  readonly openRow: SurveyRow | null;
  readonly busy: boolean;
  readonly cause: Cause | null;
  readonly exporting: SurveyFormat | null;
  readonly exported: string | null;
}

export interface SurveyStore extends StoreApi<SurveyModel> {
  watch(): () => void;
  start(target: SurveyTarget): Promise<boolean>;
  cancel(): Promise<void>;
  setVerdict(verdict: SurveyVerdict | null): void;
  look(from: number, to: number): void;
  open(row: SurveyRow | null): void;
  retry(): void;
  exportAs(
    format: SurveyFormat,
    letterhead: SurveyLetterhead | null,
    save: (blob: Blob, fileName: string) => void,
  ): Promise<void>;
}

export function createSurveyStore(core: Core): SurveyStore {
  const store = createStore<SurveyModel>(() => ({
    job: null,
    counts: null,
    verdict: null,
    rows: emptyPaged,
    openRow: null,
    busy: false,
    cause: null,
    exporting: null,
    exported: null,
  }));
  const get = store.getState;
  const set = store.setState;
  const pager = createPager<SurveyRow>(
    () => get().rows,
    (rows) => set({ rows }),
  );
  const restart = () => {
    const { job, verdict } = get();
    const jobId = job?.jobId ?? null;
    pager.restart(async (offset, limit) => {
      const page = await core.call('survey.rows', { jobId, verdict, siteId: null, offset, limit });
      if (jobId === (get().job?.jobId ?? null)) set({ counts: page.counts });
      return page;
    });
  };

  /** New rows in place of the old ones: the table is live without asking again. */
  function take(changed: readonly SurveyRow[]): void {
    const { rows, openRow } = get();
    const byId = new Map(changed.map((row) => [row.cameraId, row]));
    const pages = new Map(rows.pages);
    for (const [at, page] of pages) {
      if (page.some((row) => byId.has(row.cameraId))) {
        pages.set(
          at,
          page.map((row) => byId.get(row.cameraId) ?? row),
        );
      }
    }
    set({
      rows: { ...rows, pages },
      openRow: openRow && (byId.get(openRow.cameraId) ?? openRow),
    });
  }

  const run = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (get().busy) return false;
    set({ busy: true, cause: null });
    try {
      await work();
      return true;
    } catch (error) {
      set({ cause: Fault.from(error).shown });
      return false;
    } finally {
      set({ busy: false });
    }
  };

  return {
    ...store,
    watch() {
      core
        .call('survey.state', {})
        .then((job) => {
          set({ job, ...(job ? { counts: job.counts } : {}) });
          restart();
        })
        .catch((error: unknown) => set({ cause: Fault.from(error).shown }));
      return core.on('survey.progress', ({ job, rows, more }) => {
        const before = get().job;
        set({ job, counts: job.counts });
        if (job.jobId !== before?.jobId) return restart();
        // With a verdict chosen, rows come into the table and leave it.
        if (more || get().verdict !== null || job.endedAt !== null) pager.refresh();
        else take(rows);
      });
    },
    start: (target) =>
      run(async () => {
        const job = await core.call('survey.start', target);
        set({ job, counts: job.counts, verdict: null, openRow: null, exported: null });
        restart();
      }),
    async cancel() {
      const { job } = get();
      if (job) await run(() => core.call('survey.cancel', { jobId: job.jobId }));
    },
    setVerdict(verdict) {
      set({ verdict });
      restart();
    },
    look: pager.look,
    open: (openRow) => set({ openRow }),
    retry: restart,
    async exportAs(format, letterhead, save) {
      if (get().exporting) return;
      set({ exporting: format, exported: null, cause: null });
      try {
        const { exportId, fileName, mediaType } = await core.call('survey.export', {
          jobId: get().job?.jobId ?? null,
          siteId: null,
          format,
          letterhead,
        });
        const parts: Uint8Array<ArrayBuffer>[] = [];
        for (let offset: number | null = 0; offset !== null; ) {
          const piece: { base64: string; next: number | null } = await core.call(
            'survey.download',
            { exportId, offset },
          );
          parts.push(bytesOf(piece.base64));
          offset = piece.next;
        }
        save(new Blob(parts, { type: mediaType }), fileName);
        set({ exporting: null, exported: fileName });
      } catch (error) {
        set({ exporting: null, cause: Fault.from(error).shown });
      }
    },
  };
}
