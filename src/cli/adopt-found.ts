import { adoptDevices } from '../discovery/adopt.ts';
import type { DiscoveryState } from '../discovery/discovery-job.ts';
import { knownDevices } from '../discovery/known-devices.ts';
import { personHere } from '../host/save-source.ts';
import { plainName } from '../sites/camera-url.ts';
import { Fault } from '../std/fault.ts';
import { silentLog } from '../std/log.ts';
import { openLoginIndex } from '../vault/login-index.ts';
import { accountOf } from '../vault/login-lookup.ts';
import type { Vault } from '../vault/vault.ts';
import type { Secrets } from './command-secrets.ts';
import { openLastingVault } from './command-vault.ts';
import { deviceClients } from './device-clients.ts';
import { openSavedRegister, type SavedRegister } from './saved-register.ts';
import type { Words } from './words.ts';

export interface AdoptedRow {
  readonly address: string;
  readonly cameras: number;
  readonly error: { code: string; message: string; hint: string } | null;
}

/** Takes found devices into the register of a data folder. */
export interface Adopter {
  take(found: DiscoveryState['devices']): Promise<{
    added: number;
    changed: number;
    devices: AdoptedRow[];
    changeId: number | null;
  }>;
  close(): void;
}

/**
 * Opens register and vault before anything is searched: who cannot keep what is found is told at once.
 * @param siteText name or code of a site; a new one where the register has none of that name
 */
export async function openAdopter(
  dataDir: string,
  siteText: string,
  { login, passphrase }: Secrets,
  words: Words,
): Promise<Adopter> {
  let vault: Vault | null = null;
  let saved: SavedRegister | null = null;
  const close = () => {
    vault?.close();
    saved?.close();
  };
  try {
    saved = openSavedRegister(dataDir, { mayCreate: true });
    const { register, fingerprint, database } = saved;
    const site = siteOf(register, siteText);
    if (login) {
      vault = await openLastingVault(dataDir, passphrase, words);
      openLoginIndex(database, vault, silentLog);
    }
    return {
      async take(found) {
        const devices = knownDevices(found, register);
        const outcome = await adoptDevices(
          {
            jobId: 'cli',
            deviceIds: devices.map(({ id }) => id),
            site,
            ...(login ?? {}),
          },
          devices,
          {
            register,
            tools: { ...deviceClients(), fingerprint },
            who: personHere(),
            keepLogin: async (device, _cameraIds, credential) => {
              await vault?.set(accountOf('device', device), credential);
            },
          },
        );
        const rows = outcome.devices.map(({ deviceId, cameras, cause }): AdoptedRow => {
          const address = devices.find(({ id }) => id === deviceId)?.address ?? '';
          return {
            address,
            cameras,
            error: cause && { code: cause.code, ...words.cause(cause) },
          };
        });
        return { ...outcome, devices: rows };
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function siteOf(register: SavedRegister['register'], text: string) {
  const wanted = plainName(text);
  if (wanted === '') throw new Fault('input.value', 'no name of a site', { field: 'site' });
  const known = [...register.sites()].filter(
    ({ name, code }) => name === wanted || (code !== '' && code === wanted),
  );
  if (known.length > 1) throw new Fault('input.value', 'several sites', { field: 'site' });
  const [site] = known;
  return site ? { siteId: site.id } : { name: wanted, province: '', district: '' };
}
