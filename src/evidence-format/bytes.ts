/** Bytes that lie somewhere: a file, a picked file of a page, a decrypted view of one of these. */
export interface ByteSource {
  readonly size: number;
  /** Exactly these bytes. @throws where they cannot be read. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** How much is read at once: enough to be quick, little enough for any machine. */
export const chunkSize = 1024 * 1024;

export async function* chunksOf(
  source: ByteSource,
  offset = 0,
  length = source.size - offset,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let done = 0; done < length; done += chunkSize) {
    yield await source.read(offset + done, Math.min(chunkSize, length - done));
  }
}

/** A stretch of another source, as a source of its own. */
export function slice(source: ByteSource, offset: number, size: number): ByteSource {
  return {
    size,
    read(from, length) {
      if (from < 0 || from + length > size) throw new RangeError('beyond the end');
      return source.read(offset + from, length);
    },
  };
}

/** Of the Encoding Standard: every runtime has them, the language's own library does not name them. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Null where the bytes are no UTF-8. A byte order mark is kept, so that it is noticed. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648, section 4, with padding. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    const left = bytes.length - at;
    text += letters[bits >> 18]! + letters[(bits >> 12) & 63]!;
    text += (left > 1 ? letters[(bits >> 6) & 63]! : '=') + (left > 2 ? letters[bits & 63]! : '=');
  }
  return text;
}

/** Null where it is not spelled exactly as `base64` spells it. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let at = 0;
  let bits = 0;
  let count = 0;
  for (const letter of text.replace(/=+$/, '')) {
    const value = letters.indexOf(letter);
    if (value < 0) return null;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[at++] = (bits >> count) & 0xff;
  }
  return base64(bytes) === text ? bytes : null;
}
