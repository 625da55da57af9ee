import type { VideoFormat } from './access-unit.ts';
import { BitReader } from './bits.ts';
import { type H265Sps, parseH265Sps, withoutH265Reordering } from './h265-sps.ts';
import { joinNals, unescapeNal } from './nal.ts';
import {
  type FinishedPicture,
  maxParameterSetBytes,
  type NalRole,
  type NalStream,
  noBytes,
  picturesToDisbelieve,
  sameBytes,
} from './nal-stream.ts';
import { ReorderWatch } from './reorder-watch.ts';

interface CachedSps {
  readonly nal: Uint8Array;
  readonly parsed: H265Sps;
}

/** The few fields of pic_parameter_set_rbsp() (section 7.3.2.3.1) that slice headers depend on. */
interface CachedPps {
  readonly nal: Uint8Array;
  readonly spsId: number;
  readonly outputFlagPresent: boolean;
  readonly extraSliceHeaderBits: number;
}

const type = { vps: 32, sps: 33, pps: 34, prefixSei: 39, suffixSei: 40 } as const;

/**
 * The two bytes of a NAL unit header (section 7.3.1.2) can be of the base layer: forbidden bit and
 * layer id 0, temporal id not 0. Other layers are of no use to a decoder here, and what H.264 sends is
 * told from H.265 by it.
 */
export function isBaseLayerHeader(nal: Uint8Array): boolean {
  return (nal[0]! & 0x81) === 0 && (nal[1]! & 0xf8) === 0 && (nal[1]! & 7) !== 0;
}

/** See `NalStream`. NAL unit types are those of ITU-T H.265 table 7-1. */
export class H265Stream implements NalStream {
  readonly #vps = new Map<number, Uint8Array>();
  readonly #sps = new Map<number, CachedSps>();
  readonly #pps = new Map<number, CachedPps>();
  readonly #watch = new ReorderWatch();
  #bufferedBytes = 0;
  #activeSpsId = -1;
  #flattened = false;
  #prefix: Uint8Array | null = null;
  #format: VideoFormat | null = null;
  #formatStale = true;
  #unsent = false;

  // Of the access unit under way.
  #randomAccess = false;
  #slices = 0;

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  get format(): VideoFormat | null {
    if (this.#formatStale) {
      this.#format = this.#describe();
      this.#formatStale = false;
    }
    return this.#format;
  }

  role(nal: Uint8Array): NalRole {
    if (!isBaseLayerHeader(nal)) return 'stripped';
    const nalType = (nal[0]! >> 1) & 63;
    // 10 … 15 and 22 … 31 are reserved; decoders ignore them (section 7.4.2.2).
    if (nalType <= 9 || (nalType >= 16 && nalType <= 21)) return 'slice';
    if (nalType >= type.vps && nalType <= type.pps) return 'parameters';
    // 35 delimiter, 36 and 37 ends of sequence and stream, 38 filler, 41 and above reserved or private.
    return nalType === type.prefixSei || nalType === type.suffixSei ? 'kept' : 'stripped';
  }

  startsPicture(slice: Uint8Array): boolean {
    return (slice[2]! & 0x80) !== 0;
  }

  take(nal: Uint8Array): void {
    const nalType = (nal[0]! >> 1) & 63;
    if (nalType < type.vps) this.#takeSlice(nal, nalType);
    else if (nalType === type.sps) this.#takeSps(nal);
    else if (nalType === type.pps) this.#takePps(nal);
    else if (nalType === type.vps) this.#takeVps(nal);
  }

  finish(): FinishedPicture | null {
    const keyframe = this.#slices > 0 && this.#randomAccess;
    this.discard();
    // A missing VPS is tolerated: decoders need nothing of it for a single layer.
    if (this.#sps.size === 0 || this.#pps.size === 0) return null;
    if (keyframe) this.#judgeReordering();
    const prefix = keyframe || this.#unsent ? this.#parameterSets() : noBytes;
    this.#unsent = false;
    // The declaration is mandatory in H.265 (section 7.4.3.2.1): nothing to wait for.
    return { keyframe, prefix, undecided: false };
  }

  decide(): Uint8Array {
    return this.#parameterSets();
  }

  discard(): void {
    this.#randomAccess = false;
    this.#slices = 0;
  }

  #takeVps(nal: Uint8Array): void {
    if (nal.length < 3 || nal.length > maxParameterSetBytes) return;
    const id = nal[2]! >> 4;
    const before = this.#vps.get(id);
    if (before && sameBytes(before, nal)) return;
    this.#bufferedBytes += nal.length - (before?.length ?? 0);
    this.#vps.set(id, nal.slice());
    this.#changed();
  }

  #takeSps(nal: Uint8Array): void {
    if (nal.length > maxParameterSetBytes) return;
    for (const cached of this.#sps.values()) if (sameBytes(cached.nal, nal)) return;
    // A copy first: what was parsed refers to the bytes, and the caller uses its buffer again.
    const own = nal.slice();
    const parsed = parseH265Sps(own);
    if (!parsed) return;
    const before = this.#sps.get(parsed.id);
    this.#bufferedBytes += nal.length - (before?.nal.length ?? 0);
    this.#sps.set(parsed.id, { nal: own, parsed });
    this.#watch.reset();
    this.#flattened = false;
    this.#changed();
  }

  #takePps(nal: Uint8Array): void {
    if (nal.length < 3 || nal.length > maxParameterSetBytes) return;
    const bits = new BitReader(unescapeNal(nal.subarray(2, 18)));
    const id = bits.ue();
    const spsId = bits.ue();
    bits.skip(1); // dependent_slice_segments_enabled_flag
    const outputFlagPresent = bits.flag();
    const extraSliceHeaderBits = bits.bits(3);
    if (bits.overrun || id > 63 || spsId > 15) return;
    const before = this.#pps.get(id);
    if (before && sameBytes(before.nal, nal)) return;
    this.#bufferedBytes += nal.length - (before?.nal.length ?? 0);
    this.#pps.set(id, { nal: nal.slice(), spsId, outputFlagPresent, extraSliceHeaderBits });
    this.#changed();
  }

  #changed(): void {
    this.#prefix = null;
    this.#formatStale = true;
    this.#unsent = true;
  }

  /** slice_segment_header() up to slice_pic_order_cnt_lsb (section 7.3.6.1). */
  #takeSlice(nal: Uint8Array, nalType: number): void {
    this.#slices++;
    // BLA, IDR and CRA are the pictures a decoder may start with (section 3.69).
    const randomAccess = nalType >= 16 && nalType <= 23;
    if (randomAccess) this.#randomAccess = true;
    const bits = new BitReader(unescapeNal(nal.subarray(2, 26)));
    if (!bits.flag()) return;
    if (randomAccess) bits.skip(1);
    const pps = this.#pps.get(bits.ue());
    const sps = pps && this.#sps.get(pps.spsId)?.parsed;
    if (!pps || !sps) return;
    if (pps.spsId !== this.#activeSpsId) {
      this.#activeSpsId = pps.spsId;
      this.#changed();
    }
    // IDR and BLA start a sequence; so does a CRA that we join at, but one inside it goes on counting.
    if (randomAccess && nalType !== 21) {
      this.#watch.restart();
      return;
    }
    bits.skip(pps.extraSliceHeaderBits);
    bits.ue(); // slice_type
    if (pps.outputFlagPresent) bits.skip(1);
    if (sps.separateColourPlanes) bits.skip(2);
    const lsb = bits.bits(sps.log2MaxPocLsb);
    if (!bits.overrun) this.#watch.picture(lsb, sps.log2MaxPocLsb);
  }

  #judgeReordering(): void {
    const sps = this.#activeSps();
    if (!sps) return;
    const flatten =
      sps.reorderFrames > 0 && !this.#watch.seen && this.#watch.pictures >= picturesToDisbelieve;
    if (flatten === this.#flattened) return;
    this.#flattened = flatten;
    this.#prefix = null;
    this.#formatStale = true;
  }

  #activeSps(): H265Sps | null {
    const active = this.#sps.get(this.#activeSpsId) ?? this.#sps.values().next().value;
    return active?.parsed ?? null;
  }

  #parameterSets(): Uint8Array {
    this.#prefix ??= joinNals([
      ...this.#vps.values(),
      ...[...this.#sps.values()].map(({ nal, parsed }) =>
        this.#flattened ? withoutH265Reordering(nal, parsed) : nal,
      ),
      ...[...this.#pps.values()].map(({ nal }) => nal),
    ]);
    return this.#prefix;
  }

  #describe(): VideoFormat | null {
    const sps = this.#activeSps();
    if (!sps || this.#pps.size === 0) return null;
    return {
      kind: 'video',
      codec: 'h265',
      codecString: sps.codecString,
      profile: sps.profile,
      width: sps.width,
      height: sps.height,
      declaredFps: sps.fps,
      reorderFrames: this.#flattened ? 0 : sps.reorderFrames,
    };
  }
}
