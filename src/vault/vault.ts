import { randomBytes } from 'node:crypto';
import { minPassphrase } from '../contract/vault-schemas.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { type Dispose, Emitter } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { Keychain } from './keychain.ts';
import type { PassphraseFile } from './passphrase-file.ts';

/**
 * Logins that a person typed. They are kept in the operating system's keychain where it proved that
 * it keeps and gives back what it is given; else in a file sealed with a passphrase, where a person made
 * one; else in memory only. A sealed file that is there is used before a keychain: it was somebody's
 * choice, and a keychain may come and go with the session.
 */
export interface Vault {
  /** `memory` until `ready`; it becomes `keychain` later too, when a person unlocks it. */
  readonly level: VaultLevel;
  readonly state: 'open' | 'locked' | 'damaged';
  /** A passphrase vault can be made. */
  readonly canCreate: boolean;
  /** Logins that only memory has. */
  readonly unkept: number;
  /** Key of `shell.json`, or null. */
  readonly warning: VaultWarning | null;
  /** The probe has been answered, or took too long. */
  readonly ready: Promise<void>;
  /** Told when any of the above became another, and when a locked vault was opened. */
  onChange(listener: () => void): Dispose;
  /** Told of each account whose login was kept, forgotten, or read. */
  onLogin(listener: (news: LoginNews) => void): Dispose;
  /** @throws {Fault} `vault.locked`: it cannot be known whether there is a login. */
  get(account: string): Promise<Credential | null>;
  /** Never fails for want of a place: then memory keeps it, and `warning` says so. */
  set(account: string, credential: Credential): Promise<VaultLevel>;
  /** @throws {Fault} `vault.locked`, `store.failed`: it is still there */
  delete(account: string): Promise<void>;
  /** Asks the keychain again next time: it may have been changed by other hands. */
  refresh(account: string): void;
  /** @throws {Fault} `input.value`, `input.conflict`, `store.failed` */
  create(passphrase: string): Promise<void>;
  /** @throws {Fault} `vault.passphrase`, `vault.damaged`, `vault.missing` */
  unlock(passphrase: string): Promise<void>;
  /** Forgets what a passphrase opened; nothing else is lost. */
  lock(): Promise<void>;
  close(): void;
}

export interface LoginNews {
  readonly account: string;
  readonly what: 'set' | 'deleted' | 'read';
}

export type VaultLevel = 'keychain' | 'passphrase' | 'memory';
export type VaultWarning = 'warning.no-keychain' | 'warning.vault-locked' | 'warning.vault-damaged';

export interface VaultOptions {
  /** Null: there is none. */
  readonly keychain: Keychain | null;
  /** Null or missing: nothing may be written. */
  readonly file?: PassphraseFile | null;
  readonly log: Logger;
  /** How long the start and each reading waits for the keychain, ms; default 2500. */
  readonly patienceMs?: number;
}

interface Held {
  /** Null: there is no such login. */
  readonly credential: Credential | null;
  /** Not only memory has it. */
  kept: boolean;
}

export function openVault(options: VaultOptions): Vault {
  const { keychain, file = null, log, patienceMs = 2500 } = options;
  const held = new Map<string, Held>();
  const changes = new Emitter<void>((error) => log.error('vault', { error: String(error) }));
  const logins = new Emitter<LoginNews>((error) => log.error('vault', { error: String(error) }));
  let proved = false;
  let failing = false;
  let closed = false;

  const isSealed = () => file?.state === 'open' || file?.state === 'locked';
  const level = (): VaultLevel => {
    if (isSealed()) return 'passphrase';
    return proved ? 'keychain' : 'memory';
  };
  const unkept = () => [...held.values()].filter((entry) => !entry.kept && entry.credential);

  /** Puts logins where they outlive the program; those that could not be put stay in memory. */
  const keep = async (entries: readonly (readonly [string, Held])[]): Promise<void> => {
    const full = entries.filter(([, { credential }]) => credential !== null);
    if (full.length === 0) return;
    try {
      if (file && isSealed()) {
        await file.set(new Map(full.map(([name, one]) => [name, JSON.stringify(one.credential)])));
        for (const [, entry] of full) entry.kept = true;
      } else if (keychain && proved) {
        for (const [account, entry] of full) {
          await keychain.set(account, JSON.stringify(entry.credential));
          entry.kept = true;
        }
      } else return;
      failing = false;
    } catch (error) {
      failing = file?.state !== 'locked';
      log.warn('a login could not be put away: it is kept in memory', {
        reason: Fault.from(error).message,
      });
    }
  };
  const keepAll = () => keep([...held].filter(([, entry]) => !entry.kept));

  const probed = (async () => {
    if (!keychain) return;
    try {
      await probe(keychain);
      if (closed) return;
      proved = true;
      log.info('the keychain is used for logins');
      // What was typed while a person was still unlocking it.
      await keepAll();
      changes.emit();
    } catch (error) {
      if (!closed) log.warn('no keychain', { reason: String(error) });
    }
  })();
  const ready = within(patienceMs, probed).catch(() => {});

  /** @throws {Fault} `vault.locked` */
  const read = async (account: string): Promise<string | null> => {
    const text = file?.get(account) ?? null;
    if (text !== null || !keychain || !proved) return text;
    return within(patienceMs, keychain.get(account));
  };

  return {
    get level() {
      return level();
    },
    get state() {
      if (file?.state === 'locked' || file?.state === 'damaged') return file.state;
      return 'open';
    },
    get canCreate() {
      return file !== null && !proved && (file.state === 'none' || file.state === 'damaged');
    },
    get unkept() {
      return unkept().length;
    },
    get warning() {
      if (file?.state === 'locked') return 'warning.vault-locked';
      if (file?.state === 'damaged') return 'warning.vault-damaged';
      return level() !== 'memory' && !failing ? null : 'warning.no-keychain';
    },
    ready,
    onChange: (listener) => changes.on(listener),
    onLogin: (listener) => logins.on(listener),
    async get(account) {
      await ready;
      const entry = held.get(account);
      if (entry) return entry.credential;
      const text = await read(account);
      // Of a sealed file nothing is held here: locking it forgets everything.
      const credential = text === null ? null : readCredential(text);
      if (credential) logins.emit({ account, what: 'read' });
      if (isSealed() || level() === 'memory') return held.get(account)?.credential ?? credential;
      // A login that was typed meanwhile is newer than what was read.
      if (!held.has(account)) held.set(account, { credential, kept: true });
      return held.get(account)?.credential ?? null;
    },
    async set(account, credential) {
      const entry: Held = { credential, kept: false };
      held.set(account, entry);
      await ready;
      await within(patienceMs, keep([[account, entry]])).catch(() => {});
      if (entry.kept && isSealed() && held.get(account) === entry) held.delete(account);
      logins.emit({ account, what: 'set' });
      changes.emit();
      return entry.kept ? level() : 'memory';
    },
    async delete(account) {
      await ready;
      if (file && (file.state === 'open' || hasSealed(file, account))) {
        await file.delete(account);
      }
      held.set(account, { credential: null, kept: true });
      if (keychain && proved) await within(patienceMs, keychain.delete(account));
      logins.emit({ account, what: 'deleted' });
      changes.emit();
    },
    refresh(account) {
      if (held.get(account)?.kept && proved) held.delete(account);
    },
    async create(passphrase) {
      await ready;
      if ([...passphrase].length < minPassphrase) {
        throw new Fault('input.value', 'the passphrase is too short', { field: 'passphrase' });
      }
      if (!file) throw new Fault('vault.missing', 'nothing is written by this wall');
      if (proved) throw new Fault('input.conflict', 'the keychain keeps logins');
      await file.create(passphrase);
      await keepAll();
      forgetKept(held);
      changes.emit();
    },
    async unlock(passphrase) {
      if (!file) throw new Fault('vault.missing', 'there is no vault');
      try {
        await file.unlock(passphrase);
        await keepAll();
        forgetKept(held);
      } finally {
        changes.emit();
      }
    },
    async lock() {
      if (file?.state !== 'open') return;
      await file.lock();
      changes.emit();
    },
    close() {
      closed = true;
      held.clear();
      changes.clear();
      logins.clear();
      void file?.lock();
      keychain?.close();
    },
  };
}

/** Whether a locked file has this account. */
function hasSealed(file: PassphraseFile, account: string): boolean {
  try {
    return file.get(account) !== null;
  } catch {
    return true;
  }
}

function forgetKept(held: Map<string, Held>): void {
  for (const [account, entry] of held) if (entry.kept) held.delete(account);
}

/** Writes, reads and deletes a throw-away secret: some keychains take everything and keep nothing. */
async function probe(keychain: Keychain): Promise<void> {
  const account = `probe-${randomBytes(6).toString('hex')}`;
  const secret = randomBytes(16).toString('hex');
  await keychain.set(account, secret);
  const back = await keychain.get(account);
  await keychain.delete(account);
  if (back !== secret) throw new Fault('vault.missing', 'the keychain gave something else back');
}

function readCredential(text: string): Credential | null {
  try {
    const { user, password } = JSON.parse(text) as Record<string, unknown>;
    if (typeof user === 'string' && typeof password === 'string') return { user, password };
  } catch {
    // Another program wrote it; then there is no login of ours.
  }
  return null;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  // The loser may still fail later, with nobody left to hear it.
  work.catch(() => {});
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Fault('vault.locked', 'no answer in time')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
