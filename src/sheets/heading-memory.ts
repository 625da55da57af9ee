import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import {
  type ImportField,
  type RememberedMapping,
  rememberedMapping,
} from '../contract/import-schemas.ts';
import type { Logger } from '../std/log.ts';

/**
 * What the columns of headings meant, as people chose or agreed: the next file with the same heading is
 * read in the same way. Kept beside the other settings; one that cannot be read is forgotten.
 */
export interface HeadingMemory {
  /** The last used first. */
  all(): RememberedMapping[];
  remember(
    fingerprint: string,
    columns: readonly { readonly heading: string; readonly field: ImportField | null }[],
  ): void;
  forget(fingerprint: string): void;
}

const name = 'imports.mappings';
const maxKept = 100;
const shape = z.array(rememberedMapping);

export function openHeadingMemory(
  database: DatabaseSync,
  log: Logger,
  now: () => number = Date.now,
): HeadingMemory {
  const all = (): RememberedMapping[] => {
    try {
      const row = database.prepare('select value from setting where name = ?').get(name);
      return row ? shape.parse(JSON.parse(String(row['value']))) : [];
    } catch (error) {
      log.warn('remembered headings cannot be read', { reason: String(error).slice(0, 200) });
      return [];
    }
  };
  const save = (mappings: readonly RememberedMapping[]) => {
    try {
      database
        .prepare(
          'insert into setting values (?, ?) on conflict do update set value = excluded.value',
        )
        .run(name, JSON.stringify(mappings.slice(0, maxKept)));
    } catch (error) {
      // It is only a convenience: the import itself has been written.
      log.warn('a heading is not remembered', { reason: String(error).slice(0, 200) });
    }
  };
  return {
    all,
    remember(fingerprint, columns) {
      const others = all().filter((mapping) => mapping.fingerprint !== fingerprint);
      const kept = columns.map(({ heading, field }) => ({ heading, field }));
      save([{ fingerprint, columns: kept, usedAt: now() }, ...others]);
    },
    forget(fingerprint) {
      save(all().filter((mapping) => mapping.fingerprint !== fingerprint));
    },
  };
}
