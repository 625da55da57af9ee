import type { VideoFormat } from '../codec/access-unit.ts';
import type { Cause } from '../contract/cause.ts';
import { type StreamKey, streamKeyText } from '../contract/stream-state.ts';
import { type Dispose, DisposeBag } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { type DecodedPicture, DecoderProcess } from './decoder-process.ts';
import { findFfmpeg } from './find-ffmpeg.ts';
import type { StreamReader, StreamSupervisor } from './supervisor.types.ts';

/**
 * Decoding by the core, for what the browser cannot decode. One `ffmpeg` child for each stream and
 * size, however many channels show it; started when the first asks, ended when the last leaves,
 * restarted with a growing wait when it ends by itself.
 */
export interface NativeDecodersOptions {
  readonly supervisor: Pick<StreamSupervisor, 'read'>;
  readonly log: Logger;
  readonly findFfmpeg?: () => string | null;
  readonly maxChildren?: number;
}

export interface NativeRequest {
  readonly key: StreamKey;
  /** Even, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly keyframesOnly: boolean;
}

export interface NativeSink {
  onPicture(picture: DecodedPicture): void;
  /** It cannot be decoded at present; it goes on trying where trying makes sense. */
  onRefused(cause: Cause): void;
}

export interface NativeDecoders {
  open(request: NativeRequest, sink: NativeSink): Dispose;
  /** Children that run. */
  readonly children: number;
  close(): Promise<void>;
}

const firstRestartMs = 500;
const longestRestartMs = 10_000;
const lookAgainMs = 15_000;
/** A child that ran this long was a good one: the next failure counts as the first. */
const goodAfterMs = 10_000;
const refusedAfter = 3;

export function createNativeDecoders(options: NativeDecodersOptions): NativeDecoders {
  const decoders = new Map<string, SharedDecoder>();
  const { maxChildren = 64 } = options;
  const ending = new Set<Promise<void>>();

  return {
    open(request, sink) {
      const { key, width, height, keyframesOnly } = request;
      const name = `${streamKeyText(key)} ${width}x${height}${keyframesOnly ? ' keyframes' : ''}`;
      let decoder = decoders.get(name);
      if (!decoder) {
        if (decoders.size >= maxChildren) {
          sink.onRefused({ code: 'host.busy' });
          return () => {};
        }
        decoder = new SharedDecoder(request, options);
        decoders.set(name, decoder);
      }
      const shared = decoder;
      const leave = shared.join(sink);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        leave();
        if (shared.sinks > 0 || decoders.get(name) !== shared) return;
        decoders.delete(name);
        const end = shared.close().finally(() => ending.delete(end));
        ending.add(end);
      };
    },
    get children() {
      let count = 0;
      for (const decoder of decoders.values()) if (decoder.running) count++;
      return count;
    },
    async close() {
      const all = [...decoders.values()].map((decoder) => decoder.close());
      decoders.clear();
      await Promise.all([...all, ...ending]);
    },
  };
}

class SharedDecoder {
  readonly #request: NativeRequest;
  readonly #log: Logger;
  readonly #findFfmpeg: () => string | null;
  readonly #sinks = new Set<NativeSink>();
  readonly #bag = new DisposeBag();
  readonly #ending = new Set<Promise<void>>();
  readonly #reader: StreamReader | null = null;
  #process: DecoderProcess | null = null;
  #format: VideoFormat | null = null;
  #startedAt = 0;
  #failures = 0;
  #restartAt = 0;
  #refusal: Cause | null = null;
  #lastPicture: DecodedPicture | null = null;

  constructor(request: NativeRequest, options: NativeDecodersOptions) {
    this.#request = request;
    this.#findFfmpeg = options.findFfmpeg ?? findFfmpeg;
    this.#log = options.log.child({ decoder: streamKeyText(request.key) });
    try {
      this.#reader = options.supervisor.read(request.key);
    } catch (error) {
      this.#refuse(Fault.from(error).shown);
      return;
    }
    const reader = this.#reader;
    this.#bag.add(() => reader.close());
    this.#bag.add(
      reader.onFormat((format) => {
        if (format.kind === 'video') this.#setFormat(format);
      }),
    );
    if (reader.video) this.#setFormat(reader.video);
    this.#bag.add(
      reader.onAccessUnit((unit, cached) => {
        if (unit.kind !== 'video' || (this.#request.keyframesOnly && !unit.keyframe)) return;
        if (!this.#process && unit.keyframe) this.#start();
        this.#process?.write(unit, cached);
      }),
    );
  }

  get sinks(): number {
    return this.#sinks.size;
  }

  get running(): boolean {
    return this.#process !== null;
  }

  join(sink: NativeSink): Dispose {
    const entry: NativeSink = {
      onPicture: (picture) => sink.onPicture(picture),
      onRefused: (cause) => sink.onRefused(cause),
    };
    this.#sinks.add(entry);
    if (this.#refusal) entry.onRefused(this.#refusal);
    else if (this.#lastPicture) entry.onPicture({ ...this.#lastPicture, catchUp: true });
    return () => {
      this.#sinks.delete(entry);
    };
  }

  async close(): Promise<void> {
    this.#bag.dispose();
    this.#sinks.clear();
    this.#end();
    await Promise.all(this.#ending);
  }

  #setFormat(format: VideoFormat): void {
    const before = this.#format;
    this.#format = format;
    // A picture of another size or codec needs another program run; so do new reorder rules.
    const same =
      before?.codec === format.codec &&
      before.width === format.width &&
      before.height === format.height &&
      before.reorderFrames === format.reorderFrames;
    if (!same) this.#end();
  }

  #start(): void {
    const format = this.#format;
    const now = performance.now();
    if (!format || now < this.#restartAt || this.#bag.disposed) return;
    const program = this.#findFfmpeg();
    if (!program) {
      this.#restartAt = now + lookAgainMs;
      this.#refuse({ code: 'decode.no-ffmpeg', params: { codec: format.codec } });
      return;
    }
    this.#startedAt = now;
    const process = new DecoderProcess({
      program,
      format,
      width: this.#request.width,
      height: this.#request.height,
      onPicture: (picture) => {
        this.#refusal = null;
        this.#lastPicture = picture;
        for (const sink of [...this.#sinks]) sink.onPicture(picture);
      },
      onExit: (why) => {
        if (this.#process === process) this.#exited(why);
      },
    });
    this.#process = process;
  }

  #exited(why: string): void {
    const now = performance.now();
    this.#process = null;
    this.#failures = now - this.#startedAt > goodAfterMs ? 1 : this.#failures + 1;
    const wait = Math.min(longestRestartMs, firstRestartMs * 2 ** (this.#failures - 1));
    this.#restartAt = now + wait;
    this.#log.warn('decoder ended by itself', { why, failures: this.#failures });
    if (this.#failures >= refusedAfter) this.#refuse({ code: 'decode.failed' });
  }

  #end(): void {
    const process = this.#process;
    this.#process = null;
    this.#lastPicture = null;
    if (!process) return;
    const end = process.close().finally(() => this.#ending.delete(end));
    this.#ending.add(end);
  }

  #refuse(cause: Cause): void {
    this.#refusal = cause;
    for (const sink of [...this.#sinks]) sink.onRefused(cause);
  }
}
