import { BitReader } from './bits.ts';

/** MPEG-4 part 2 video (ISO/IEC 14496-2) as far as a viewer needs it. */
export interface Mpeg4Config {
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
  /** profile_and_level_indication, or null. */
  readonly profileLevel: number | null;
}

/** Finds `00 00 01 code` with a code in from … to; the position of the code byte, or -1. */
export function findStartCode(data: Uint8Array, from: number, to: number, start = 0): number {
  for (let one = data.indexOf(1, start + 2); one >= 0; one = data.indexOf(1, one + 1)) {
    if (data[one - 1] !== 0 || data[one - 2] !== 0) continue;
    const code = data[one + 1];
    if (code !== undefined && code >= from && code <= to) return one + 1;
  }
  return -1;
}

/** A video object layer header in `data` (section 6.2.3); null where there is none or it is odd. */
export function parseMpeg4Config(data: Uint8Array): Mpeg4Config | null {
  const layer = findStartCode(data, 0x20, 0x2f);
  if (layer < 0) return null;
  const bits = new BitReader(data.subarray(0, layer + 65), (layer + 1) * 8);
  bits.skip(1 + 8); // random_accessible_vol, video_object_type_indication
  if (bits.flag()) bits.skip(7); // version and priority
  if (bits.bits(4) === 15) bits.skip(16); // extended_PAR
  if (bits.flag()) {
    bits.skip(3); // chroma_format, low_delay
    if (bits.flag()) bits.skip(79); // vbv_parameters
  }
  const shape = bits.bits(2);
  if (shape !== 0) return null;
  bits.skip(1);
  const resolution = bits.bits(16);
  bits.skip(1);
  let fps: number | null = null;
  if (bits.flag()) {
    const increment = bits.bits(Math.max(1, 32 - Math.clz32(Math.max(0, resolution - 1))));
    if (increment > 0) fps = resolution / increment;
  }
  bits.skip(1);
  const width = bits.bits(13);
  bits.skip(1);
  const height = bits.bits(13);
  if (bits.overrun || width === 0 || height === 0) return null;
  const profileAt = findStartCode(data, 0xb0, 0xb0);
  return {
    width,
    height,
    fps: fps !== null && fps <= 240 ? fps : null,
    profileLevel: profileAt >= 0 ? (data[profileAt + 1] ?? null) : null,
  };
}

/** Whether the first picture in `data` is intra coded (vop_coding_type 0); null where there is none. */
export function mpeg4Intra(data: Uint8Array): boolean | null {
  const picture = findStartCode(data, 0xb6, 0xb6);
  if (picture < 0 || picture + 1 >= data.length) return null;
  return data[picture + 1]! >> 6 === 0;
}
