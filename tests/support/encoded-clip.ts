import { execFileSync } from 'node:child_process';
import type { AccessUnit, VideoCodec, VideoFormat } from '../../src/codec/access-unit.ts';

/** Clips made by the system's ffmpeg at the start of a test, cut into access units. */
export interface ClipOptions {
  readonly codec: VideoCodec;
  /** An ffmpeg `lavfi` source with its filters, such as `testsrc2=size=640x360:rate=15`. */
  readonly source: string;
  readonly seconds: number;
  readonly fps: number;
  /** Frames from keyframe to keyframe. */
  readonly gop: number;
  readonly extra?: readonly string[];
}

const encoders: Record<VideoCodec, (gop: number) => string[]> = {
  h264: (gop) => [
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-threads', '1'],
    ...['-g', `${gop}`, '-keyint_min', `${gop}`, '-sc_threshold', '0', '-f', 'h264'],
  ],
  h265: (gop) => [
    ...['-c:v', 'libx265', '-preset', 'ultrafast', '-tune', 'zerolatency'],
    ...['-x265-params', `log-level=error:keyint=${gop}:min-keyint=${gop}:scenecut=0:pools=1`],
    ...['-f', 'hevc'],
  ],
  mjpeg: () => ['-c:v', 'mjpeg', '-q:v', '5', '-f', 'mjpeg'],
  mpeg4: (gop) => ['-c:v', 'mpeg4', '-g', `${gop}`, '-q:v', '5', '-f', 'm4v'],
};

export function encodeClip(options: ClipOptions): Uint8Array[] {
  const bytes = execFileSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-f', 'lavfi', '-i', options.source, '-t', `${options.seconds}`],
      ...['-pix_fmt', options.codec === 'mjpeg' ? 'yuvj420p' : 'yuv420p'],
      ...encoders[options.codec](options.gop),
      ...(options.extra ?? []),
      'pipe:1',
    ],
    { maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return splitAccessUnits(options.codec, bytes);
}

/** The units of a clip as a session delivers them, played at its own rate from `startMs` on. */
export function clipUnits(
  options: ClipOptions,
  datas: readonly Uint8Array[],
  startMs = 0,
): AccessUnit[] {
  return datas.map((data, index) => ({
    kind: 'video',
    data,
    keyframe: isKeyframe(options.codec, data),
    time: { ticks: Math.round((index * 90_000) / options.fps), clockRate: 90_000 },
    senderTimeMs: null,
    receivedAtMs: startMs + (index * 1000) / options.fps,
    afterLoss: false,
  }));
}

export function clipFormat(codec: VideoCodec, width: number, height: number): VideoFormat {
  return {
    kind: 'video',
    codec,
    codecString: codec,
    profile: null,
    width,
    height,
    declaredFps: null,
    reorderFrames: 0,
  };
}

export function isKeyframe(codec: VideoCodec, data: Uint8Array): boolean {
  if (codec === 'mjpeg') return true;
  if (codec === 'mpeg4') {
    const at = Buffer.from(data).indexOf(Buffer.from([0, 0, 1, 0xb6]));
    return at >= 0 && data[at + 4]! >> 6 === 0;
  }
  return startCodes(data).some(({ header }) => {
    const first = data[header]!;
    if (codec === 'h264') return (first & 31) === 5;
    const type = (first >> 1) & 63;
    return type >= 16 && type <= 21;
  });
}

export function splitAccessUnits(codec: VideoCodec, bytes: Uint8Array): Uint8Array[] {
  const cuts: number[] = [];
  if (codec === 'mjpeg') {
    for (let at = 0; at < bytes.length - 1; at++) {
      if (bytes[at] === 0xff && bytes[at + 1] === 0xd8) cuts.push(at);
    }
  } else if (codec === 'mpeg4') {
    let picture = true;
    for (let at = 0; at < bytes.length - 3; at++) {
      if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) continue;
      if (picture) cuts.push(at);
      picture = bytes[at + 3] === 0xb6;
    }
  } else {
    let picture = true;
    for (const { start, header } of startCodes(bytes)) {
      const type = codec === 'h264' ? bytes[header]! & 31 : (bytes[header]! >> 1) & 63;
      const slice = codec === 'h264' ? type === 1 || type === 5 : type < 32;
      const firstSlice = slice && (bytes[header + (codec === 'h264' ? 1 : 2)]! & 0x80) !== 0;
      if (picture && (!slice || firstSlice)) {
        cuts.push(start);
        picture = false;
      }
      if (slice) picture = true;
    }
  }
  return cuts.map((start, index) => bytes.slice(start, cuts[index + 1]));
}

function startCodes(bytes: Uint8Array): { start: number; header: number }[] {
  const found: { start: number; header: number }[] = [];
  for (let at = 0; at < bytes.length - 3; at++) {
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) continue;
    found.push({ start: at > 0 && bytes[at - 1] === 0 ? at - 1 : at, header: at + 3 });
    at += 2;
  }
  return found;
}
