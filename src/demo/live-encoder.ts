import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ClipFrame } from './clip.ts';

/**
 * Raw pictures into H.264 by the system's ffmpeg, each out before the next goes in. It speaks FLV on
 * its output because that tells the length of each picture beforehand, so that none waits for the next.
 */
export interface LiveEncoderOptions {
  readonly program: string;
  readonly width: number;
  readonly height: number;
  /** At most; fewer may be pushed. */
  readonly fps: number;
  readonly onFrame: (frame: ClipFrame) => void;
  /** Its parameter sets, before the first frame. */
  readonly onParameterSets: (sets: readonly Uint8Array[]) => void;
  /** It ended by itself, or could not begin. */
  readonly onGone: (why: string) => void;
}

export class LiveEncoder {
  readonly #options: LiveEncoderOptions;
  readonly #child: ChildProcess;
  #sets: readonly Uint8Array[] = [];
  #waiting: Buffer = Buffer.alloc(0);
  /** Bytes of the file header and of the trailer of the last tag. */
  #skip = 13;
  #inside = 0;
  #closed = false;
  #complaint = '';

  constructor(options: LiveEncoderOptions) {
    this.#options = options;
    const child = spawn(options.program, encoderArguments(options), {
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.#child = child;
    child.on('error', (error) => this.#gone(String(error)));
    child.on('close', () => this.#gone(this.#complaint));
    child.stdin!.on('error', () => {});
    child.stderr!.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString()).slice(-400);
    });
    child.stdout!.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Pictures that went in and did not come out yet. */
  get inside(): number {
    return this.#inside;
  }

  /** The bytes are copied. */
  push(picture: Uint8Array): void {
    if (this.#closed) return;
    this.#inside += 1;
    this.#child.stdin!.write(Buffer.from(picture));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const closed = once(this.#child, 'close');
    // Nothing of what it holds is worth waiting for
    this.#child.kill('SIGKILL');
    await closed;
  }

  #gone(why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.onGone(why);
  }

  /** Tags of FLV: type, 24-bit length, 7 bytes, data, 4 bytes (Adobe Flash Video File Format 10.1, E.4). */
  #read(chunk: Buffer): void {
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    for (;;) {
      if (this.#waiting.length < this.#skip + 11) return;
      const size = this.#waiting.readUIntBE(this.#skip + 1, 3);
      const start = this.#skip + 11;
      if (this.#waiting.length < start + size) return;
      if (this.#waiting[this.#skip] === 9) this.#video(this.#waiting.subarray(start, start + size));
      this.#waiting = this.#waiting.subarray(start + size);
      this.#skip = 4;
    }
  }

  #video(data: Buffer): void {
    if (this.#closed || data.length < 5) return;
    const body = data.subarray(5);
    if (data[1] === 0) {
      this.#sets = parameterSets(body);
      this.#options.onParameterSets(this.#sets);
      return;
    }
    if (data[1] !== 1) return;
    this.#inside = Math.max(0, this.#inside - 1);
    const keyframe = data[0]! >> 4 === 1;
    const units: Uint8Array[] = keyframe ? [...this.#sets] : [];
    for (let at = 0; at + 4 <= body.length; ) {
      const size = body.readUInt32BE(at);
      const unit = body.subarray(at + 4, at + 4 + size);
      at += 4 + size;
      // SEI, delimiters, and the sets that stand before it already
      const type = unit.length > 0 ? unit[0]! & 0x1f : 0;
      if (type >= 1 && type <= 5) units.push(Uint8Array.from(unit));
    }
    this.#options.onFrame({ keyframe, units });
  }
}

/** Of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). */
function parameterSets(record: Buffer): Uint8Array[] {
  const sets: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    for (let left = (record[at++] ?? 0) & mask; left > 0 && at + 2 <= record.length; left--) {
      const size = record.readUInt16BE(at);
      sets.push(Uint8Array.from(record.subarray(at + 2, at + 2 + size)));
      at += 2 + size;
    }
  }
  return sets;
}

function encoderArguments({ width, height, fps }: LiveEncoderOptions): string[] {
  return [
    ...['-v', 'error', '-probesize', '32', '-analyzeduration', '0', '-fflags', 'nobuffer'],
    ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-video_size', `${width}x${height}`],
    ...['-framerate', String(fps), '-i', 'pipe:0', '-an', '-c:v', 'libx264'],
    ...['-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline', '-threads', '1'],
    ...['-crf', '27', '-g', String(fps), '-sc_threshold', '0'],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
    ...['-flush_packets', '1', '-flvflags', 'no_duration_filesize', '-f', 'flv', 'pipe:1'],
  ];
}
