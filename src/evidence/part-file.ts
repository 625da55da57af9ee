import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../clips/clip-file.ts';
import { Fault } from '../std/fault.ts';

/**
 * A file that is written aside, in the folder where it will be, and gets its name when it is whole and on
 * the disk. Its name tells who writes it, so that what a killed program left behind can be told from
 * what another one is writing at this moment, also on a stick that goes from machine to machine.
 */
const pattern = /\.vgp\.zip\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.part$/;
const here = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
/** Nobody writes one package for longer; process numbers come again. */
const staleMs = 24 * 3_600_000;

export interface PartFile {
  readonly path: string;
  readonly handle: FileHandle;
  write(bytes: Uint8Array): Promise<void>;
  /** Flushed to the disk. */
  sync(): Promise<void>;
  /** Gives it its name. Closes it. */
  finish(): Promise<void>;
  /** Removes it; harmless after `finish`. */
  discard(): Promise<void>;
}

/** @throws {Fault} `evidence.exists`, `evidence.no-space`, `evidence.medium`, `evidence.too-big` */
export async function openPartFile(target: string, size: number): Promise<PartFile> {
  await refuseExisting(target);
  const folder = dirname(target);
  await needSpace(folder, size);
  const name = `${basename(target)}.${here}-${process.pid}-${randomBytes(4).toString('hex')}.part`;
  const path = join(folder, name);
  const handle = await onMedium(folder, size, open(path, 'wx+', 0o600));
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  };
  let at = 0;
  return {
    path,
    handle,
    async write(bytes) {
      await onMedium(folder, size, writeAll(handle, bytes, at));
      at += bytes.length;
    },
    sync: () => onMedium(folder, size, handle.sync()),
    async finish() {
      await onMedium(folder, size, close());
      // Somebody may have put a file there meanwhile.
      await refuseExisting(target);
      await onMedium(folder, size, rename(path, target));
      await syncFolder(folder);
    },
    async discard() {
      await close().catch(() => {});
      await rm(path, { force: true }).catch(() => {});
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/** @returns names of unfinished files that nobody writes any more; they were removed. */
export async function removeLeftovers(folder: string): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const match = pattern.exec(name);
    if (!match) continue;
    const path = join(folder, name);
    const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now());
    const isAlive = match[1] === here ? isRunning(Number(match[2])) : true;
    if (isAlive && age < staleMs) continue;
    const gone = await rm(path, { force: true }).then(
      () => true,
      () => false,
    );
    if (gone) removed.push(name);
  }
  return removed;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** @throws {Fault} `evidence.exists`: evidence is never written over */
export async function refuseExisting(target: string): Promise<void> {
  const isThere = await stat(target).then(
    () => true,
    () => false,
  );
  if (isThere) throw new Fault('evidence.exists', 'there already', { file: basename(target) });
}

async function needSpace(folder: string, size: number): Promise<void> {
  const found = await statfs(folder).catch(() => null);
  if (!found) return;
  const free = found.bavail * found.bsize;
  // Some file systems tell nothing; then it is found out when it is full.
  if (found.blocks === 0 || free >= size) return;
  throw noSpace(size, free);
}

function noSpace(size: number, free: number): Fault {
  const megabytes = (bytes: number) => Math.ceil(bytes / 1_000_000);
  return new Fault('evidence.no-space', 'disk full', {
    needed: megabytes(size),
    free: Math.floor(free / 1_000_000),
  });
}

async function onMedium<T>(folder: string, size: number, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      const found = await statfs(folder).catch(() => null);
      throw noSpace(size, found ? found.bavail * found.bsize : 0);
    }
    if (code === 'EFBIG') throw new Fault('evidence.too-big', message, {}, error);
    throw new Fault('evidence.medium', message, {}, error);
  }
}
