import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TileReport } from '../../src/contract/schemas.ts';
import type { StreamQuality } from '../../src/contract/stream-state.ts';
import { type Dispose, DisposeBag } from '../../src/std/disposable.ts';
import type { Core } from '../wire/core.types.ts';
import { Admission, type AdmissionTile } from './admission.ts';
import { Captures } from './capture.ts';
import type {
  HeldPicture,
  ReplayView,
  TileFigures,
  TileView,
  TileWish,
  WallEngine,
  WallView,
} from './engine.types.ts';
import type { Feed } from './feed.ts';
import { FeedPool, type PixelSize } from './feed-pool.ts';
import { HeardSound } from './heard-sound.ts';
import { keepAwake } from './keep-awake.ts';
import { type PresenterFactory, videoElementPresenter } from './presenter.ts';
import { chooseQuality } from './quality.ts';
import { steadyNow } from './steady-clock.ts';
import { StreamNews } from './stream-news.ts';
import { Tile } from './tile.ts';
import { startDecodeWorker, type WorkerLink } from './worker-link.ts';
import type { FromWorker } from './worker-messages.ts';

/**
 * The wall outside React: tiles, the decode worker, one presenter per stream, and the judgement of
 * what is live. Screens tell it what to show where, and draw what its stores say.
 */
export interface WallEngineOptions {
  readonly core: Core;
  /**
   * Address of the bundled decode worker, on the page's own origin (default: `decode-worker.js`
   * beside the page); or a link that a test made.
   */
  readonly worker?: string | WorkerLink;
  readonly presenter?: PresenterFactory;
  readonly admission?: Admission;
  /** A camera that left the page is kept this long for a quick return, ms. */
  readonly graceMs?: number;
}

const lookEveryMs = 250;
const secondMs = 1000;
const stoppedForMs = 4000;
export function createWallEngine(options: WallEngineOptions): WallEngine {
  return new Engine(options);
}

class Engine implements WallEngine {
  readonly store: StoreApi<WallView> = createStore(() => ({
    tiles: new Map<number, TileView>(),
    steppedDown: 0,
  }));
  readonly figures: StoreApi<{ readonly tiles: ReadonlyMap<number, TileFigures> }> = createStore(
    () => ({ tiles: new Map<number, TileFigures>() }),
  );
  readonly replays: StoreApi<{ readonly tiles: ReadonlyMap<number, ReplayView> }> = createStore(
    () => ({ tiles: new Map<number, ReplayView>() }),
  );
  readonly #core: Core;
  readonly #worker: WorkerLink;
  readonly #admission: Admission;
  readonly #pool: FeedPool;
  readonly #news: StreamNews;
  readonly #captures: Captures;
  readonly presenter: string;
  readonly #bag = new DisposeBag();
  readonly #tiles = new Map<number, Tile>();
  readonly #containers = new Map<number, HTMLElement[]>();
  #audioTile: number | null = null;
  #sound: { feed: Feed; sound: HeardSound } | null = null;
  #mediaWasOpen = false;
  #mediaOpen = false;
  #lastSecondAt = steadyNow();
  #lookSoon = false;
  #lookNow = false;
  #reporting = false;
  #closed = false;

  constructor(options: WallEngineOptions) {
    this.#core = options.core;
    const presenters = options.presenter ?? videoElementPresenter;
    this.presenter = presenters.name;
    this.#admission = options.admission ?? new Admission();
    const worker = options.worker ?? 'decode-worker.js';
    this.#worker =
      typeof worker === 'string'
        ? startDecodeWorker(worker, (message) => this.#log(message))
        : worker;
    this.#pool = new FeedPool(this.#worker, presenters, options.graceMs ?? 15_000);
    this.#worker.onMessage = (message) => this.#onWorker(message);
    this.#bag.add(keepAwake());
    this.#bag.add(() => this.#worker.close());
    this.#bag.add(
      this.#core.onMediaSource((source) =>
        this.#worker.post(
          { type: 'media', source },
          source.kind === 'port' ? [source.port] : undefined,
        ),
      ),
    );
    this.#captures = new Captures(this.#worker, () => this.#pool.nextChannel());
    this.#bag.add(() => this.#captures.close());
    this.#news = new StreamNews(this.#core, () => this.#soon());
    this.#bag.add(this.#news.follow());
    const timer = setInterval(() => this.#onTimer(), lookEveryMs);
    this.#bag.add(() => clearInterval(timer));
  }

  show(index: number, wish: TileWish | null): void {
    if (this.#closed) return;
    const tile = this.#tiles.get(index);
    if (tile && tile.wish.cameraId !== wish?.cameraId) this.#clear(tile);
    if (!wish) return;
    const shown = this.#tiles.get(index);
    if (shown) {
      shown.wish = wish;
      const { width, height } = devicePixels(wish);
      shown.current.setSize(width, height);
      shown.replay?.setSize(width, height);
      shown.next?.setSize(width, height);
      this.#fitQuality(shown);
      this.#soon();
      return;
    }
    const quality = this.#qualityFor(wish, null);
    const feed = this.#pool.take({ cameraId: wish.cameraId, quality }, devicePixels(wish));
    const made = new Tile(index, wish, feed, steadyNow());
    this.#tiles.set(index, made);
    feed.presenter.place(this.#container(index));
    this.#notePicture(made, feed);
    this.#beforePaint();
  }

  attach(index: number, container: HTMLElement): Dispose {
    const stack = this.#containers.get(index) ?? [];
    this.#containers.set(index, stack);
    stack.push(container);
    this.#place(index);
    let attached = true;
    return () => {
      if (!attached) return;
      attached = false;
      const at = stack.lastIndexOf(container);
      if (at >= 0) stack.splice(at, 1);
      if (stack.length === 0 && this.#containers.get(index) === stack) {
        this.#containers.delete(index);
      }
      this.#place(index);
    };
  }

  setAudio(index: number | null): void {
    this.#audioTile = index;
    this.#fitAudio();
    this.#soon();
  }

  hold(index: number): HeldPicture | null {
    const tile = this.#tiles.get(index);
    if (!tile || this.#closed) return null;
    const feed = tile.seen;
    const { qualities } = tile.wish;
    // Of a replay there is but the one stream that was kept.
    const hasMain = qualities.includes('main') && !this.#news.isBroken(tile.wish.cameraId, 'main');
    const main = feed.replay === null && hasMain ? 'main' : feed.key.quality;
    const { look, cause } = feed.judgement;
    const forbidden = look === 'failed' && cause?.code.startsWith('site.') ? cause : null;
    return this.#captures.hold({
      tile: index,
      feed,
      better:
        // Planes that the core decodes for a tile are as large as the tile.
        main !== feed.key.quality || feed.stats?.decoder === 'native' ? main : null,
      forbidden,
    });
  }

  replay(index: number, sessionId: string | null, quality?: StreamQuality): void {
    const tile = this.#tiles.get(index);
    if (!tile || this.#closed || (tile.replay?.replay ?? null) === sessionId) return;
    const before = tile.replay;
    if (before) this.#pool.discard(before);
    tile.replay = null;
    if (sessionId === null) {
      tile.current.unpark();
      tile.current.presenter.place(this.#container(index));
      this.#fitQuality(tile);
    } else {
      if (tile.next) this.#pool.park(tile.next);
      tile.next = null;
      tile.renewing = false;
      if (!before) tile.current.park();
      const key = { cameraId: tile.wish.cameraId, quality: quality ?? tile.current.key.quality };
      tile.replay = this.#pool.create(key, devicePixels(tile.wish), sessionId);
      tile.replay.presenter.place(this.#container(index));
    }
    this.#tellReplays();
    this.#fitAudio();
    this.#look();
  }

  collectReport(): TileReport[] {
    return [...this.#tiles.values()].sort((a, b) => a.index - b.index).map((tile) => tile.report());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#audioTile = null;
    this.#fitAudio();
    this.#pool.close();
    this.#tiles.clear();
    this.#containers.clear();
    this.#bag.dispose();
    this.store.setState({ tiles: new Map(), steppedDown: 0 });
    this.replays.setState({ tiles: new Map() });
    this.figures.setState({ tiles: new Map() });
  }

  // ---- places

  #clear(tile: Tile): void {
    this.#tiles.delete(tile.index);
    this.#pool.park(tile.current);
    if (tile.next) this.#pool.park(tile.next);
    if (tile.replay) {
      this.#pool.discard(tile.replay);
      this.#tellReplays();
    }
    this.#fitAudio();
    this.#beforePaint();
  }

  #container(index: number): HTMLElement | null {
    return this.#containers.get(index)?.at(-1) ?? null;
  }

  #place(index: number): void {
    const tile = this.#tiles.get(index);
    if (!tile) return;
    const container = this.#container(index);
    if (tile.replay) {
      tile.replay.presenter.place(container);
      return;
    }
    tile.current.presenter.place(container);
    // Placed later means further behind: the coming quality begins under the one that is seen.
    tile.next?.presenter.place(container);
  }

  // ---- quality

  #qualityFor(wish: TileWish, now: StreamQuality | null): StreamQuality {
    const { width, height } = devicePixels(wish);
    const sub = this.#news.subSize(wish.cameraId);
    return chooseQuality({
      wish: wish.quality,
      qualities: wish.qualities,
      full: wish.importance === 'full',
      width,
      height,
      subWidth: sub.width,
      subHeight: sub.height,
      now,
      isBroken: (quality) => this.#news.isBroken(wish.cameraId, quality),
    });
  }

  #fitQuality(tile: Tile): void {
    if (tile.replay) return;
    const { wish } = tile;
    const wanted = this.#qualityFor(wish, (tile.next ?? tile.current).key.quality);
    const coming = tile.next?.key.quality;
    if (wanted === tile.current.key.quality) {
      if (tile.renewing) return;
      if (tile.next) this.#pool.park(tile.next);
      tile.next = null;
      return;
    }
    if (coming === wanted) return;
    if (tile.next) this.#pool.park(tile.next);
    const next = this.#pool.take({ cameraId: wish.cameraId, quality: wanted }, devicePixels(wish));
    this.#letCome(tile, next);
  }

  /** The feed begins behind the one that is seen, and takes over with its first picture. */
  #letCome(tile: Tile, next: Feed): void {
    tile.next = next;
    tile.renewing = false;
    next.presenter.place(this.#container(tile.index));
    next.presenter.onPicture(() => {
      if (tile.next !== next || this.#tiles.get(tile.index) !== tile) return;
      const renewed = tile.renewing;
      const old = tile.takeOver(next);
      if (renewed) this.#pool.discard(old);
      else this.#pool.park(old);
      this.#fitAudio();
      this.#soon();
    });
  }

  /** A presenter that shows nothing for long, though it gets pictures, is replaced by a new one. */
  #renewStopped(tile: Tile, now: number): void {
    if (tile.presenterStoppedMs(now) < stoppedForMs || tile.next) return;
    this.#letCome(tile, this.#pool.create(tile.current.key, devicePixels(tile.wish)));
    tile.renewing = true;
  }

  #notePicture(tile: Tile, feed: Feed): void {
    feed.presenter.onPicture(() => {
      if (this.#tiles.get(tile.index) !== tile) return;
      tile.firstPictureMs ??= Math.round(performance.now());
      this.#soon();
    });
  }

  // ---- sound

  #fitAudio(): void {
    const tile = this.#audioTile === null ? undefined : this.#tiles.get(this.#audioTile);
    const feed = tile?.seen ?? null;
    if (this.#sound?.feed === feed) return;
    if (this.#sound) {
      this.#worker.post({ type: 'audio', channel: this.#sound.feed.channel, output: null });
      this.#sound.sound.close();
      this.#sound = null;
    }
    if (!feed) return;
    const sound = new HeardSound();
    const output = sound.takeOutput();
    this.#worker.post({ type: 'audio', channel: feed.channel, output }, [output]);
    this.#sound = { feed, sound };
  }

  // ---- what is true now

  #onWorker(message: FromWorker): void {
    if (message.type === 'wire') {
      this.#mediaOpen = message.open;
      this.#mediaWasOpen ||= message.open;
      return;
    }
    if (message.type === 'still') {
      this.#captures.onStill(message);
      return;
    }
    if (message.type === 'shown') {
      for (let i = 0; i + 1 < message.times.length; i += 2) {
        const feed = this.#pool.byChannel(message.times[i]!);
        if (feed) feed.shownAt = message.times[i + 1]!;
      }
      this.#tellReplays();
      return;
    }
    for (const stats of message.channels) {
      const feed = this.#pool.byChannel(stats.channel);
      if (!feed) continue;
      feed.stats = stats;
      this.#news.noteSize(feed);
    }
    const { written } = message;
    for (let i = 0; i + 2 < written.length; i += 3) {
      this.#pool.byChannel(written[i]!)?.noteWritten(written[i + 1]!, written[i + 2]!);
    }
    for (const tile of this.#tiles.values()) {
      tile.current.matchSamples();
      // It may be live by now: nobody should wait for the next quarter of a second.
      if (tile.current.judgement.look !== 'live') this.#soon();
    }
  }

  #onTimer(): void {
    const now = steadyNow();
    const second = now - this.#lastSecondAt >= secondMs - lookEveryMs / 2;
    this.#look();
    this.#admit(now);
    for (const tile of this.#tiles.values()) {
      if (tile.replay) continue;
      // A stream that cannot give pictures leaves its tile to the camera's other stream.
      const broken =
        this.#news.noteBroken(tile.current) || (tile.next && this.#news.noteBroken(tile.next));
      if (broken) this.#fitQuality(tile);
    }
    if (!second) return;
    this.#lastSecondAt = now;
    const figures = new Map<number, TileFigures>();
    for (const tile of this.#tiles.values()) {
      if (!tile.replay) this.#renewStopped(tile, now);
      tile.measure(now);
      figures.set(tile.index, tile.figures(this.#news.stats(tile.current)));
      // One a second: often enough to know, seldom enough to cost nothing on 64 tiles.
      tile.current.presenter.sample();
    }
    this.figures.setState({ tiles: figures });
    this.#sendReport();
  }

  #tellReplays(): void {
    const before = this.replays.getState().tiles;
    const tiles = new Map<number, ReplayView>();
    for (const { index, replay } of this.#tiles.values()) {
      if (!replay || replay.replay === null) continue;
      const old = before.get(index);
      const same = old?.sessionId === replay.replay && old.shownAt === replay.shownAt;
      tiles.set(index, same ? old : { sessionId: replay.replay, shownAt: replay.shownAt });
    }
    if (tiles.size === 0 && before.size === 0) return;
    this.replays.setState({ tiles });
  }

  /** Judges every tile and tells the store what changed. */
  #look(): void {
    const hostGone =
      this.#core.connection.getState().phase === 'gone' || (this.#mediaWasOpen && !this.#mediaOpen);
    const before = this.store.getState();
    const tiles = new Map<number, TileView>();
    let changed = before.tiles.size !== this.#tiles.size;
    for (const tile of this.#tiles.values()) {
      const stream = this.#news.state(tile.current);
      tile.current.judge(stream, hostGone);
      const view = tile.view(stream, this.#audioTile === tile.index);
      const old = before.tiles.get(tile.index);
      const same = old !== undefined && sameView(old, view);
      tiles.set(tile.index, same ? old : view);
      changed ||= !same;
    }
    const { steppedDown } = this.#admission;
    if (changed || steppedDown !== before.steppedDown) {
      this.store.setState({ tiles: changed ? tiles : before.tiles, steppedDown });
    }
  }

  /** Tiles changed: what was said of another camera must not be painted once more. */
  #beforePaint(): void {
    if (this.#lookNow) return;
    this.#lookNow = true;
    queueMicrotask(() => {
      this.#lookNow = false;
      if (!this.#closed) this.#look();
    });
  }

  /** Something happened that a person should see before the next quarter of a second. */
  #soon(): void {
    if (this.#lookSoon || this.#closed) return;
    this.#lookSoon = true;
    setTimeout(() => {
      this.#lookSoon = false;
      if (!this.#closed) this.#look();
    }, 30);
  }

  #admit(now: number): void {
    const evidence: AdmissionTile[] = [];
    for (const tile of this.#tiles.values()) {
      if (tile.replay) continue;
      const { stats } = tile.current;
      const { width, height } = devicePixels(tile.wish);
      const heard = this.#audioTile === tile.index;
      evidence.push({
        id: tile.index,
        area: width * height,
        importance: importanceOf(tile.wish.importance ?? 'normal', heard),
        behindMs: stats?.behindMs ?? 0,
        addedMs: stats?.addedMs ?? null,
        dropped: (stats?.late ?? 0) + (stats?.droppedByCore ?? 0),
      });
    }
    this.#admission.update(now, evidence);
    for (const tile of this.#tiles.values()) {
      if (!tile.replay) tile.current.setCadence(this.#admission.cadence(tile.index));
    }
  }

  #sendReport(): void {
    // One under way is enough: a core that is busy is not asked twice.
    if (this.#reporting || this.#core.connection.getState().phase !== 'open') return;
    this.#reporting = true;
    this.#core
      .call('wall.report', { tiles: this.collectReport(), presenter: this.presenter })
      .catch(() => {})
      .finally(() => {
        this.#reporting = false;
      });
  }

  #log(message: string): void {
    this.#core
      .call('page.log', { level: 'error', message: message.slice(0, 2000) })
      .catch(() => {});
  }
}

/** Even numbers, as planes with halved chroma need them. */
function devicePixels(wish: TileWish): PixelSize {
  const even = (css: number) =>
    Math.min(4096, Math.max(16, Math.round((css * devicePixelRatio) / 2) * 2));
  return { width: even(wish.cssWidth), height: even(wish.cssHeight) };
}

function sameView(a: TileView, b: TileView): boolean {
  return (
    a.cameraId === b.cameraId &&
    a.look === b.look &&
    a.stream === b.stream &&
    a.ageMs === b.ageMs &&
    a.hasPicture === b.hasPicture &&
    a.quality === b.quality &&
    a.audio === b.audio &&
    a.cause?.code === b.cause?.code &&
    JSON.stringify(a.cause?.params) === JSON.stringify(b.cause?.params)
  );
}

/** The tile one listens to is not the first to step down. */
function importanceOf(
  wished: NonNullable<TileWish['importance']>,
  heard: boolean,
): NonNullable<TileWish['importance']> {
  return heard && wished === 'normal' ? 'selected' : wished;
}
