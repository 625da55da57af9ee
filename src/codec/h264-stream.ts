import type { VideoFormat } from './access-unit.ts';
import { BitReader } from './bits.ts';
import { cannotReorder, type H264Sps, parseH264Sps, withoutReordering } from './h264-sps.ts';
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
  readonly parsed: H264Sps;
}

interface CachedPps {
  readonly nal: Uint8Array;
  readonly spsId: number;
}

const type = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8, spsExtension: 13 } as const;

/** Pictures without any keyframe after which a recovery point on P slices counts as one. */
const intraRefreshPatience = 30;

/** See `NalStream`. NAL unit types are those of ITU-T H.264 table 7-1. */
export class H264Stream implements NalStream {
  readonly #sps = new Map<number, CachedSps>();
  readonly #pps = new Map<number, CachedPps>();
  readonly #watch = new ReorderWatch();
  #bufferedBytes = 0;
  #activeSpsId = -1;
  /** The declared reordering is given out as 0. */
  #flattened = false;
  #judged = false;
  #prefix: Uint8Array | null = null;
  #format: VideoFormat | null = null;
  #formatStale = true;
  /** Parameter sets changed and no decoder has them yet. */
  #unsent = false;
  #sinceKeyframe = 0;

  // Of the access unit under way.
  #idr = false;
  #allIntra = true;
  #slices = 0;
  #recoveryPoint = false;
  #freshSps = false;

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
    const nalType = nal[0]! & 31;
    if (nalType === type.slice || nalType === type.idr) return 'slice';
    if (nalType === type.sps || nalType === type.pps) return 'parameters';
    // 2 … 4 data partitions, which no camera sends and no decoder here takes: H.265 looks like them
    // when a device changes its codec mid-stream. 9 delimiter, 10 and 11 ends of sequence and stream, 12 filler, 14 and 20 scalable extensions
    // that a base decoder ignores, 24 and above never stand in a byte stream.
    if (nalType === type.sei || nalType === type.spsExtension || nalType === 19) return 'kept';
    return 'stripped';
  }

  startsPicture(slice: Uint8Array): boolean {
    // first_mb_in_slice is ue(v): 0 is the single bit 1.
    return (slice[1]! & 0x80) !== 0;
  }

  take(nal: Uint8Array): void {
    const nalType = nal[0]! & 31;
    if (nalType === type.sps) this.#takeSps(nal);
    else if (nalType === type.pps) this.#takePps(nal);
    else if (nalType === type.sei) this.#takeSei(nal);
    else if (nalType === type.slice || nalType === type.idr) this.#takeSlice(nal, nalType);
  }

  finish(): FinishedPicture | null {
    const keyframe = this.#slices > 0 && this.#isKeyframe();
    const known = this.#sps.size > 0 && this.#pps.size > 0;
    this.#clearUnit();
    if (!known) return null;
    if (keyframe) {
      this.#sinceKeyframe = 0;
      this.#judgeReordering();
    } else {
      this.#sinceKeyframe++;
    }
    const prefix = keyframe || this.#unsent ? this.#parameterSets() : noBytes;
    this.#unsent = false;
    return { keyframe, prefix, undecided: keyframe && this.#isUndecided() };
  }

  decide(): Uint8Array {
    this.#judgeReordering();
    return this.#parameterSets();
  }

  discard(): void {
    this.#sinceKeyframe++;
    this.#clearUnit();
  }

  #clearUnit(): void {
    this.#idr = false;
    this.#allIntra = true;
    this.#slices = 0;
    this.#recoveryPoint = false;
    this.#freshSps = false;
  }

  #isKeyframe(): boolean {
    if (this.#idr) return true;
    // Cameras with open GOPs or "smart" codecs send I pictures that are no IDR: with a recovery
    // point (H.264 section D.2.8) or their own parameter sets a decoder may start there.
    if (this.#allIntra && (this.#recoveryPoint || this.#freshSps)) return true;
    // Periodic intra refresh has no I picture at all: the recovery point is the only way in.
    return this.#recoveryPoint && this.#sinceKeyframe >= intraRefreshPatience;
  }

  #takeSps(nal: Uint8Array): void {
    this.#freshSps = true;
    if (nal.length > maxParameterSetBytes) return;
    // The same again, as before each keyframe: nothing to parse. The id is one of few.
    for (const cached of this.#sps.values()) if (sameBytes(cached.nal, nal)) return;
    // A copy first: what was parsed refers to the bytes, and the caller uses its buffer again.
    const own = nal.slice();
    const parsed = parseH264Sps(own);
    if (!parsed) return;
    const before = this.#sps.get(parsed.id);
    this.#bufferedBytes += nal.length - (before?.nal.length ?? 0);
    this.#sps.set(parsed.id, { nal: own, parsed });
    this.#watch.reset();
    this.#flattened = false;
    this.#judged = false;
    this.#changed();
  }

  #takePps(nal: Uint8Array): void {
    if (nal.length < 2 || nal.length > maxParameterSetBytes) return;
    const bits = new BitReader(unescapeNal(nal.subarray(1, 16)));
    const id = bits.ue();
    const spsId = bits.ue();
    if (bits.overrun || id > 255 || spsId > 31) return;
    const before = this.#pps.get(id);
    if (before && sameBytes(before.nal, nal)) return;
    this.#bufferedBytes += nal.length - (before?.nal.length ?? 0);
    this.#pps.set(id, { nal: nal.slice(), spsId });
    this.#changed();
  }

  #changed(): void {
    this.#prefix = null;
    this.#formatStale = true;
    this.#unsent = true;
  }

  /** sei_message() headers only (section 7.3.2.3.1): is a recovery point (type 6) among them? */
  #takeSei(nal: Uint8Array): void {
    let at = 1;
    while (at + 2 < nal.length) {
      let payloadType = 0;
      while (nal[at] === 255) payloadType += nal[at++]!;
      payloadType += nal[at++] ?? 0;
      let size = 0;
      while (nal[at] === 255) size += nal[at++]!;
      size += nal[at++] ?? 0;
      if (payloadType === 6) {
        this.#recoveryPoint = true;
        return;
      }
      at += size;
    }
  }

  #takeSlice(nal: Uint8Array, nalType: number): void {
    this.#slices++;
    // 24 bytes hold every field up to the picture order count.
    const bits = new BitReader(unescapeNal(nal.subarray(1, 25)));
    const firstMb = bits.ue();
    const sliceType = bits.ue() % 5;
    if (sliceType !== 2 && sliceType !== 4) this.#allIntra = false;
    if (nalType === type.idr) this.#idr = true;
    if (firstMb !== 0) return;
    const ppsId = bits.ue();
    if (bits.overrun) {
      this.#allIntra = false;
      return;
    }
    const spsId = this.#pps.get(ppsId)?.spsId ?? -1;
    const sps = this.#sps.get(spsId)?.parsed;
    if (!sps) return;
    if (spsId !== this.#activeSpsId) {
      this.#activeSpsId = spsId;
      this.#changed();
    }
    this.#watchOrder(bits, sps, nalType === type.idr, sliceType === 1);
  }

  /** slice_header() from colour_plane_id to pic_order_cnt_lsb (section 7.3.3). */
  #watchOrder(bits: BitReader, sps: H264Sps, idr: boolean, bSlice: boolean): void {
    if (idr) {
      this.#watch.restart();
      return;
    }
    if (sps.pocType === 1 && bSlice) this.#watch.note();
    if (sps.pocType !== 0) {
      this.#watch.pictures++;
      return;
    }
    if (sps.separateColourPlanes) bits.skip(2);
    bits.skip(sps.log2MaxFrameNum);
    if (!sps.frameMbsOnly && bits.flag()) bits.skip(1);
    const lsb = bits.bits(sps.log2MaxPocLsb);
    if (!bits.overrun) this.#watch.picture(lsb, sps.log2MaxPocLsb);
  }

  /** At a keyframe, the only place where a decoder takes another SPS. */
  #judgeReordering(): void {
    const sps = this.#activeSps();
    if (!sps) return;
    const flatten = this.#mayFlatten(sps);
    this.#judged = true;
    if (flatten === this.#flattened) return;
    this.#flattened = flatten;
    this.#prefix = null;
    this.#formatStale = true;
  }

  #mayFlatten(sps: H264Sps): boolean {
    if (sps.reorderFrames === 0) return false;
    if (cannotReorder(sps)) return true;
    if (this.#watch.seen) return false;
    // Reordering that is used but not declared is rare; declared but not used it is common, yet a
    // declaration is believed until a good while of pictures contradicts it.
    if (this.#watch.pictures >= picturesToDisbelieve) return true;
    return sps.reorderFrames === null && this.#watch.looksOrdered;
  }

  #isUndecided(): boolean {
    const sps = this.#activeSps();
    return sps?.reorderFrames === null && !cannotReorder(sps) && this.#watch.pictures < 2;
  }

  #activeSps(): H264Sps | null {
    const active = this.#sps.get(this.#activeSpsId) ?? this.#sps.values().next().value;
    return active?.parsed ?? null;
  }

  #parameterSets(): Uint8Array {
    this.#prefix ??= joinNals([
      ...[...this.#sps.values()].map(({ nal, parsed }) =>
        this.#flattened ? withoutReordering(nal, parsed) : nal,
      ),
      ...[...this.#pps.values()].map(({ nal }) => nal),
    ]);
    return this.#prefix;
  }

  #describe(): VideoFormat | null {
    const sps = this.#activeSps();
    if (!sps || this.#pps.size === 0) return null;
    // Before the first keyframe: what it will be told.
    const flat = this.#judged ? this.#flattened : this.#mayFlatten(sps);
    // Undeclared counts as none until some was seen: decoders think so too, and a format that changes
    // means a new decoder.
    return {
      kind: 'video',
      codec: 'h264',
      codecString: sps.codecString,
      profile: sps.profile,
      width: sps.width,
      height: sps.height,
      declaredFps: sps.fps,
      reorderFrames: flat ? 0 : Math.max(sps.reorderFrames ?? 0, this.#watch.depth),
    };
  }
}
