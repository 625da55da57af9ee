import type { AccessUnit, AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import type { StreamKey, StreamState, StreamStats } from '../contract/stream-state.ts';
import type { RtspFigures } from '../rtsp/session.types.ts';
import { FrozenDetector } from './frozen.ts';
import { GopCache } from './gop-cache.ts';
import { StreamRates } from './stream-rates.ts';
import type { SharedReader } from './stream-reader.ts';

/**
 * What passes from the connections of one stream to its readers: formats, access units from the first
 * keyframe on, the group of pictures kept for those who come later, and the figures of it all.
 */
export class StreamPicture {
  readonly readers = new Set<SharedReader>();
  readonly #cache = new GopCache();
  readonly #frozen = new FrozenDetector();
  readonly #rates = new StreamRates();
  #video: VideoFormat | null = null;
  #audio: AudioFormat | null = null;
  /** A keyframe of this connection came: from there on pictures can be decoded. */
  #synced = false;
  #hadConnection = false;

  get video(): VideoFormat | null {
    return this.#video;
  }

  get audio(): AudioFormat | null {
    return this.#audio;
  }

  get cached(): readonly AccessUnit[] {
    return this.#cache.units;
  }

  get frozenSince(): number | null {
    return this.#frozen.frozenSince;
  }

  get wantsAudio(): boolean {
    for (const reader of this.readers) if (reader.wantsAudio) return true;
    return false;
  }

  /** A connection begins or ended: nothing of the one before can be referred to. */
  restart(): void {
    this.#synced = false;
    this.#cache.clear();
    this.#frozen.reset();
    this.#rates.restart();
  }

  setFormat(format: VideoFormat | AudioFormat): void {
    // A connection made anew declares the same again, which is no news to a decoder.
    if (isSameFormat(format, format.kind === 'video' ? this.#video : this.#audio)) return;
    if (format.kind === 'video') {
      if (this.#video && this.#video.codec !== format.codec) this.#cache.clear();
      this.#video = format;
    } else this.#audio = format;
    for (const reader of [...this.readers]) reader.deliverFormat(format);
  }

  /** The connection carries no sound. */
  dropAudio(): void {
    this.#audio = null;
  }

  /** Counts and keeps a unit of the current connection. @returns what to `pass`, or null */
  take(unit: AccessUnit): AccessUnit | null {
    this.#rates.count(unit);
    if (unit.kind === 'audio') return unit;
    let passed = unit;
    if (!this.#synced) {
      if (!unit.keyframe) return null;
      this.#synced = true;
      // References of before do not hold across connections.
      if (this.#hadConnection) passed = { ...unit, afterLoss: true };
      this.#hadConnection = true;
    }
    if (this.#video) this.#frozen.push(this.#video.codec, unit);
    this.#cache.push(passed);
    return passed;
  }

  pass(unit: AccessUnit): void {
    for (const reader of [...this.readers]) reader.deliver(unit);
  }

  passState(state: StreamState): void {
    for (const reader of [...this.readers]) reader.deliverState(state);
  }

  rollStats(): void {
    this.#rates.roll();
  }

  stats(key: StreamKey, figures: RtspFigures | null): StreamStats {
    const video = this.#video;
    return {
      key,
      codec: video?.codec ?? null,
      profile: video?.profile ?? null,
      width: video?.width ?? null,
      height: video?.height ?? null,
      fps: this.#rates.fps,
      kbps: this.#rates.kbps,
      gopSeconds: this.#rates.gopSeconds,
      transport: figures?.transport ?? null,
      tls: figures?.tls ?? false,
      packets: figures?.packets ?? 0,
      lost: figures?.lost ?? 0,
      reordered: figures?.reordered ?? 0,
      jitterMs: figures?.jitterMs ?? 0,
      clockOffsetMs: figures?.clockOffsetMs ?? null,
      framesReceived: this.#rates.framesReceived,
    };
  }
}

function isSameFormat(
  one: VideoFormat | AudioFormat,
  other: VideoFormat | AudioFormat | null,
): boolean {
  if (!other) return false;
  const text = (format: VideoFormat | AudioFormat) =>
    JSON.stringify(format, (_, value) => (value instanceof Uint8Array ? [...value] : value));
  return text(one) === text(other);
}
