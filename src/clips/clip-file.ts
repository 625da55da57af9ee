import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Fault } from '../std/fault.ts';
import { blockBytes, type WrittenBlock } from './block-writer.ts';

/**
 * A file that is there when it is whole and not before: written aside in the same folder, synced,
 * then renamed. Whatever ends the program leaves at most a hidden `.part` file.
 */
export class AsideFile {
  readonly path: string;
  readonly aside: string;
  #handle: FileHandle | null = null;
  bytes = 0;

  constructor(path: string) {
    this.path = path;
    const tag = randomBytes(4).toString('hex');
    this.aside = join(dirname(path), `.${basename(path).slice(0, 80)}.${tag}.part`);
  }

  async open(): Promise<void> {
    this.#handle = await open(this.aside, 'wx', 0o600).catch((error) => {
      throw fileFault(error);
    });
  }

  /** @throws {Fault} `file.full`, `file.failed` */
  async write(data: Uint8Array, position: number): Promise<void> {
    const handle = this.#handle;
    if (!handle) throw new Fault('file.failed', 'closed already', { reason: 'closed' });
    try {
      for (let done = 0; done < data.length; ) {
        const { bytesWritten } = await handle.write(
          data,
          done,
          data.length - done,
          position + done,
        );
        done += bytesWritten;
      }
    } catch (error) {
      throw fileFault(error);
    }
    this.bytes = Math.max(this.bytes, position + data.length);
  }

  /** On the disk, as far as the system can tell. */
  async sync(): Promise<void> {
    try {
      await this.#handle?.sync();
      await this.#handle?.close();
      this.#handle = null;
    } catch (error) {
      throw fileFault(error);
    }
  }

  /**
   * Lower-case hex of what is really on the disk, read back. One block is read while the one before is
   * hashed.
   * @param written where it is known what was written: a difference is a fault
   * @throws {Fault} `file.failed`
   */
  async sha256(written: readonly WrittenBlock[] | null = null): Promise<string> {
    const hash = createHash('sha256');
    // Two blocks for the whole file: a clip of 4 GB makes no garbage.
    let [reading, hashing] = [
      Buffer.allocUnsafeSlow(blockBytes),
      Buffer.allocUnsafeSlow(blockBytes),
    ];
    try {
      const handle = await open(this.aside, 'r');
      try {
        let at = 0;
        let index = 0;
        const next = () => readBlock(handle, reading, at, written?.[index]?.length ?? blockBytes);
        for (let read = await next(); read > 0; ) {
          [reading, hashing] = [hashing, reading];
          const block = hashing.subarray(0, read);
          const expected = written?.[index];
          at += read;
          index++;
          const following = next();
          hash.update(block);
          if (expected && (expected.length !== read || expected.crc !== crc32(block))) {
            await following.catch(() => {});
            throw new Fault('file.failed', 'other than written', { reason: 'read-back' });
          }
          read = await following;
        }
        if (written && index !== written.length) {
          throw new Fault('file.failed', 'shorter than written', { reason: 'read-back' });
        }
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw fileFault(error);
    }
    return hash.digest('hex');
  }

  async publish(): Promise<void> {
    try {
      await rename(this.aside, this.path);
      await syncFolder(dirname(this.path));
    } catch (error) {
      throw fileFault(error);
    }
  }

  /** Nothing stays behind. */
  async discard(): Promise<void> {
    await this.#handle?.close().catch(() => {});
    this.#handle = null;
    await unlink(this.aside).catch(() => {});
  }
}

/** Bytes read: fewer than asked for only at the end. */
async function readBlock(
  handle: FileHandle,
  block: Buffer,
  at: number,
  length: number,
): Promise<number> {
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(block, done, length - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/**
 * A new name is on the disk only when its folder is. Windows and some file systems cannot open a folder: the
 * rename holds without it there.
 */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close().catch(() => {});
}

export function fileFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code ?? 'EIO';
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Fault('file.full', code, {}, error);
  return new Fault('file.failed', `${code}`, { reason: code }, error);
}
