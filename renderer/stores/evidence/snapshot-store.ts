import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../../src/contract/cause.ts';
import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import type { HeldPicture } from '../../wall/engine.types.ts';
import type { Core } from '../../wire/core.types.ts';
import { remember, remembered } from './evidence-memory.ts';
import { createTurns } from './turns.ts';
import { uploadFile } from './upload.ts';

/** Pictures on their way from the wall to the shelf. Only two or three are in memory at a time. */
export interface SnapshotNote {
  readonly id: number;
  readonly total: number;
  readonly items: readonly EvidenceItem[];
  /** Addresses of small pictures, of the first few. */
  readonly thumbnails: readonly string[];
  readonly failed: number;
  /** Of the first that failed. */
  readonly cause: Cause | null;
  readonly running: boolean;
}

export interface SnapshotModel {
  readonly format: 'png' | 'jpeg';
  /** Goes with every picture until it is taken away. */
  readonly reason: string;
  readonly notes: readonly SnapshotNote[];
  /** How often each tile was taken: a new number is a flash. */
  readonly flashes: ReadonlyMap<number, number>;
  readonly askingReason: boolean;
}

export interface SnapshotStore extends StoreApi<SnapshotModel> {
  /** The pictures of one press of a key. Nothing is thrown: what failed is said in a note. */
  take(held: readonly HeldPicture[]): Promise<void>;
  dismiss(id: number): void;
  setFormat(format: 'png' | 'jpeg'): void;
  setReason(reason: string): void;
  askReason(asking: boolean): void;
}

const atATime = 3;
const maxWaiting = 192;
const shownThumbnails = 6;
const maxNotes = 3;

export function createSnapshotStore(core: Core): SnapshotStore {
  const { format, reason } = remembered();
  const store = createStore<SnapshotModel>(() => ({
    format,
    reason,
    notes: [],
    flashes: new Map(),
    askingReason: false,
  }));
  const { getState: get, setState: set } = store;
  const turns = createTurns(atATime);
  let nextNote = 1;

  const change = (id: number, how: (note: SnapshotNote) => SnapshotNote) =>
    set(({ notes }) => ({ notes: notes.map((note) => (note.id === id ? how(note) : note)) }));
  const drop = (note: SnapshotNote | undefined) => {
    for (const url of note?.thumbnails ?? []) URL.revokeObjectURL(url);
  };
  const begin = (total: number): number => {
    const id = nextNote++;
    const note: SnapshotNote = {
      id,
      total,
      items: [],
      thumbnails: [],
      failed: 0,
      cause: null,
      running: true,
    };
    const notes = [...get().notes, note];
    for (const old of notes.splice(0, Math.max(0, notes.length - maxNotes))) drop(old);
    set({ notes });
    return id;
  };

  return {
    ...store,
    async take(held) {
      if (held.length === 0) return;
      const groupId = held.length > 1 ? crypto.randomUUID() : null;
      const asked = get();
      const flashes = new Map(asked.flashes);
      for (const { tile } of held) flashes.set(tile, (flashes.get(tile) ?? 0) + 1);
      set({ flashes });
      const id = begin(held.length);
      let stopped: Fault | null = turns.waiting > maxWaiting ? busy() : null;
      const one = async (picture: HeldPicture) => {
        if (stopped) {
          picture.letGo();
          throw stopped;
        }
        const taken = await picture.take(asked.format);
        const uploadId = await uploadFile(core, taken.bytes);
        const { item } = await core.call('evidence.snapshot', {
          uploadId,
          cameraId: taken.cameraId,
          quality: taken.quality,
          format: asked.format,
          codec: taken.codec,
          width: taken.width,
          height: taken.height,
          takenAt: taken.takenAt,
          ageMs: taken.ageMs,
          rtpTime: taken.rtpTime,
          senderTime: null,
          replay: taken.replay,
          reason: asked.reason.trim() || null,
          groupId,
        });
        change(id, (note) => ({
          ...note,
          items: [...note.items, item],
          // What is masked on the wall is not shown beside it.
          thumbnails:
            note.thumbnails.length < shownThumbnails && !item.exposed
              ? [...note.thumbnails, URL.createObjectURL(taken.thumbnail)]
              : note.thumbnails,
        }));
      };
      await Promise.all(
        held.map((picture) =>
          turns
            .run(() => one(picture))
            .catch((error) => {
              const fault = Fault.from(error);
              // What this person may not do, they may not do 64 times.
              if (/^(operator|access)\./u.test(fault.code)) stopped ??= fault;
              change(id, (note) => ({
                ...note,
                failed: note.failed + 1,
                cause: note.cause ?? fault.shown,
              }));
            }),
        ),
      );
      change(id, (note) => ({ ...note, running: false }));
    },
    dismiss(id) {
      drop(get().notes.find((note) => note.id === id));
      set(({ notes }) => ({ notes: notes.filter((note) => note.id !== id) }));
    },
    setFormat(next) {
      remember({ format: next });
      set({ format: next });
    },
    setReason(next) {
      const text = next.slice(0, 2000);
      remember({ reason: text });
      set({ reason: text });
    },
    askReason: (askingReason) => set({ askingReason }),
  };
}

function busy(): Fault {
  return new Fault('host.busy', 'too many pictures are on their way');
}
