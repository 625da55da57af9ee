import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from '../evidence-format/bytes.ts';
import { Fault } from '../std/fault.ts';

export interface OpenFileSource extends ByteSource {
  close(): Promise<void>;
}

/** A file as bytes. @throws {Fault} `evidence.source`, when it is opened and at each reading. */
export async function openFileSource(path: string): Promise<OpenFileSource> {
  const handle = await open(path, 'r').catch((error) => {
    throw sourceFault(path, error);
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new Fault('evidence.source', 'not a file', { file: path });
  }
  return { ...sourceOf(handle, stat.size, path), close: () => handle.close() };
}

export function sourceOf(handle: FileHandle, size: number, path: string): ByteSource {
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle
          .read(bytes, done, length - done, offset + done)
          .catch((error) => {
            throw sourceFault(path, error);
          });
        if (bytesRead === 0) throw new Fault('evidence.source', 'ends early', { file: path });
        done += bytesRead;
      }
      return bytes;
    },
  };
}

export function sourceFault(path: string, error: unknown): Fault {
  return new Fault('evidence.source', (error as Error).message, { file: path }, error);
}
