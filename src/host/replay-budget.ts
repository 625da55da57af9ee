import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import {
  type ReplayKept,
  type ReplaySettings,
  replaySettings,
} from '../contract/replay-schemas.ts';
import type { RingBounds, RingFigures } from '../replay/replay.types.ts';
import { ringBounds } from '../replay/ring.ts';
import { Fault } from '../std/fault.ts';

const name = 'replay';
const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

/** What the ring may hold, as it was set for this workstation. */
export class ReplayBudget {
  readonly #db: DatabaseSync;
  /** Good while the program runs, also where the database cannot be read. */
  settings: ReplaySettings;

  constructor(database: DatabaseSync) {
    this.#db = database;
    this.settings = this.#read() ?? {
      on: ringBounds.on,
      seconds: ringBounds.seconds,
      memoryMiB: ringBounds.memoryBytes / mebibyte,
      diskGiB: ringBounds.diskBytes / gibibyte,
    };
  }

  get bounds(): RingBounds {
    const { on, seconds, memoryMiB, diskGiB } = this.settings;
    return { on, seconds, memoryBytes: memoryMiB * mebibyte, diskBytes: diskGiB * gibibyte };
  }

  /** @throws {Fault} `store.failed` */
  save(settings: ReplaySettings): void {
    try {
      this.#db
        .prepare(
          'insert into setting values (?, ?) on conflict do update set value = excluded.value',
        )
        .run(name, JSON.stringify(settings));
    } catch (error) {
      throw new Fault('store.failed', 'the setting cannot be kept', {}, error);
    }
    this.settings = settings;
  }

  #read(): ReplaySettings | null {
    try {
      const row = this.#db.prepare('select value from setting where name = ?').get(name);
      const parsed = row && z.safeParse(replaySettings, JSON.parse(String(row['value'])));
      return parsed?.success ? parsed.data : null;
    } catch {
      return null;
    }
  }
}

export function heldOf(figures: RingFigures, canUseDisk: boolean): ReplayKept['held'] {
  const { streams, memoryBytes, diskBytes, oldestAt } = figures;
  return { streams, memoryBytes, diskBytes, oldestAt, canUseDisk };
}
