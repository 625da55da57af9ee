/**
 * What a depacketizer makes out of RTP and a decoder takes. No sockets, no clocks of this machine
 * beyond the arrival time that the caller hands in.
 */
export type VideoCodec = 'h264' | 'h265' | 'mjpeg' | 'mpeg4';
export type AudioCodec = 'aac' | 'pcmu' | 'pcma';

/** A point on a media clock: unwrapped ticks of a clock of `clockRate` Hz. Never a bare number. */
export interface MediaTime {
  readonly ticks: number;
  readonly clockRate: number;
}

/** Microseconds of a media time since the start of its clock. */
export function mediaTimeUs(time: MediaTime): number {
  return (time.ticks / time.clockRate) * 1_000_000;
}

/** Shape of the video of a stream, as its parameter sets (or JPEG headers) declare it. */
export interface VideoFormat {
  readonly kind: 'video';
  readonly codec: VideoCodec;
  /** RFC 6381 name for WebCodecs, such as `avc1.64001F` or `hvc1.1.6.L93.B0`; `mjpeg` for JPEG. */
  readonly codecString: string;
  readonly profile: string | null;
  /** Displayed size after cropping, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second declared by the stream, or null: many cameras say nothing or lie. */
  readonly declaredFps: number | null;
  /** Frames the decoder must hold to reorder, after our rewriting of the VUI. */
  readonly reorderFrames: number;
}

export interface AudioFormat {
  readonly kind: 'audio';
  readonly codec: AudioCodec;
  readonly sampleRate: number;
  readonly channels: number;
  /** RFC 6381 name, such as `mp4a.40.2`; `ulaw` and `alaw` for G.711. */
  readonly codecString: string;
  /** AAC AudioSpecificConfig (ISO 14496-3 section 1.6.2.1), or null. */
  readonly config: Uint8Array | null;
}

/**
 * One picture, or one block of audio.
 *
 * H.264 and H.265: Annex B with four-byte start codes; a keyframe begins with the parameter sets it
 * needs, whatever the camera sent. MJPEG: one complete JFIF image. AAC: one raw access unit without
 * ADTS. G.711: the bytes as sent.
 */
export interface AccessUnit {
  readonly kind: 'video' | 'audio';
  readonly data: Uint8Array;
  /** Decodable without anything before it. Always true for MJPEG and audio. */
  readonly keyframe: boolean;
  readonly time: MediaTime;
  /** The sender's wall clock (Unix ms) from RTCP sender reports or the ONVIF extension, or null. */
  readonly senderTimeMs: number | null;
  /** Arrival of its last packet, Unix ms of this workstation with a fraction. */
  readonly receivedAtMs: number;
  /** Packets were lost since the last access unit of this track: references may be broken. */
  readonly afterLoss: boolean;
}

export type MediaFormat = VideoFormat | AudioFormat;
