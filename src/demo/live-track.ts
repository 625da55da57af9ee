import type { ClipFrame, ClipShape } from './clip.ts';
import { packetiseFrame } from './packetise.ts';

export interface LiveFrame {
  readonly keyframe: boolean;
  readonly payloads: readonly Uint8Array[];
  /** When the picture was seen, on the clock of `performance.now()`. */
  readonly at: number;
}

/** Makes pictures while somebody watches; `stop` ends all that runs for it. */
export interface LiveProducer {
  start(emit: (frame: ClipFrame, at: number) => void): void;
  stop(): void;
}

/** A viewer that comes back at once finds it running. */
const lingerMs = 1_500;
const longestGop = 120;

/** A stream that is encoded while it is watched, once for all its viewers. */
export class LiveTrack {
  readonly clip: ClipShape & { parameterSets: readonly Uint8Array[] };
  readonly clockRate = 90_000;
  readonly payloadType = 96;
  readonly #listeners = new Set<(frame: LiveFrame) => void>();
  readonly #producer: LiveProducer;
  /** From the last keyframe on, so that a further viewer need not wait for the next. */
  #gop: LiveFrame[] = [];
  #runs = false;
  #ending: NodeJS.Timeout | null = null;

  constructor(shape: ClipShape, producer: LiveProducer) {
    this.clip = { ...shape, parameterSets: [] };
    this.#producer = producer;
  }

  get watched(): boolean {
    return this.#runs;
  }

  /** What there is of the picture now, then each further frame. */
  join(listener: (frame: LiveFrame) => void): { gop: readonly LiveFrame[]; leave: () => void } {
    this.#listeners.add(listener);
    if (this.#ending) clearTimeout(this.#ending);
    this.#ending = null;
    if (!this.#runs) {
      this.#runs = true;
      this.#producer.start((frame, at) => this.#emit(frame, at));
    }
    const leave = () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0 || !this.#runs) return;
      this.#ending = setTimeout(() => this.close(), lingerMs);
      this.#ending.unref();
    };
    return { gop: [...this.#gop], leave };
  }

  close(): void {
    if (this.#ending) clearTimeout(this.#ending);
    this.#ending = null;
    this.#gop = [];
    if (this.#runs) this.#producer.stop();
    this.#runs = false;
  }

  #emit(frame: ClipFrame, at: number): void {
    if (!this.#runs) return;
    const made = { keyframe: frame.keyframe, payloads: packetiseFrame(this.clip, frame), at };
    if (frame.keyframe || this.#gop.length >= longestGop) this.#gop = [];
    if (frame.keyframe || this.#gop.length > 0) this.#gop.push(made);
    for (const listener of [...this.#listeners]) listener(made);
  }
}
