import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { AccessUnit, VideoFormat } from '../codec/access-unit.ts';
import { mediaTimeUs } from '../codec/access-unit.ts';
import { ivfFrameHeader, ivfHeader } from './ivf.ts';
import { PicturePairing } from './picture-pairing.ts';

/**
 * One `ffmpeg` child that decodes one stream to I420 pictures of one size. It sees pipes only: no
 * address and no secret is ever in its arguments or environment. It ends when its standard input
 * does, so it cannot outlive this process, however that ends.
 */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly mediaTimeUs: number;
  readonly receivedAtMs: number;
  readonly discontinuity: boolean;
  /** Decoded only to reach the present: its age is not latency. */
  readonly catchUp: boolean;
}

export interface DecoderProcessOptions {
  readonly program: string;
  readonly format: VideoFormat;
  readonly width: number;
  readonly height: number;
  readonly onPicture: (picture: DecodedPicture) => void;
  /** Once. `why` is its last words on standard error, for the log. */
  readonly onExit: (why: string) => void;
}

interface Pending {
  readonly unit: AccessUnit;
  readonly cached: boolean;
  readonly at: number;
}

const decoders = { h264: 'h264', h265: 'hevc', mjpeg: 'mjpeg', mpeg4: 'mpeg4' } as const;
const maxInputBytes = 4 * 1024 * 1024;
const behindMs = 1_000;
/** It took units and gave nothing for this long: it hangs. */
const silentMs = 8_000;
const maxPending = 1_200;
const killAfterMs = 1_000;

export class DecoderProcess {
  readonly #options: DecoderProcessOptions;
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  #next = 0;
  #needsKeyframe = true;
  #discontinuity = false;
  #lastWords = '';
  #ended = false;
  #pictures = 0;
  #lastPictureAt = performance.now();
  #killTimer: NodeJS.Timeout | null = null;

  constructor(options: DecoderProcessOptions) {
    this.#options = options;
    const { format, width, height } = options;
    this.#child = spawn(options.program, decoderArguments(format, width, height), {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      // Nothing of our environment is its business, but for what finds its libraries.
      env: pick(process.env, ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot']),
      windowsHide: true,
    });
    const pairing = new PicturePairing((width * height * 3) / 2, (data, unit) =>
      this.#onPicture(data, unit),
    );
    const { stdin, stdout, stderr, stdio } = this.#child;
    this.#input = stdin!;
    const times = stdio[3] as Readable;
    times.setEncoding('latin1');
    for (const pipe of [this.#input, stdout!, stderr!, times]) pipe.on('error', () => {});
    stdout!.on('data', (chunk: Uint8Array) => pairing.pictureData(chunk));
    times.on('data', (chunk: string) => pairing.timeData(chunk));
    stderr!.on('data', (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString('latin1')).slice(-400);
    });
    this.#exited = new Promise((resolve) => {
      const onEnd = () => {
        if (this.#killTimer) clearTimeout(this.#killTimer);
        this.#pending.clear();
        resolve();
        if (this.#ended) return;
        this.#ended = true;
        options.onExit(this.#lastWords.trim());
      };
      this.#child.once('close', onEnd);
      // Could not be started at all: then there is no `close`.
      this.#child.once('error', (error) => {
        this.#lastWords ||= error.message;
        if (this.#child.pid === undefined) onEnd();
      });
    });
    this.#input.write(ivfHeader(format.codec, format.width, format.height));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get pictures(): number {
    return this.#pictures;
  }

  write(unit: AccessUnit, cached: boolean): void {
    if (this.#ended) return;
    if (this.#needsKeyframe && !unit.keyframe) return;
    const now = performance.now();
    const oldest = this.#pending.values().next().value;
    const waited = oldest ? now - oldest.at : 0;
    if (waited > silentMs && now - this.#lastPictureAt > silentMs) {
      this.#child.kill('SIGKILL');
      return;
    }
    // Behind: the rest of the group goes, and decoding continues at a keyframe. A unit that waits
    // while the pipe is empty is not behind; it was broken, and no picture will come of it.
    const queued = this.#input.writableLength;
    if (queued > maxInputBytes || (queued > 0 && waited > behindMs)) {
      this.#needsKeyframe = true;
      this.#discontinuity = true;
      return;
    }
    this.#needsKeyframe = false;
    const number = this.#next++;
    if (this.#pending.size >= maxPending) this.#pending.delete(this.#pending.keys().next().value!);
    this.#pending.set(number, { unit, cached, at: performance.now() });
    this.#input.write(ivfFrameHeader(unit.data.length, number));
    this.#input.write(unit.data);
  }

  /** Ends it, and waits until it is gone. */
  async close(): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      this.#input.end();
      // What it still has to say is of no interest, but must not keep it from ending.
      this.#killTimer = setTimeout(() => this.#child.kill('SIGKILL'), killAfterMs);
    }
    await this.#exited;
  }

  #onPicture(data: Uint8Array, number: number): void {
    const pending = this.#pending.get(number);
    if (!pending || this.#ended) return;
    this.#pictures++;
    this.#lastPictureAt = performance.now();
    // Units before this one that gave no picture were broken: none will come of them.
    const reorder = this.#options.format.reorderFrames;
    for (const earlier of this.#pending.keys()) {
      if (earlier >= number - reorder) break;
      this.#pending.delete(earlier);
    }
    this.#pending.delete(number);
    // Of the pictures that lead up to the present only the last is worth sending.
    if (pending.cached && this.#pending.size > 0) return;
    const discontinuity = this.#discontinuity || pending.unit.afterLoss;
    this.#discontinuity = false;
    this.#options.onPicture({
      width: this.#options.width,
      height: this.#options.height,
      data,
      mediaTimeUs: mediaTimeUs(pending.unit.time),
      receivedAtMs: pending.unit.receivedAtMs,
      discontinuity,
      catchUp: pending.cached,
    });
  }
}

function decoderArguments(format: VideoFormat, width: number, height: number): string[] {
  // Low delay makes the decoder give pictures in decoding order: only where that is the order shown.
  const lowDelay = format.reorderFrames === 0 ? ['-flags', 'low_delay'] : [];
  const scale = `scale=${width}:${height}:flags=fast_bilinear`;
  // Only pictures that carry some metadata are printed, so each gets some.
  const print = "metadata=mode=add:key=n:value=1,metadata=mode=print:file='pipe\\:3':direct=1";
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error'],
    ...['-probesize', '32', '-analyzeduration', '0', ...lowDelay, '-threads', '1'],
    ...['-c:v', decoders[format.codec], '-copyts', '-f', 'ivf', '-i', 'pipe:0'],
    ...['-filter_threads', '1', '-vf', `${scale},${print}`],
    ...['-fps_mode', 'passthrough', '-enc_time_base', '1/1000', '-pix_fmt', 'yuv420p'],
    ...['-threads', '1', '-f', 'rawvideo', '-flush_packets', '1', 'pipe:1'],
  ];
}

function pick(from: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (from[name] ? [[name, from[name]]] : [])));
}
