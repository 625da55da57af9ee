import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EncodedPacket,
  EncodedVideoPacketSource,
  FilePathTarget,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { AsideFile } from '../../src/clips/clip-file.ts';
import { Mp4Writer } from '../../src/clips/mp4-writer.ts';
import { writeClip } from '../../src/clips/write-clip.ts';
import type { AccessUnit, VideoFormat } from '../../src/codec/access-unit.ts';
import { readClip } from '../../src/demo/clip.ts';
import type { BitstreamPiece } from '../../src/replay/replay.types.ts';
import { createReplayDesk } from '../../src/replay/replay-desk.ts';
import { ringSource } from '../../src/replay/replay-source.ts';
import { createRing } from '../../src/replay/ring.ts';
import { silentLog } from '../../src/std/log.ts';

export interface EvidenceFigures {
  /** Megabytes of bitstream a second, ours and those of peers, in the same run. */
  readonly clip: ClipFigures;
  /** Memory of the ring over the last minute of the bitstream, 64 streams; the aim is 1.1. */
  readonly ringRatio: number;
  /** What the process really grew by, over the same minute. */
  readonly residentRatio: number;
  /** From a seek to the first unit that is handed out, ms; the aim is 200. */
  readonly replayStartMs: { readonly median: number; readonly p95: number };
}

/** Of the same bitstream to the same disk; the best of a few rounds. */
interface ClipFigures {
  /** Handed to the system, not synced: the work of `ffmpeg -c copy`. */
  readonly written: number;
  readonly ffmpeg: number;
  readonly mediabunny: number;
  /** Written, synced, read back and hashed; of ffmpeg with `sync` and `sha256sum` behind it. */
  readonly whole: number;
  readonly ffmpegWhole: number;
}

const fps = 25;
const copies = 20;

/** Clips, the ring and the start of a replay. */
export async function benchEvidence(): Promise<EvidenceFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'vonggac-evidence-'));
  try {
    const { units, format } = draw(folder);
    const clip = await clipRates(folder, units, format);
    return { clip, ...(await ringFigures(units, format)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A minute of 1080p at 4 Mbit/s, as a camera sends it. */
function draw(folder: string): { units: AccessUnit[]; format: VideoFormat } {
  const file = join(folder, 'source.h264');
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=1920x1080:rate=${fps}`, '-t', '20'],
    ...[
      '-vf',
      'noise=alls=8:allf=t',
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
    ],
    ...['-b:v', '4M', '-maxrate', '4M', '-bufsize', '8M', '-g', '50', '-bf', '0'],
    ...['-x264-params', 'scenecut=0', file],
  ]);
  const { frames } = readClip(readFileSync(file), {
    codec: 'h264',
    fps,
    width: 1920,
    height: 1080,
  });
  const joined = frames.map(({ units }) => Buffer.concat(units.flatMap((u) => [start, u])));
  const units = Array.from({ length: frames.length * copies }, (_, n): AccessUnit => {
    const frame = frames[n % frames.length]!;
    return {
      kind: 'video',
      data: new Uint8Array(joined[n % frames.length]!),
      keyframe: frame.keyframe,
      time: { ticks: n * 3_600, clockRate: 90_000 },
      senderTimeMs: null,
      receivedAtMs: 1_800_000_000_000 + n * 40,
      afterLoss: false,
    };
  });
  const format: VideoFormat = {
    ...{ kind: 'video', codec: 'h264', codecString: 'avc1.42C028', profile: null },
    ...{ width: 1920, height: 1080, declaredFps: fps, reorderFrames: 0 },
  };
  return { units, format };
}

const start = Uint8Array.of(0, 0, 0, 1);

async function clipRates(
  folder: string,
  units: readonly AccessUnit[],
  format: VideoFormat,
): Promise<ClipFigures> {
  const bytes = units.reduce((sum, { data }) => sum + data.length, 0);
  const raw = join(folder, 'all.mp4');
  const copy = join(folder, 'copy.mp4');
  const times = { written: [], ffmpeg: [], mediabunny: [], whole: [], ffmpegWhole: [] } as {
    [K in keyof ClipFigures]: number[];
  };
  const since = (from: number) => performance.now() - from;
  for (let round = 0; round < 5; round++) {
    let from = performance.now();
    await writeClip({ pieces: pieces(units, format), file: raw });
    times.whole.push(since(from));

    const file = new AsideFile(join(folder, 'alone.mp4'));
    from = performance.now();
    await file.open();
    const mp4 = new Mp4Writer(file, format, null);
    await mp4.begin();
    for (const unit of units) {
      const waiting = mp4.addPicture(unit.data, unit.time.ticks, unit.keyframe);
      if (waiting) await waiting;
    }
    await mp4.finish(3_600, units[0]!.receivedAtMs);
    times.written.push(since(from));
    await file.discard();

    from = performance.now();
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', raw, '-c', 'copy', copy]);
    times.ffmpeg.push(since(from));
    execFileSync('sync', [copy]);
    execFileSync('sha256sum', [copy]);
    times.ffmpegWhole.push(since(from));
    if (statSync(copy).size < bytes * 0.9) throw new Error('ffmpeg copied less');

    from = performance.now();
    await byMediabunny(units, format, join(folder, 'peer.mp4'));
    times.mediabunny.push(since(from));
  }
  const rate = (all: readonly number[]) => bytes / 1000 / Math.min(...all);
  return {
    written: rate(times.written),
    ffmpeg: rate(times.ffmpeg),
    mediabunny: rate(times.mediabunny),
    whole: rate(times.whole),
    ffmpegWhole: rate(times.ffmpegWhole),
  };
}

async function byMediabunny(units: readonly AccessUnit[], format: VideoFormat, path: string) {
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: false }),
    target: new FilePathTarget(path),
  });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source, { frameRate: 90_000 });
  await output.start();
  const { codecString: codec, width: codedWidth, height: codedHeight } = format;
  for (const [n, { data, keyframe, time }] of units.entries()) {
    const packet = new EncodedPacket(data, keyframe ? 'key' : 'delta', time.ticks / 90_000, 0.04);
    const meta = { decoderConfig: { codec, codedWidth, codedHeight } };
    await source.add(packet, n === 0 ? meta : undefined);
  }
  await output.finalize();
}

async function* pieces(
  units: readonly AccessUnit[],
  format: VideoFormat,
): AsyncGenerator<BitstreamPiece> {
  yield { kind: 'format', format };
  for (const unit of units) yield { kind: 'unit', unit, cached: false };
}

/** 64 streams for 70 s, fed at their own pace: the ring lets go by the clock. */
async function ringFigures(units: readonly AccessUnit[], format: VideoFormat) {
  const streams = 64;
  const seconds = 70;
  const ring = createRing({ dataDir: null, memoryBytes: 4096 * 1024 * 1024 });
  // A tenth of the bytes, so that the bench runs on a small machine: 400 kbit/s each.
  const small = units.map((unit) => ({
    ...unit,
    data: unit.data.subarray(0, unit.data.length / 10),
  }));
  for (let s = 0; s < streams; s++) ring.onFormat({ cameraId: `c${s}`, quality: 'main' }, format);
  const before = process.memoryUsage();
  let minute = 0;
  const began = performance.now();
  const beganAt = Date.now();
  for (let n = 0; n < seconds * fps; n++) {
    const due = began + n * 40;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    for (let s = 0; s < streams; s++) {
      const unit = { ...small[n]!, receivedAtMs: beganAt + n * 40 };
      ring.onUnit({ cameraId: `c${s}`, quality: 'main' }, unit);
      if (n >= (seconds - 60) * fps) minute += unit.data.length;
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const { memoryBytes } = ring.figures;
  const resident = process.memoryUsage().arrayBuffers - before.arrayBuffers;
  const times: number[] = [];
  const desk = createReplayDesk({
    source: async (cameraId, at) => ringSource(ring, cameraId, at),
    onState: () => {},
    log: silentLog,
  });
  const { state } = await desk.open(['c0', 'c1', 'c2', 'c3'], null, 'ring');
  const session = desk.session(state.sessionId);
  const reader = session.streams.read({ cameraId: 'c0' });
  for (let round = 0; round < 100; round++) {
    const from = performance.now();
    const first = new Promise<void>((resolve) => {
      const off = reader.onAccessUnit((_, cached) => {
        if (cached || performance.now() === from) return;
        off();
        resolve();
      });
    });
    session.seek(state.from + ((state.to - state.from) * round) / 100);
    await first;
    times.push(performance.now() - from);
  }
  desk.close();
  await ring.close();
  times.sort((a, b) => a - b);
  return {
    ringRatio: memoryBytes / minute,
    residentRatio: resident / minute,
    replayStartMs: { median: times[50]!, p95: times[95]! },
  };
}
