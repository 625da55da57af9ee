import { openRtsp } from '../rtsp/open-rtsp.ts';
import { openStore } from '../store/store.ts';
import { serveMedia } from '../streams/media-outlet.ts';
import { createSupervisor } from '../streams/supervisor.ts';
import { systemKeychain } from '../vault/keychain.ts';
import { openPassphraseFile } from '../vault/passphrase-file.ts';
import { openVault } from '../vault/vault.ts';
import { composeHost } from './compose-host.ts';
import type { CreateHost } from './host.types.ts';

/** The core of the product, on real cameras, the system's keychain and a file. */
export const createHost: CreateHost = (options) =>
  composeHost(options, {
    openStore,
    openVault: ({ dataDir, log }) =>
      // What keeps nothing has no business with the keychain either.
      dataDir === null
        ? openVault({ keychain: null, log })
        : openVault({
            keychain: systemKeychain(),
            file: openPassphraseFile({ dataDir, log }),
            log,
          }),
    createSupervisor: ({ log, ledger }) => createSupervisor({ open: openRtsp, log, ledger }),
    serveMedia,
  });
