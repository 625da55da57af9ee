import { BitReader, BitWriter, stopBitPosition } from './bits.ts';
import { plausibleFps } from './h264-sps.ts';
import { escapeNal, unescapeNal } from './nal.ts';

/** What a sequence parameter set says (ITU-T H.265 section 7.3.2.2.1), as far as a viewer needs it. */
export interface H265Sps {
  readonly id: number;
  readonly vpsId: number;
  /** chroma_format_idc: 1 is 4:2:0. */
  readonly chromaFormat: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  readonly separateColourPlanes: boolean;
  readonly log2MaxPocLsb: number;
  /** Displayed size after the conformance window, pixels. */
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
  /** sps_max_num_reorder_pics of the highest sub-layer. */
  readonly reorderFrames: number;
  /** `hvc1.A.B.C.D` (ISO 14496-15 annex E.3). */
  readonly codecString: string;
  readonly profile: string;
  readonly layout: SpsLayout;
}

interface SpsLayout {
  readonly rbsp: Uint8Array;
  /** Bit position of the first sps_max_dec_pic_buffering_minus1, and behind the last latency field. */
  readonly orderFrom: number;
  readonly orderTo: number;
  readonly order: readonly SubLayerOrder[];
}

interface SubLayerOrder {
  readonly decPicBuffering: number;
  readonly reorder: number;
  readonly latency: number;
}

const maxSide = 16_384;

/** Reads an SPS NAL unit (two header bytes included); null where it is garbage. */
export function parseH265Sps(nal: Uint8Array): H265Sps | null {
  if (nal.length < 8 || (nal[0]! >> 1) % 64 !== 33) return null;
  const rbsp = unescapeNal(nal.subarray(2));
  const bits = new BitReader(rbsp);
  const vpsId = bits.bits(4);
  const maxSubLayers = bits.bits(3) + 1;
  bits.skip(1);
  const profile = parseProfileTierLevel(bits, maxSubLayers);
  const id = bits.ue();
  const chroma = bits.ue();
  const separateColourPlanes = chroma === 3 && bits.flag();
  let width = bits.ue();
  let height = bits.ue();
  if (bits.flag()) {
    const cropX = chroma === 1 || chroma === 2 ? 2 : 1;
    const cropY = chroma === 1 ? 2 : 1;
    width -= cropX * (bits.ue() + bits.ue());
    height -= cropY * (bits.ue() + bits.ue());
  }
  const bitDepthLuma = bits.ue() + 8;
  const bitDepthChroma = bits.ue() + 8;
  const log2MaxPocLsb = bits.ue() + 4;
  const perSubLayer = bits.flag();
  const orderFrom = bits.position;
  const order: SubLayerOrder[] = [];
  for (let i = perSubLayer ? 0 : maxSubLayers - 1; i < maxSubLayers; i++) {
    order.push({ decPicBuffering: bits.ue(), reorder: bits.ue(), latency: bits.ue() });
  }
  const orderTo = bits.position;
  if (bits.overrun || id > 15 || chroma > 3 || log2MaxPocLsb > 16 || bitDepthLuma > 16) return null;
  if (width < 1 || height < 1 || width > maxSide || height > maxSide) return null;
  if (order.some((one) => one.decPicBuffering > 15 || one.reorder > one.decPicBuffering)) {
    return null;
  }
  return {
    id,
    vpsId,
    chromaFormat: chroma,
    bitDepthLuma,
    bitDepthChroma,
    separateColourPlanes,
    log2MaxPocLsb,
    width,
    height,
    fps: readFps(bits, log2MaxPocLsb),
    reorderFrames: order.at(-1)?.reorder ?? 0,
    codecString: profile.codecString,
    profile: profile.name,
    layout: { rbsp, orderFrom, orderTo, order },
  };
}

/**
 * The SPS NAL unit with sps_max_num_reorder_pics 0 in each sub-layer (section C.5.2.2 then gives each
 * picture out at once). Only for streams that are known not to reorder.
 */
export function withoutH265Reordering(nal: Uint8Array, sps: H265Sps): Uint8Array {
  const { rbsp, orderFrom, orderTo, order } = sps.layout;
  const end = stopBitPosition(rbsp);
  if (end < orderTo || order.every((one) => one.reorder === 0)) return nal;
  const out = new BitWriter();
  out.copy(rbsp, 0, orderFrom);
  for (const one of order) {
    out.ue(one.decPicBuffering);
    out.ue(0);
    out.ue(one.latency);
  }
  out.copy(rbsp, orderTo, end);
  const escaped = escapeNal(out.end());
  const made = new Uint8Array(2 + escaped.length);
  made.set(nal.subarray(0, 2));
  made.set(escaped, 2);
  return made;
}

/** profile_tier_level( 1, maxSubLayers − 1 ) (section 7.3.3). */
function parseProfileTierLevel(
  bits: BitReader,
  maxSubLayers: number,
): { codecString: string; name: string } {
  const space = bits.bits(2);
  const tier = bits.flag() ? 'H' : 'L';
  const idc = bits.bits(5);
  // general_profile_compatibility_flag[ i ] is bit i of the RFC 6381 number: reversed.
  let compatibility = 0;
  for (let i = 0; i < 32; i++) if (bits.flag()) compatibility += 2 ** i;
  const constraints: number[] = [];
  for (let i = 0; i < 6; i++) constraints.push(bits.bits(8));
  const level = bits.bits(8);
  const present: [boolean, boolean][] = [];
  for (let i = 0; i < maxSubLayers - 1; i++) present.push([bits.flag(), bits.flag()]);
  if (maxSubLayers > 1) bits.skip(2 * (9 - maxSubLayers));
  for (const [profile, levelThere] of present) bits.skip((profile ? 88 : 0) + (levelThere ? 8 : 0));

  while (constraints.at(-1) === 0) constraints.pop();
  const parts = [
    'hvc1',
    `${['', 'A', 'B', 'C'][space]}${idc}`,
    compatibility.toString(16).toUpperCase(),
    `${tier}${level}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ];
  const names: Record<number, string> = {
    1: 'Main',
    2: 'Main 10',
    3: 'Main Still Picture',
    4: 'Range Extensions',
  };
  return { codecString: parts.join('.'), name: names[idc] ?? `profile ${idc}` };
}

/** From behind the ordering info to vui_timing_info; null where anything on the way is odd. */
function readFps(bits: BitReader, log2MaxPocLsb: number): number | null {
  for (let i = 0; i < 6; i++) bits.ue(); // block sizes and transform depths
  if (bits.flag() && bits.flag()) skipScalingListData(bits);
  bits.skip(2); // amp, sao
  if (bits.flag()) {
    bits.skip(8);
    bits.ue();
    bits.ue();
    bits.skip(1);
  }
  const sets = bits.ue();
  if (sets > 64 || !skipReferencePictureSets(bits, sets)) return null;
  if (bits.flag()) {
    const longTerm = bits.ue();
    if (longTerm > 32) return null;
    bits.skip(longTerm * (log2MaxPocLsb + 1));
  }
  bits.skip(2); // temporal_mvp, strong_intra_smoothing
  if (!bits.flag() || bits.overrun) return null;
  if (bits.flag() && bits.bits(8) === 255) bits.skip(32);
  if (bits.flag()) bits.skip(1);
  if (bits.flag()) {
    bits.skip(4);
    if (bits.flag()) bits.skip(24);
  }
  if (bits.flag()) {
    bits.ue();
    bits.ue();
  }
  bits.skip(3); // neutral_chroma, field_seq, frame_field_info
  if (bits.flag()) for (let i = 0; i < 4; i++) bits.ue(); // default display window
  if (!bits.flag()) return null;
  const unitsInTick = bits.bits(32);
  const timeScale = bits.bits(32);
  return bits.overrun ? null : plausibleFps(timeScale / unitsInTick);
}

/** scaling_list_data() (section 7.3.4). */
function skipScalingListData(bits: BitReader): void {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!bits.flag()) {
        bits.ue();
        continue;
      }
      if (size > 1) bits.se();
      const count = Math.min(64, 1 << (4 + (size << 1)));
      for (let i = 0; i < count && !bits.overrun; i++) bits.se();
    }
  }
}

/** st_ref_pic_set() of each set (section 7.3.7); false where the counts are impossible. */
function skipReferencePictureSets(bits: BitReader, sets: number): boolean {
  let previous = 0;
  for (let set = 0; set < sets && !bits.overrun; set++) {
    if (set > 0 && bits.flag()) {
      bits.skip(1);
      bits.ue();
      let count = 0;
      for (let i = 0; i <= previous; i++) {
        const used = bits.flag();
        const kept = used || bits.flag();
        if (kept) count++;
      }
      previous = count;
    } else {
      const negative = bits.ue();
      const positive = bits.ue();
      if (negative > 16 || positive > 16) return false;
      for (let i = 0; i < negative + positive; i++) {
        bits.ue();
        bits.skip(1);
      }
      previous = negative + positive;
    }
    if (previous > 32) return false;
  }
  return !bits.overrun;
}
