import { randomBytes } from 'node:crypto';
import type { MediaFormat } from '../codec/access-unit.ts';
import { createDepacketizer } from '../rtp/create-depacketizer.ts';
import type { DepacketizerSink } from '../rtp/depacketizer.ts';
import { TrackReceiver } from '../rtp/track-receiver.ts';
import type { SdpFormat, SdpMedia, SessionDescription } from '../rtsp-parse/sdp.ts';
import { Fault } from '../std/fault.ts';
import type { UdpPair } from './udp-pair.ts';

/** One `m=` section that is, or may have to be, set up. */
export interface Track {
  readonly media: SdpMedia;
  readonly url: string;
  /** Null for a track that is set up only because the device plays all or none. */
  readonly format: SdpFormat | null;
  readonly kind: MediaFormat['kind'] | null;
  receiver: TrackReceiver | null;
  rtcpChannel: number | null;
  pair: UdpPair | null;
}

const nullSink: DepacketizerSink = { onAccessUnit() {}, onFormat() {}, onProblem() {} };

/**
 * The tracks of a description: those wanted first, then the others.
 * @throws {Fault} `media.no-video`, `media.unsupported-codec`
 */
export function chooseTracks(
  description: SessionDescription,
  urlOf: (media: SdpMedia) => string,
  wantAudio: boolean,
): { wanted: Track[]; others: Track[] } {
  const supported = (media: SdpMedia) =>
    media.formats.find((format) => createDepacketizer(format, nullSink) !== null) ?? null;
  const track = (media: SdpMedia, format: SdpFormat | null): Track => ({
    media,
    url: urlOf(media),
    format,
    kind: format === null ? null : media.kind === 'video' ? 'video' : 'audio',
    receiver: null,
    rtcpChannel: null,
    pair: null,
  });

  const videos = description.media.filter((media) => media.kind === 'video');
  const video = videos.find((media) => supported(media) !== null);
  if (!video) {
    const encoding = videos[0]?.formats[0]?.encoding;
    if (!encoding) throw new Fault('media.no-video', 'the description has no video');
    const codec = encoding.replace(/[^\w.+-]/g, '').slice(0, 32);
    throw new Fault('media.unsupported-codec', `video is ${codec}`, { codec });
  }
  const wanted = [track(video, supported(video))];
  // `sendonly` audio is the way back to the camera's loudspeaker (ONVIF Streaming, backchannel).
  const audio = description.media.find(
    (media) =>
      media.kind === 'audio' && media.direction !== 'sendonly' && supported(media) !== null,
  );
  if (wantAudio && audio) wanted.push(track(audio, supported(audio)));
  const others = description.media
    .filter((media) => media.control !== null && !wanted.some((one) => one.media === media))
    .map((media) => track(media, null));
  return { wanted, others };
}

/** Makes the receiver of a track that was set up. */
export function receiveTrack(
  track: Track,
  ssrc: number | null,
  ordered: boolean,
  sink: DepacketizerSink,
): void {
  const { format } = track;
  if (format === null) return;
  track.receiver = new TrackReceiver({
    track: format,
    payloadType: format.payloadType,
    ssrc,
    ordered,
    sink,
    reporterSsrc: randomBytes(4).readUInt32BE(),
    // Random: it tells nothing of this machine or its user (RFC 7022 section 4.2).
    cname: randomBytes(9).toString('base64url'),
  });
}
