import { type ChildProcess, fork } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import type { Doors } from './door.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');

export interface ShellParts {
  /** The core's entry; the product's, or one of the tests'. */
  readonly core: string;
  /** Folder of the page's files. */
  readonly page: string;
}

/** Bundles the shell as `npm run bundle` does: `electron` stays a require, resolved at run time. */
export async function buildShell({ core, page }: ShellParts): Promise<string> {
  const dist = mkdtempSync(join(tmpdir(), 'vonggac-shell-'));
  const common: BuildOptions = {
    bundle: true,
    platform: 'node',
    target: 'node24',
    external: ['electron', '@napi-rs/keyring'],
    absWorkingDir: root,
    logLevel: 'warning',
  };
  const cjs: BuildOptions = { ...common, format: 'cjs' };
  await Promise.all([
    build({ ...cjs, entryPoints: ['electron/main.ts'], outfile: join(dist, 'electron/main.cjs') }),
    build({
      ...cjs,
      entryPoints: ['electron/preload.ts'],
      outfile: join(dist, 'electron/preload.cjs'),
    }),
    build({
      ...common,
      format: 'esm',
      entryPoints: [core],
      outfile: join(dist, 'electron/core.mjs'),
    }),
  ]);
  mkdirSync(join(dist, 'page'));
  cpSync(page, join(dist, 'page'), { recursive: true });
  return dist;
}

/** What `npm run bundle` made, and what is shipped. */
export const bundledShell = join(root, 'dist');

/** The Electron shell, running on the stand-in in a process of its own. */
export class ShellUnderTest {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (message: { answer?: unknown; error?: string }) => void>();
  readonly exited: Promise<number | null>;
  log = '';
  #nextId = 1;

  constructor(dist: string, dataDir: string, args: readonly string[] = []) {
    this.#child = fork(join(dist, 'electron', 'main.cjs'), [`--vonggac-data=${dataDir}`, ...args], {
      execArgv: ['--import', join(here, 'register.ts')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk) => {
        this.log += chunk;
      });
    }
    this.#child.on('message', (message: { id: number; answer?: unknown; error?: string }) => {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code) => {
        resolve(code);
        for (const answer of this.#waiting.values()) answer({ error: 'the shell has ended' });
        this.#waiting.clear();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Asks or does something in the shell's main process. */
  ask<D extends keyof Doors>(
    door: D,
    ...[of]: Parameters<Doors[D]>
  ): Promise<Awaited<ReturnType<Doors[D]>>> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ answer, error }) => {
        if (error === undefined) resolve(answer as Awaited<ReturnType<Doors[D]>>);
        else reject(new Error(`${door}: ${error}\n${this.log}`));
      });
      this.#child.send({ id, door, of }, (error) => {
        if (error) this.#waiting.get(id)?.({ error: error.message });
      });
    });
  }

  /** Runs an expression in a window's page. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the page answers.
  page(expression: string, window = 0): Promise<any> {
    return this.ask('evaluate', { window, expression, world: 'page' });
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above.
  preload(expression: string, window = 0): Promise<any> {
    return this.ask('evaluate', { window, expression, world: 'preload' });
  }

  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.connected) {
      this.ask('quit').catch(() => {});
      const late = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
      await this.exited;
      clearTimeout(late);
    }
    return this.exited;
  }
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'vonggac-data-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Waits until `ask` answers something true, with a generous bound; what it throws counts as no. */
export async function until<T>(what: string, ask: () => Promise<T>, ms = 30_000): Promise<T> {
  const end = performance.now() + ms;
  for (let last: unknown; ; ) {
    try {
      const answer = await Promise.race([ask(), late(3000)]);
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`${what} did not happen; last: ${String(last)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A question to a document that is just leaving is never answered: it is asked again. */
async function late(ms: number): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
  throw new Error('no answer');
}
