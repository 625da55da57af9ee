import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import type { MarkSettings, Mask } from '../../../src/contract/evidence-schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { Core } from '../../wire/core.types.ts';
import { type Draft, draftOf } from './mask-draft.ts';

/** Masks that are being drawn, over the tile of their camera. */
export interface MaskEditing {
  readonly tile: number;
  readonly cameraId: string;
  readonly draft: Draft;
  /** As they were when the drawing began. */
  readonly saved: readonly Mask[];
  /** The tile was in full view before. */
  readonly wasFull: boolean;
  readonly busy: boolean;
  readonly cause: Cause | null;
}

export interface PrivacyModel {
  /** Of each camera that has any; null until the core said it: then whole pictures are covered. */
  readonly masks: ReadonlyMap<string, readonly Mask[]> | null;
  readonly mark: MarkSettings;
  /** Whole minutes since 1970 by this page's clock; it goes on only while the mark is on screen. */
  readonly minute: number;
  readonly editing: MaskEditing | null;
}

export interface PrivacyStore extends StoreApi<PrivacyModel> {
  edit(tile: number, cameraId: string, wasFull: boolean): void;
  change(how: (draft: Draft) => Draft): void;
  leave(): void;
  /** True when they were saved; else the cause is in `editing`. */
  save(): Promise<boolean>;
  /** @throws {Fault} */
  saveMark(mark: MarkSettings): Promise<void>;
}

const retryMs = 2000;
const thisMinute = () => Math.floor(Date.now() / 60_000);

/**
 * What hides parts of pictures, and the mark over them. Known before a picture is shown: while the
 * core has not said which masks there are, or cannot, everything is covered.
 */
export function createPrivacyStore(core: Core): PrivacyStore {
  const store = createStore<PrivacyModel>(() => ({
    masks: null,
    mark: { onScreen: false, onSnapshots: false, opacity: 0.12 },
    minute: thisMinute(),
    editing: null,
  }));
  let turn = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  let clock: ReturnType<typeof setInterval> | undefined;

  const know = (mark: MarkSettings) => {
    store.setState({ mark, minute: thisMinute() });
    clearInterval(clock);
    if (!mark.onScreen) return;
    clock = setInterval(() => {
      const minute = thisMinute();
      if (minute !== store.getState().minute) store.setState({ minute });
    }, 1000);
  };
  const ask = async () => {
    const mine = ++turn;
    clearTimeout(again);
    try {
      const [list, mark] = await Promise.all([
        core.call('privacy.masks', {}),
        core.call('privacy.mark', {}),
      ]);
      if (mine !== turn) return;
      store.setState({ masks: new Map(list.map(({ cameraId, masks }) => [cameraId, masks])) });
      know(mark);
    } catch {
      // What was known stays; with nothing known everything stays covered.
      if (mine === turn) again = setTimeout(() => void ask(), retryMs);
    }
  };
  core.on('privacy.changed', () => void ask());
  core.connection.subscribe((now, before) => {
    if (now.phase === 'open' && before.phase !== 'open') void ask();
  });
  if (core.connection.getState().phase === 'open') void ask();

  const put = (change: Partial<MaskEditing>) =>
    store.setState(({ editing }) => ({ editing: editing && { ...editing, ...change } }));
  return {
    ...store,
    edit(tile, cameraId, wasFull) {
      const saved = store.getState().masks?.get(cameraId) ?? [];
      const draft = draftOf(saved);
      store.setState({
        editing: { tile, cameraId, draft, saved, wasFull, busy: false, cause: null },
      });
    },
    change(how) {
      const { editing } = store.getState();
      if (editing && !editing.busy) put({ draft: how(editing.draft) });
    },
    leave: () => store.setState({ editing: null }),
    async save() {
      const { editing } = store.getState();
      if (!editing || editing.busy) return false;
      const { cameraId } = editing;
      const masks = [...editing.draft.masks];
      put({ busy: true, cause: null });
      try {
        await core.call('privacy.saveMasks', { cameraId, masks });
      } catch (error) {
        put({ busy: false, cause: Fault.from(error).shown });
        return false;
      }
      // Not only when the event comes: nothing may show through between the two.
      store.setState((model) => ({
        masks: new Map(model.masks ?? []).set(cameraId, masks),
        editing: null,
      }));
      return true;
    },
    async saveMark(mark) {
      await core.call('privacy.saveMark', mark);
      know(mark);
    },
  };
}

export function isChanged({ draft, saved }: MaskEditing): boolean {
  return draft.masks !== saved && JSON.stringify(draft.masks) !== JSON.stringify(saved);
}
