import { evidencePieceBytes } from '../../../src/contract/evidence-schemas.ts';
import type { Core } from '../../wire/core.types.ts';
import { base64Of } from '../imports/base64.ts';

/** Brings a file to the core, piece by piece; resolves with the name it has there. */
export async function uploadFile(core: Core, bytes: Uint8Array): Promise<string> {
  let uploadId: string | null = null;
  let offset = 0;
  do {
    const piece = bytes.subarray(offset, offset + evidencePieceBytes);
    const told: { uploadId: string } = await core.call('evidence.upload', {
      uploadId,
      size: bytes.length,
      offset,
      base64: base64Of(piece),
    });
    uploadId = told.uploadId;
    offset += piece.length;
  } while (offset < bytes.length);
  return uploadId;
}
