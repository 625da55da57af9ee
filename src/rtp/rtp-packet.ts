/**
 * RTP packets (RFC 3550 section 5.1). Views into the bytes given, never copies; garbage is answered
 * with a reason, never thrown, because a camera's bytes must not be able to unwind the socket handler.
 */
export interface RtpPacket {
  readonly marker: boolean;
  readonly payloadType: number;
  /** 0 … 65,535. */
  readonly sequence: number;
  /** 0 … 2^32 − 1, as sent. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly csrcCount: number;
  /** The header extension's profile-defined 16 bits, or null where there is no extension. */
  readonly extensionProfile: number | null;
  /** The words behind the extension header; empty where there is none. */
  readonly extension: Uint8Array;
  /** Without padding. May be empty: some devices send empty packets as keepalive. */
  readonly payload: Uint8Array;
}

export type RtpGarbage =
  | 'rtp-short'
  | 'rtp-version'
  | 'rtp-csrc-cut'
  | 'rtp-extension-cut'
  | 'rtp-padding';

const nothing = new Uint8Array(0);

/** Reads one packet; a string says why it is none. */
export function parseRtpPacket(bytes: Uint8Array): RtpPacket | RtpGarbage {
  const length = bytes.length;
  if (length < 12) return 'rtp-short';
  const first = bytes[0]!;
  if (first >> 6 !== 2) return 'rtp-version';
  const second = bytes[1]!;
  const csrcCount = first & 15;
  let start = 12 + csrcCount * 4;
  if (start > length) return 'rtp-csrc-cut';

  let extensionProfile: number | null = null;
  let extension: Uint8Array = nothing;
  if (first & 0x10) {
    if (start + 4 > length) return 'rtp-extension-cut';
    extensionProfile = (bytes[start]! << 8) | bytes[start + 1]!;
    const end = start + 4 + ((bytes[start + 2]! << 8) | bytes[start + 3]!) * 4;
    if (end > length) return 'rtp-extension-cut';
    extension = bytes.subarray(start + 4, end);
    start = end;
  }

  let end = length;
  if (first & 0x20) {
    const padding = bytes[length - 1]!;
    // Zero padding with the P bit set: seen on low-cost encoders that set the bit and add nothing.
    if (padding > length - start) return 'rtp-padding';
    end -= padding;
  }

  return {
    marker: second > 127,
    payloadType: second & 127,
    sequence: (bytes[2]! << 8) | bytes[3]!,
    timestamp: uint32(bytes, 4),
    ssrc: uint32(bytes, 8),
    csrcCount,
    extensionProfile,
    extension,
    payload: bytes.subarray(start, end),
  };
}

/**
 * What a recording tells per frame (ONVIF Streaming Specification, "RTP header extension" of
 * replay, profile 0xABAC).
 */
export interface OnvifReplay {
  /** UTC of the frame, Unix ms with a fraction. */
  readonly timeMs: number;
  /** C: decodable without anything before it. */
  readonly cleanPoint: boolean;
  /** E: end of a contiguous section of the recording. */
  readonly endOfSection: boolean;
  /** D: something is missing before this frame. */
  readonly discontinuity: boolean;
  /** T: the last frame that this replay will send. */
  readonly terminal: boolean;
  /** Low byte of the CSeq of the PLAY that this packet answers. */
  readonly cseq: number;
}

/** The replay extension of a packet, or null where it has none. */
export function onvifReplay(packet: RtpPacket): OnvifReplay | null {
  if (packet.extensionProfile !== 0xabac || packet.extension.length < 12) return null;
  const bytes = packet.extension;
  const timeMs = ntpToUnixMs(uint32(bytes, 0), uint32(bytes, 4));
  const flags = bytes[8]!;
  return {
    timeMs,
    cleanPoint: (flags & 0x80) !== 0,
    endOfSection: (flags & 0x40) !== 0,
    discontinuity: (flags & 0x20) !== 0,
    terminal: (flags & 0x10) !== 0,
    cseq: bytes[9]!,
  };
}

/** Seconds from 1900 (NTP) to 1970 (Unix). */
const ntpEpochSeconds = 2_208_988_800;

/**
 * Unix milliseconds of a 64-bit NTP timestamp (RFC 5905 section 6). Times before 1970 are read as
 * era 1, which starts on 7 February 2036.
 */
export function ntpToUnixMs(seconds: number, fraction: number): number {
  const era = seconds < ntpEpochSeconds ? 4_294_967_296 : 0;
  return (seconds + era - ntpEpochSeconds) * 1000 + (fraction / 4_294_967_296) * 1000;
}

/** Big endian. */
export function uint32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  );
}
