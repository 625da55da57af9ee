import { makeAacConfig } from '../codec/aac.ts';
import type { AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import { parseH264Sps } from '../codec/h264-sps.ts';
import { parseH265Sps } from '../codec/h265-sps.ts';
import { forEachNal } from '../codec/nal.ts';
import { Fault } from '../std/fault.ts';
import { ascii, type BoxPart, box, fullBox, u8, u16, u32 } from './mp4-boxes.ts';

/** Sample entries (`stsd`): what a decoder must know before the first sample. */

/**
 * `avc1` or `hvc1` with the parameter sets of the first keyframe (ISO/IEC 14496-15 sections 5.4 and 8.4).
 * @throws {Fault} `media.no-parameter-sets`
 */
export function videoEntry(video: VideoFormat, keyframe: Uint8Array): Uint8Array {
  const isAvc = video.codec === 'h264';
  const record = isAvc ? avcRecord(keyframe) : hevcRecord(keyframe);
  const name = ascii(isAvc ? 'AVC Coding' : 'HEVC Coding');
  const compressor = new Uint8Array(32);
  compressor[0] = name.length;
  compressor.set(name, 1);
  return box(
    isAvc ? 'avc1' : 'hvc1',
    [u32(0), u16(0, 1), u32(0, 0, 0, 0), u16(video.width, video.height)],
    // 72 dpi, one frame a sample, 24 bits of colour (ISO/IEC 14496-12 section 12.1.3).
    [u32(0x480000, 0x480000, 0), u16(1), compressor, u16(0x18, 0xffff)],
    box(isAvc ? 'avcC' : 'hvcC', record),
  );
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1). */
function avcRecord(keyframe: Uint8Array): BoxPart {
  const sets = new Map<number, Uint8Array[]>();
  forEachNal(keyframe, (nal) => keep(sets, nal[0]! & 31, nal));
  const [spss, ppss] = [sets.get(7) ?? [], sets.get(8) ?? []];
  const sps = spss[0] && parseH264Sps(spss[0]);
  if (!sps || ppss.length === 0) throw missing();
  const list = (nals: readonly Uint8Array[]) => nals.map((nal) => [u16(nal.length), nal]);
  const extension = [100, 110, 122, 144].includes(sps.profileIdc)
    ? u8(0xfc | sps.chromaFormat, 0xf8 | (sps.bitDepthLuma - 8), 0xf8 | (sps.bitDepthChroma - 8), 0)
    : [];
  return [
    u8(1, sps.profileIdc, sps.constraints, sps.levelIdc, 0xff, 0xe0 | Math.min(31, spss.length)),
    list(spss.slice(0, 31)),
    u8(Math.min(255, ppss.length)),
    list(ppss.slice(0, 255)),
    extension,
  ];
}

/** HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 8.3.3.1). */
function hevcRecord(keyframe: Uint8Array): BoxPart {
  const sets = new Map<number, Uint8Array[]>();
  forEachNal(keyframe, (nal) => keep(sets, (nal[0]! >> 1) & 63, nal));
  const [vpss, spss, ppss] = [sets.get(32), sets.get(33), sets.get(34)];
  const sps = spss?.[0] && parseH265Sps(spss[0]);
  if (!sps || !vpss || !spss || !ppss) throw missing();
  const { rbsp } = sps.layout;
  const nested = rbsp[0]! & 1;
  const subLayers = ((rbsp[0]! >> 1) & 7) + 1;
  const arrays: [number, Uint8Array[]][] = [
    [32, vpss],
    [33, spss],
    [34, ppss],
  ];
  return [
    u8(1),
    // general_profile_space … general_level_idc as they stand in the SPS.
    rbsp.slice(1, 13),
    u16(0xf000),
    u8(0xfc, 0xfc | sps.chromaFormat, 0xf8 | (sps.bitDepthLuma - 8)),
    u8(0xf8 | (sps.bitDepthChroma - 8)),
    u16(0),
    u8((subLayers << 3) | (nested << 2) | 3, arrays.length),
    arrays.map(([type, nals]) => [
      u8(0x80 | type),
      u16(nals.length),
      nals.map((nal) => [u16(nal.length), nal]),
    ]),
  ];
}

function keep(sets: Map<number, Uint8Array[]>, type: number, nal: Uint8Array): void {
  const nals = sets.get(type);
  const isSame = (other: Uint8Array) =>
    other.length === nal.length && other.every((byte, i) => byte === nal[i]);
  // Slices come here too; one of each says that they are there.
  if (nal.length > 0xffff) return;
  if (!nals) sets.set(type, [nal]);
  else if (nals.length < 255 && isParameterSet(type) && !nals.some(isSame)) nals.push(nal);
}

function isParameterSet(type: number): boolean {
  return type === 7 || type === 8 || (type >= 32 && type <= 34);
}

function missing(): Fault {
  return new Fault('media.no-parameter-sets', 'no usable parameter sets before the first picture');
}

/** AAC as `mp4a`; sound widened from G.711 as 16-bit PCM, little endian, `ipcm` (ISO/IEC 23003-5). */
export function audioEntry(audio: AudioFormat): Uint8Array {
  const { channels, sampleRate } = audio;
  const head = [
    [u32(0), u16(0, 1), u32(0, 0), u16(channels, 16, 0, 0)],
    // 16.16; faster than that is told by the decoder's own configuration.
    u32(sampleRate < 65_536 ? sampleRate * 65_536 : 0),
  ];
  if (audio.codec !== 'aac') {
    return box('ipcm', head, fullBox('pcmC', 0, 0, u8(1, 16)));
  }
  const config = audio.config ?? makeAacConfig(sampleRate, channels) ?? new Uint8Array(0);
  // ES_Descriptor with DecoderConfigDescriptor and SLConfigDescriptor (ISO/IEC 14496-1 section 7.2.6).
  const specific = descriptor(5, config);
  const decoder = descriptor(4, u8(0x40, 0x15, 0, 0, 0), u32(0, 0), specific);
  return box(
    'mp4a',
    head,
    fullBox('esds', 0, 0, descriptor(3, u16(1), u8(0), decoder, descriptor(6, u8(2)))),
  );
}

function descriptor(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(5 + length);
  bytes.set([
    tag,
    0x80 | (length >> 21),
    0x80 | ((length >> 14) & 127),
    0x80 | ((length >> 7) & 127),
    length & 127,
  ]);
  let offset = 5;
  for (const part of content) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
