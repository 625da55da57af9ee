import { type AccessUnit, mediaTimeUs } from '../codec/access-unit.ts';
import type { FrameKind, MediaFrame } from '../contract/media-frame.ts';
import type { MediaNotice } from '../contract/schemas.ts';

/**
 * The queue of one channel of the media wire. Frames wait here until the page has room. When it has
 * none, whole tails of groups of pictures go: from some picture on everything up to the next
 * keyframe, so that what is sent is always decodable. Pictures that stand alone (I420) give way to
 * newer ones. Order between frames and format notices is kept.
 */
export interface QueueBounds {
  readonly bytes: number;
  readonly frames: number;
  /** A channel that is behind by more than this jumps to the next keyframe. */
  readonly behindMs: number;
}

export const queueBounds: QueueBounds = { bytes: 8 * 1024 * 1024, frames: 1_200, behindMs: 1_000 };

export type QueuedFrame = Omit<MediaFrame, 'droppedSoFar'>;
type Item = { readonly frame: QueuedFrame; readonly at: number } | { readonly notice: MediaNotice };

/** Pictures that stand alone and wait longer than for one flush are old news. */
const aloneInQueue = 2;

export class ChannelQueue {
  readonly #bounds: QueueBounds;
  readonly #replay: boolean;
  #items: Item[] = [];
  #bytes = 0;
  #frames = 0;
  #sequence = 0;
  #dropped = 0;
  /** The next picture must be a keyframe: nothing was sent yet, or something before is missing. */
  #needsKeyframe = true;
  /**
   * Steady time since when pictures are skipped because flow control made it necessary, or null.
   * Only those count as dropped.
   */
  #skippingSince: number | null = null;
  #discontinuity = false;

  /** @param replay every frame is marked as one that is not live */
  constructor(bounds: QueueBounds = queueBounds, replay = false) {
    this.#bounds = bounds;
    this.#replay = replay;
  }

  get empty(): boolean {
    return this.#items.length === 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Milliseconds that it has been waiting for a keyframe because it was behind. */
  get skippedForMs(): number {
    return this.#skippingSince === null ? 0 : performance.now() - this.#skippingSince;
  }

  get droppedSoFar(): number {
    return this.#dropped;
  }

  notice(notice: MediaNotice): void {
    this.#items.push({ notice });
  }

  /** The picture continues elsewhere: start at a keyframe and tell the decoder so. */
  restart(): void {
    this.#needsKeyframe = true;
    this.#skippingSince = null;
    this.#discontinuity = true;
  }

  /** The page wants keyframes only: what it leaves out breaks the chain, and is not dropped. */
  skip(): void {
    this.#needsKeyframe = true;
    this.#skippingSince = null;
  }

  /** What waits is no longer wanted, such as on a change of delivery; it does not count as dropped. */
  discard(): void {
    this.#items = this.#items.filter((item) => 'notice' in item);
    this.#bytes = 0;
    this.#frames = 0;
    this.restart();
  }

  pushUnit(channel: number, kind: FrameKind, unit: AccessUnit, cached: boolean): void {
    this.push({
      kind,
      keyframe: unit.keyframe,
      discontinuity: unit.afterLoss,
      catchUp: cached,
      channel,
      sequence: 0,
      width: 0,
      height: 0,
      mediaTimeUs: mediaTimeUs(unit.time),
      receivedAtMs: unit.receivedAtMs,
      payload: unit.data,
    });
  }

  push(frame: QueuedFrame): void {
    const sequence = this.#sequence++ >>> 0;
    if (frame.kind !== 'audio') {
      if (this.#needsKeyframe && !frame.keyframe) {
        if (this.#skippingSince !== null) this.#dropped++;
        return;
      }
      this.#needsKeyframe = false;
      this.#skippingSince = null;
    }
    const discontinuity = frame.discontinuity || (frame.kind !== 'audio' && this.#discontinuity);
    if (frame.kind !== 'audio') this.#discontinuity = false;
    const marks = this.#replay ? { replay: true, preroll: frame.catchUp } : {};
    this.#items.push({
      frame: { ...frame, ...marks, sequence, discontinuity },
      at: performance.now(),
    });
    this.#bytes += frame.payload.length;
    this.#frames++;
    if (frame.kind === 'i420') this.#keepNewest();
    else if (this.#bytes > this.#bounds.bytes || this.#frames > this.#bounds.frames) this.#jump();
  }

  /** The first that waits, without taking it. */
  peek(): { readonly frame: QueuedFrame } | { readonly notice: MediaNotice } | null {
    return this.#items[0] ?? null;
  }

  take(): void {
    const item = this.#items.shift();
    if (!item || !('frame' in item)) return;
    this.#bytes -= item.frame.payload.length;
    this.#frames--;
  }

  /** Drops what is too old to be worth showing; call before each flush. */
  dropLate(): void {
    const first = this.#items.find((item) => 'frame' in item);
    if (first && performance.now() - first.at > this.#bounds.behindMs) this.#jump();
  }

  /** To the newest keyframe that waits; where there is none, to the next that comes. */
  #jump(): void {
    const newest = this.#items.findLastIndex(
      (item) => 'frame' in item && item.frame.kind !== 'audio' && item.frame.keyframe,
    );
    const fresh =
      newest > 0 &&
      performance.now() - (this.#items[newest] as { at: number }).at <= this.#bounds.behindMs;
    const keepFrom = fresh ? newest : this.#items.length;
    this.#dropWhere((item, index) => index < keepFrom && 'frame' in item);
    const next = this.#items.findIndex((item) => 'frame' in item && item.frame.kind !== 'audio');
    if (next < 0) {
      this.restart();
      this.#skippingSince = performance.now();
    } else this.#items[next] = markDiscontinuity(this.#items[next]!);
  }

  #keepNewest(): void {
    let pictures = 0;
    for (const item of this.#items) if ('frame' in item && item.frame.kind === 'i420') pictures++;
    let excess = pictures - aloneInQueue;
    if (excess <= 0) return;
    this.#dropWhere((item) => 'frame' in item && item.frame.kind === 'i420' && excess-- > 0);
  }

  #dropWhere(drop: (item: Item, index: number) => boolean): void {
    const kept: Item[] = [];
    for (const [index, item] of this.#items.entries()) {
      if (!drop(item, index)) {
        kept.push(item);
        continue;
      }
      if (!('frame' in item)) continue;
      this.#bytes -= item.frame.payload.length;
      this.#frames--;
      this.#dropped++;
    }
    this.#items = kept;
  }
}

function markDiscontinuity(item: Item): Item {
  return 'frame' in item ? { ...item, frame: { ...item.frame, discontinuity: true } } : item;
}
