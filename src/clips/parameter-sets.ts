/**
 * Looks at the beginning of an access unit, up to its first slice: the sequence parameter sets (of
 * H.265 with the video parameter sets) as one array, or null where it has none.
 */
export function firstNals(
  annexB: Uint8Array,
  codec: 'h264' | 'h265',
): { readonly count: number; readonly sequenceSets: Uint8Array | null } {
  const sets: Uint8Array[] = [];
  let count = 0;
  let begin = nalStart(annexB, 0);
  while (begin >= 0 && begin < annexB.length) {
    const head = annexB[begin]!;
    const type = codec === 'h264' ? head & 0x1f : (head >> 1) & 0x3f;
    count++;
    const isSlice = codec === 'h264' ? type >= 1 && type <= 5 : type < 32;
    if (isSlice) break;
    const next = nalStart(annexB, begin);
    const end = next < 0 ? annexB.length : next - 3;
    const isSet = codec === 'h264' ? type === 7 : type === 32 || type === 33;
    if (isSet) sets.push(withoutZeros(annexB.subarray(begin, end)));
    begin = next;
  }
  return { count, sequenceSets: sets.length === 0 ? null : joined(sets) };
}

/** The byte behind the next `00 00 01` from `from` on, or -1. */
function nalStart(bytes: Uint8Array, from: number): number {
  for (let one = bytes.indexOf(1, from); one >= 0; one = bytes.indexOf(1, one + 1)) {
    if (one >= 2 && bytes[one - 1] === 0 && bytes[one - 2] === 0) {
      return one + 1 < bytes.length ? one + 1 : -1;
    }
  }
  return -1;
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}
