import type { AccessUnit } from '../codec/access-unit.ts';
import type { Cause } from '../contract/cause.ts';
import type { MediaNotice, MediaRequest } from '../contract/schemas.ts';
import { type Dispose, DisposeBag } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import { ChannelQueue, queueBounds } from './channel-queue.ts';
import type { DecodedPicture } from './decoder-process.ts';
import type { NativeDecoders } from './native-decoder.ts';
import type { StreamReader, StreamSupervisor } from './supervisor.types.ts';

type OpenRequest = Extract<MediaRequest, { type: 'open' }>;
type AdjustRequest = Extract<MediaRequest, { type: 'adjust' }>;

export interface OutletContext {
  readonly supervisor: Pick<StreamSupervisor, 'read'>;
  readonly decoders: NativeDecoders;
  readonly wake: () => void;
  /** The page takes what it is given. */
  readonly keepsUp: () => boolean;
  readonly refuse: (cause: Cause) => void;
  /** The channel shows what was, not what is. */
  readonly replay?: { readonly onClose: Dispose };
}

/** MJPEG has nothing but keyframes: under the cadence `keyframes` one image a second is enough. */
const jpegCadenceMs = 1_000;
/**
 * With smart codecs the next keyframe may be many seconds away. A channel that dropped the tail of a
 * group and waits longer than this gets the group again from the cache, once the page keeps up.
 */
const skipAtMostMs = 2_500;
const smallestSide = 16;
const largestSide = 4_096;

/** One channel of a media wire: what the page asked for, made of readers and decoders. */
export class OutletChannel {
  readonly queue: ChannelQueue;
  readonly #context: OutletContext;
  #wish: OpenRequest;
  #reader: StreamReader | null = null;
  readonly #readerBag = new DisposeBag();
  #units: Dispose | null = null;
  #pictures: Dispose | null = null;
  #audio: Dispose | null = null;
  #lastJpegAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(wish: OpenRequest, context: OutletContext) {
    this.#wish = wish;
    this.#context = context;
    this.queue = new ChannelQueue(queueBounds, context.replay !== undefined);
  }

  start(): void {
    if (!this.#openReader()) return;
    this.#followVideo();
    this.#followAudio();
  }

  adjust(request: AdjustRequest): void {
    if (this.#closed) return;
    const before = this.#wish;
    const wish = { ...before, ...defined(request), type: 'open' as const };
    this.#wish = wish;
    if (!this.#reader) {
      this.start();
      return;
    }
    const resized = wish.width !== before.width || wish.height !== before.height;
    const anew =
      request.restart === true ||
      wish.delivery !== before.delivery ||
      (wish.delivery === 'i420' && wish.cadence !== before.cadence) ||
      // From everything to keyframes only, the reader stays; the other way the gap must be filled.
      (wish.cadence !== before.cadence && wish.cadence !== 'keyframes');
    if (anew) {
      this.queue.discard();
      this.#followVideo();
    } else if (wish.delivery === 'i420' && resized) {
      this.#followPictures();
    }
    if (wish.audio !== before.audio) this.#followAudio();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#units?.();
    this.#pictures?.();
    this.#audio?.();
    this.#readerBag.dispose();
    this.#reader = null;
    this.#context.replay?.onClose();
  }

  #openReader(): boolean {
    try {
      const reader = this.#context.supervisor.read(this.#wish.key);
      this.#reader = reader;
      this.#readerBag.add(() => reader.close());
      this.#readerBag.add(reader.onFormat(() => this.#noticeFormat()));
      this.#noticeFormat();
      return true;
    } catch (error) {
      this.#context.refuse(Fault.from(error).shown);
      return false;
    }
  }

  #followVideo(): void {
    this.#units?.();
    this.#units = null;
    const { cadence, delivery } = this.#wish;
    if (cadence === 'paused' || delivery !== 'i420') {
      this.#pictures?.();
      this.#pictures = null;
    }
    if (cadence === 'paused' || !this.#reader) return;
    if (delivery === 'i420') this.#followPictures();
    else this.#units = this.#reader.onAccessUnit((unit, cached) => this.#pushUnit(unit, cached));
  }

  #pushUnit(unit: AccessUnit, cached: boolean): void {
    if (unit.kind !== 'video') return;
    const jpeg = this.#reader?.video?.codec === 'mjpeg';
    if (this.#wish.cadence === 'keyframes') {
      if (!unit.keyframe) {
        this.queue.skip();
        return;
      }
      const now = performance.now();
      if (jpeg && now - this.#lastJpegAt < jpegCadenceMs) return;
      this.#lastJpegAt = now;
    }
    this.queue.pushUnit(this.#wish.channel, jpeg ? 'jpeg' : 'video', unit, cached);
    this.#context.wake();
    if (this.queue.skippedForMs > skipAtMostMs && this.#context.keepsUp()) this.#catchUp();
  }

  #catchUp(): void {
    this.queue.discard();
    // Not within the delivery of this unit: it is in the cache, and would come twice.
    queueMicrotask(() => {
      if (!this.#closed) this.#followVideo();
    });
  }

  /** The pictures of before go on until the first of the new size is there. */
  #followPictures(): void {
    const before = this.#pictures;
    let replaced = before === null;
    const replace = () => {
      if (replaced) return;
      replaced = true;
      before?.();
    };
    const leave = this.#context.decoders.open(
      {
        key: this.#wish.key,
        width: evenSide(this.#wish.width),
        height: evenSide(this.#wish.height),
        keyframesOnly: this.#wish.cadence === 'keyframes',
      },
      {
        onPicture: (picture) => {
          replace();
          this.#pushPicture(picture);
        },
        onRefused: (cause) => {
          replace();
          this.#context.refuse(cause);
        },
      },
    );
    this.#pictures = () => {
      replace();
      leave();
    };
  }

  #pushPicture(picture: DecodedPicture): void {
    this.queue.push({
      kind: 'i420',
      keyframe: true,
      discontinuity: picture.discontinuity,
      catchUp: picture.catchUp,
      channel: this.#wish.channel,
      sequence: 0,
      width: picture.width,
      height: picture.height,
      mediaTimeUs: picture.mediaTimeUs,
      receivedAtMs: picture.receivedAtMs,
      payload: picture.data,
    });
    this.#context.wake();
  }

  /** Sound has a reader of its own, so that asking for it touches nothing of the picture. */
  #followAudio(): void {
    this.#audio?.();
    this.#audio = null;
    if (!this.#wish.audio || !this.#reader) return;
    const reader = this.#context.supervisor.read(this.#wish.key, { audio: true });
    const stop = reader.onAccessUnit((unit, cached) => {
      if (unit.kind !== 'audio') return;
      this.queue.pushUnit(this.#wish.channel, 'audio', unit, cached);
      this.#context.wake();
    });
    this.#audio = () => {
      stop();
      reader.close();
    };
  }

  #noticeFormat(): void {
    const { video, audio } = this.#reader!;
    if (!video && !audio) return;
    const notice: MediaNotice = {
      type: 'format',
      channel: this.#wish.channel,
      video,
      audio: audio && {
        ...audio,
        config: audio.config && Buffer.from(audio.config).toString('base64'),
      },
    };
    this.queue.notice(notice);
    this.#context.wake();
  }
}

function evenSide(side: number): number {
  const bounded = Math.min(largestSide, Math.max(smallestSide, Math.round(side) || smallestSide));
  return bounded & ~1;
}

/** The request without what was not said. */
function defined(request: AdjustRequest): Partial<OpenRequest> {
  const { restart: _, type: __, ...rest } = request;
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
}
