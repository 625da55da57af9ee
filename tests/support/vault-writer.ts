/**
 * A program that is killed between writing the new vault and renaming it over the old one. Argument: data
 * folder, with a vault whose passphrase is `trạm gác số năm`.
 */
import { silentLog } from '../../src/std/log.ts';
import { openPassphraseFile } from '../../src/vault/passphrase-file.ts';

const file = openPassphraseFile({
  dataDir: process.argv[2] ?? '',
  log: silentLog,
  beforeRename: () => {
    process.kill(process.pid, 'SIGKILL');
    // The signal may take a moment.
    return new Promise<void>((resolve) => setTimeout(resolve, 10_000));
  },
});
await file.unlock('trạm gác số năm');
await file.set(new Map([['camera/c2', 'new']]));
