import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { BenchClip } from './clips.ts';
import { meter, pause, startReady, stop } from './meter.ts';

const here = import.meta.dirname;

export interface IngestRow {
  readonly streams: number;
  readonly kbps: number;
  readonly ours: IngestFigures;
  readonly ffmpegCopy: IngestFigures;
  /** Ours divided by theirs. */
  readonly cpuRatio: number;
}

export interface IngestFigures {
  readonly cpuPerStreamSecond: number;
  /** Resident memory per stream, for ours over that of the process before its first stream. */
  readonly mibPerStream: number;
}

/** Cameras in a process of their own, so that their work is nobody's. */
export async function startCameras(clip: BenchClip, count: number, port = 0) {
  const { child, line } = await startReady(
    process.execPath,
    [
      join(here, 'camera-server.ts'),
      ...[clip.file, count, clip.width, clip.height, clip.fps, port].map(String),
    ],
    /^ready \d+/m,
  );
  return { child, port: Number(line.split(' ')[1]) };
}

/** Receiving alone, beside one `ffmpeg -c copy` for each stream. */
export async function benchIngest(
  clip: BenchClip,
  streams: number,
  seconds: number,
): Promise<IngestRow> {
  const cameras = await startCameras(clip, streams);
  try {
    const idle = await ourIngest(cameras.port, 0, 1);
    const ours = await ourIngest(cameras.port, streams, seconds);
    const theirs = await ffmpegIngest(cameras.port, streams, seconds);
    return {
      streams,
      kbps: clip.kbps,
      ours: {
        cpuPerStreamSecond: ours.cpuSeconds / ours.seconds / streams,
        mibPerStream: (ours.rssMiB - idle.rssMiB) / streams,
      },
      ffmpegCopy: {
        cpuPerStreamSecond: theirs.cpuSeconds / theirs.seconds / streams,
        mibPerStream: theirs.rssMiB / streams,
      },
      cpuRatio: ours.cpuSeconds / ours.seconds / (theirs.cpuSeconds / theirs.seconds),
    };
  } finally {
    await stop(cameras.child);
  }
}

async function ourIngest(port: number, streams: number, seconds: number) {
  const { child } = await startReady(
    process.execPath,
    [join(here, 'ingest-ours.ts'), String(port), String(streams)],
    /^ready/m,
  );
  await pause(3);
  const metered = await meter([child.pid as number], seconds);
  await stop(child);
  return metered;
}

async function ffmpegIngest(port: number, streams: number, seconds: number) {
  const children: ChildProcess[] = [];
  for (let index = 0; index < streams; index++) {
    children.push(
      spawn(
        'ffmpeg',
        [
          '-v',
          'quiet',
          '-rtsp_transport',
          'tcp',
          '-i',
          `rtsp://127.0.0.1:${port}/cam-${index}`,
          '-c',
          'copy',
          '-f',
          'null',
          '-',
        ],
        { stdio: 'ignore' },
      ),
    );
    await pause(0.05);
  }
  await pause(5);
  const metered = await meter(
    children.map((child) => child.pid as number),
    seconds,
  );
  await Promise.all(children.map(stop));
  return metered;
}
