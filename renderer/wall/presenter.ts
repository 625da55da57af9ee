import type { Dispose } from '../../src/std/disposable.ts';

/**
 * Puts the pictures of one stream on the screen, and can prove that it did. The engine knows only
 * this; one that draws all tiles into a single canvas could take its place.
 */
export interface Presenter {
  /** Where the decode worker hands pictures to; to be transferred, once. */
  takeOutput(): WritableStream<VideoFrame>;
  /** Behind the other children of `container`, another picture too; null takes it off the page. Keeps the picture. */
  place(container: HTMLElement | null): void;
  evidence(): PictureEvidence;
  /** Starts again what the browser paused by itself; false where nobody could see it anyway. */
  keepPlaying(): boolean;
  /** Asks for one latency sample: the next picture that is presented. */
  sample(): void;
  /** The samples since the last call. */
  takeSamples(): readonly PresentedSample[];
  /** Once, when the first picture was presented after this call. */
  onPicture(listener: () => void): Dispose;
  close(): void;
}

export interface PictureEvidence {
  /** Pictures that were put on the screen; those skipped or drawn out of sight do not count. */
  readonly presented: number;
  /** Pictures that reached the presenter and were not shown. */
  readonly skipped: number;
  /** Of the picture on the screen; 0 before the first. */
  readonly width: number;
  readonly height: number;
}

export interface PresentedSample {
  /** Timestamp of the `VideoFrame`. */
  readonly timestampUs: number;
  /** Steady milliseconds. */
  readonly presentedAt: number;
}

export interface PresenterFactory {
  readonly name: string;
  create(): Presenter;
}

/**
 * The default: a generated track in a `<video>`, so that the browser's own compositor draws it. The
 * page's thread sees no frame: the counts come from the element, polled, and at most one frame
 * callback waits at a time.
 */
export class VideoElementPresenter implements Presenter {
  readonly element: HTMLVideoElement;
  readonly #track: MediaStreamVideoTrackGenerator;
  readonly #listeners = new Set<() => void>();
  #samples: PresentedSample[] = [];
  #callback: number | null = null;
  #closed = false;

  constructor() {
    this.#track = new MediaStreamTrackGenerator({ kind: 'video' });
    const video = document.createElement('video');
    video.className = 'tile-picture';
    video.muted = true;
    video.autoplay = true;
    video.playsInline = true;
    video.disablePictureInPicture = true;
    video.disableRemotePlayback = true;
    video.tabIndex = -1;
    video.setAttribute('aria-hidden', 'true');
    Object.assign(video.style, {
      position: 'absolute',
      inset: '0',
      width: '100%',
      height: '100%',
      objectFit: 'contain',
      pointerEvents: 'none',
    });
    video.srcObject = new MediaStream([this.#track]);
    this.element = video;
  }

  takeOutput(): WritableStream<VideoFrame> {
    return this.#track.writable;
  }

  place(container: HTMLElement | null): void {
    const video = this.element;
    if (video.parentElement === container) return;
    if (!container) {
      video.remove();
      return;
    }
    // Moving within the document keeps the picture; a plain insertion would pause and blank it.
    if (video.isConnected && container.isConnected && 'moveBefore' in container) {
      container.moveBefore(video, container.firstChild);
    } else {
      container.insertBefore(video, container.firstChild);
    }
    if (video.paused) video.play().catch(() => {});
  }

  evidence(): PictureEvidence {
    const { totalVideoFrames, droppedVideoFrames } = this.element.getVideoPlaybackQuality();
    return {
      presented: totalVideoFrames - droppedVideoFrames,
      skipped: droppedVideoFrames,
      width: this.element.videoWidth,
      height: this.element.videoHeight,
    };
  }

  keepPlaying(): boolean {
    const video = this.element;
    if (!video.isConnected || document.visibilityState !== 'visible') return false;
    if (video.paused && !this.#closed) video.play().catch(() => {});
    return video.checkVisibility() && video.clientWidth > 0;
  }

  sample(): void {
    if (this.#callback !== null || this.#closed) return;
    this.#callback = this.element.requestVideoFrameCallback((_now, metadata) => {
      this.#callback = null;
      this.#samples.push({
        timestampUs: Math.round(metadata.mediaTime * 1_000_000),
        presentedAt: performance.timeOrigin + metadata.presentationTime,
      });
      if (this.#samples.length > 20) this.#samples.shift();
      const told = [...this.#listeners];
      this.#listeners.clear();
      for (const listener of told) listener();
    });
  }

  takeSamples(): readonly PresentedSample[] {
    const samples = this.#samples;
    this.#samples = [];
    return samples;
  }

  onPicture(listener: () => void): Dispose {
    const entry = () => listener();
    this.#listeners.add(entry);
    this.sample();
    return () => this.#listeners.delete(entry);
  }

  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    if (this.#callback !== null) this.element.cancelVideoFrameCallback(this.#callback);
    this.#track.stop();
    this.element.srcObject = null;
    this.element.remove();
  }
}

export const videoElementPresenter: PresenterFactory = {
  name: 'webcodecs-video-element',
  create: () => new VideoElementPresenter(),
};
