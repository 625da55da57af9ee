import type { AudioFormat } from '../../src/codec/access-unit.ts';
import { g711ToInt16 } from '../../src/codec/g711.ts';
import type { MediaFrame } from '../../src/contract/media-frame.ts';

/** Decodes the sound of the one tile that is heard, and hands it to the audio track. */
export class AudioDecoding {
  readonly #format: AudioFormat;
  readonly #output: AudioOutput;
  #decoder: AudioDecoder | null = null;
  #closed = false;

  constructor(format: AudioFormat, output: AudioOutput) {
    this.#format = format;
    this.#output = output;
  }

  push(frame: MediaFrame): void {
    // Sound from the cache is the past: only pictures need it.
    if (this.#closed || frame.catchUp || frame.payload.length === 0) return;
    const timestamp = Math.round(frame.mediaTimeUs);
    if (this.#format.codec === 'aac') this.#pushAac(frame.payload, timestamp);
    else this.#pushG711(this.#format.codec, frame.payload, timestamp);
  }

  close(): void {
    this.#closed = true;
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = null;
  }

  #pushAac(payload: Uint8Array, timestamp: number): void {
    try {
      if (!this.#decoder || this.#decoder.state === 'closed') {
        this.#decoder = new AudioDecoder({
          output: (block) => this.#output.write(block),
          // A damaged unit closes the decoder; the next unit opens another.
          error: () => {},
        });
        this.#decoder.configure({
          codec: this.#format.codecString,
          sampleRate: this.#format.sampleRate,
          numberOfChannels: this.#format.channels,
          ...(this.#format.config ? { description: this.#format.config as BufferSource } : {}),
        });
      }
      this.#decoder.decode(
        new EncodedAudioChunk({ type: 'key', timestamp, data: payload as BufferSource }),
      );
    } catch {
      this.#decoder = null;
    }
  }

  #pushG711(codec: 'pcmu' | 'pcma', payload: Uint8Array, timestamp: number): void {
    const samples = g711ToInt16(codec, payload);
    const channels = Math.max(1, this.#format.channels);
    this.#output.write(
      new AudioData({
        format: 's16',
        sampleRate: this.#format.sampleRate,
        numberOfChannels: channels,
        numberOfFrames: Math.floor(samples.length / channels),
        timestamp,
        data: samples as Int16Array<ArrayBuffer>,
      }),
    );
  }
}

/** A track that is behind loses sound, it never delays it: at most half a second is on its way. */
const maxOnTheWay = 16;

export class AudioOutput {
  readonly #writer: WritableStreamDefaultWriter<AudioData>;
  #onTheWay = 0;
  #closed = false;
  /** Blocks handed to the track. */
  written = 0;

  constructor(output: WritableStream<AudioData>) {
    this.#writer = output.getWriter();
    this.#writer.closed.catch(() => {});
  }

  /** Takes ownership of `block`. */
  write(block: AudioData): void {
    if (this.#closed || this.#onTheWay >= maxOnTheWay) {
      block.close();
      return;
    }
    this.#onTheWay++;
    this.#writer.write(block).then(
      () => {
        this.#onTheWay--;
        this.written++;
      },
      () => {
        block.close();
        this.#closed = true;
      },
    );
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#writer.close().catch(() => {});
  }
}
