import { AacDepacketizer } from './depacketize-aac.ts';
import { G711Depacketizer } from './depacketize-g711.ts';
import { H264Depacketizer } from './depacketize-h264.ts';
import { H265Depacketizer } from './depacketize-h265.ts';
import { JpegDepacketizer } from './depacketize-jpeg.ts';
import { Mpeg4Depacketizer } from './depacketize-mpeg4.ts';
import type { Depacketizer, DepacketizerSink, TrackDescription } from './depacketizer.ts';

/** The depacketizer of a track, or null where this program has none for its encoding. */
export function createDepacketizer(
  track: TrackDescription,
  sink: DepacketizerSink,
): Depacketizer | null {
  switch (track.encoding.toUpperCase()) {
    case 'H264':
      return new H264Depacketizer(track, sink);
    case 'H265':
    case 'HEVC':
      return new H265Depacketizer(track, sink);
    case 'JPEG':
      return new JpegDepacketizer(track, sink);
    case 'MP4V-ES':
      return new Mpeg4Depacketizer(track, sink);
    case 'MPEG4-GENERIC':
      return new AacDepacketizer(track, sink);
    case 'PCMU':
      return new G711Depacketizer('pcmu', track, sink);
    case 'PCMA':
      return new G711Depacketizer('pcma', track, sink);
    default:
      return null;
  }
}
