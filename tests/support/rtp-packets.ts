/**
 * Makes RTP packets for tests: a camera in memory. Plain RFC packetization, plus the fields with which
 * a test can be as odd as a real device.
 */
export interface RtpFields {
  readonly sequence: number;
  readonly timestamp: number;
  readonly payload: Uint8Array | readonly number[];
  readonly marker?: boolean;
  readonly payloadType?: number;
  readonly ssrc?: number;
  readonly csrc?: readonly number[];
  readonly extension?: { readonly profile: number; readonly data: Uint8Array };
  /** Bytes of padding, their count included. */
  readonly padding?: number;
}

export function rtpPacket(fields: RtpFields): Uint8Array {
  const csrc = fields.csrc ?? [];
  const extensionBytes = fields.extension ? 4 + fields.extension.data.length : 0;
  const padding = fields.padding ?? 0;
  const head = 12 + csrc.length * 4;
  const bytes = new Uint8Array(head + extensionBytes + fields.payload.length + padding);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x80 | (padding ? 0x20 : 0) | (fields.extension ? 0x10 : 0) | csrc.length;
  bytes[1] = (fields.marker ? 0x80 : 0) | (fields.payloadType ?? 96);
  view.setUint16(2, fields.sequence & 0xffff);
  view.setUint32(4, fields.timestamp >>> 0);
  view.setUint32(8, fields.ssrc ?? 0x11223344);
  csrc.forEach((one, i) => {
    view.setUint32(12 + i * 4, one);
  });
  let at = head;
  if (fields.extension) {
    view.setUint16(at, fields.extension.profile);
    view.setUint16(at + 2, fields.extension.data.length / 4);
    bytes.set(fields.extension.data, at + 4);
    at += extensionBytes;
  }
  bytes.set(fields.payload, at);
  if (padding) bytes[bytes.length - 1] = padding;
  return bytes;
}

/** Payloads of one NAL unit: itself, or FU-A (RFC 6184 section 5.8) pieces. */
export function h264Payloads(nal: Uint8Array, mtu = 1400): Uint8Array[] {
  if (nal.length <= mtu) return [nal];
  return pieces(nal.subarray(1), mtu).map((piece, i, all) =>
    bytesOf(
      (nal[0]! & 0xe0) | 28,
      (nal[0]! & 31) | (i === 0 ? 0x80 : 0) | (i === all.length - 1 ? 0x40 : 0),
      piece,
    ),
  );
}

/** Payloads of one NAL unit: itself, or FU (RFC 7798 section 4.4.3) pieces. */
export function h265Payloads(nal: Uint8Array, mtu = 1400): Uint8Array[] {
  if (nal.length <= mtu) return [nal];
  return pieces(nal.subarray(2), mtu).map((piece, i, all) =>
    bytesOf(
      (nal[0]! & 0x81) | (49 << 1),
      nal[1]!,
      ((nal[0]! >> 1) & 63) | (i === 0 ? 0x80 : 0) | (i === all.length - 1 ? 0x40 : 0),
      piece,
    ),
  );
}

/** STAP-A (RFC 6184 section 5.7.1), or with `type` 48 an H.265 aggregation packet. */
export function aggregate(nals: readonly Uint8Array[], type: 24 | 48 = 24): Uint8Array {
  const head = type === 24 ? [0x78] : [0x60, 0x01];
  return bytesOf(...head, ...nals.flatMap((nal) => [nal.length >> 8, nal.length & 255, nal]));
}

/** Packets of one access unit after another: numbers, timestamps and markers as a good camera sets them. */
export class PacketWriter {
  sequence: number;
  timestamp: number;
  readonly payloadType: number;
  readonly ssrc: number;

  constructor(
    start: Partial<Pick<PacketWriter, 'sequence' | 'timestamp' | 'payloadType' | 'ssrc'>> = {},
  ) {
    this.sequence = start.sequence ?? 1000;
    this.timestamp = start.timestamp ?? 90_000;
    this.payloadType = start.payloadType ?? 96;
    this.ssrc = start.ssrc ?? 0x11223344;
  }

  /** The payloads of one access unit; the clock then goes on by `ticks`. */
  unit(payloads: readonly Uint8Array[], ticks = 3600, marker = true): Uint8Array[] {
    const packets = payloads.map((payload, i) =>
      this.packet({ payload, marker: marker && i === payloads.length - 1 }),
    );
    this.timestamp += ticks;
    return packets;
  }

  packet(fields: Partial<RtpFields> & Pick<RtpFields, 'payload'>): Uint8Array {
    return rtpPacket({
      sequence: this.sequence++,
      timestamp: this.timestamp,
      payloadType: this.payloadType,
      ssrc: this.ssrc,
      ...fields,
    });
  }
}

/** Bytes and arrays of bytes behind each other. */
export function bytesOf(
  ...parts: readonly (number | Uint8Array | readonly number[])[]
): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
}

function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const made: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) made.push(bytes.subarray(at, at + size));
  return made;
}
