import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DirectPtzFacts } from '../onvif/direct-ptz.ts';
import type { Logger } from '../std/log.ts';
import { beatEveryMs, type FromWatchman, maxLine, type ToWatchman } from './watchman-messages.ts';

/** The near end of the watchman, `watchman-main.ts`. */
export interface Watchman {
  /** Starts the process where it does not run yet; called when somebody takes a camera. */
  start(): void;
  /** From now on it is stopped when this process dies. */
  guard(id: string, facts: DirectPtzFacts, profile: string): void;
  release(id: string): void;
  /** Process id, while it runs; for tests and for the load meter. */
  readonly pid: number | null;
  /**
   * Ends it. What is still guarded it goes on stopping by itself, for a minute at most.
   */
  close(): void;
}

export interface WatchmanOptions {
  readonly log: Logger;
  /** This process hung so long that the watchman stopped the camera. */
  readonly onStopped: (id: string) => void;
  /** Program and arguments; default: this very Node. */
  readonly command?: WatchmanCommand;
}

export interface WatchmanCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Not more often than this is it started anew. */
const restartMs = 2000;

export function createWatchman(options: WatchmanOptions): Watchman {
  const { log } = options;
  const guarded = new Map<string, Extract<ToWatchman, { t: 'guard' }>>();
  let child: ChildProcess | null = null;
  let beat: NodeJS.Timeout | undefined;
  let startedAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const send = (message: ToWatchman) => {
    const input = child?.stdin;
    if (input?.writable) input.write(`${JSON.stringify(message)}\n`);
  };
  const keepBeating = () => {
    clearInterval(beat);
    beat = undefined;
    if (guarded.size === 0 || !child) return;
    beat = setInterval(() => send({ t: 'beat' }), beatEveryMs);
  };

  const start = () => {
    if (closed || child || performance.now() - startedAt < restartMs) return;
    startedAt = performance.now();
    const { file, args, env } = options.command ?? watchmanCommand();
    let started: ChildProcess;
    try {
      started = spawn(file, [...args], {
        env,
        cwd: '/',
        // A group of its own: what ends our group must not end the one that stops our cameras.
        detached: true,
        windowsHide: true,
        stdio: ['pipe', 'pipe', 'ignore'],
      });
    } catch (error) {
      log.error('the watchman does not start', { reason: String(error) });
      return;
    }
    child = started;
    // It must not keep this process alive.
    started.unref();
    for (const pipe of [started.stdin, started.stdout]) {
      pipe?.on('error', () => {});
      (pipe as unknown as { unref?: () => void } | null)?.unref?.();
    }
    let buffer = '';
    started.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      buffer = (buffer + chunk).slice(-maxLine);
      for (let end = buffer.indexOf('\n'); end >= 0; end = buffer.indexOf('\n')) {
        hear(buffer.slice(0, end));
        buffer = buffer.slice(end + 1);
      }
    });
    const gone = (why: string) => {
      if (child !== started) return;
      child = null;
      keepBeating();
      if (closed) return;
      log.warn('the watchman ended', { why });
      // What moves now is guarded again by a new one.
      if (guarded.size > 0) setTimeout(start, restartMs).unref();
    };
    started.on('error', (error) => gone(error.message));
    started.on('exit', (code, signal) => gone(String(code ?? signal)));
    for (const message of guarded.values()) send(message);
    keepBeating();
  };

  const hear = (line: string) => {
    try {
      const message = JSON.parse(line) as FromWatchman;
      if (message.t === 'stopped' && guarded.has(message.id)) options.onStopped(message.id);
    } catch {
      log.warn('the watchman says what is no word of it');
    }
  };

  return {
    start,
    guard(id, facts, profile) {
      if (closed) return;
      const message = { t: 'guard', id, facts, profile } as const;
      guarded.set(id, message);
      start();
      send(message);
      keepBeating();
    },
    release(id) {
      if (!guarded.delete(id)) return;
      send({ t: 'release', id });
      keepBeating();
    },
    get pid() {
      return child?.pid ?? null;
    },
    close() {
      if (closed) return;
      closed = true;
      clearInterval(beat);
      if (guarded.size === 0) send({ t: 'end' });
      child?.stdin?.end();
      child = null;
    },
  };
}

/** Of a source, the source; of a bundle, the bundle beside it. Nothing secret in either. */
function watchmanCommand(): WatchmanCommand {
  if (process.versions['electron']) {
    // The packaged binary is no Node; the shell starts the watchman when it is given this word.
    return {
      file: process.execPath,
      // In development the folder of the program; a packaged one knows its own and ignores this.
      args: [fileURLToPath(new URL('../..', import.meta.url)), watchmanWord],
      env: process.env,
    };
  }
  const source = import.meta.url.endsWith('.ts');
  const file = new URL(source ? './watchman-main.ts' : './ptz-watchman.mjs', import.meta.url);
  return {
    file: process.execPath,
    args: ['--max-old-space-size=64', '--disable-warning=ExperimentalWarning', fileURLToPath(file)],
    env: {},
  };
}

/** Argument by which the Electron shell is the watchman and nothing else. */
export const watchmanWord = '--vonggac-ptz-watchman';
