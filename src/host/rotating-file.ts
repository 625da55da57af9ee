import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/** A text file that begins anew when it is full, with a bounded number of older ones beside it. */
export interface RotatingFile {
  readonly path: string;
  /** Never waits and never throws: a slow disk does not hold up the video, a full one loses lines. */
  write(line: string): void;
  /** Writes out what is pending. */
  close(): Promise<void>;
}

export interface RotatingOptions {
  readonly folder: string;
  readonly name: string;
  /** Default 5 MiB. */
  readonly maxBytes?: number;
  /** `<name>.1` is the youngest; default 3. */
  readonly olderFiles?: number;
}

/** Lines that wait for a disk that does not write; further ones are dropped and counted. */
const maxPendingLength = 1024 * 1024;

/** Null where the folder cannot be made. */
export function openRotatingFile(options: RotatingOptions): RotatingFile | null {
  const { folder, name, maxBytes = 5 * 1024 * 1024, olderFiles = 3 } = options;
  const path = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    complain(error);
    return null;
  }
  let pending: string[] = [];
  let pendingLength = 0;
  let dropped = 0;
  let working: Promise<void> | null = null;
  let complained = false;

  const rotate = () => {
    rmSync(`${path}.${olderFiles}`, { force: true });
    for (let n = olderFiles - 1; n >= 1; n--) move(`${path}.${n}`, `${path}.${n + 1}`);
    if (olderFiles > 0) move(path, `${path}.1`);
    else rmSync(path, { force: true });
  };

  /** Takes lines up to the size that is left; at least one, however long. */
  const take = (room: number): Buffer => {
    let [bytes, count] = [0, 0];
    for (const line of pending) {
      const length = Buffer.byteLength(line);
      if (count > 0 && bytes + length > room) break;
      bytes += length;
      count++;
    }
    const taken = pending.slice(0, count).join('');
    pending = pending.slice(count);
    pendingLength -= taken.length;
    return Buffer.from(taken);
  };

  const work = async () => {
    let file: FileHandle | null = null;
    try {
      while (pending.length > 0) {
        let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        if (size > 0 && size + Buffer.byteLength(pending[0] ?? '') > maxBytes) {
          await file?.close();
          file = null;
          rotate();
          size = 0;
        }
        file ??= await open(path, 'a', 0o600);
        await file.appendFile(take(maxBytes - size));
      }
      complained = false;
    } catch (error) {
      // The lines are lost: a log is not worth growing without bound for.
      pending = [];
      pendingLength = 0;
      if (!complained) complain(error);
      complained = true;
    } finally {
      await file?.close().catch(() => {});
      working = null;
    }
  };

  const flushAtExit = () => {
    try {
      if (pending.length > 0) appendFileSync(path, pending.join(''), { mode: 0o600 });
    } catch {
      // Nobody is left to tell.
    }
    pending = [];
  };
  process.once('exit', flushAtExit);

  return {
    path,
    write(line) {
      if (pendingLength + line.length > maxPendingLength) {
        dropped++;
        return;
      }
      if (dropped > 0) {
        pending.push(`${JSON.stringify({ level: 'warn', msg: 'log lines dropped', dropped })}\n`);
        pendingLength += pending.at(-1)?.length ?? 0;
        dropped = 0;
      }
      pending.push(line);
      pendingLength += line.length;
      working ??= Promise.resolve().then(work);
    },
    async close() {
      while (working) await working;
      process.removeListener('exit', flushAtExit);
    },
  };
}

function complain(error: unknown): void {
  process.stderr.write(`warn log file: ${(error as Error).message}\n`);
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
