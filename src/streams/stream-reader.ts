import type { AccessUnit, AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import type { StreamState } from '../contract/stream-state.ts';
import type { PeerCertificate } from '../rtsp/session.types.ts';
import { type Dispose, Emitter } from '../std/disposable.ts';
import type { StreamReader } from './supervisor.types.ts';

/** What a reader looks at. */
export interface ReadableStreamSide {
  readonly state: StreamState;
  readonly video: VideoFormat | null;
  readonly audio: AudioFormat | null;
  readonly cached: readonly AccessUnit[];
  readonly certificate: PeerCertificate | null;
  leave(reader: SharedReader): void;
}

/** One of several readers of a connection. After `close` it hears nothing more. */
export class SharedReader implements StreamReader {
  readonly wantsAudio: boolean;
  readonly #stream: ReadableStreamSide;
  readonly #onError: (error: unknown) => void;
  readonly #units = new Set<(unit: AccessUnit, cached: boolean) => void>();
  readonly #formats: Emitter<VideoFormat | AudioFormat>;
  readonly #states: Emitter<StreamState>;
  #closed = false;

  constructor(stream: ReadableStreamSide, wantsAudio: boolean, onError: (error: unknown) => void) {
    this.#stream = stream;
    this.wantsAudio = wantsAudio;
    this.#onError = onError;
    this.#formats = new Emitter(onError);
    this.#states = new Emitter(onError);
  }

  get state(): StreamState {
    return this.#stream.state;
  }

  get video(): VideoFormat | null {
    return this.#stream.video;
  }

  get audio(): AudioFormat | null {
    return this.#stream.audio;
  }

  get certificate(): PeerCertificate | null {
    return this.#stream.certificate;
  }

  onAccessUnit(listener: (unit: AccessUnit, cached: boolean) => void): Dispose {
    if (this.#closed) return () => {};
    const entry = (unit: AccessUnit, cached: boolean) => listener(unit, cached);
    for (const unit of [...this.#stream.cached]) this.#tell(entry, unit, true);
    this.#units.add(entry);
    return () => {
      this.#units.delete(entry);
    };
  }

  onFormat(listener: (format: VideoFormat | AudioFormat) => void): Dispose {
    return this.#closed ? () => {} : this.#formats.on(listener);
  }

  onState(listener: (state: StreamState) => void): Dispose {
    return this.#closed ? () => {} : this.#states.on(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#units.clear();
    this.#formats.clear();
    this.#states.clear();
    this.#stream.leave(this);
  }

  /** For the stream. */
  deliver(unit: AccessUnit): void {
    if (unit.kind === 'audio' && !this.wantsAudio) return;
    for (const listener of this.#units) this.#tell(listener, unit, false);
  }

  deliverFormat(format: VideoFormat | AudioFormat): void {
    this.#formats.emit(format);
  }

  deliverState(state: StreamState): void {
    this.#states.emit(state);
  }

  #tell(
    listener: (unit: AccessUnit, cached: boolean) => void,
    unit: AccessUnit,
    cached: boolean,
  ): void {
    try {
      listener(unit, cached);
    } catch (error) {
      this.#onError(error);
    }
  }
}
