import { crc32 } from 'node:zlib';
import { Fault } from '../std/fault.ts';
import type { AsideFile } from './clip-file.ts';

/** Written and read back in these: few calls, and little that is held. */
export const blockBytes = 4 * 1024 * 1024;

/** A stretch of the file as it was handed to the disk. */
export interface WrittenBlock {
  readonly length: number;
  readonly crc: number;
}

/**
 * Fills one block while the other is on its way to the disk. Bytes are copied once; nobody waits but
 * for a disk that is slower than what comes.
 */
export class BlockWriter {
  readonly #file: AsideFile;
  #filling = Buffer.allocUnsafeSlow(blockBytes);
  #other = Buffer.allocUnsafeSlow(blockBytes);
  #filled = 0;
  #flushed = 0;
  #pending: Promise<void> | null = null;
  #failed: unknown = null;
  readonly #blocks: WrittenBlock[] = [];

  constructor(file: AsideFile) {
    this.#file = file;
  }

  /** Where the next byte will stand in the file. */
  get position(): number {
    return this.#flushed + this.#filled;
  }

  /** What was written, in order; the whole file after `end`. */
  get blocks(): readonly WrittenBlock[] {
    return this.#blocks;
  }

  /** The block with room for `bytes` more at `at`; call `advance` with what was put there. */
  room(bytes: number): { readonly block: Buffer; readonly at: number } | null {
    return this.#filled + bytes <= blockBytes ? { block: this.#filling, at: this.#filled } : null;
  }

  advance(bytes: number): void {
    this.#filled += bytes;
  }

  /** Of any length. @throws {Fault} `file.full`, `file.failed` */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      if (this.#filled === blockBytes) await this.flush();
      const part = bytes.subarray(done, done + blockBytes - this.#filled);
      this.#filling.set(part, this.#filled);
      this.#filled += part.length;
      done += part.length;
    }
  }

  /** Hands over what is filled; resolves when the other block is free again. */
  async flush(): Promise<void> {
    const length = this.#filled;
    if (length > 0) {
      await this.#settled();
      const block = this.#filling.subarray(0, length);
      const at = this.#flushed;
      this.#blocks.push({ length, crc: crc32(block) });
      this.#pending = this.#file.write(block, at).catch((error) => {
        this.#failed ??= error;
      });
      [this.#filling, this.#other] = [this.#other, this.#filling];
      this.#flushed += length;
      this.#filled = 0;
    }
    if (this.#failed) throw this.#failed;
  }

  /** All is with the system. */
  async end(): Promise<void> {
    await this.flush();
    await this.#settled();
  }

  /** Writes the first block anew, which has the same length as before. */
  async replaceFirst(bytes: Uint8Array): Promise<void> {
    if (this.#blocks[0]?.length !== bytes.length) {
      throw new Fault('file.failed', 'another length', { reason: 'mp4' });
    }
    await this.#file.write(bytes, 0);
    this.#blocks[0] = { length: bytes.length, crc: crc32(bytes) };
  }

  async #settled(): Promise<void> {
    await this.#pending;
    this.#pending = null;
    if (this.#failed) throw this.#failed;
  }
}
