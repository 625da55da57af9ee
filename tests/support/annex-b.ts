/** NAL units as one Annex B stream with four-byte start codes. */
export function annexB(units: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const bytes: number[] = [];
  for (const unit of units) bytes.push(0, 0, 0, 1, ...unit);
  return Uint8Array.from(bytes);
}
