import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AccessUnit, VideoFormat } from '../codec/access-unit.ts';
import { Fault } from '../std/fault.ts';
import { findFfmpeg } from '../streams/find-ffmpeg.ts';
import { AsideFile } from './clip-file.ts';
import type { SnapshotRequest, SnapshotResult } from './clips.types.ts';

/**
 * A still of a bitstream at the full size of its stream. The run from the keyframe to the picture is
 * decoded by the system's ffmpeg; a Motion JPEG picture asked for as JPEG is the camera's own file,
 * byte for byte.
 *
 * @throws {Fault} `clip.empty`, `decode.no-ffmpeg`, `decode.failed`, `file.full`, `file.failed`,
 *   `input.cancelled`
 */
export async function takeSnapshot(request: SnapshotRequest): Promise<SnapshotResult> {
  const { format, run } = await runUpTo(request);
  const unit = run.at(-1)!;
  const original = format.codec === 'mjpeg' && request.format === 'jpeg';
  const image = original ? unit.data : await decode(format, run, request);
  const file = new AsideFile(request.file);
  try {
    await file.open();
    await file.write(image, 0);
    await file.sync();
    const sha256 = await file.sha256();
    if (request.signal?.aborted) throw new Fault('input.cancelled', 'cancelled');
    await file.publish();
    return {
      file: request.file,
      bytes: image.length,
      sha256,
      width: format.width,
      height: format.height,
      codec: format.codec,
      original,
      takenAt: unit.receivedAtMs,
      senderTimeMs: unit.senderTimeMs,
      rtp: { ticks: unit.time.ticks, clockRate: unit.time.clockRate },
    };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** From the last keyframe to the picture asked for. */
async function runUpTo(
  request: SnapshotRequest,
): Promise<{ format: VideoFormat; run: AccessUnit[] }> {
  let format: VideoFormat | null = null;
  let runFormat: VideoFormat | null = null;
  const run: AccessUnit[] = [];
  for await (const piece of request.pieces) {
    if (request.signal?.aborted) throw new Fault('input.cancelled', 'cancelled');
    if (piece.kind === 'format' && piece.format.kind === 'video') format = piece.format;
    if (piece.kind !== 'unit' || piece.unit.kind !== 'video' || !format) continue;
    if (piece.unit.receivedAtMs > request.at && run.length > 0) break;
    if (piece.unit.keyframe) {
      run.length = 0;
      runFormat = format;
    }
    run.push(piece.unit);
  }
  if (!runFormat || run.length === 0) throw new Fault('clip.empty', 'no picture');
  return { format: runFormat, run };
}

const demuxers = { h264: 'h264', h265: 'hevc', mjpeg: 'mjpeg', mpeg4: 'm4v' } as const;
const decodeTimeoutMs = 30_000;

async function decode(
  format: VideoFormat,
  run: readonly AccessUnit[],
  request: SnapshotRequest,
): Promise<Buffer> {
  const program = findFfmpeg();
  if (!program) throw new Fault('decode.no-ffmpeg', 'no ffmpeg', { codec: format.codec });
  // Shown in the order of their times, which is not always that in which they are decoded.
  const wanted = run.at(-1)!.time.ticks;
  const index = run.filter(({ time }) => time.ticks < wanted).length;
  const encoder = request.format === 'png' ? ['-c:v', 'png'] : ['-c:v', 'mjpeg', '-q:v', '2'];
  const child = spawn(
    program,
    [
      ...['-v', 'error', '-nostdin', '-f', demuxers[format.codec], '-i', 'pipe:0'],
      ...['-vf', `select=gte(n\\,${index})`, '-frames:v', '1'],
      ...[...encoder, '-f', 'image2pipe', 'pipe:1'],
    ],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: decodeTimeoutMs,
      ...(request.signal && { signal: request.signal }),
    },
  );
  const out: Buffer[] = [];
  let lastWords = '';
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => {
    lastWords = `${lastWords}${bytes}`.slice(-400);
  });
  // It has its picture and takes no more: that is no failure.
  child.stdin.on('error', () => {});
  const closed = once(child, 'close');
  for (const unit of run) if (!child.stdin.destroyed) child.stdin.write(unit.data);
  child.stdin.end();
  try {
    await closed;
  } catch (error) {
    if (request.signal?.aborted) throw new Fault('input.cancelled', 'cancelled');
    throw new Fault('decode.failed', String(error), {}, error);
  }
  const image = Buffer.concat(out);
  if (image.length === 0) throw new Fault('decode.failed', lastWords.trim() || 'no picture');
  return image;
}
