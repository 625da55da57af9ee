import type { Clip, ClipFrame } from './clip.ts';
import { packetiseJpeg } from './packetise-jpeg.ts';

/**
 * Access units cut into RTP payloads: what follows the 12 bytes of the RTP header. The last payload
 * of a frame is the one that carries the marker bit.
 */
export const maxPayloadBytes = 1400;

export function packetiseFrame(
  clip: Pick<Clip, 'codec' | 'width' | 'height'>,
  frame: ClipFrame,
  limit = maxPayloadBytes,
): Uint8Array[] {
  switch (clip.codec) {
    case 'h264':
      return packetiseH264(frame.units, limit);
    case 'h265':
      return packetiseH265(frame.units, limit);
    case 'mjpeg':
      return frame.units.flatMap((image) => packetiseJpeg(image, limit));
  }
}

/** RFC 6184: STAP-A (5.7.1) for neighbours that fit together, FU-A (5.8) for what does not fit. */
export function packetiseH264(units: readonly Uint8Array[], limit: number): Uint8Array[] {
  return groupsThatFit(units, limit, 1).flatMap((group) => {
    const first = group[0]!;
    if (group.length > 1) {
      const importance = Math.max(...group.map((unit) => unit[0]! & 0x60));
      return [aggregate(Uint8Array.of(importance | 24), group)];
    }
    if (first.length <= limit) return [first];
    const header = first[0]!;
    return fragments(first.subarray(1), limit - 2, (start, end) =>
      Uint8Array.of((header & 0xe0) | 28, (start ? 0x80 : 0) | (end ? 0x40 : 0) | (header & 0x1f)),
    );
  });
}

/** RFC 7798: aggregation packets (4.4.2) and fragmentation units (4.4.3), without DONL. */
export function packetiseH265(units: readonly Uint8Array[], limit: number): Uint8Array[] {
  return groupsThatFit(units, limit, 2).flatMap((group) => {
    const first = group[0]!;
    const [b0, b1] = [first[0]!, first[1]!];
    if (group.length > 1) return [aggregate(Uint8Array.of((b0 & 0x81) | (48 << 1), b1), group)];
    if (first.length <= limit) return [first];
    const type = (b0 >> 1) & 0x3f;
    return fragments(first.subarray(2), limit - 3, (start, end) =>
      Uint8Array.of((b0 & 0x81) | (49 << 1), b1, (start ? 0x80 : 0) | (end ? 0x40 : 0) | type),
    );
  });
}

/** Greedy: consecutive units that fit into one aggregation packet of `limit` bytes. */
function groupsThatFit(
  units: readonly Uint8Array[],
  limit: number,
  headerBytes: number,
): Uint8Array[][] {
  const groups: Uint8Array[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const unit of units) {
    if (used + 2 + unit.length <= limit) {
      groups.at(-1)!.push(unit);
      used += 2 + unit.length;
    } else {
      groups.push([unit]);
      used = headerBytes + 2 + unit.length;
    }
  }
  return groups;
}

function aggregate(header: Uint8Array, units: readonly Uint8Array[]): Uint8Array {
  const size = units.reduce((sum, unit) => sum + 2 + unit.length, header.length);
  const out = new Uint8Array(size);
  out.set(header);
  let at = header.length;
  for (const unit of units) {
    out[at] = unit.length >> 8;
    out[at + 1] = unit.length & 0xff;
    out.set(unit, at + 2);
    at += 2 + unit.length;
  }
  return out;
}

function fragments(
  body: Uint8Array,
  size: number,
  header: (start: boolean, end: boolean) => Uint8Array,
): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    const head = header(at === 0, at + size >= body.length);
    const payload = new Uint8Array(head.length + part.length);
    payload.set(head);
    payload.set(part, head.length);
    out.push(payload);
  }
  return out;
}
