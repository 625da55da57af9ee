import type { AudioCodec, VideoCodec } from '../../src/codec/access-unit.ts';
import type { Cause } from '../../src/contract/cause.ts';
import type { StreamKey } from '../../src/contract/stream-state.ts';
import type { MediaSource } from '../wire/core.types.ts';

/** What page and decode worker say to each other. Both are one build: nothing is validated. */
export type Cadence = 'all' | 'keyframes' | 'paused';

export type ToWorker =
  | { readonly type: 'media'; readonly source: MediaSource }
  | {
      readonly type: 'open';
      readonly channel: number;
      readonly key: StreamKey;
      /** Of the tile in device pixels: the size of pictures that the core decodes. */
      readonly width: number;
      readonly height: number;
      readonly cadence: Cadence;
      /** Null: nobody watches it, its newest picture is to be taken. */
      readonly output: WritableStream<VideoFrame> | null;
      /** Of a replay session, instead of live. */
      readonly replay?: string;
    }
  | {
      readonly type: 'size';
      readonly channel: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly type: 'cadence'; readonly channel: number; readonly cadence: Cadence }
  | {
      readonly type: 'audio';
      readonly channel: number;
      /** Null: no sound any more. */
      readonly output: WritableStream<AudioData> | null;
    }
  | { readonly type: 'close'; readonly channel: number }
  /** Keeps the picture that a channel shows now, until it is taken or let go. */
  | { readonly type: 'hold'; readonly still: number; readonly channel: number }
  /**
   * Makes a file of the picture that was kept, or of the first of `better` if that comes in time. Of one
   * that never was: `still` without a picture.
   */
  | {
      readonly type: 'take';
      readonly still: number;
      readonly better: number | null;
      readonly waitMs: number;
      readonly format: StillFormat;
    }
  | { readonly type: 'let-go'; readonly still: number };

export type StillFormat = 'png' | 'jpeg';

/** A picture as a file, with what is known of its frame. */
export interface StillPicture {
  readonly channel: number;
  readonly bytes: ArrayBuffer;
  /** A small JPEG of it. */
  readonly thumbnail: ArrayBuffer;
  readonly width: number;
  readonly height: number;
  readonly codec: VideoCodec | null;
  /** Arrival at this workstation, Unix ms. */
  readonly receivedAtMs: number;
  readonly mediaTimeUs: number;
}

export type DecoderKind = 'hardware' | 'software' | 'image' | 'native';

/** Counters run since the channel was opened; times are those of `steadyNow`. */
export interface ChannelStats {
  readonly channel: number;
  readonly video: {
    readonly codec: VideoCodec;
    readonly profile: string | null;
    readonly width: number;
    readonly height: number;
  } | null;
  readonly audio: AudioCodec | null;
  readonly decoder: DecoderKind | null;
  readonly received: number;
  readonly decoded: number;
  /** Handed to the presenter. */
  readonly written: number;
  /** Of those, pictures that had arrived at this workstation less than `freshMs` before. */
  readonly fresh: number;
  /** Never decoded, or decoded and not handed on, because this worker or the presenter was behind. */
  readonly dropped: number;
  /** Of `dropped`, because this machine could not keep up. */
  readonly late: number;
  /** Never sent by the core, because the page was behind. */
  readonly droppedByCore: number;
  /** Times the decoder was built again after an error or a silence. */
  readonly rebuilt: number;
  /** Of the picture handed on last. */
  readonly mediaTimeUs: number | null;
  readonly arrivedAt: number | null;
  readonly lastArrivalAt: number | null;
  /** How long the oldest frame waits in the decoder; catching up does not count. */
  readonly behindMs: number;
  /** Median from arrival to handing on since the last message, or null. */
  readonly addedMs: number | null;
  readonly audioBlocks: number;
  readonly cause: Cause | null;
}

export type FromWorker =
  | {
      readonly type: 'stats';
      readonly channels: readonly ChannelStats[];
      /** Triples of channel, frame timestamp (µs) and arrival (steady ms) of what was handed on. */
      readonly written: Float64Array<ArrayBuffer>;
    }
  | { readonly type: 'wire'; readonly open: boolean }
  | {
      readonly type: 'still';
      readonly still: number;
      /** Null: there never was one, or it could not be made a file. */
      readonly picture: StillPicture | null;
    }
  /** Pairs of channel and original arrival (Unix ms) of what replay channels show now. */
  | { readonly type: 'shown'; readonly times: Float64Array<ArrayBuffer> };

/** A picture older than this is a memory, not news. */
export const freshMs = 2500;
