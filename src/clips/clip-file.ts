import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../std/fault.ts';

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

  /** Lower-case hex of what is really on the disk, read back. */
  async sha256(): Promise<string> {
    const hash = createHash('sha256');
    // One buffer for the whole file: a clip of 4 GB makes no garbage.
    const buffer = Buffer.allocUnsafeSlow(1 << 20);
    try {
      const handle = await open(this.aside, 'r');
      try {
        for (;;) {
          const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
          if (bytesRead === 0) break;
          hash.update(buffer.subarray(0, bytesRead));
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

async function syncFolder(path: string): Promise<void> {
  // Windows and some file systems cannot open a folder: the rename holds without it there.
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
