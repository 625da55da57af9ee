import { AlreadyRunning, type InstanceLock, lockInstance } from '../host/instance-lock.ts';
import { exitCodes } from './exit.ts';
import type { Words } from './words.ts';

/**
 * The data folder for this command alone: a wall holds what it knows in memory, and two programs would
 * each overwrite what the other did. Null, said in words and with exit code 4, while a wall runs there.
 */
export function takeData(dataDir: string, words: Words, key = 'running'): InstanceLock | null {
  try {
    return lockInstance(dataDir);
  } catch (error) {
    if (!(error instanceof AlreadyRunning)) throw error;
    process.stderr.write(`${words.t(key, { pid: error.pid ?? '?' })}\n`);
    process.exitCode = exitCodes.refused;
    return null;
  }
}
