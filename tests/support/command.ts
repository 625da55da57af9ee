import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** The bundled command line as a process, as a person runs it. */
export const cli = join(import.meta.dirname, '..', '..', 'dist', 'node', 'cli.mjs');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it printed so far, both streams. */
  readonly output: () => string;
}

export function startCommand(
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv } = {},
): RunningCommand {
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // No display: what a test starts must not open windows on a developer's desk.
    env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', ...options.env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  return {
    child,
    output: () => stdout + stderr,
    ended: new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    }),
  };
}

export function runCommand(
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  return startCommand(args, options).ended;
}
