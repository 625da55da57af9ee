/**
 * JPEG images as RTP payloads (RFC 2435). The receiver rebuilds the headers, so only the
 * quantisation tables and the entropy-coded data travel, and the image must use the Huffman tables
 * of ITU-T T.81 annex K.
 */
interface JpegParts {
  readonly width: number;
  readonly height: number;
  /** 0 for 4:2:2 and 1 for 4:2:0 (section 4.1). */
  readonly type: 0 | 1;
  /** The tables of luminance and chrominance, 64 bytes each in zigzag order. */
  readonly tables: readonly [Uint8Array, Uint8Array];
  readonly scan: Uint8Array;
}

/** @throws {Error} for an image that RFC 2435 cannot carry. */
export function packetiseJpeg(image: Uint8Array, limit: number): Uint8Array[] {
  const parts = jpegParts(image);
  const out: Uint8Array[] = [];
  for (let offset = 0; offset < parts.scan.length; ) {
    const tableBytes = offset === 0 ? 4 + 128 : 0;
    const room = limit - 8 - tableBytes;
    const data = parts.scan.subarray(offset, offset + room);
    const payload = new Uint8Array(8 + tableBytes + data.length);
    payload.set([0, offset >> 16, (offset >> 8) & 0xff, offset & 0xff, parts.type, 255]);
    payload[6] = parts.width >> 3;
    payload[7] = parts.height >> 3;
    if (tableBytes > 0) {
      // Q 255: the tables are in the packet and may change with each image (section 4.2)
      payload.set([0, 0, 0, 128], 8);
      payload.set(parts.tables[0], 12);
      payload.set(parts.tables[1], 76);
    }
    payload.set(data, 8 + tableBytes);
    out.push(payload);
    offset += data.length;
  }
  return out;
}

function jpegParts(image: Uint8Array): JpegParts {
  const tables = new Map<number, Uint8Array>();
  let frame: { width: number; height: number; type: 0 | 1; luma: number; chroma: number } | null =
    null;
  let at = 2;
  while (at + 4 <= image.length) {
    const marker = image[at + 1]!;
    const length = (image[at + 2]! << 8) | image[at + 3]!;
    const body = image.subarray(at + 4, at + 2 + length);
    at += 2 + length;
    if (marker === 0xdb) readTables(body, tables);
    else if (marker === 0xc0) frame = readFrame(body);
    else if (marker === 0xdd && (body[0] !== 0 || body[1] !== 0))
      throw new Error('restart intervals are not sent');
    else if (marker === 0xda) break;
  }
  if (!frame) throw new Error('not a baseline JPEG image');
  const luma = tables.get(frame.luma);
  const chroma = tables.get(frame.chroma);
  if (!luma || !chroma) throw new Error('a quantisation table is missing');
  const hasEnd = image.at(-2) === 0xff && image.at(-1) === 0xd9;
  return {
    width: frame.width,
    height: frame.height,
    type: frame.type,
    tables: [luma, chroma],
    scan: image.subarray(at, hasEnd ? image.length - 2 : image.length),
  };
}

function readTables(body: Uint8Array, tables: Map<number, Uint8Array>): void {
  for (let at = 0; at + 65 <= body.length; at += 65) {
    if (body[at]! >> 4 !== 0) throw new Error('only tables of 8 bits are sent');
    tables.set(body[at]! & 15, body.subarray(at + 1, at + 65));
  }
}

function readFrame(body: Uint8Array) {
  const height = (body[1]! << 8) | body[2]!;
  const width = (body[3]! << 8) | body[4]!;
  if (body[0] !== 8 || body[5] !== 3) throw new Error('only colour images of 8 bits are sent');
  if (width > 2040 || height > 2040) throw new Error('larger than RFC 2435 can say');
  const sampling = body[7]!;
  if (sampling !== 0x21 && sampling !== 0x22) throw new Error('only 4:2:2 and 4:2:0 are sent');
  const type: 0 | 1 = sampling === 0x21 ? 0 : 1;
  return { width, height, type, luma: body[8]!, chroma: body[11]! };
}
