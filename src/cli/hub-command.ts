import type { CauseCode } from '../contract/cause.ts';
import { type HubEntry, type HubPlan, hubKinds } from '../contract/hub-schemas.ts';
import { personHere } from '../host/save-source.ts';
import { HubDesk } from '../hubs/hub-desk.ts';
import { Fault } from '../std/fault.ts';
import { silentLog } from '../std/log.ts';
import { openLoginIndex } from '../vault/login-index.ts';
import { accountOf } from '../vault/login-lookup.ts';
import type { Vault } from '../vault/vault.ts';
import { choiceOption, numberOption, type Program, usageError } from './command.ts';
import {
  loginOptions,
  readSecrets,
  type SecretOptions,
  type Secrets,
  vaultOption,
} from './command-secrets.ts';
import { openCommandVault, openLastingVault } from './command-vault.ts';
import { deviceClients } from './device-clients.ts';
import { exitCodeOf, exitCodes } from './exit.ts';
import { takeData } from './own-data.ts';
import { defaultDataDir } from './paths.ts';
import { openSavedRegister, type SavedRegister } from './saved-register.ts';
import type { Words } from './words.ts';

interface CommonOptions {
  data?: string;
  json?: boolean;
}

interface AddOptions extends CommonOptions, SecretOptions {
  name?: string;
  rtsp?: string;
  channels: number;
  sync?: boolean;
}

interface SyncOptions extends CommonOptions {
  dryRun?: boolean;
  vaultPassphraseStdin?: boolean;
}

/** What a synchronisation came to, as `--json` prints it. */
interface Synced {
  readonly hub: string;
  readonly id: string;
  readonly ok: boolean;
  readonly error: { code: string; message: string; hint: string } | null;
  readonly counts: HubPlan['counts'] | null;
  readonly changeId: number | null;
}

interface Room {
  readonly desk: HubDesk;
  readonly vault: Vault;
}

/** `vonggac hub add|list|sync`: hubs of a data folder without a wall, docs/cli.md. */
export function hubCommand(program: Program, words: Words): void {
  const { t } = words;
  const hub = program.command('hub').description(t('command.hub'));
  const common = (command: Program) =>
    command
      .option('--data <dir>', t('option.data'))
      .option('--json', t('option.json'))
      .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')));

  const add = common(vaultOption(loginOptions(hub.command('add'), words), words))
    .description(t('command.hubAdd'))
    .argument('<kind>', hubKinds.join(', '))
    .argument('<address>')
    .option('--name <name>', t('option.hubName'))
    .option('--rtsp <address>', t('option.hubRtsp'))
    .option('--channels <n>', t('option.hubChannels'), numberOption(words, '--channels', 1, 256), 1)
    .option('--sync', t('option.hubSync'))
    .action(async (kindText: string, address: string, options: AddOptions) => {
      const kind = hubKinds.find((known) => known === kindText);
      if (!kind) return usageError(add, t('usage.hubKind', { kinds: hubKinds.join(', ') }));
      const secrets = await readSecrets(options);
      await withHubs(options, secrets, { keeps: secrets.login !== null }, words, async (room) => {
        const { hubId } = await room.desk.add({
          kind,
          address,
          name: options.name ?? '',
          rtspAddress: options.rtsp ?? '',
          channels: options.channels,
          ...(secrets.login ?? {}),
        });
        const entry = room.desk.list().find(({ id }) => id === hubId) as HubEntry;
        if (!options.json) say(t('hub.added', { name: entry.name, id: hubId }));
        const synced = options.sync ? await syncOne(room, entry, false, words) : null;
        if (options.json)
          print({ id: hubId, name: entry.name, kind, address: entry.address, synced });
        else if (synced) say(syncText(synced, words));
        finish(synced ? [synced] : []);
      });
    });

  common(hub.command('list'))
    .description(t('command.hubList'))
    .action(async (options: CommonOptions) => {
      const saved = openSavedRegister(options.data ?? defaultDataDir(), { mayCreate: false });
      const desk = deskOf(saved, nothingKept);
      try {
        const entries = desk.list();
        if (options.json) print(entries.map(shownEntry));
        else for (const entry of entries) say(entryText(entry, words));
      } finally {
        desk.close();
        saved.close();
      }
    });

  common(vaultOption(hub.command('sync'), words))
    .description(t('command.hubSync'))
    .argument('[hubs...]', t('option.hubNames'))
    .option('--dry-run', t('option.dryRun'))
    .action(async (names: string[], options: SyncOptions) => {
      const secrets = await readSecrets(options);
      await withHubs(options, secrets, { keeps: false }, words, async (room) => {
        const all = room.desk.list();
        const chosen = names.length === 0 ? all : names.map((name) => named(all, name));
        const results: Synced[] = [];
        for (const entry of chosen) {
          const result = await syncOne(room, entry, options.dryRun ?? false, words);
          results.push(result);
          if (!options.json) say(syncText(result, words));
        }
        if (options.json) print(results);
        finish(results);
      });
    });
}

const nothingKept: Pick<Vault, 'get' | 'set' | 'delete'> = {
  get: async () => null,
  set: async () => 'memory',
  delete: async () => {},
};

function deskOf(saved: SavedRegister, vault: Pick<Vault, 'get' | 'set' | 'delete'>): HubDesk {
  return new HubDesk({
    database: saved.database,
    register: saved.register,
    vault,
    tools: { ...deviceClients(), fingerprint: saved.fingerprint },
    log: silentLog,
    accountOfCamera: (cameraId) => accountOf('camera', cameraId),
    // Nothing is asked but what the command says.
    healthEveryMs: 0,
  });
}

async function withHubs(
  options: CommonOptions,
  { passphrase }: Secrets,
  { keeps }: { readonly keeps: boolean },
  words: Words,
  work: (room: Room) => Promise<void>,
): Promise<void> {
  const dataDir = options.data ?? defaultDataDir();
  const lock = takeData(dataDir, words);
  if (!lock) return;
  let saved: SavedRegister | null = null;
  let vault: Vault | null = null;
  let desk: HubDesk | null = null;
  try {
    saved = openSavedRegister(dataDir, { mayCreate: true });
    vault = keeps
      ? await openLastingVault(dataDir, passphrase, words)
      : await openCommandVault(dataDir, passphrase);
    openLoginIndex(saved.database, vault, silentLog);
    desk = deskOf(saved, vault);
    await work({ desk, vault });
  } finally {
    desk?.close();
    vault?.close();
    saved?.close();
    lock.release();
  }
}

async function syncOne(
  { desk }: Room,
  { id, name }: HubEntry,
  dryRun: boolean,
  words: Words,
): Promise<Synced> {
  try {
    const { planId, counts } = await desk.sync(id, personHere());
    const applied = dryRun ? null : await desk.apply({ planId }, personHere());
    return { hub: name, id, ok: true, error: null, counts, changeId: applied?.changeId ?? null };
  } catch (error) {
    const { shown } = Fault.from(error);
    const { message, hint } = words.cause(shown);
    const told = { code: shown.code, message, hint };
    return { hub: name, id, ok: false, error: told, counts: null, changeId: null };
  }
}

function named(entries: readonly HubEntry[], text: string): HubEntry {
  const found = entries.filter(({ id, name }) => id === text || name === text);
  if (found.length === 1) return found[0] as HubEntry;
  throw new Fault('input.unknown', `${found.length} hubs are called so`);
}

function shownEntry({ id, name, kind, address, cameras, gone, hasLogin, lastSync }: HubEntry) {
  const at = lastSync && { ...lastSync, at: new Date(lastSync.at).toISOString() };
  return { id, name, kind, address, cameras, gone, hasLogin, lastSync: at };
}

function entryText({ id, name, kind, address, cameras, gone }: HubEntry, { t }: Words): string {
  return `${id}\t${kind}\t${name}\t${address}\t${t('hub.cameras', { count: cameras, gone })}`;
}

function syncText({ hub, error, counts, changeId }: Synced, { t }: Words): string {
  if (error) return `${hub}: ${error.message} ${error.hint} [${error.code}]`;
  const key = changeId === null ? 'hub.planned' : 'hub.synced';
  return `${hub}: ${t(key, { ...counts })}`;
}

function finish(results: readonly Synced[]): void {
  const failed = results.find(({ ok }) => !ok);
  process.exitCode = failed?.error ? exitCodeOf(failed.error.code as CauseCode) : exitCodes.ok;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function print(value: unknown): void {
  say(JSON.stringify(value, null, 2));
}
