import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessUnit, AudioFormat, VideoFormat } from '../../src/codec/access-unit.ts';
import type { BitstreamPiece } from '../../src/replay/replay.types.ts';
import { splitAccessUnits } from './encoded-clip.ts';

/** A bitstream made by the system's ffmpeg, with the times that ffmpeg gave its pictures. */
export interface SourceOptions {
  readonly codec: 'h264' | 'h265';
  readonly seconds?: number;
  readonly fps?: number;
  readonly size?: string;
  readonly bFrames?: number;
  readonly gop?: number;
  /** Arrival of the first picture, Unix ms. */
  readonly startMs?: number;
  /** RTP time of the first picture. */
  readonly firstTicks?: number;
}

export interface SourceBitstream {
  readonly format: VideoFormat;
  readonly units: AccessUnit[];
  /** In 1/90000 s, in decoding order, from 0. */
  readonly pts: number[];
}

export const startMs = Date.UTC(2026, 10, 20, 3, 0, 0);

export function sourceBitstream(options: SourceOptions): SourceBitstream {
  const { codec, seconds = 4, fps = 25, size = '320x240', bFrames = 0, gop = fps } = options;
  const dir = mkdtempSync(join(tmpdir(), 'vonggac-source-'));
  try {
    const mp4 = join(dir, 'source.mp4');
    const encoder =
      codec === 'h264'
        ? [
            ...['-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '1', '-sc_threshold', '0'],
            ...['-bf', `${bFrames}`, '-g', `${gop}`, '-keyint_min', `${gop}`],
          ]
        : [
            ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'],
            `log-level=error:pools=1:bframes=${bFrames}:keyint=${gop}:min-keyint=${gop}:scenecut=0:open-gop=0`,
          ];
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${fps}`],
      ...['-t', `${seconds}`, '-pix_fmt', 'yuv420p', ...encoder],
      ...['-video_track_timescale', '90000', mp4],
    ]);
    const raw = join(dir, 'source.raw');
    const filter = codec === 'h264' ? 'h264_mp4toannexb' : 'hevc_mp4toannexb';
    const muxer = codec === 'h264' ? 'h264' : 'hevc';
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-i',
      mp4,
      '-c',
      'copy',
      '-bsf:v',
      filter,
      '-f',
      muxer,
      raw,
    ]);
    const datas = splitAccessUnits(codec, readFileSync(raw));
    const packets = probeJson(['-show_packets', '-select_streams', 'v', mp4])['packets'] as {
      pts: number;
      flags: string;
    }[];
    if (packets.length !== datas.length) throw new Error('source was cut wrongly');
    const least = Math.min(...packets.map(({ pts }) => pts));
    const pts = packets.map((packet) => packet.pts - least);
    const { startMs: start = startMs, firstTicks = 4_000_000_000 } = options;
    const [width, height] = size.split('x').map(Number) as [number, number];
    return {
      pts,
      format: {
        kind: 'video',
        codec,
        codecString: codec === 'h264' ? 'avc1.42C01E' : 'hvc1.1.6.L93.B0',
        profile: null,
        width,
        height,
        declaredFps: fps,
        reorderFrames: bFrames > 0 ? 2 : 0,
      },
      units: datas.map((data, i) => ({
        kind: 'video',
        data: new Uint8Array(data),
        keyframe: packets[i]!.flags.startsWith('K'),
        time: { ticks: firstTicks + pts[i]!, clockRate: 90_000 },
        senderTimeMs: start - 5_000 + pts[i]! / 90,
        receivedAtMs: start + (i * 1000) / fps,
        afterLoss: false,
      })),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export async function* piecesOf(
  ...parts: (BitstreamPiece | AccessUnit | VideoFormat | AudioFormat)[]
): AsyncGenerator<BitstreamPiece> {
  for (const part of parts) {
    if ('data' in part) yield { kind: 'unit', unit: part, cached: false };
    else if (part.kind === 'video' || part.kind === 'audio') yield { kind: 'format', format: part };
    else yield part;
  }
}

export function probeJson(args: readonly string[]): Record<string, unknown> {
  const text = execFileSync('ffprobe', ['-v', 'error', '-of', 'json', ...args], {
    maxBuffer: 64 * 1024 * 1024,
    encoding: 'utf8',
  });
  return JSON.parse(text) as Record<string, unknown>;
}

/** Times of the decoded pictures of a file in 1/90000 s, in the order in which they are shown. */
export function decodedTimes(file: string): number[] {
  const { frames } = probeJson([
    ...['-select_streams', 'v:0', '-show_entries', 'frame=best_effort_timestamp_time', file],
  ]) as { frames: { best_effort_timestamp_time: string }[] };
  return frames.map((frame) => Math.round(Number(frame.best_effort_timestamp_time) * 90_000));
}

export function streamsOf(file: string): Record<string, string | number>[] {
  return probeJson(['-show_streams', file])['streams'] as Record<string, string | number>[];
}
