import { mkdirSync } from 'node:fs';
import { type FileHandle, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { StreamKey } from '../contract/stream-state.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { bytesPerUnit, Slab, type SlabFormats } from './ring-slab.ts';
import { type SlabSummary, summarise } from './ring-spans.ts';

/**
 * The part of the ring on disk: segment files to which finished slabs of all streams are appended as
 * blocks, in the order in which they came. The oldest file goes when the budget is used up.
 *
 * Block, little endian: `VGR1`, then u32 bytes of meta, columns and data, u32 CRC-32 of meta, u32
 * CRC-32 of columns and data; then meta (JSON), columns, data. A block that is cut, or whose meta does
 * not fit its CRC, ends its file: it is cut off there when the ring is opened, so that a crash costs
 * what was being written and nothing else.
 */
export interface StoredBlock {
  readonly segment: number;
  readonly offset: number;
  readonly length: number;
}

export interface FoundBlock {
  readonly key: StreamKey;
  readonly formats: SlabFormats;
  readonly summary: SlabSummary;
  readonly block: StoredBlock;
}

interface Meta {
  readonly key: StreamKey;
  readonly video: SlabFormats['video'];
  readonly audio:
    | (Omit<NonNullable<SlabFormats['audio']>, 'config'> & { config: string | null })
    | null;
  readonly clockRates: readonly [number, number];
  readonly count: number;
  readonly summary: SlabSummary;
}

const magic = 0x31524756;
const headBytes = 24;
const mebibyte = 1024 * 1024;
/** What may wait for a slow disk; beyond it blocks are left out, memory is not. */
const maxWaitingBytes = 32 * mebibyte;
const maxMetaBytes = 4 * mebibyte;
const restAfterFailureMs = 30_000;
const name = /^(\d{10})\.ring$/;

function segmentBytesOf(budget: number): number {
  return Math.max(mebibyte, Math.min(64 * mebibyte, budget / 16));
}

export class DiskRing {
  readonly #dir: string;
  #budget: number;
  #segmentBytes: number;
  readonly #log: Logger;
  readonly #onDropped: (segment: number) => void;
  /** Bytes of each segment file, oldest first. */
  readonly #segments = new Map<number, number>();
  #file: { handle: FileHandle; segment: number; length: number } | null = null;
  #work: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #restUntil = 0;
  #closed = false;
  skippedBytes = 0;

  constructor(options: {
    dir: string;
    budget: number;
    log: Logger;
    onDropped: (segment: number) => void;
  }) {
    this.#dir = options.dir;
    this.#budget = options.budget;
    this.#segmentBytes = segmentBytesOf(options.budget);
    this.#log = options.log;
    this.#onDropped = options.onDropped;
  }

  /** What is too much is gone when this resolves; 0: everything. */
  setBudget(budget: number): Promise<void> {
    const done = this.#work.then(async () => {
      this.#budget = budget;
      this.#segmentBytes = segmentBytesOf(budget);
      await this.#makeRoom(0);
    });
    this.#work = done;
    return done;
  }

  get bytes(): number {
    let sum = 0;
    for (const bytes of this.#segments.values()) sum += bytes;
    return sum;
  }

  /** Reads what earlier runs left, cuts torn tails, and makes room. Never throws. */
  async load(): Promise<FoundBlock[]> {
    const found: FoundBlock[] = [];
    try {
      const names = await readdir(this.#dir).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      const numbers = names
        .flatMap((file) => name.exec(file)?.[1] ?? [])
        .map(Number)
        .sort((a, b) => a - b);
      for (const segment of numbers) found.push(...(await this.#loadSegment(segment)));
    } catch (error) {
      this.#failed('the kept ring cannot be read', error);
    }
    await this.#makeRoom(0);
    return found.filter(({ block }) => this.#segments.has(block.segment));
  }

  /** Appends a slab that takes no more units. Null: it was left out. */
  append(slab: Slab): Promise<StoredBlock | null> {
    const { used } = slab;
    if (
      this.#closed ||
      this.#waiting + used > maxWaitingBytes ||
      performance.now() < this.#restUntil
    ) {
      this.skippedBytes += used;
      return Promise.resolve(null);
    }
    this.#waiting += used;
    const written = this.#work.then(async () => {
      try {
        return await this.#write(slab);
      } catch (error) {
        this.skippedBytes += used;
        this.#failed('the ring cannot be written', error);
        return null;
      } finally {
        this.#waiting -= used;
      }
    });
    this.#work = written;
    return written;
  }

  /** @throws {Fault} `store.failed` where the block is gone or damaged */
  async read(block: StoredBlock): Promise<Slab> {
    const handle = await open(this.#path(block.segment), 'r').catch((error) => {
      throw new Fault('store.failed', 'a kept block is gone', {}, error);
    });
    try {
      const bytes = Buffer.allocUnsafeSlow(block.length);
      const { bytesRead } = await handle.read(bytes, 0, block.length, block.offset);
      if (bytesRead !== block.length) throw new Fault('store.failed', 'a kept block is cut');
      return readBlock(bytes);
    } catch (error) {
      throw Fault.from(error, 'store.failed');
    } finally {
      await handle.close();
    }
  }

  async close(): Promise<void> {
    await this.#work;
    this.#closed = true;
    await this.#file?.handle.close().catch(() => {});
    this.#file = null;
  }

  #path(segment: number): string {
    return join(this.#dir, `${String(segment).padStart(10, '0')}.ring`);
  }

  async #loadSegment(segment: number): Promise<FoundBlock[]> {
    const path = this.#path(segment);
    const found: FoundBlock[] = [];
    const handle = await open(path, 'r+');
    try {
      const { size } = await handle.stat();
      let offset = 0;
      while (offset < size) {
        const block = await findBlock(handle, segment, offset, size);
        if (!block) break;
        found.push(block);
        offset += block.block.length;
      }
      // What was written last may be whole in length and not in content: the machine lost power.
      const last = found.at(-1);
      if (last && !(await isWhole(handle, last.block))) {
        found.pop();
        offset = last.block.offset;
      }
      if (offset < size) {
        await handle.truncate(offset);
        this.#log.warn('a torn end of the kept ring was cut off', {
          segment,
          bytes: size - offset,
        });
      }
      if (offset > 0) this.#segments.set(segment, offset);
    } finally {
      await handle.close();
    }
    if (!this.#segments.has(segment)) await unlink(path).catch(() => {});
    return found;
  }

  async #write(slab: Slab): Promise<StoredBlock | null> {
    const parts = blockParts(slab);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length > this.#budget || this.#budget <= 0) return null;
    await this.#makeRoom(length);
    let file = this.#file;
    if (file && file.length + length > this.#segmentBytes && file.length > 0) {
      await file.handle.close();
      this.#file = file = null;
    }
    if (!file) {
      mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
      const segment = Math.max(0, ...this.#segments.keys()) + 1;
      file = { handle: await open(this.#path(segment), 'wx', 0o600), segment, length: 0 };
      this.#file = file;
      this.#segments.set(segment, 0);
    }
    const offset = file.length;
    try {
      await writeAll(file.handle, parts, offset);
    } catch (error) {
      await file.handle.truncate(offset).catch(() => {});
      throw error;
    }
    file.length += length;
    this.#segments.set(file.segment, file.length);
    return { segment: file.segment, offset, length };
  }

  async #makeRoom(bytes: number): Promise<void> {
    for (const segment of this.#segments.keys()) {
      if (this.bytes + bytes <= this.#budget) return;
      if (this.#file?.segment === segment) {
        await this.#file.handle.close().catch(() => {});
        this.#file = null;
      }
      this.#segments.delete(segment);
      this.#onDropped(segment);
      await unlink(this.#path(segment)).catch(() => {});
    }
  }

  #failed(what: string, error: unknown): void {
    if (performance.now() >= this.#restUntil) {
      this.#log.warn(what, { reason: Fault.from(error).message });
    }
    this.#restUntil = performance.now() + restAfterFailureMs;
  }
}

function blockParts(slab: Slab): Uint8Array[] {
  const { video, audio } = slab.formats;
  const meta: Meta = {
    key: slab.key,
    video,
    audio: audio && {
      ...audio,
      config: audio.config && Buffer.from(audio.config).toString('base64'),
    },
    clockRates: slab.clockRates,
    count: slab.count,
    summary: summarise(slab),
  };
  const metaBytes = Buffer.from(JSON.stringify(meta));
  const columns = slab.columns();
  const data = slab.bytes.subarray(0, slab.used);
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(metaBytes.length, 4);
  head.writeUInt32LE(columns.length, 8);
  head.writeUInt32LE(data.length, 12);
  head.writeUInt32LE(crc32(metaBytes), 16);
  head.writeUInt32LE(crc32(data, crc32(columns)), 20);
  return [head, metaBytes, columns, data];
}

async function writeAll(
  handle: FileHandle,
  parts: readonly Uint8Array[],
  position: number,
): Promise<void> {
  for (const part of parts) {
    for (let done = 0; done < part.length; ) {
      const { bytesWritten } = await handle.write(part, done, part.length - done, position + done);
      done += bytesWritten;
    }
    position += part.length;
  }
}

function readHead(head: Buffer): { meta: number; columns: number; data: number } | null {
  if (head.length < headBytes || head.readUInt32LE(0) !== magic) return null;
  const meta = head.readUInt32LE(4);
  const columns = head.readUInt32LE(8);
  const data = head.readUInt32LE(12);
  return meta > maxMetaBytes || columns % bytesPerUnit !== 0 ? null : { meta, columns, data };
}

/** The block at `offset`, its meta read and checked, its bytes not; null where there is none. */
async function findBlock(
  handle: FileHandle,
  segment: number,
  offset: number,
  size: number,
): Promise<FoundBlock | null> {
  const head = Buffer.alloc(headBytes);
  await handle.read(head, 0, headBytes, offset);
  const lengths = readHead(head);
  if (!lengths) return null;
  const length = headBytes + lengths.meta + lengths.columns + lengths.data;
  if (offset + length > size) return null;
  const bytes = Buffer.alloc(lengths.meta);
  await handle.read(bytes, 0, bytes.length, offset + headBytes);
  const meta = parseMeta(bytes, head.readUInt32LE(16));
  if (!meta || meta.count * bytesPerUnit !== lengths.columns) return null;
  return {
    key: meta.key,
    formats: formatsOf(meta),
    summary: meta.summary,
    block: { segment, offset, length },
  };
}

async function isWhole(handle: FileHandle, block: StoredBlock): Promise<boolean> {
  const bytes = Buffer.allocUnsafeSlow(block.length);
  await handle.read(bytes, 0, block.length, block.offset);
  try {
    readBlock(bytes);
    return true;
  } catch {
    return false;
  }
}

function readBlock(bytes: Buffer): Slab {
  const lengths = readHead(bytes.subarray(0, headBytes));
  if (!lengths) throw new Fault('store.failed', 'a kept block has no head');
  const columnsAt = headBytes + lengths.meta;
  const meta = parseMeta(bytes.subarray(headBytes, columnsAt), bytes.readUInt32LE(16));
  if (!meta) throw new Fault('store.failed', 'a kept block is damaged');
  const columns = bytes.subarray(columnsAt, columnsAt + lengths.columns);
  const data = bytes.subarray(
    columnsAt + lengths.columns,
    columnsAt + lengths.columns + lengths.data,
  );
  if (crc32(data, crc32(columns)) !== bytes.readUInt32LE(20)) {
    throw new Fault('store.failed', 'a kept block is damaged');
  }
  return Slab.of(meta.key, formatsOf(meta), meta.clockRates, columns, meta.count, data);
}

function parseMeta(bytes: Buffer, crc: number): Meta | null {
  if (crc32(bytes) !== crc) return null;
  try {
    return JSON.parse(bytes.toString()) as Meta;
  } catch {
    return null;
  }
}

function formatsOf(meta: Meta): SlabFormats {
  return {
    video: meta.video,
    audio: meta.audio && {
      ...meta.audio,
      config:
        meta.audio.config === null
          ? null
          : new Uint8Array(Buffer.from(meta.audio.config, 'base64')),
    },
  };
}
