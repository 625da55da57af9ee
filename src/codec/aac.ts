import { BitReader } from './bits.ts';

/** AudioSpecificConfig (ISO/IEC 14496-3 section 1.6.2.1). */
export interface AacConfig {
  readonly objectType: number;
  /** Of the core decoder, Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** PCM samples per channel of one access unit: 1024, or 960 with frameLengthFlag. */
  readonly samplesPerFrame: number;
  /** `mp4a.40.2` and the like (RFC 6381). */
  readonly codecString: string;
}

/** Table 1.18: samplingFrequencyIndex. */
// biome-ignore format: a table
const sampleRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
/** Table 1.19: channelConfiguration to channels. */
const channelCounts = [0, 1, 2, 3, 4, 5, 6, 8];

/** Null where it is cut or names what does not exist. */
export function parseAacConfig(config: Uint8Array): AacConfig | null {
  const bits = new BitReader(config);
  const objectType = readObjectType(bits);
  const sampleRate = readSampleRate(bits);
  const channels = channelCounts[bits.bits(4)];
  let core = objectType;
  if (objectType === 5 || objectType === 29) {
    // SBR and PS: the extension's rate, then the object type of the core.
    readSampleRate(bits);
    core = readObjectType(bits);
  }
  const short = bits.flag();
  if (bits.overrun || sampleRate === null || channels === undefined || objectType === 0)
    return null;
  return {
    objectType,
    sampleRate,
    // 0 means: described by a program config element. Cameras that do so have one microphone.
    channels: Math.max(1, channels),
    samplesPerFrame: core === 23 || core === 39 ? (short ? 480 : 512) : short ? 960 : 1024,
    codecString: `mp4a.40.${objectType}`,
  };
}

/** An AudioSpecificConfig of AAC-LC, for cameras whose description lacks theirs. */
export function makeAacConfig(sampleRate: number, channels: number): Uint8Array | null {
  const index = sampleRates.indexOf(sampleRate);
  const layout = channelCounts.indexOf(channels);
  if (index < 0 || layout < 1) return null;
  const value = (2 << 11) | (index << 7) | (layout << 3);
  return Uint8Array.of(value >> 8, value & 255);
}

/** Bytes of the ADTS header at the start of an access unit (section 1.A.2.2), or 0. */
export function adtsHeaderBytes(data: Uint8Array): number {
  if (data.length < 7 || data[0] !== 0xff || (data[1]! & 0xf6) !== 0xf0) return 0;
  const length = ((data[3]! & 3) << 11) | (data[4]! << 3) | (data[5]! >> 5);
  if (length !== data.length) return 0;
  return data[1]! & 1 ? 7 : 9;
}

function readObjectType(bits: BitReader): number {
  const type = bits.bits(5);
  return type === 31 ? 32 + bits.bits(6) : type;
}

function readSampleRate(bits: BitReader): number | null {
  const index = bits.bits(4);
  if (index !== 15) return sampleRates[index] ?? null;
  const rate = bits.bits(24);
  return rate > 0 && rate <= 192_000 ? rate : null;
}
