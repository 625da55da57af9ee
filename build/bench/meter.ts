import { type ChildProcess, spawn } from 'node:child_process';
import { measureTrees } from '../../src/host/resource-usage.ts';

/** CPU and memory of process trees over a stretch of time. */
export interface Metered {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMiB: number;
}

export const pause = (seconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

/** Measures the trees below `roots` for `seconds` from now on. */
export async function meter(roots: readonly number[], seconds: number): Promise<Metered> {
  const before = measureTrees(roots);
  const started = performance.now();
  await pause(seconds);
  const after = measureTrees(roots);
  if (!before || !after) throw new Error('this system has no /proc: nothing can be measured');
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    rssMiB: after.rssMiB,
  };
}

/** Starts a program and resolves with it once it printed a line that `ready` accepts. */
export function startReady(
  command: string,
  args: readonly string[],
  ready: RegExp,
  options: { env?: NodeJS.ProcessEnv; timeoutSeconds?: number } = {},
): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  let output = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        child.kill('SIGKILL');
        reject(new Error(`${command} was not ready: ${output.slice(-2000)}`));
      },
      (options.timeoutSeconds ?? 60) * 1000,
    );
    const hear = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const line = output.split('\n').find((text) => ready.test(text));
      if (line === undefined) return;
      clearTimeout(timer);
      resolve({ child, line });
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('exit', (code) =>
      reject(new Error(`${command} ended (${code}): ${output.slice(-2000)}`)),
    );
  });
}

/** Ends a child and waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(timer);
}

export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
