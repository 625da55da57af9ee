import type { AccessUnit, AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import type { RtspFigures } from '../rtsp/session.types.ts';
import { DisposeBag } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import type { CameraLink } from './camera-link.ts';

/** Without a new frame for this long a live stream is stalled. */
export const stalledAfterMs = 3_000;
/** And after this long its connection is given up. */
export const reconnectAfterMs = 10_000;
/** A connection that gave frames for this long was a good one: its loss is answered at once. */
const stableAfterMs = 10_000;
/** Packets come, but no picture yet: smart codecs send a keyframe every 20 s and more. */
export const firstPictureMs = 45_000;

export interface LinkListeners {
  onUnit(unit: AccessUnit): void;
  onFormat(format: VideoFormat | AudioFormat): void;
  onClosed(fault: Fault | null): void;
}

/** A connection that feeds its stream, and how long it has been silent (quirk 11: half-open TCP). */
export class LinkInUse {
  readonly link: CameraLink;
  readonly #bag = new DisposeBag();
  readonly #openedAt = performance.now();
  readonly #now: () => number;
  #lastTicks: number | null = null;
  #firstFrameAt: number | null = null;
  #lastFrameAt = 0;
  #lastFrameWallMs = 0;
  #packetsSeen = -1;
  #packetsAt = performance.now();

  constructor(link: CameraLink, now: () => number) {
    this.link = link;
    this.#now = now;
  }

  follow(listeners: LinkListeners): void {
    const { session } = this.link;
    this.#bag.add(session.onFormat((format) => listeners.onFormat(format)));
    this.#bag.add(session.onAccessUnit((unit) => listeners.onUnit(unit)));
    this.#bag.add(session.onClosed((fault) => listeners.onClosed(fault)));
    if (session.video) listeners.onFormat(session.video);
    if (session.audio) listeners.onFormat(session.audio);
  }

  get figures(): RtspFigures {
    return this.link.session.figures;
  }

  /** Unix ms of the newest frame. */
  get lastFrameWallMs(): number {
    return this.#lastFrameWallMs;
  }

  /** It gave frames long enough to be trusted to do so again. */
  get stable(): boolean {
    return this.#firstFrameAt !== null && this.#lastFrameAt - this.#firstFrameAt >= stableAfterMs;
  }

  /** A frame that repeats the time of the one before is no new frame. */
  sawFrame(unit: AccessUnit): void {
    if (unit.time.ticks === this.#lastTicks) return;
    this.#lastTicks = unit.time.ticks;
    this.#lastFrameAt = performance.now();
    this.#lastFrameWallMs = this.#now();
    this.#firstFrameAt ??= this.#lastFrameAt;
  }

  /** `early`: no frame yet, and still time for it. A Fault: the connection is of no use. */
  get health(): 'early' | 'live' | 'stalled' | Fault {
    const now = performance.now();
    if (this.#firstFrameAt === null) {
      const { packets } = this.figures;
      if (packets !== this.#packetsSeen) {
        this.#packetsSeen = packets;
        this.#packetsAt = now;
      }
      const silent = now - this.#packetsAt >= reconnectAfterMs;
      if (!silent && now - this.#openedAt < firstPictureMs) return 'early';
      return new Fault('media.stalled', 'connected, but no picture came');
    }
    const silence = now - this.#lastFrameAt;
    if (silence >= reconnectAfterMs) return new Fault('media.stalled', 'no new frame for 10 s');
    return silence >= stalledAfterMs ? 'stalled' : 'live';
  }

  release(): void {
    this.#bag.dispose();
  }
}

/**
 * Waits for the first keyframe of a connection that is to replace another, and calls `use` with it
 * before the next unit can arrive.
 *
 * @throws {Fault} when it closes, when no keyframe comes, with the signal's reason, or what `use` threw
 */
export function firstKeyframe(
  link: CameraLink,
  signal: AbortSignal,
  use: (keyframe: AccessUnit) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const bag = new DisposeBag();
    const giveUp = (error: unknown) => {
      bag.dispose();
      reject(error);
    };
    if (signal.aborted) {
      giveUp(signal.reason);
      return;
    }
    const onAbort = () => giveUp(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    bag.add(() => signal.removeEventListener('abort', onAbort));
    const timer = setTimeout(() => giveUp(new Fault('media.stalled')), firstPictureMs);
    bag.add(() => clearTimeout(timer));
    bag.add(link.session.onClosed((fault) => giveUp(fault ?? new Fault('net.closed'))));
    bag.add(
      link.session.onAccessUnit((unit) => {
        if (unit.kind !== 'video' || !unit.keyframe) return;
        bag.dispose();
        try {
          use(unit);
          resolve();
        } catch (error) {
          reject(error);
        }
      }),
    );
  });
}
