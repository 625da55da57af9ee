import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * One program for each data folder. The lock is SQLite's lock on a file of its own, so the kernel
 * takes it back however the program ends: there is nothing stale to clean up.
 */
export interface InstanceLock {
  release(): void;
}

export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
  /** The process that holds the folder, where it could be read. */
  readonly pid: number | null;
  constructor(pid: number | null) {
    super(`already running${pid === null ? '' : ` as process ${pid}`}`);
    this.pid = pid;
  }
}

const held = new Map<string, { db: DatabaseSync; holders: number }>();

/**
 * Takes the folder for this process. Taking it again in the same process is allowed: the command
 * line takes it before it opens anything, a shell takes it once more.
 * @throws {AlreadyRunning} and nothing is changed.
 */
export function lockInstance(dataDir: string): InstanceLock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const folder = realpathSync(dataDir);
  const pidFile = join(folder, 'instance.pid');
  const before = held.get(folder);
  if (before) before.holders++;
  else {
    const db = new DatabaseSync(join(folder, 'instance.lock'), { timeout: 0 });
    try {
      db.exec('pragma journal_mode = memory; begin exclusive');
    } catch (error) {
      db.close();
      if (((error as { errcode?: number }).errcode ?? 0) % 256 !== 5) throw error;
      throw new AlreadyRunning(readPid(pidFile));
    }
    held.set(folder, { db, holders: 1 });
    writeFileSync(pidFile, `${process.pid}\n`);
  }
  let released = false;
  return {
    release() {
      const entry = held.get(folder);
      if (released || !entry) return;
      released = true;
      if (--entry.holders > 0) return;
      held.delete(folder);
      entry.db.close();
    },
  };
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
