import type { Dispose } from '../../../src/std/disposable.ts';
import { MotionDetector, sampleHeight, sampleWidth } from './motion-detector.ts';

/** Watches the picture of one tile; only while somebody steers it. */
export interface MotionMeter {
  /** A movement began at this `performance.now()`. */
  begin(at: number): void;
  /** Whether the picture moves by hand now, or may still move. */
  setMoving(moving: boolean): void;
  /** The picture is not live: nothing in it may be measured. */
  reset(): void;
  close: Dispose;
}

const quietEveryMs = 180;

export function createMotionMeter(
  video: () => HTMLVideoElement | null,
  onMeasured: (ms: number) => void,
): MotionMeter {
  const detector = new MotionDetector();
  const canvas = new OffscreenCanvas(sampleWidth, sampleHeight);
  const paper = canvas.getContext('2d', { willReadFrequently: true });
  let watched: HTMLVideoElement | null = null;
  let callback = 0;
  let closed = false;
  let moving = false;
  let sampledAt = 0;

  const luma = (from: HTMLVideoElement): Uint8Array | null => {
    if (!paper || from.videoWidth === 0) return null;
    paper.drawImage(from, 0, 0, sampleWidth, sampleHeight);
    const { data } = paper.getImageData(0, 0, sampleWidth, sampleHeight);
    const values = new Uint8Array(sampleWidth * sampleHeight);
    for (let at = 0; at < values.length; at++) {
      // Green alone is bright enough to tell a movement, and a third of the work.
      values[at] = data[at * 4 + 1] ?? 0;
    }
    return values;
  };

  const watch = () => {
    if (closed) return;
    watched = video();
    if (!watched) return;
    callback = watched.requestVideoFrameCallback((_now, { presentationTime }) => {
      if (closed || !watched) return;
      // Every picture while it is measured; a few a second to know how much this scene changes anyway.
      if (detector.measuring || presentationTime - sampledAt >= quietEveryMs) {
        sampledAt = presentationTime;
        const values = luma(watched);
        const took = values ? detector.picture(values, presentationTime, moving) : null;
        if (took !== null) onMeasured(took);
      }
      watch();
    });
  };

  // Another quality of the stream comes in another element.
  const timer = setInterval(() => {
    if (video() === watched) return;
    watched?.cancelVideoFrameCallback(callback);
    detector.reset();
    watch();
  }, 500);
  watch();

  return {
    begin: (at) => detector.begin(at),
    setMoving(now) {
      moving = now;
    },
    reset: () => detector.reset(),
    close() {
      closed = true;
      clearInterval(timer);
      watched?.cancelVideoFrameCallback(callback);
    },
  };
}
