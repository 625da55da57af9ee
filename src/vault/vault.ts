import { randomBytes } from 'node:crypto';
import type { Credential } from '../rtsp/session.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { Keychain } from './keychain.ts';

/**
 * Logins that a person typed. They are kept in the operating system's keychain where it proved that
 * it keeps and gives back what it is given, and in memory only where it does not.
 */
export interface Vault {
  /** `memory` until `ready`; it becomes `keychain` later too, when a person unlocks it. */
  readonly level: VaultLevel;
  /** Key of `shell.json`, or null. */
  readonly warning: 'warning.no-keychain' | null;
  /** The probe has been answered, or took too long. */
  readonly ready: Promise<void>;
  /** Whether there is a keychain, once that is known: later than `ready` where a person unlocks it. */
  readonly unlocked: Promise<boolean>;
  /** @throws {Fault} `vault.locked`: it cannot be known whether there is a login. */
  get(account: string): Promise<Credential | null>;
  /** Never fails for want of a keychain: then memory keeps it, and `warning` says so. */
  set(account: string, credential: Credential): Promise<VaultLevel>;
  delete(account: string): Promise<void>;
  /** Asks the keychain again next time: it may have been changed by other hands. */
  refresh(account: string): void;
  close(): void;
}

export type VaultLevel = 'keychain' | 'memory';

export interface VaultOptions {
  /** Null: memory only. */
  readonly keychain: Keychain | null;
  readonly log: Logger;
  /** How long the start and each reading waits for the keychain, ms; default 2500. */
  readonly patienceMs?: number;
}

interface Held {
  /** Null: the keychain has no such login. */
  readonly credential: Credential | null;
  /** The keychain has it too. */
  kept: boolean;
}

export function openVault(options: VaultOptions): Vault {
  const { keychain, log, patienceMs = 2500 } = options;
  const held = new Map<string, Held>();
  let level: VaultLevel = 'memory';
  let failing = false;
  let closed = false;

  const keep = async (account: string, entry: Held): Promise<boolean> => {
    if (!keychain || !entry.credential) return false;
    try {
      await keychain.set(account, JSON.stringify(entry.credential));
      entry.kept = true;
      failing = false;
    } catch (error) {
      failing = true;
      log.warn('the keychain did not take a login: it is kept in memory', {
        reason: Fault.from(error).message,
      });
    }
    return entry.kept;
  };

  const probed = (async () => {
    if (!keychain) return;
    try {
      await probe(keychain);
      if (closed) return;
      level = 'keychain';
      log.info('logins are kept in the keychain');
      // What was typed while a person was still unlocking it.
      for (const [account, entry] of held) if (!entry.kept) await keep(account, entry);
    } catch (error) {
      if (!closed) log.warn('no keychain: logins live in memory', { reason: String(error) });
    }
  })();
  const ready = within(patienceMs, probed).catch(() => {});

  return {
    get level() {
      return level;
    },
    get warning() {
      return level === 'keychain' && !failing ? null : 'warning.no-keychain';
    },
    ready,
    unlocked: probed.then(() => level === 'keychain'),
    async get(account) {
      await ready;
      const entry = held.get(account);
      if (entry) return entry.credential;
      if (!keychain || level !== 'keychain') return null;
      const text = await within(patienceMs, keychain.get(account));
      const credential = text === null ? null : readCredential(text);
      // A login that was typed meanwhile is newer than what was read.
      if (!held.has(account)) held.set(account, { credential, kept: true });
      return held.get(account)?.credential ?? null;
    },
    async set(account, credential) {
      const entry: Held = { credential, kept: false };
      held.set(account, entry);
      await ready;
      if (level !== 'keychain') return 'memory';
      const kept = await within(patienceMs, keep(account, entry)).catch(() => false);
      return kept ? 'keychain' : 'memory';
    },
    async delete(account) {
      held.set(account, { credential: null, kept: true });
      await ready;
      if (keychain && level === 'keychain') await within(patienceMs, keychain.delete(account));
    },
    refresh(account) {
      if (held.get(account)?.kept && level === 'keychain') held.delete(account);
    },
    close() {
      closed = true;
      held.clear();
      keychain?.close();
    },
  };
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
