import { decodeBase64 } from './base64.ts';
import { splitNals } from './nal.ts';

/** Longer text in a session description is hostile. */
const maxText = 64 * 1024;

/**
 * The NAL units of `sprop-parameter-sets` (RFC 6184 section 8.1) or `sprop-vps`, `-sps`, `-pps`
 * (RFC 7798 section 7.1). Cameras leave sets out, end with a comma, put start codes inside, and put
 * both sets into one; all of that is taken.
 */
export function spropNals(text: string | undefined): Uint8Array[] {
  if (!text || text.length > maxText) return [];
  const nals: Uint8Array[] = [];
  for (const part of text.split(',')) {
    const bytes = decodeBase64(part);
    if (bytes.length < 3) continue;
    if (startsWithStartCode(bytes)) nals.push(...splitNals(bytes));
    else nals.push(bytes);
    if (nals.length > 64) break;
  }
  return nals;
}

function startsWithStartCode(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0 && (bytes[2] === 1 || (bytes[2] === 0 && bytes[3] === 1));
}
