import { type StreamKey, streamKeyText } from '../../src/contract/stream-state.ts';
import { Feed } from './feed.ts';
import type { PresenterFactory } from './presenter.ts';
import type { WorkerLink } from './worker-link.ts';

/**
 * All feeds of the page. One that nobody looks at any more is parked for a while, paused but with its
 * channel open, so that turning a page back or leaving full view shows a picture at once.
 */
interface Parked {
  readonly feed: Feed;
  readonly timer: ReturnType<typeof setTimeout>;
}

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

const maxParked = 64;

export class FeedPool {
  readonly #worker: WorkerLink;
  readonly #presenters: PresenterFactory;
  readonly #graceMs: number;
  readonly #feeds = new Map<number, Feed>();
  readonly #parked: Parked[] = [];
  #nextChannel = 1;

  constructor(worker: WorkerLink, presenters: PresenterFactory, graceMs: number) {
    this.#worker = worker;
    this.#presenters = presenters;
    this.#graceMs = graceMs;
  }

  /** A number that no channel of this page had. */
  nextChannel(): number {
    return this.#nextChannel++;
  }

  byChannel(channel: number): Feed | undefined {
    return this.#feeds.get(channel);
  }

  /** One that was parked, or a new one. */
  take(key: StreamKey, size: PixelSize): Feed {
    const text = streamKeyText(key);
    const at = this.#parked.findIndex(({ feed }) => feed.keyText === text);
    const [parked] = at < 0 ? [] : this.#parked.splice(at, 1);
    if (parked) {
      clearTimeout(parked.timer);
      parked.feed.setSize(size.width, size.height);
      parked.feed.unpark();
      return parked.feed;
    }
    return this.create(key, size);
  }

  /** A new one, also where one is parked. */
  create(key: StreamKey, size: PixelSize, replay?: string): Feed {
    const feed = new Feed({
      channel: this.nextChannel(),
      key,
      ...size,
      worker: this.#worker,
      presenter: this.#presenters.create(),
      ...(replay !== undefined && { replay }),
    });
    this.#feeds.set(feed.channel, feed);
    return feed;
  }

  park(feed: Feed): void {
    feed.park();
    const timer = setTimeout(() => this.#unload(feed), this.#graceMs);
    this.#parked.push({ feed, timer });
    if (this.#parked.length > maxParked) this.#unload(this.#parked[0]!.feed);
  }

  /** Gone at once: it is of no more use. */
  discard(feed: Feed): void {
    this.#unload(feed);
  }

  close(): void {
    for (const { timer } of this.#parked.splice(0)) clearTimeout(timer);
    for (const feed of this.#feeds.values()) feed.close();
    this.#feeds.clear();
  }

  #unload(feed: Feed): void {
    const at = this.#parked.findIndex((parked) => parked.feed === feed);
    const [parked] = at < 0 ? [] : this.#parked.splice(at, 1);
    clearTimeout(parked?.timer);
    this.#feeds.delete(feed.channel);
    feed.close();
  }
}
