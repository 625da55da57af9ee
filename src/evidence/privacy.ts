import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import {
  type MarkSettings,
  type Mask,
  markSettings as markShape,
  mask,
} from '../contract/evidence-schemas.ts';
import { Emitter } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';

const markSetting = 'privacy-mark';
const usualMark: MarkSettings = { onScreen: false, onSnapshots: false, opacity: 0.12 };
const maskList = z.array(mask);

/** What hides parts of a camera's picture, and the faint line over pictures. */
export class Privacy {
  readonly #db: DatabaseSync;
  readonly #changed = new Emitter<string[] | null>(() => {});

  constructor(database: DatabaseSync) {
    this.#db = database;
  }

  /** Told with the cameras whose masks changed, or null: the mark. */
  onChange(listener: (cameraIds: string[] | null) => void): () => void {
    return this.#changed.on(listener);
  }

  all(): { cameraId: string; masks: Mask[] }[] {
    const rows = this.#db.prepare('select camera_id, masks from privacy_mask').all();
    return rows.map((row) => ({
      cameraId: String(row['camera_id']),
      masks: parsed(maskList, row['masks']) ?? [],
    }));
  }

  of(cameraId: string): Mask[] {
    const row = this.#db
      .prepare('select masks from privacy_mask where camera_id = ?')
      .get(cameraId);
    return parsed(maskList, row?.['masks']) ?? [];
  }

  /** @throws {Fault} `store.failed` */
  save(cameraId: string, masks: readonly Mask[]): void {
    this.#write(() => {
      if (masks.length === 0) {
        this.#db.prepare('delete from privacy_mask where camera_id = ?').run(cameraId);
        return;
      }
      this.#db
        .prepare(
          'insert into privacy_mask values (?, ?) on conflict do update set masks = excluded.masks',
        )
        .run(cameraId, JSON.stringify(masks));
    });
    this.#changed.emit([cameraId]);
  }

  get mark(): MarkSettings {
    const row = this.#db.prepare('select value from setting where name = ?').get(markSetting);
    return parsed(markShape, row?.['value']) ?? usualMark;
  }

  /** @throws {Fault} `store.failed` */
  saveMark(mark: MarkSettings): void {
    this.#write(() =>
      this.#db
        .prepare(
          'insert into setting values (?, ?) on conflict do update set value = excluded.value',
        )
        .run(markSetting, JSON.stringify(mark)),
    );
    this.#changed.emit(null);
  }

  #write(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new Fault('store.failed', 'masks', {}, error);
    }
  }
}

function parsed<T extends z.ZodMiniType>(shape: T, value: unknown): z.infer<T> | null {
  try {
    const read = shape.safeParse(JSON.parse(String(value)));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
