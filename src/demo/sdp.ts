import { networkInterfaces } from 'node:os';
import type { LiveTrack } from './live-track.ts';
import type { SoundTrack, VideoTrack } from './track.ts';

/** The description of one stream (RFC 8866), with what RFC 6184 and RFC 7798 ask of `fmtp`. */
export function describeStream(
  address: string,
  video: VideoTrack | LiveTrack,
  sound: SoundTrack | null,
): string {
  const family = address.includes(':') ? 'IP6' : 'IP4';
  const { codec, fps, width, height } = video.clip;
  const type = video.payloadType;
  const lines = [
    'v=0',
    `o=- 1 1 IN ${family} ${address}`,
    's=Vong Gac demo camera',
    `c=IN ${family} ${family === 'IP6' ? '::' : '0.0.0.0'}`,
    't=0 0',
    'a=control:*',
    'a=range:npt=now-',
    `m=video 0 RTP/AVP ${type}`,
    `a=rtpmap:${type} ${{ h264: 'H264', h265: 'H265', mjpeg: 'JPEG' }[codec]}/${video.clockRate}`,
    ...formatParameters(video),
    `a=framerate:${fps}`,
    `a=x-dimensions:${width},${height}`,
    'a=control:track=0',
    'a=recvonly',
  ];
  if (sound)
    lines.push(
      `m=audio 0 RTP/AVP ${sound.payloadType}`,
      `a=rtpmap:${sound.payloadType} PCMA/${sound.clockRate}/1`,
      `a=ptime:${sound.packetMs}`,
      'a=control:track=1',
      'a=recvonly',
    );
  return `${lines.join('\r\n')}\r\n`;
}

function formatParameters(video: VideoTrack | LiveTrack): string[] {
  const sets = video.clip.parameterSets.map((set) => Buffer.from(set).toString('base64'));
  if (video.clip.codec === 'h264') {
    const sps = video.clip.parameterSets[0];
    const level = sps ? Buffer.from(sps.subarray(1, 4)).toString('hex').toUpperCase() : '42E01F';
    return [
      `a=fmtp:${video.payloadType} packetization-mode=1;profile-level-id=${level}` +
        (sets.length > 0 ? `;sprop-parameter-sets=${sets.join(',')}` : ''),
    ];
  }
  if (video.clip.codec === 'h265' && sets.length === 3)
    return [
      `a=fmtp:${video.payloadType} sprop-vps=${sets[0]};sprop-sps=${sets[1]};sprop-pps=${sets[2]}`,
    ];
  return [];
}

/** Addresses of this machine that others can reach, for the list that `demo-site` prints. */
export function reachableAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => !entry.internal && entry.family === 'IPv4')
    .map((entry) => entry.address);
}
