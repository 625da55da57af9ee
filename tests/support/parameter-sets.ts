import { BitWriter } from '../../src/codec/bits.ts';
import { escapeNal } from '../../src/codec/nal.ts';
import { bytesOf } from './rtp-packets.ts';

/** H.264 parameter sets written field by field (ITU-T H.264 sections 7.3.2.1.1, 7.3.2.2 and E.1.1). */
export interface SpsFields {
  readonly id?: number;
  readonly profile?: number;
  readonly constraints?: number;
  readonly level?: number;
  readonly chroma?: number;
  readonly scalingLists?: boolean;
  readonly pocType?: number;
  readonly refFrames?: number;
  readonly widthMbs?: number;
  /** Map units: macroblock rows, or pairs of them when interlaced. */
  readonly heightMbs?: number;
  readonly interlaced?: boolean;
  /** Left, right, top, bottom in crop units. */
  readonly crop?: readonly [number, number, number, number];
  readonly vui?: {
    /** num_units_in_tick, time_scale. */
    readonly timing?: readonly [number, number];
    /** Aspect ratio, overscan, colours, chroma location and both HRDs are there too. */
    readonly everything?: boolean;
    readonly reorder?: number;
    readonly maxDecFrameBuffering?: number;
  };
}

export const log2MaxFrameNum = 4;
export const log2MaxPocLsb = 6;

export function h264Sps(fields: SpsFields = {}): Uint8Array {
  const profile = fields.profile ?? 77;
  const out = new BitWriter();
  out.bits(profile, 8);
  out.bits(fields.constraints ?? 0, 8);
  out.bits(fields.level ?? 31, 8);
  out.ue(fields.id ?? 0);
  if (profile >= 100) {
    const chroma = fields.chroma ?? 1;
    out.ue(chroma);
    if (chroma === 3) out.bit(0);
    out.ue(0);
    out.ue(0);
    out.bit(0);
    out.bit(fields.scalingLists ?? false);
    if (fields.scalingLists) {
      for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) {
        out.bit(list % 2 === 0);
        if (list % 2 === 0) for (let i = 0; i < (list < 6 ? 16 : 64); i++) out.se(i % 3);
      }
    }
  }
  out.ue(log2MaxFrameNum - 4);
  out.ue(fields.pocType ?? 0);
  if ((fields.pocType ?? 0) === 0) out.ue(log2MaxPocLsb - 4);
  if (fields.pocType === 1) {
    out.bit(0);
    out.se(-1);
    out.se(2);
    out.ue(3);
    for (const offset of [2, -4, 6]) out.se(offset);
  }
  out.ue(fields.refFrames ?? 1);
  out.bit(0);
  out.ue((fields.widthMbs ?? 5) - 1);
  out.ue((fields.heightMbs ?? 4) - 1);
  out.bit(!fields.interlaced);
  if (fields.interlaced) out.bit(0);
  out.bit(1);
  out.bit(fields.crop !== undefined);
  for (const side of fields.crop ?? []) out.ue(side);
  out.bit(fields.vui !== undefined);
  if (fields.vui) writeVui(out, fields.vui, fields.refFrames ?? 1);
  return bytesOf(0x67, escapeNal(out.end()));
}

function writeVui(out: BitWriter, vui: NonNullable<SpsFields['vui']>, refFrames: number): void {
  const all = vui.everything ?? false;
  out.bit(all);
  if (all) {
    out.bits(255, 8);
    out.bits(1, 16);
    out.bits(1, 16);
  }
  out.bit(all);
  if (all) out.bit(1);
  out.bit(all);
  if (all) {
    out.bits(5, 3);
    out.bit(1);
    out.bit(1);
    out.bits(0x010101, 24);
  }
  out.bit(all);
  if (all) {
    out.ue(1);
    out.ue(1);
  }
  out.bit(vui.timing !== undefined);
  if (vui.timing) {
    out.bits(vui.timing[0], 32);
    out.bits(vui.timing[1], 32);
    out.bit(1);
  }
  for (let hrd = 0; hrd < 2; hrd++) {
    out.bit(all);
    if (!all) continue;
    out.ue(1);
    out.bits(0, 8);
    for (let i = 0; i < 2; i++) {
      out.ue(1000 + i);
      out.ue(2000);
      out.bit(0);
    }
    out.bits(0, 20);
  }
  if (all) out.bit(0);
  out.bit(1);
  out.bit(vui.reorder !== undefined);
  if (vui.reorder === undefined) return;
  out.bit(1);
  for (const value of [2, 1, 11, 11]) out.ue(value);
  out.ue(vui.reorder);
  out.ue(vui.maxDecFrameBuffering ?? Math.max(refFrames, vui.reorder));
}

export function h264Pps(id = 0, spsId = 0): Uint8Array {
  const out = new BitWriter();
  out.ue(id);
  out.ue(spsId);
  out.bits(0, 2);
  out.ue(0);
  for (let i = 0; i < 4; i++) out.ue(0);
  out.bits(0, 6);
  return bytesOf(0x68, escapeNal(out.end()));
}

export interface SliceFields {
  readonly idr?: boolean;
  readonly firstMb?: number;
  /** 0 P, 1 B, 2 I; 5 … 7 the same for all slices of the picture. */
  readonly type?: number;
  readonly ppsId?: number;
  readonly frameNum?: number;
  readonly poc?: number;
  readonly idrPicId?: number;
  /** What stands behind the header: random bytes stand for the coded picture. */
  readonly body?: Uint8Array;
}

/** A slice with a true header up to the picture order count; its body is not decodable. */
export function h264Slice(fields: SliceFields = {}): Uint8Array {
  const idr = fields.idr ?? false;
  const out = new BitWriter();
  out.ue(fields.firstMb ?? 0);
  out.ue(fields.type ?? (idr ? 7 : 5));
  out.ue(fields.ppsId ?? 0);
  out.bits(fields.frameNum ?? 0, log2MaxFrameNum);
  if (idr) out.ue(fields.idrPicId ?? 0);
  out.bits(fields.poc ?? 0, log2MaxPocLsb);
  // Deblocking, reference marking and the like, about as many as a camera writes.
  out.bits(0b1010110, 7);
  for (const byte of fields.body ?? Uint8Array.of(0x5a, 0xa5, 0x77)) out.bits(byte, 8);
  return bytesOf(idr ? 0x65 : 0x61, escapeNal(out.end()));
}

/** An SEI NAL unit with one message. */
export function h264Sei(payloadType: number, payload: readonly number[] = [0x84]): Uint8Array {
  return bytesOf(0x06, payloadType, payload.length, payload, 0x80);
}
