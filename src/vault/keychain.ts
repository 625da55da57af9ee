import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Fault } from '../std/fault.ts';

/** The operating system's place for secrets: Secret Service, macOS Keychain, Credential Manager. */
export interface Keychain {
  get(account: string): Promise<string | null>;
  set(account: string, secret: string): Promise<void>;
  delete(account: string): Promise<void>;
  close(): void;
}

export interface KeychainOptions {
  /** The service name all entries of one program share. */
  readonly service: string;
  /** An operation that takes longer is given up, ms; a person may be reading an unlock prompt. */
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The keychain through a child process. The native library connects to the session bus in a
 * synchronous call, and a bus that accepts and never answers would stop the whole wall, or keep the
 * program from ending. A child can be killed. It starts on demand and ends when idle.
 */
export function keychainInChild(options: KeychainOptions): Keychain {
  const idleMs = 5000;
  const waiting = new Map<number, { done: (answer: Answer) => void }>();
  let child: ChildProcess | null = null;
  let idle: NodeJS.Timeout | undefined;
  let nextId = 1;

  const drop = (gone: ChildProcess, why: string) => {
    if (child !== gone) return;
    child = null;
    clearTimeout(idle);
    gone.kill('SIGKILL');
    const unanswered = [...waiting.values()];
    waiting.clear();
    for (const { done } of unanswered) done({ error: why });
  };

  const start = (): ChildProcess => {
    // Arguments name the library and the service, never an account or a secret.
    const started = spawn(process.execPath, ['--input-type=module', '--eval', childCode], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...(options.env ?? process.env), NODE_OPTIONS: '' },
    });
    started.on('error', (error) => drop(started, error.message));
    started.on('exit', () => drop(started, 'the keychain helper ended'));
    started.on('message', (answer: Answer & { id: number }) => {
      waiting.get(answer.id)?.done(answer);
    });
    // It must not keep a program alive that is otherwise done.
    started.unref();
    started.channel?.unref();
    return started;
  };

  const ask = async (op: string, account: string, secret?: string): Promise<string | null> => {
    clearTimeout(idle);
    child ??= start();
    const used = child;
    const id = nextId++;
    const answer = await new Promise<Answer>((resolve) => {
      const timer = setTimeout(() => drop(used, 'no answer in time'), options.timeoutMs);
      waiting.set(id, {
        done: (value) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(value);
        },
      });
      const { service } = options;
      used.send({ id, op, account, secret, service, base: import.meta.url }, (error) => {
        if (error) drop(used, error.message);
      });
    });
    if (waiting.size === 0 && child) {
      idle = setTimeout(() => child && drop(child, 'idle'), idleMs);
      idle.unref();
    }
    if (answer.error !== undefined) throw new Fault('vault.locked', answer.error);
    return answer.value ?? null;
  };

  return {
    get: (account) => ask('get', account),
    async set(account, secret) {
      await ask('set', account, secret);
    },
    async delete(account) {
      await ask('delete', account);
    },
    close() {
      if (child) drop(child, 'closed');
    },
  };
}

interface Answer {
  readonly value?: string | null;
  readonly error?: string;
}

/** Pinned: unpinned it falls back to the kernel keyring, which a reboot empties. */
const childCode = `
import { createRequire } from 'node:module';
process.on('disconnect', () => process.exit());
process.on('message', async ({ id, op, account, secret, service, base }) => {
  try {
    const { AsyncEntry } = createRequire(base)('@napi-rs/keyring');
    const entry = new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
    let value = null;
    if (op === 'get') value = await entry.getPassword();
    else if (op === 'set') await entry.setPassword(secret);
    else await entry.deleteCredential();
    process.send({ id, value });
  } catch (error) {
    process.send({ id, error: String(error?.message ?? error) });
  }
});
`;

interface NativeEntry {
  getPassword(): Promise<string | null>;
  setPassword(secret: string): Promise<void>;
  deleteCredential(): Promise<boolean>;
}

/**
 * The keychain in this process: for Electron, whose binary need not be able to run as plain Node,
 * and for systems whose keychain is no bus.
 */
export function keychainInProcess(options: KeychainOptions): Keychain {
  const entry = (account: string): NativeEntry => {
    const { AsyncEntry } = createRequire(import.meta.url)('@napi-rs/keyring');
    return new AsyncEntry(options.service, account, { linux: { store: 'secret-service' } });
  };
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), options.timeoutMs);
    });
    try {
      return await Promise.race([work(), late]);
    } catch (error) {
      throw Fault.from(error, 'vault.locked');
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    get: (account) => ask(async () => entry(account).getPassword()),
    set: (account, secret) => ask(async () => entry(account).setPassword(secret)),
    async delete(account) {
      await ask(async () => entry(account).deleteCredential());
    },
    close() {},
  };
}

/** The keychain of this system, or null where there is none to ask. */
export function systemKeychain(env: NodeJS.ProcessEnv = process.env): Keychain | null {
  const options = { service: 'vonggac', timeoutMs: 60_000, env };
  if (process.platform !== 'linux') return keychainInProcess(options);
  const runtimeDir = env['XDG_RUNTIME_DIR'];
  const hasBus =
    Boolean(env['DBUS_SESSION_BUS_ADDRESS']) ||
    (runtimeDir !== undefined && existsSync(join(runtimeDir, 'bus')));
  if (!hasBus) return null;
  return process.versions['electron'] ? keychainInProcess(options) : keychainInChild(options);
}
