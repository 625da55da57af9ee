import type { VideoFormat } from '../codec/access-unit.ts';
import {
  frameHeaderSize,
  type JpegSize,
  jpegHeader,
  jpegSize,
  quantisationTables,
} from '../codec/jpeg.ts';
import { noBytes, sameVideoFormat } from '../codec/nal-stream.ts';
import type { Depacketizer, DepacketizerSink, TrackDescription } from './depacketizer.ts';
import { GrowingBuffer, maxAccessUnitBytes } from './growing-buffer.ts';
import { ProblemList } from './problem-list.ts';
import type { RtpPacket } from './rtp-packet.ts';

/**
 * Motion JPEG (RFC 2435): types 0 and 1, with restart markers (64 and 65), quantisation tables
 * computed or in band. Images larger than 2040 pixels have size 0 in the RTP header; theirs comes from
 * the JPEG header extension of ONVIF (Streaming Specification, "JPEG over RTP", 0xFFD8).
 */
export class JpegDepacketizer implements Depacketizer {
  readonly #clockRate: number;
  readonly #sink: DepacketizerSink;
  readonly #problems: ProblemList;
  readonly #scan = new GrowingBuffer(maxAccessUnitBytes);
  /** Tables once sent for Q 128 … 254, to be used again where the length is 0 (section 3.1.8). */
  readonly #tables = new Map<number, readonly Uint8Array[]>();
  #describedSize: JpegSize | null;
  #format: VideoFormat | null = null;

  #open = false;
  #ticks = 0;
  #senderTimeMs: number | null = null;
  #receivedAtMs = 0;
  #broken = false;
  #header: Uint8Array = noBytes;
  #headerKey = '';
  #size: JpegSize = { width: 0, height: 0 };
  #afterLoss = false;

  constructor(track: TrackDescription, sink: DepacketizerSink) {
    this.#clockRate = track.clockRate;
    this.#sink = sink;
    this.#problems = new ProblemList(sink);
    this.#describedSize = sizeOf(track.fmtp);
  }

  get format(): VideoFormat | null {
    return this.#format;
  }

  get bufferedBytes(): number {
    return this.#scan.length + this.#tables.size * 256;
  }

  push(
    packet: RtpPacket,
    ticks: number,
    receivedAtMs: number,
    senderTimeMs: number | null,
    lossBefore: boolean,
  ): void {
    if (lossBefore) {
      this.#afterLoss = true;
      if (this.#open) this.#broken = true;
    }
    // Without the marker of its last packet nobody knows whether an image is whole.
    if (this.#open && ticks !== this.#ticks) this.#end(!this.#broken);
    if (!this.#open) {
      this.#open = true;
      this.#broken = false;
      this.#ticks = ticks;
      this.#senderTimeMs = senderTimeMs;
    }
    this.#receivedAtMs = receivedAtMs;
    if (packet.payload.length > 0 && !this.#fragment(packet)) this.#broken = true;
    if (packet.marker) this.#end(!this.#broken && this.#scan.length > 0);
  }

  flush(): void {
    // The last packet of an image carries its marker: what is left is not whole.
    if (this.#open) this.#end(false);
  }

  /** Sections 3.1.1 … 3.1.8; false where the image is lost. */
  #fragment(packet: RtpPacket): boolean {
    const payload = packet.payload;
    if (payload.length < 8) return false;
    const offset = (payload[1]! << 16) | (payload[2]! << 8) | payload[3]!;
    const type = payload[4]!;
    const q = payload[5]!;
    if ((type & 63) > 1 || type > 127) {
      this.#problems.tell(`JPEG packets of type ${type} are not supported`);
      return false;
    }
    let at = 8;
    let restartInterval = 0;
    if (type >= 64) {
      restartInterval = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0);
      at += 4;
    }
    if (offset === 0) {
      const tables = this.#readTables(payload, at, q);
      if (!tables) return false;
      at = tables.next;
      const size = this.#imageSize(packet, payload);
      if (!size) {
        this.#problems.tell('JPEG image larger than 2040 pixels without its size');
        return false;
      }
      this.#scan.rewind(0);
      this.#prepareHeader(size, type & 1 ? '420' : '422', tables.tables, restartInterval);
    } else if (offset !== this.#scan.length) {
      return false;
    }
    return at <= payload.length && this.#scan.append(payload.subarray(at));
  }

  #readTables(
    payload: Uint8Array,
    start: number,
    q: number,
  ): { tables: readonly Uint8Array[]; next: number } | null {
    if (q < 128) return { tables: this.#computed(q), next: start };
    if (start + 4 > payload.length) return null;
    const precision = payload[start + 1]!;
    const length = (payload[start + 2]! << 8) | payload[start + 3]!;
    const next = start + 4 + length;
    if (next > payload.length) return null;
    if (length === 0) {
      const known = this.#tables.get(q);
      if (!known) this.#problems.tell(`JPEG quantisation tables of Q ${q} were never sent`);
      return known ? { tables: known, next } : null;
    }
    const tables: Uint8Array[] = [];
    for (let at = start + 4, id = 0; at < next && id < 2; id++) {
      const size = precision & (1 << id) ? 128 : 64;
      if (at + size > next) break;
      tables.push(payload.slice(at, at + size));
      at += size;
    }
    if (tables.length === 0) return null;
    // 255 means: these tables count for this image only.
    if (q < 255) this.#tables.set(q, tables);
    return { tables, next };
  }

  #computed(q: number): readonly Uint8Array[] {
    // Q 0 and 100 … 127 are reserved; cameras send them all the same.
    const known = this.#tables.get(q);
    if (known) return known;
    const made = quantisationTables(q);
    this.#tables.set(q, made);
    return made;
  }

  #imageSize(packet: RtpPacket, payload: Uint8Array): JpegSize | null {
    const extended = extensionSize(packet);
    if (extended) return extended;
    const width = payload[6]! * 8;
    const height = payload[7]! * 8;
    if (width > 0 && height > 0) return { width, height };
    return this.#describedSize;
  }

  #prepareHeader(
    size: JpegSize,
    sampling: '422' | '420',
    tables: readonly Uint8Array[],
    restartInterval: number,
  ): void {
    this.#size = size;
    const key = `${size.width} ${size.height} ${sampling} ${restartInterval} ${tables.join()}`;
    if (key === this.#headerKey) return;
    this.#headerKey = key;
    this.#header = jpegHeader({ ...size, sampling, tables, restartInterval });
  }

  #end(whole: boolean): void {
    this.#open = false;
    if (!whole || this.#scan.length === 0) {
      this.#scan.clear();
      this.#afterLoss = true;
      return;
    }
    const scan = this.#scan.view();
    // Some cameras send the whole file, headers and all, instead of the scan.
    const complete = scan[0] === 0xff && scan[1] === 0xd8;
    if (complete) this.#size = jpegSize(scan) ?? this.#size;
    if (scan[scan.length - 2] !== 0xff || scan[scan.length - 1] !== 0xd9) {
      this.#scan.append(endOfImage);
    }
    this.#tellFormat();
    const afterLoss = this.#afterLoss;
    this.#afterLoss = false;
    this.#sink.onAccessUnit({
      kind: 'video',
      data: this.#scan.take(complete ? noBytes : this.#header),
      keyframe: true,
      time: { ticks: this.#ticks, clockRate: this.#clockRate },
      senderTimeMs: this.#senderTimeMs,
      receivedAtMs: this.#receivedAtMs,
      afterLoss,
    });
  }

  #tellFormat(): void {
    const format: VideoFormat = {
      kind: 'video',
      codec: 'mjpeg',
      codecString: 'mjpeg',
      profile: null,
      ...this.#size,
      declaredFps: null,
      reorderFrames: 0,
    };
    if (sameVideoFormat(format, this.#format)) return;
    this.#format = format;
    this.#sink.onFormat(format);
  }
}

const endOfImage = Uint8Array.of(0xff, 0xd9);

/** The SOF of ONVIF's JPEG extension, which may follow the 12 bytes of the replay extension. */
function extensionSize(packet: RtpPacket): JpegSize | null {
  if (packet.extensionProfile === 0xffd8) return frameHeaderSize(packet.extension);
  const after = packet.extension.subarray(12);
  if (packet.extensionProfile !== 0xabac || after[0] !== 0xff || after[1] !== 0xd8) return null;
  return frameHeaderSize(after.subarray(4));
}

/** `x-dimensions=2592,1944` or `width=…;height=…`, as some cameras describe large images. */
function sizeOf(fmtp: Readonly<Record<string, string>>): JpegSize | null {
  const [width, height] = fmtp['x-dimensions']?.split(',').map(Number) ?? [
    Number(fmtp['width']),
    Number(fmtp['height']),
  ];
  const usable = (side: number | undefined) =>
    side !== undefined && Number.isInteger(side) && side > 0 && side < 65_536;
  return usable(width) && usable(height) ? { width: width!, height: height! } : null;
}
