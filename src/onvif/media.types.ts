import type { Fault } from '../std/fault.ts';

/** Media and Media2 (ONVIF "ver10/media", "ver20/media") as one shape. */
export type VideoCodec = 'h264' | 'h265' | 'jpeg' | 'mpeg4' | 'other';

export interface VideoEncoding {
  /** Token of the video encoder configuration. */
  readonly token: string;
  readonly name: string;
  readonly codec: VideoCodec;
  /** As the device writes it, e.g. `H264`, `H265`, `JPEG`. */
  readonly encoding: string;
  /** Pixels; 0 where untold. */
  readonly width: number;
  readonly height: number;
  /** Frames per second allowed; null where untold. */
  readonly fps: number | null;
  /** kbit/s allowed; null where untold. */
  readonly kbps: number | null;
  /** Frames from key frame to key frame; null where untold. */
  readonly gop: number | null;
  /** Codec profile, e.g. `Main`; empty where untold. */
  readonly profile: string;
}

export interface MediaProfile {
  readonly token: string;
  readonly name: string;
  readonly service: 'media' | 'media2';
  /** The device made it and will not let it be deleted. */
  readonly fixed: boolean;
  /** Token of the video source itself (the lens or the channel); empty where untold. */
  readonly videoSource: string;
  readonly videoSourceConfiguration: string;
  readonly video: VideoEncoding | null;
  readonly audio: boolean;
  /** Token and node of the PTZ configuration; null: this profile does not steer. */
  readonly ptz: { readonly token: string; readonly node: string } | null;
}

export interface MediaService {
  profiles(): Promise<MediaProfile[]>;
  /** RTSP over TCP, unicast. */
  streamUri(profileToken: string): Promise<string>;
  snapshotUri(profileToken: string): Promise<string | null>;
  videoEncoders(): Promise<VideoEncoding[]>;
}

/** What one camera or channel shows: its large stream and the small one for tiles. */
export interface StreamPair {
  readonly main: MediaProfile;
  /** Null: the device has none that is really smaller. */
  readonly sub: MediaProfile | null;
}

/** A pair with its addresses. */
export interface StreamSource extends StreamPair {
  /** Null: the device does not tell it; `mainFault` says why. */
  readonly mainUri: string | null;
  readonly mainFault: Fault | null;
  /** Null: there is no sub stream to be had; `subProblem` says why. */
  readonly subUri: string | null;
  readonly subProblem: 'missing' | 'refused' | 'same-as-main' | null;
}
