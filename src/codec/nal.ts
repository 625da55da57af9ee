/**
 * NAL units of H.264 (ITU-T H.264 section 7.3.1, Annex B) and H.265 (ITU-T H.265 section 7.3.1.1,
 * Annex B): finding them between start codes, and taking emulation prevention off and on.
 * Searching is left to `indexOf`, which runs in native code.
 */

/** `00 00 00 01`, put before each NAL unit in Annex B. */
export const startCode: Uint8Array = Uint8Array.of(0, 0, 0, 1);

/** Calls `each` with every NAL unit of an Annex B byte stream, start codes and trailing zeros off. */
export function forEachNal(annexB: Uint8Array, each: (nal: Uint8Array) => void): void {
  let begin = -1;
  for (let one = annexB.indexOf(1); one >= 0; one = annexB.indexOf(1, one + 1)) {
    if (one < 2 || annexB[one - 1] !== 0 || annexB[one - 2] !== 0) continue;
    // A one inside a NAL unit never follows two zeros: emulation prevention sees to that.
    if (begin >= 0) give(annexB, begin, one - 2, each);
    begin = one + 1;
  }
  if (begin >= 0) give(annexB, begin, annexB.length, each);
}

function give(
  annexB: Uint8Array,
  begin: number,
  before: number,
  each: (nal: Uint8Array) => void,
): void {
  const nal = trimZeros(annexB.subarray(begin, before));
  if (nal.length > 0) each(nal);
}

/** Without zeros at the end, which belong to the next start code. */
export function trimZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

/** Where the first `00 00 01` stands, or -1: inside a well-formed NAL unit it never does. */
export function firstStartCode(nal: Uint8Array): number {
  for (let one = nal.indexOf(1, 2); one >= 0; one = nal.indexOf(1, one + 1)) {
    if (nal[one - 1] === 0 && nal[one - 2] === 0) return one - 2;
  }
  return -1;
}

/** The NAL units of an Annex B byte stream. */
export function splitNals(annexB: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = [];
  forEachNal(annexB, (nal) => nals.push(nal));
  return nals;
}

/** Four-byte start codes before each, in one array. */
export function joinNals(nals: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const nal of nals) length += 4 + nal.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const nal of nals) {
    joined[offset + 3] = 1;
    joined.set(nal, offset + 4);
    offset += 4 + nal.length;
  }
  return joined;
}

/** Without the emulation prevention bytes (03 after 00 00); the same array where there are none. */
export function unescapeNal(nal: Uint8Array): Uint8Array {
  let out: Uint8Array | null = null;
  let written = 0;
  let from = 0;
  for (let three = nal.indexOf(3, 2); three >= 0; three = nal.indexOf(3, three + 1)) {
    // The two zeros must lie behind the last byte taken out: 00 00 03 00 03 has one only.
    if (three - from < 2 || nal[three - 1] !== 0 || nal[three - 2] !== 0) continue;
    out ??= new Uint8Array(nal.length);
    out.set(nal.subarray(from, three), written);
    written += three - from;
    from = three + 1;
  }
  if (!out) return nal;
  out.set(nal.subarray(from), written);
  return out.subarray(0, written + nal.length - from);
}

/** With emulation prevention bytes put in; meant for parameter sets, which are short. */
export function escapeNal(raw: Uint8Array): Uint8Array {
  const out: number[] = [];
  let zeros = 0;
  for (const byte of raw) {
    if (zeros >= 2 && byte <= 3) {
      out.push(3);
      zeros = 0;
    }
    out.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  // A NAL unit must not end in zero (H.264 section 7.4.1).
  if (out.at(-1) === 0) out.push(3);
  return Uint8Array.from(out);
}
