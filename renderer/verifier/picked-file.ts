import { type ByteSource, chunksOf } from '../../src/evidence-format/bytes.ts';
import type { FoundEntry } from '../../src/evidence-format/zip-read.ts';

/** A file that a person picked; only the asked-for piece of it is ever in memory. */
export function sourceOfFile(file: Blob): ByteSource {
  return {
    size: file.size,
    async read(offset, length) {
      const bytes = new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
      if (bytes.length !== length) throw new Error('the file ends early');
      return bytes;
    },
  };
}

/** What a package holds under a name, to be shown or saved; an encrypted one is decrypted for it. */
export async function blobOf(
  file: Blob,
  source: ByteSource,
  entry: FoundEntry,
  isEncrypted: boolean,
): Promise<Blob> {
  const type = mediaType(entry.name) ?? 'application/octet-stream';
  if (!isEncrypted) return file.slice(entry.dataAt, entry.dataAt + entry.size, type);
  const parts: Blob[] = [];
  for await (const chunk of chunksOf(source, entry.dataAt, entry.size)) {
    // A blob of its own each, which the browser may put on the disk.
    parts.push(new Blob([chunk]));
  }
  return new Blob(parts, { type });
}

const mediaTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  mp4: 'video/mp4',
};

/** Of what a page can show without running anything of it. */
export function mediaType(name: string): string | null {
  return mediaTypes[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? null;
}
