import { randomUUID } from 'node:crypto';
import { maxSnapshotBytes } from '../contract/evidence-schemas.ts';
import { Fault } from '../std/fault.ts';

interface Upload {
  readonly bytes: Buffer;
  received: number;
  timer: NodeJS.Timeout;
}

export interface UploadPiece {
  readonly uploadId: string | null;
  readonly size: number;
  readonly offset: number;
  readonly base64: string;
}

const keptMs = 60_000;
const maxUploads = 80;
const maxBytes = 256 * 1024 * 1024;

/** Pictures on their way from a page, in pieces; what nobody comes back for is dropped. */
export class PictureUploads {
  readonly #uploads = new Map<string, Upload>();
  #bytes = 0;

  /** @throws {Fault} `input.value`, `input.unknown`, `host.busy` */
  take(piece: UploadPiece): { uploadId: string; received: number; complete: boolean } {
    const bytes = Buffer.from(piece.base64, 'base64');
    const id = piece.uploadId ?? this.#begin(piece.size);
    const upload = this.#uploads.get(id);
    if (!upload) throw new Fault('input.unknown', 'no such upload');
    if (piece.offset !== upload.received || piece.offset + bytes.length > upload.bytes.length) {
      throw new Fault('input.value', 'a piece out of order', { field: 'offset' });
    }
    bytes.copy(upload.bytes, piece.offset);
    upload.received += bytes.length;
    upload.timer.refresh();
    const { received } = upload;
    return { uploadId: id, received, complete: received === upload.bytes.length };
  }

  /** @throws {Fault} `input.unknown` where it is not there, or not whole */
  whole(id: string): Buffer {
    const upload = this.#uploads.get(id);
    if (upload && upload.received === upload.bytes.length) return upload.bytes;
    throw new Fault('input.unknown', 'no such picture');
  }

  drop(id: string): void {
    const upload = this.#uploads.get(id);
    if (!upload) return;
    clearTimeout(upload.timer);
    this.#bytes -= upload.bytes.length;
    this.#uploads.delete(id);
  }

  close(): void {
    for (const id of [...this.#uploads.keys()]) this.drop(id);
  }

  #begin(size: number): string {
    if (size > maxSnapshotBytes) throw new Fault('input.value', 'too large', { field: 'size' });
    if (this.#uploads.size >= maxUploads || this.#bytes + size > maxBytes) {
      throw new Fault('host.busy', 'many pictures');
    }
    const id = randomUUID();
    const timer = setTimeout(() => this.drop(id), keptMs).unref();
    this.#uploads.set(id, { bytes: Buffer.alloc(size), received: 0, timer });
    this.#bytes += size;
    return id;
  }
}
