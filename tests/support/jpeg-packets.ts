import { bytesOf } from './rtp-packets.ts';

/** A baseline JPEG image in the pieces that RFC 2435 carries. */
export interface JpegParts {
  readonly width: number;
  readonly height: number;
  readonly sampling: '420' | '422';
  readonly tables: readonly Uint8Array[];
  readonly restartInterval: number;
  /** Entropy-coded data up to and with EOI. */
  readonly scan: Uint8Array;
}

export function takeJpegApart(jpeg: Uint8Array): JpegParts {
  const tables: Uint8Array[] = [];
  let [width, height, sampling, restartInterval] = [0, 0, 0x22, 0];
  for (let at = 2; at < jpeg.length; ) {
    const marker = jpeg[at + 1]!;
    const length = (jpeg[at + 2]! << 8) | jpeg[at + 3]!;
    const segment = jpeg.slice(at + 4, at + 2 + length);
    at += 2 + length;
    if (marker === 0xdb) {
      for (let from = 0; from < segment.length; ) {
        const size = segment[from]! >> 4 ? 128 : 64;
        tables.push(segment.slice(from + 1, from + 1 + size));
        from += 1 + size;
      }
    } else if (marker === 0xc0) {
      height = (segment[1]! << 8) | segment[2]!;
      width = (segment[3]! << 8) | segment[4]!;
      sampling = segment[7]!;
    } else if (marker === 0xdd) {
      restartInterval = (segment[0]! << 8) | segment[1]!;
    } else if (marker === 0xda) {
      const scan = jpeg.slice(at);
      // One table for all components is the same as twice the same table.
      const both = tables.length === 1 ? [tables[0]!, tables[0]!] : tables;
      return {
        width,
        height,
        sampling: sampling === 0x21 ? '422' : '420',
        tables: both,
        restartInterval,
        scan,
      };
    }
  }
  throw new Error('no scan in the image');
}

export interface JpegPacketOptions {
  readonly mtu?: number;
  readonly q?: number;
  readonly tablesLeftOut?: boolean;
  readonly restartInterval?: number;
}

/** Payloads of one image (RFC 2435 section 3.1). */
export function jpegPayloads(jpeg: JpegParts, options: JpegPacketOptions = {}): Uint8Array[] {
  const { mtu = 1400, q = 255, tablesLeftOut = false } = options;
  const restart = options.restartInterval ?? jpeg.restartInterval;
  const type = (jpeg.sampling === '420' ? 1 : 0) + (restart ? 64 : 0);
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < jpeg.scan.length; at += mtu) {
    const head = [0, at >> 16, (at >> 8) & 255, at & 255, type, q, jpeg.width / 8, jpeg.height / 8];
    const restartHeader = restart ? [restart >> 8, restart & 255, 0xff, 0xff] : [];
    const tables = tablesLeftOut ? new Uint8Array(0) : bytesOf(...jpeg.tables);
    const precision = jpeg.tables.reduce(
      (bits, table, i) => bits | (table.length === 128 ? 1 << i : 0),
      0,
    );
    const tableHeader =
      at === 0 && q >= 128
        ? bytesOf([0, precision, tables.length >> 8, tables.length & 255], tables)
        : [];
    payloads.push(bytesOf(head, restartHeader, tableHeader, jpeg.scan.subarray(at, at + mtu)));
  }
  return payloads;
}
