import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openRegister } from '../sites/register.ts';
import type { Register } from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import { silentLog } from '../std/log.ts';
import { openStore } from '../store/store.ts';

/** The register of a data folder, for commands that work on it without a wall. */
export interface SavedRegister {
  readonly register: Register;
  readonly database: DatabaseSync;
  /** SHA-256 of a certificate that a person trusted for `host:port`. */
  fingerprint(endpoint: string): string | null;
  close(): void;
}

/**
 * Where there is no database yet and none may be made, an empty register in memory.
 * @throws {Fault} `store.failed` where the file cannot be used as it is.
 */
export function openSavedRegister(
  dataDir: string,
  { mayCreate }: { readonly mayCreate: boolean },
): SavedRegister {
  const there = existsSync(join(dataDir, 'vonggac.db'));
  const store = openStore({ dataDir: there || mayCreate ? dataDir : null, log: silentLog });
  if (store.warning !== null) {
    store.close();
    throw new Fault('store.failed', store.warning);
  }
  return {
    register: openRegister({ database: store.database, log: silentLog }),
    database: store.database,
    fingerprint: (endpoint) => store.trustedFingerprint(endpoint),
    close: () => store.close(),
  };
}
