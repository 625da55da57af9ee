/**
 * Boxes of ISO/IEC 14496-12 ("ISO base media file format"), as far as a clip needs them. A box is bytes:
 * 32-bit size, four letters, content; big endian throughout.
 */

export type BoxPart = Uint8Array | readonly BoxPart[];

/** Unsigned, big endian. Beyond 2^53 nothing here ever counts. */
export function u8(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

export function u16(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint16(i * 2, value);
  return bytes;
}

export function u32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value);
  return bytes;
}

export function u64(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) {
    view.setUint32(i * 8, Math.floor(value / 2 ** 32));
    view.setUint32(i * 8 + 4, value % 2 ** 32);
  }
  return bytes;
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function box(type: string, ...content: readonly BoxPart[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 8;
  const flatten = (part: BoxPart) => {
    if (part instanceof Uint8Array) {
      parts.push(part);
      length += part.length;
    } else for (const one of part) flatten(one);
  };
  flatten(content);
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, length);
  bytes.set(ascii(type), 4);
  let offset = 8;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** With version and flags before the content (section 4.2). */
export function fullBox(
  type: string,
  version: number,
  flags: number,
  ...content: readonly BoxPart[]
): Uint8Array {
  return box(type, u8(version, flags >> 16, (flags >> 8) & 255, flags & 255), content);
}

/** Rows of unsigned 32-bit numbers behind their count: most tables of a track. */
export function tableBox(type: string, version: number, rows: readonly Uint32Array[]): Uint8Array {
  const count = rows[0]?.length ?? 0;
  const bytes = new Uint8Array(4 + count * rows.length * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, count);
  let offset = 4;
  for (let i = 0; i < count; i++) {
    for (const column of rows) {
      view.setUint32(offset, column[i]!);
      offset += 4;
    }
  }
  return fullBox(type, version, 0, bytes);
}

/** 1904-01-01 to 1970-01-01 (section 8.2.2). */
const epochSeconds = 2_082_844_800;

export function mp4Time(unixMs: number): number {
  return Math.max(0, Math.floor(unixMs / 1000) + epochSeconds);
}

/** The identity of section 8.2.2.2. */
export const unityMatrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
