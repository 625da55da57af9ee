import { randomBytes } from 'node:crypto';
import { concat } from '../evidence-format/bytes.ts';
import type { Primitives } from '../evidence-format/primitives.ts';
import { innerName, sealKeys, sealStream } from '../evidence-format/sealed-source.ts';
import { layOut, noDosTime, type ZipLayout } from '../evidence-format/zip-layout.ts';

type Write = (bytes: Uint8Array) => Promise<void>;

/** Takes the bytes of a package one after the other. */
export interface PackageWriter {
  write: Write;
  end(): Promise<void>;
}

export function plainWriter(write: Write): PackageWriter {
  return { write, end: async () => {} };
}

function sealedLayout(size: number): ZipLayout {
  return layOut([{ name: innerName, size, crc: 0, isEncrypted: true }], noDosTime);
}

/** Bytes of a package of `size` bytes with its encryption around it. */
export function sealedSize(size: number): number {
  return sealedLayout(size).size;
}

/** @param size of the package that will be written, known before its first byte */
export async function sealedWriter(
  write: Write,
  size: number,
  password: string,
  primitives: Primitives,
): Promise<PackageWriter> {
  const layout = sealedLayout(size);
  const placed = layout.entries[0]!;
  const salt = randomBytes(16);
  const keys = await sealKeys(password, salt, primitives);
  const code = primitives.hmacSha1(keys.authenticate);
  const apply = sealStream(keys.encrypt, primitives);
  let at = 0;
  await write(concat(placed.header, salt, keys.check));
  return {
    async write(bytes) {
      // A copy: small parts are still needed as they are.
      const own = new Uint8Array(bytes);
      apply(own, at);
      at += own.length;
      code.update(own);
      await write(own);
    },
    async end() {
      await write(concat(code.digest().subarray(0, 10), placed.central, layout.end));
    },
  };
}
