/**
 * Baseline JPEG (ITU-T T.81) as far as a viewer needs it: the size of an image, and the headers that
 * RTP leaves out (RFC 2435 appendix B).
 */
export interface JpegSize {
  readonly width: number;
  readonly height: number;
}

/** The size in the first frame header (SOF) of a JPEG image; null where none is found. */
export function jpegSize(jpeg: Uint8Array): JpegSize | null {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return null;
  return frameHeaderSize(jpeg.subarray(2));
}

/** The size in the first SOF among marker segments. */
export function frameHeaderSize(segments: Uint8Array): JpegSize | null {
  let at = 0;
  while (at + 9 <= segments.length) {
    if (segments[at] !== 0xff) return null;
    const marker = segments[at + 1]!;
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
    // C0 … CF without DHT (C4), JPG (C8), DAC (CC) are frame headers of one kind or another.
    if (marker >= 0xc0 && marker <= 0xcf && marker % 4 !== 0) return sizeAt(segments, at);
    if (marker === 0xc0) return sizeAt(segments, at);
    if (marker === 0xda || marker === 0xd9) return null;
    const length = (segments[at + 2]! << 8) | segments[at + 3]!;
    if (length < 2) return null;
    at += 2 + length;
  }
  return null;
}

function sizeAt(segments: Uint8Array, at: number): JpegSize | null {
  const height = (segments[at + 5]! << 8) | segments[at + 6]!;
  const width = (segments[at + 7]! << 8) | segments[at + 8]!;
  return width > 0 && height > 0 ? { width, height } : null;
}

export interface JpegHeaderOptions {
  readonly width: number;
  readonly height: number;
  /** RFC 2435 section 4.1: type 0 is 4:2:2, type 1 is 4:2:0. */
  readonly sampling: '422' | '420';
  /** Quantisation tables in zigzag order: one or two of 64 (8 bit) or 128 (16 bit) bytes. */
  readonly tables: readonly Uint8Array[];
  /** Restart interval in MCUs; 0 for none. */
  readonly restartInterval: number;
}

/** Everything from SOI to the end of SOS; the entropy-coded scan and EOI follow. */
export function jpegHeader(options: JpegHeaderOptions): Uint8Array {
  const { width, height, sampling, tables, restartInterval } = options;
  const parts: (number[] | Uint8Array)[] = [
    [0xff, 0xd8],
    // JFIF 1.2, no density, no thumbnail.
    [0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 0, 0, 1, 0, 1, 0, 0],
  ];
  tables.forEach((table, id) => {
    const precision = table.length === 128 ? 0x10 : 0;
    parts.push([0xff, 0xdb, 0, 3 + table.length, precision | id], table);
  });
  if (restartInterval > 0) {
    parts.push([0xff, 0xdd, 0, 4, restartInterval >> 8, restartInterval & 255]);
  }
  const chromaTable = tables.length > 1 ? 1 : 0;
  const luma = sampling === '422' ? 0x21 : 0x22;
  parts.push(
    [0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3],
    [1, luma, 0, 2, 0x11, chromaTable, 3, 0x11, chromaTable],
    huffmanTables,
    [0xff, 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0],
  );
  return concatenate(parts);
}

/**
 * The tables of Q 1 … 99 (RFC 2435 section 4.2 and appendix A), luminance and chrominance, in zigzag
 * order. Q above 99 that carry no tables are taken as 99.
 */
export function quantisationTables(q: number): [Uint8Array, Uint8Array] {
  const factor = Math.min(99, Math.max(1, q));
  const scale = factor < 50 ? Math.floor(5000 / factor) : 200 - factor * 2;
  const scaled = (base: readonly number[]) =>
    Uint8Array.from(zigzag, (place) =>
      Math.min(255, Math.max(1, Math.floor((base[place]! * scale + 50) / 100))),
    );
  return [scaled(lumaTable), scaled(chromaTable)];
}

// ITU-T T.81 tables K.1 and K.2, row by row.
// biome-ignore format: a table
const lumaTable = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
  14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
  49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
// biome-ignore format: a table
const chromaTable = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
  24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/** Where the k-th coefficient of the zigzag scan stands in a table (T.81 figure A.6). */
const zigzag: readonly number[] = (() => {
  const places = Array.from({ length: 64 }, (_, place) => place);
  const diagonal = (place: number) => (place >> 3) + (place & 7);
  return places.sort((a, b) => {
    const d = diagonal(a) - diagonal(b);
    if (d !== 0) return d;
    // Odd diagonals run downwards, even ones upwards.
    return diagonal(a) % 2 === 1 ? a - b : b - a;
  });
})();

// T.81 annex K.3: numbers of codes per length, then the values.
// biome-ignore format: tables
const dcLuma = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
// biome-ignore format: tables
const dcChroma = [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
// biome-ignore format: tables
const acLuma = [
  0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d,
  0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
  0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0,
  0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28,
  0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
  0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
  0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
  0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
  0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5,
  0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2,
  0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
  0xf9, 0xfa,
];
// biome-ignore format: tables
const acChroma = [
  0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77,
  0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71,
  0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0,
  0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25, 0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26,
  0x27, 0x28, 0x29, 0x2a, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
  0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,
  0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
  0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5,
  0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3,
  0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda,
  0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
  0xf9, 0xfa,
];

const huffmanTables = concatenate(
  [
    [0x00, dcLuma],
    [0x10, acLuma],
    [0x01, dcChroma],
    [0x11, acChroma],
  ].flatMap(([id, table]) => {
    const values = table as number[];
    return [[0xff, 0xc4, 0, 3 + values.length, id as number], values];
  }),
);

function concatenate(parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
