import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import type { Core } from '../../wire/core.types.ts';
import { bytesOf } from '../imports/base64.ts';
import { createTurns } from './turns.ts';

/**
 * Files of the shelf to be looked at. Small pictures are kept, as many as a screen or two show; a whole
 * file belongs to who asked for it.
 */
export interface EvidenceFiles {
  /** Address of a small picture; it is good until some hundred others were asked for. Null: none. */
  thumbnail(item: EvidenceItem): Promise<string | null>;
  whole(
    item: EvidenceItem,
    signal: AbortSignal,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Blob>;
  close(): void;
}

const keptThumbnails = 160;
const thumbnailWidth = 320;

export function createEvidenceFiles(core: Core): EvidenceFiles {
  const thumbnails = new Map<string, Promise<string | null>>();
  const turns = createTurns(2);

  const whole: EvidenceFiles['whole'] = async (item, signal, onProgress) => {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      signal.throwIfAborted();
      const piece: { base64: string; size: number; next: number | null } = await core.call(
        'evidence.file',
        { itemId: item.id, offset },
      );
      parts.push(bytesOf(piece.base64));
      offset = piece.next;
      onProgress?.(offset ?? piece.size, piece.size);
    }
    return new Blob(parts, { type: item.mediaType });
  };

  const make = async (item: EvidenceItem): Promise<string | null> => {
    if (!item.mediaType.startsWith('image/')) return null;
    const blob = await whole(item, new AbortController().signal);
    const picture = await createImageBitmap(blob, {
      resizeWidth: Math.min(thumbnailWidth, Math.max(1, item.width)),
      resizeQuality: 'medium',
    });
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    picture.close();
    return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.75 }));
  };
  const forget = (kept: Promise<string | null>) =>
    void kept.then((url) => url && URL.revokeObjectURL(url)).catch(() => {});

  return {
    thumbnail(item) {
      const known = thumbnails.get(item.id);
      if (known) {
        // Asked for again: it goes last.
        thumbnails.delete(item.id);
        thumbnails.set(item.id, known);
        return known;
      }
      const made = turns
        .run(() => make(item))
        .catch(() => {
          thumbnails.delete(item.id);
          return null;
        });
      thumbnails.set(item.id, made);
      for (const [id, kept] of thumbnails) {
        if (thumbnails.size <= keptThumbnails) break;
        thumbnails.delete(id);
        forget(kept);
      }
      return made;
    },
    whole,
    close() {
      for (const kept of thumbnails.values()) forget(kept);
      thumbnails.clear();
    },
  };
}
