import { readFileSync } from 'node:fs';
import { splitNals } from '../../src/codec/nal.ts';
import { aggregate, h264Payloads, h265Payloads, PacketWriter } from './rtp-packets.ts';

/** The small coded streams of tests/fixtures, taken apart. */
export type ClipCodec = 'h264' | 'h265';

export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../fixtures/codec/${name}`, import.meta.url)));
}

export interface Clip {
  readonly codec: ClipCodec;
  /** NAL units of each access unit, parameter sets and SEI included. */
  readonly units: readonly (readonly Uint8Array[])[];
}

export function clip(name: string): Clip {
  const codec = name.endsWith('.h265') ? 'h265' : 'h264';
  return { codec, units: accessUnits(splitNals(fixture(name)), codec) };
}

export function nalType(nal: Uint8Array, codec: ClipCodec): number {
  return codec === 'h264' ? nal[0]! & 31 : (nal[0]! >> 1) & 63;
}

export function isSlice(nal: Uint8Array, codec: ClipCodec): boolean {
  const type = nalType(nal, codec);
  return codec === 'h264' ? type === 1 || type === 5 : type < 32;
}

export function isParameterSet(nal: Uint8Array, codec: ClipCodec): boolean {
  const type = nalType(nal, codec);
  return codec === 'h264' ? type === 7 || type === 8 : type >= 32 && type <= 34;
}

/** The first NAL unit of a type: 7 and 8 are SPS and PPS of H.264; 32, 33, 34 VPS, SPS, PPS of H.265. */
export function parameterSet(of: Clip, type: number): Uint8Array {
  const found = of.units.flat().find((nal) => nalType(nal, of.codec) === type);
  if (!found) throw new Error(`no NAL unit of type ${type} in the clip`);
  return found;
}

/** Packets of every access unit, as a good camera sends them; parameter sets aggregated. */
export function packetsOf(of: Clip, writer = new PacketWriter(), mtu = 200): Uint8Array[][] {
  return of.units.map((nals) => writer.unit(payloadsOf(nals, of.codec, mtu)));
}

export function payloadsOf(nals: readonly Uint8Array[], codec: ClipCodec, mtu = 200): Uint8Array[] {
  const sets = nals.filter((nal) => isParameterSet(nal, codec));
  const rest = nals.filter((nal) => !isParameterSet(nal, codec));
  const cut = codec === 'h264' ? h264Payloads : h265Payloads;
  return [
    ...(sets.length > 1 ? [aggregate(sets, codec === 'h264' ? 24 : 48)] : sets),
    ...rest.flatMap((nal) => cut(nal, mtu)),
  ];
}

function accessUnits(nals: readonly Uint8Array[], codec: ClipCodec): Uint8Array[][] {
  const units: Uint8Array[][] = [];
  let current: Uint8Array[] = [];
  let hasSlice = false;
  for (const nal of nals) {
    const slice = isSlice(nal, codec);
    const first = codec === 'h264' ? (nal[1]! & 0x80) !== 0 : (nal[2]! & 0x80) !== 0;
    if (hasSlice && (!slice || first)) {
      units.push(current);
      current = [];
      hasSlice = false;
    }
    current.push(nal);
    hasSlice ||= slice;
  }
  if (current.length > 0) units.push(current);
  return units;
}
