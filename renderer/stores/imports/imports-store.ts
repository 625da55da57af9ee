import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import {
  type ExportFormat,
  type ImportField,
  type ImportOutcome,
  type ImportPreview,
  type ImportRow,
  type ImportStage,
  type ImportVerdict,
  importPieceBytes,
  maxImportBytes,
} from '../../../src/contract/import-schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { createPager, emptyPaged, type Paged } from '../register/paged.ts';
import { base64Of, bytesOf } from './base64.ts';

/** Where the import is: a file is chosen, sent, looked at, taken over. */
export type ImportStep = 'choose' | 'sending' | 'looking' | 'review' | 'running' | 'done';

export interface ImportsModel {
  readonly step: ImportStep;
  readonly fileName: string;
  readonly uploadId: string | null;
  readonly progress: {
    readonly stage: ImportStage | 'sending';
    readonly done: number;
    readonly total: number | null;
  } | null;
  readonly preview: ImportPreview | null;
  /** The verdict whose rows are shown; null: all. */
  readonly filter: ImportVerdict | null;
  readonly rows: Paged<ImportRow>;
  readonly leaveOutErrors: boolean;
  readonly outcome: ImportOutcome | null;
  readonly cause: Cause | null;
  readonly exporting: ExportFormat | null;
  readonly exported: string | null;
  readonly exportCause: Cause | null;
}

export interface ImportsStore extends StoreApi<ImportsModel> {
  choose(file: File): Promise<void>;
  setField(column: number, field: ImportField | null): Promise<void>;
  setSheet(sheet: string): Promise<void>;
  setFilter(verdict: ImportVerdict | null): void;
  look(from: number, to: number): void;
  setLeaveOutErrors(on: boolean): void;
  run(): Promise<void>;
  /** Ends what is under way; nothing was changed. */
  cancel(): Promise<void>;
  /** Forgets the file, for another one. */
  startOver(): void;
  /** Makes the file in the core and hands it to the browser to be saved. */
  exportAs(format: ExportFormat, save: (blob: Blob, fileName: string) => void): Promise<void>;
}

const atFirst = {
  step: 'choose',
  fileName: '',
  uploadId: null,
  progress: null,
  preview: null,
  filter: null,
  rows: emptyPaged,
  leaveOutErrors: false,
  outcome: null,
  cause: null,
} as const satisfies Partial<ImportsModel>;

export function createImportsStore(core: Core): ImportsStore {
  const store = createStore<ImportsModel>(() => ({
    ...atFirst,
    exporting: null,
    exported: null,
    exportCause: null,
  }));
  const get = store.getState;
  const set = store.setState;
  const pager = createPager<ImportRow>(
    () => get().rows,
    (rows) => set({ rows }),
  );
  /** Of the file that is looked at now; an answer for an older one is nobody's. */
  let turn = 0;

  core.on('imports.progress', ({ uploadId, stage, done, total }) => {
    const { step } = get();
    if (uploadId !== get().uploadId || (step !== 'looking' && step !== 'running')) return;
    set({ progress: { stage, done, total } });
  });

  async function send(file: File, mine: number): Promise<string | null> {
    let uploadId: string | null = null;
    for (let offset = 0; offset === 0 || offset < file.size; offset += importPieceBytes) {
      const piece = await file.slice(offset, offset + importPieceBytes).arrayBuffer();
      if (mine !== turn) break;
      const answer: { uploadId: string } = await core.call('imports.upload', {
        uploadId,
        fileName: file.name.slice(0, 200),
        offset,
        size: file.size,
        base64: base64Of(new Uint8Array(piece)),
      });
      uploadId = answer.uploadId;
      if (mine !== turn) break;
      const done = Math.min(file.size, offset + importPieceBytes);
      set({ uploadId, progress: { stage: 'sending', done, total: file.size } });
    }
    if (mine === turn) return uploadId;
    if (uploadId !== null) void core.call('imports.cancel', { uploadId }).catch(() => {});
    return null;
  }

  async function look(
    sheet: string | null,
    mapping: { index: number; field: ImportField | null }[] | null,
  ): Promise<void> {
    const { uploadId, preview: before } = get();
    if (uploadId === null) return;
    const mine = ++turn;
    set({ step: 'looking', progress: null, cause: null });
    try {
      const preview = await core.call('imports.preview', { uploadId, sheet, mapping });
      if (mine !== turn) return;
      set({ step: 'review', progress: null, preview });
      showRows();
    } catch (error) {
      if (mine !== turn) return;
      const step = before ? 'review' : 'choose';
      set({ step, progress: null, cause: Fault.from(error).shown });
    }
  }

  function showRows(): void {
    const { preview, filter } = get();
    if (!preview) return;
    const { planId } = preview;
    pager.restart((offset, limit) =>
      core.call('imports.rows', { planId, verdict: filter, offset, limit }),
    );
  }

  return {
    ...store,
    async choose(file) {
      const mine = ++turn;
      const fileName = file.name;
      if (file.size > maxImportBytes) {
        set({
          ...atFirst,
          fileName,
          cause: { code: 'input.sheet', params: { reason: 'too-large' } },
        });
        return;
      }
      set({ ...atFirst, step: 'sending', fileName });
      try {
        if ((await send(file, mine)) === null) return;
        await look(null, null);
      } catch (error) {
        if (mine === turn) set({ step: 'choose', progress: null, cause: Fault.from(error).shown });
      }
    },
    async setField(column, field) {
      const { preview } = get();
      if (!preview) return;
      const mapping = preview.columns.map(({ index, field: now }) => ({
        index,
        field: index === column ? field : now,
      }));
      await look(preview.sheet, mapping);
    },
    setSheet: (sheet) => look(sheet, null),
    setFilter(filter) {
      set({ filter });
      showRows();
    },
    look: pager.look,
    setLeaveOutErrors: (leaveOutErrors) => set({ leaveOutErrors }),
    async run() {
      const { preview, leaveOutErrors, step } = get();
      if (!preview || step !== 'review') return;
      const mine = ++turn;
      set({ step: 'running', progress: null, cause: null });
      try {
        const outcome = await core.call('imports.run', { planId: preview.planId, leaveOutErrors });
        if (mine === turn) set({ step: 'done', progress: null, outcome });
      } catch (error) {
        if (mine === turn) set({ step: 'review', progress: null, cause: Fault.from(error).shown });
      }
    },
    async cancel() {
      const { uploadId } = get();
      turn++;
      set(atFirst);
      if (uploadId !== null) await core.call('imports.cancel', { uploadId }).catch(() => {});
    },
    startOver() {
      turn++;
      set(atFirst);
    },
    async exportAs(format, save) {
      if (get().exporting) return;
      set({ exporting: format, exported: null, exportCause: null });
      try {
        const { exportId, fileName, mediaType } = await core.call('exports.start', { format });
        const parts: Uint8Array<ArrayBuffer>[] = [];
        for (let offset: number | null = 0; offset !== null; ) {
          const piece: { base64: string; next: number | null } = await core.call(
            'exports.download',
            { exportId, offset },
          );
          parts.push(bytesOf(piece.base64));
          offset = piece.next;
        }
        save(new Blob(parts, { type: mediaType }), fileName);
        set({ exporting: null, exported: fileName });
      } catch (error) {
        set({ exporting: null, exportCause: Fault.from(error).shown });
      }
    },
  };
}
