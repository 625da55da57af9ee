import { BitReader, BitWriter, stopBitPosition } from './bits.ts';
import { escapeNal, unescapeNal } from './nal.ts';

/** What a sequence parameter set says (ITU-T H.264 section 7.3.2.1.1), as far as a viewer needs it. */
export interface H264Sps {
  readonly id: number;
  readonly profileIdc: number;
  /** The byte of constraint_set flags behind profile_idc. */
  readonly constraints: number;
  readonly levelIdc: number;
  /** chroma_format_idc: 1 is 4:2:0. */
  readonly chromaFormat: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  readonly separateColourPlanes: boolean;
  readonly log2MaxFrameNum: number;
  readonly pocType: number;
  readonly log2MaxPocLsb: number;
  readonly maxNumRefFrames: number;
  readonly frameMbsOnly: boolean;
  /** Displayed size after cropping, pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second from the VUI, or null where it says nothing or nonsense. */
  readonly fps: number | null;
  /** max_num_reorder_frames, or null where the VUI does not restrict it. */
  readonly reorderFrames: number | null;
  /** `avc1.PPCCLL` (RFC 6381 section 3.3). */
  readonly codecString: string;
  readonly profile: string;
  /** Bit positions in the RBSP behind the NAL header, for rewriting. */
  readonly layout: SpsLayout;
}

interface SpsLayout {
  readonly rbsp: Uint8Array;
  /** Of vui_parameters_present_flag. */
  readonly vuiFlag: number;
  /** Of bitstream_restriction_flag, or -1 where there is no VUI or it is cut. */
  readonly restrictionFlag: number;
  /** Of max_num_reorder_frames, or -1 where there is no bitstream restriction. */
  readonly reorder: number;
  readonly maxDecFrameBuffering: number;
}

/** Larger than any camera; what claims more is garbage and must not size a buffer. */
const maxSide = 16_384;

/** Reads an SPS NAL unit (header included); null where it is garbage. */
export function parseH264Sps(nal: Uint8Array): H264Sps | null {
  if (nal.length < 5 || (nal[0]! & 31) !== 7) return null;
  const rbsp = unescapeNal(nal.subarray(1));
  const bits = new BitReader(rbsp);
  const profileIdc = bits.bits(8);
  const constraints = bits.bits(8);
  const levelIdc = bits.bits(8);
  const id = bits.ue();
  let chroma = 1;
  let bitDepthLuma = 8;
  let bitDepthChroma = 8;
  let separateColourPlanes = false;
  if (chromaProfiles.has(profileIdc)) {
    chroma = bits.ue();
    if (chroma === 3) separateColourPlanes = bits.flag();
    bitDepthLuma = bits.ue() + 8;
    bitDepthChroma = bits.ue() + 8;
    bits.skip(1);
    if (bits.flag()) skipScalingLists(bits, chroma === 3 ? 12 : 8);
  }
  const log2MaxFrameNum = bits.ue() + 4;
  const pocType = bits.ue();
  let log2MaxPocLsb = 0;
  if (pocType === 0) {
    log2MaxPocLsb = bits.ue() + 4;
  } else if (pocType === 1) {
    bits.skip(1);
    bits.se();
    bits.se();
    const cycle = bits.ue();
    if (cycle > 255) return null;
    for (let i = 0; i < cycle; i++) bits.se();
  }
  const maxNumRefFrames = bits.ue();
  bits.skip(1); // gaps_in_frame_num_value_allowed_flag
  const widthInMbs = bits.ue() + 1;
  const heightInMapUnits = bits.ue() + 1;
  const frameMbsOnly = bits.flag();
  if (!frameMbsOnly) bits.skip(1);
  bits.skip(1); // direct_8x8_inference_flag
  let [left, right, top, bottom] = [0, 0, 0, 0];
  if (bits.flag()) [left, right, top, bottom] = [bits.ue(), bits.ue(), bits.ue(), bits.ue()];
  const vuiFlag = bits.position;
  const vuiPresent = bits.flag();
  if (bits.overrun) return null;
  if (id > 31 || chroma > 3 || pocType > 2 || log2MaxFrameNum > 16 || log2MaxPocLsb > 16) {
    return null;
  }

  // Table 6-1 and equations 7-19 … 7-22: cropping counts chroma samples, and field lines twice.
  const cropX = chroma === 1 || chroma === 2 ? 2 : 1;
  const cropY = (chroma === 1 ? 2 : 1) * (frameMbsOnly ? 1 : 2);
  const width = widthInMbs * 16 - cropX * (left + right);
  const height = heightInMapUnits * 16 * (frameMbsOnly ? 1 : 2) - cropY * (top + bottom);
  if (width < 1 || height < 1 || width > maxSide || height > maxSide || maxNumRefFrames > 16) {
    return null;
  }

  const vui = vuiPresent ? parseVui(bits) : null;
  return {
    id,
    profileIdc,
    constraints,
    levelIdc,
    chromaFormat: chroma,
    bitDepthLuma,
    bitDepthChroma,
    separateColourPlanes,
    log2MaxFrameNum,
    pocType,
    log2MaxPocLsb,
    maxNumRefFrames,
    frameMbsOnly,
    width,
    height,
    fps: vui?.fps ?? null,
    reorderFrames: vui?.reorderFrames ?? null,
    codecString: `avc1.${hex(profileIdc)}${hex(constraints)}${hex(levelIdc)}`,
    profile: profileName(profileIdc, constraints),
    layout: {
      rbsp,
      vuiFlag,
      restrictionFlag: vui?.restrictionFlag ?? -1,
      reorder: vui?.reorder ?? -1,
      maxDecFrameBuffering: vui?.maxDecFrameBuffering ?? 0,
    },
  };
}

/**
 * Streams that cannot reorder whatever their VUI says: picture order count type 2 (H.264 section
 * 8.2.1.3), the profiles without B slices (Baseline, Constrained High), intra only.
 */
export function cannotReorder(sps: H264Sps): boolean {
  const constrainedHigh = sps.profileIdc === 100 && (sps.constraints & 0x0c) === 0x0c;
  return sps.pocType === 2 || sps.profileIdc === 66 || constrainedHigh || sps.maxNumRefFrames === 0;
}

/**
 * The SPS NAL unit with max_num_reorder_frames 0, so that a decoder gives each picture out at once
 * (H.264 section C.4.5.3). For streams that are known not to reorder, and only for those. The very
 * `nal` where it says so already or its VUI cannot be read to the end.
 */
export function withoutReordering(nal: Uint8Array, sps: H264Sps): Uint8Array {
  if (sps.reorderFrames === 0) return nal;
  const { rbsp, vuiFlag, restrictionFlag, reorder, maxDecFrameBuffering } = sps.layout;
  const out = new BitWriter();
  if (reorder >= 0) {
    out.copy(rbsp, 0, reorder);
  } else {
    if (restrictionFlag >= 0) {
      out.copy(rbsp, 0, restrictionFlag);
    } else {
      if (bitAt(rbsp, vuiFlag) === 1) return nal;
      out.copy(rbsp, 0, vuiFlag);
      out.bit(1);
      // Eight absent things: aspect ratio, overscan, signal type, chroma location, timing, two HRDs,
      // pic_struct. (low_delay_hrd_flag is absent with the HRDs.)
      out.bits(0, 8);
    }
    out.bit(1);
    // The values a decoder infers where the restriction is absent (section E.2.1).
    out.bit(1); // motion_vectors_over_pic_boundaries_flag
    out.ue(2); // max_bytes_per_pic_denom
    out.ue(1); // max_bits_per_mb_denom
    out.ue(15); // log2_max_mv_length_horizontal
    out.ue(15); // log2_max_mv_length_vertical
  }
  out.ue(0);
  out.ue(Math.max(1, sps.maxNumRefFrames, maxDecFrameBuffering));
  const escaped = escapeNal(out.end());
  const made = new Uint8Array(1 + escaped.length);
  made[0] = nal[0]!;
  made.set(escaped, 1);
  return made;
}

interface Vui {
  readonly fps: number | null;
  readonly reorderFrames: number | null;
  readonly restrictionFlag: number;
  readonly reorder: number;
  readonly maxDecFrameBuffering: number;
}

/** vui_parameters() (section E.1.1); null where it is cut: old Hikvision and Dahua encoders do that. */
function parseVui(bits: BitReader): Vui | null {
  if (bits.flag() && bits.bits(8) === 255) bits.skip(32); // Extended_SAR
  if (bits.flag()) bits.skip(1); // overscan
  if (bits.flag()) {
    bits.skip(4);
    if (bits.flag()) bits.skip(24);
  }
  if (bits.flag()) {
    bits.ue();
    bits.ue();
  }
  let fps: number | null = null;
  if (bits.flag()) {
    const unitsInTick = bits.bits(32);
    const timeScale = bits.bits(32);
    bits.skip(1);
    fps = plausibleFps(timeScale / (2 * unitsInTick));
  }
  const nalHrd = bits.flag();
  if (nalHrd) skipHrd(bits);
  const vclHrd = bits.flag();
  if (vclHrd) skipHrd(bits);
  if (nalHrd || vclHrd) bits.skip(1);
  bits.skip(1);
  const restrictionFlag = bits.position;
  const restricted = bits.flag();
  if (bits.overrun) return null;
  const plain = { fps, reorderFrames: null, restrictionFlag, reorder: -1, maxDecFrameBuffering: 0 };
  if (!restricted) return plain;
  bits.skip(1);
  for (let i = 0; i < 4; i++) bits.ue();
  const reorder = bits.position;
  const reorderFrames = bits.ue();
  const maxDecFrameBuffering = bits.ue();
  // A restriction cut in the middle, or one with values no level allows, is replaced as if absent.
  if (bits.overrun || reorderFrames > 16 || maxDecFrameBuffering > 16) return plain;
  if (bits.position > stopBitPosition(bits.bytes)) return plain;
  return { fps, reorderFrames, restrictionFlag, reorder, maxDecFrameBuffering };
}

function skipHrd(bits: BitReader): void {
  const count = bits.ue() + 1;
  bits.skip(8);
  if (count > 32) {
    bits.overrun = true;
    return;
  }
  for (let i = 0; i < count; i++) {
    bits.ue();
    bits.ue();
    bits.skip(1);
  }
  bits.skip(20);
}

function skipScalingLists(bits: BitReader, count: number): void {
  for (let i = 0; i < count; i++) {
    if (!bits.flag()) continue;
    let next = 8;
    // Section 7.3.2.1.1.1: 16 values for the first six lists, 64 for the others.
    for (let j = 0, last = 8; j < (i < 6 ? 16 : 64) && next !== 0 && !bits.overrun; j++) {
      next = (last + bits.se() + 256) & 255;
      if (next !== 0) last = next;
    }
  }
}

/** Profiles whose SPS carries the chroma format (section 7.3.2.1.1). */
const chromaProfiles: ReadonlySet<number> = new Set([
  100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
]);

function profileName(idc: number, constraints: number): string {
  switch (idc) {
    case 66:
      return constraints & 0x40 ? 'Constrained Baseline' : 'Baseline';
    case 77:
      return 'Main';
    case 88:
      return 'Extended';
    case 100:
      if ((constraints & 0x0c) === 0x0c) return 'Constrained High';
      return constraints & 0x08 ? 'Progressive High' : 'High';
    case 110:
      return 'High 10';
    case 122:
      return 'High 4:2:2';
    case 244:
      return 'High 4:4:4 Predictive';
    case 44:
      return 'CAVLC 4:4:4 Intra';
    default:
      return `profile ${idc}`;
  }
}

/** A frame rate that a camera can have, or null: many declare 0, 90,000 or twice the truth. */
export function plausibleFps(fps: number): number | null {
  return fps >= 0.1 && fps <= 240 ? Math.round(fps * 1000) / 1000 : null;
}

function bitAt(bytes: Uint8Array, position: number): number {
  return (bytes[position >> 3]! >> (7 - (position & 7))) & 1;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
