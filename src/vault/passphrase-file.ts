import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { makeSealKey, readSealed, type SealedText, type SealKey, seal } from './sealed-text.ts';

export type PassphraseState = 'none' | 'locked' | 'open' | 'damaged';

/**
 * The vault for machines without a keychain: one file in the data folder, sealed with a passphrase.
 * Neither the passphrase nor the key is ever written. The file on the disk is always whole: a new one
 * is written beside it, flushed, and renamed over it.
 */
export interface PassphraseFile {
  readonly state: PassphraseState;
  /** @throws {Fault} `input.conflict` where one exists that is not damaged; `store.failed` */
  create(passphrase: string): Promise<void>;
  /** @throws {Fault} `vault.passphrase`, `vault.damaged`, `vault.missing` */
  unlock(passphrase: string): Promise<void>;
  /** After what is being written. */
  lock(): Promise<void>;
  /**
   * Also while locked it is known which accounts there are.
   * Where it is damaged there are none: `state` says so, and the wall goes on with what else there is.
   * @throws {Fault} `vault.locked` for an account that is there
   */
  get(account: string): string | null;
  /** @throws {Fault} `vault.locked`, `store.failed`; then nothing changed */
  set(secrets: ReadonlyMap<string, string>): Promise<void>;
  /** @throws {Fault} as `set` */
  delete(account: string): Promise<void>;
}

export interface PassphraseFileOptions {
  readonly dataDir: string;
  readonly log: Logger;
  /** For tests: what happens between the writing and the renaming. */
  readonly beforeRename?: () => void | Promise<void>;
}

const fileName = 'vault.sealed';

export function openPassphraseFile(options: PassphraseFileOptions): PassphraseFile {
  const { dataDir, log } = options;
  const file = join(dataDir, fileName);
  let sealed: SealedText | null = null;
  let opened: { key: SealKey; secrets: ReadonlyMap<string, string> } | null = null;
  let state: PassphraseState = 'none';
  /** One change after the other: each writes all that is there. */
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };

  removeLeftovers(dataDir);
  try {
    sealed = readSealed(readFileSync(file, 'utf8'));
    state = 'locked';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      state = 'damaged';
      log.error('the vault cannot be read', { reason: Fault.from(error).message });
    }
  }

  const write = async (key: SealKey, secrets: ReadonlyMap<string, string>): Promise<void> => {
    const text = seal(secrets, key);
    try {
      await replaceFile(file, text, options.beforeRename);
    } catch (error) {
      throw new Fault('store.failed', `the vault was not written: ${(error as Error).message}`);
    }
    sealed = readSealed(text);
    opened = { key, secrets };
    state = 'open';
  };

  const change = (make: (secrets: Map<string, string>) => void): Promise<void> =>
    inTurn(async () => {
      if (!opened) throw new Fault('vault.locked', 'the vault is locked');
      const { key } = opened;
      const secrets = new Map(opened.secrets);
      make(secrets);
      await write(key, secrets);
    });

  return {
    get state() {
      return state;
    },
    create: (passphrase) =>
      inTurn(async () => {
        if (state === 'locked' || state === 'open') {
          throw new Fault('input.conflict', 'there is a vault already');
        }
        const key = await makeSealKey(passphrase);
        if (state === 'damaged') {
          const aside = `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
          renameSync(file, aside);
          log.warn('the damaged vault was put aside', { aside });
        }
        await write(key, new Map());
      }),
    unlock: (passphrase) =>
      inTurn(async () => {
        if (state === 'none') throw new Fault('vault.missing', 'there is no vault');
        if (!sealed || state === 'damaged') throw new Fault('vault.damaged', 'damaged');
        try {
          opened = await sealed.open(passphrase);
          state = 'open';
        } catch (error) {
          const fault = Fault.from(error);
          if (fault.code === 'vault.damaged') state = 'damaged';
          throw fault;
        }
      }),
    lock: () =>
      inTurn(async () => {
        opened?.key.secret.fill(0);
        opened = null;
        if (state === 'open') state = 'locked';
      }),
    get(account) {
      if (opened) return opened.secrets.get(account) ?? null;
      if (state === 'locked' && sealed?.accounts.has(account)) {
        throw new Fault('vault.locked', 'the vault is locked');
      }
      return null;
    },
    set: (added) =>
      change((secrets) => {
        for (const [account, secret] of added) secrets.set(account, secret);
      }),
    delete: (account) => change((secrets) => secrets.delete(account)),
  };
}

/** Whole or not at all, also when the power fails. */
async function replaceFile(
  file: string,
  text: string,
  beforeRename: () => void | Promise<void> = () => {},
): Promise<void> {
  const aside = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.new`;
  try {
    const handle = await open(aside, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await beforeRename();
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  // The name is on the disk only when its folder is; some file systems cannot flush a folder.
  const folder = await open(dirname(file), 'r').catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

/** What a program that was killed while writing left behind. */
function removeLeftovers(dataDir: string): void {
  try {
    for (const name of readdirSync(dataDir)) {
      if (name.startsWith(`${fileName}.`) && name.endsWith('.new')) {
        rmSync(join(dataDir, name), { force: true });
      }
    }
  } catch {
    // There is no folder yet, or it cannot be read: then there is nothing to remove either.
  }
}
