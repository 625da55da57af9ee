import type { MediaFrame } from '../../src/contract/media-frame.ts';
import { steadyNow } from './steady-clock.ts';

/**
 * Pictures that need no video decoder: planes decoded by the core (I420) and JPEG images.
 */

/**
 * A frame of I420 planes, tightly packed: luma, then both chroma planes of half the size, rounded up.
 * @throws {RangeError} where the payload is shorter than its size says.
 */
export function i420Picture(frame: MediaFrame, timestampUs: number): VideoFrame {
  const { width, height } = frame;
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const luma = width * height;
  if (luma === 0 || frame.payload.length < luma + 2 * chroma) {
    throw new RangeError(`${frame.payload.length} bytes are no I420 picture of ${width}×${height}`);
  }
  return new VideoFrame(frame.payload as Uint8Array<ArrayBuffer>, {
    format: 'I420',
    codedWidth: width,
    codedHeight: height,
    timestamp: timestampUs,
    layout: [
      { offset: 0, stride: width },
      { offset: luma, stride: Math.ceil(width / 2) },
      { offset: luma + chroma, stride: Math.ceil(width / 2) },
    ],
  });
}

/** Decodes one JPEG image; rejects where it is damaged. */
export async function jpegPicture(payload: Uint8Array, timestampUs: number): Promise<VideoFrame> {
  const data = payload.slice();
  if (typeof ImageDecoder !== 'undefined') {
    const decoder = new ImageDecoder({ data, type: 'image/jpeg' });
    try {
      const { image } = await decoder.decode();
      try {
        return await withTimestamp(image, timestampUs);
      } finally {
        image.close();
      }
    } finally {
      decoder.close();
    }
  }
  const bitmap = await createImageBitmap(new Blob([data], { type: 'image/jpeg' }));
  const picture = new VideoFrame(bitmap, { timestamp: timestampUs });
  bitmap.close();
  return picture;
}

/**
 * An image has no time, and Chromium gives a track the time of the frame that a frame was made of:
 * only a copy brings its own, by which the presented picture is known again.
 */
async function withTimestamp(image: VideoFrame, timestamp: number): Promise<VideoFrame> {
  const { format, codedWidth, codedHeight, visibleRect, colorSpace } = image;
  if (format === null) return new VideoFrame(image, { timestamp });
  const planes = new Uint8Array(image.allocationSize());
  const layout = await image.copyTo(planes);
  return new VideoFrame(planes, {
    format,
    codedWidth: visibleRect?.width ?? codedWidth,
    codedHeight: visibleRect?.height ?? codedHeight,
    timestamp,
    layout,
    colorSpace,
    transfer: [planes.buffer],
  } as VideoFrameBufferInit);
}

/** One JPEG at a time; of what comes meanwhile only the newest is kept. */
export class JpegDecoding {
  readonly #onPicture: (picture: VideoFrame, frame: MediaFrame) => void;
  readonly #onFailed: () => void;
  #busy = false;
  #busySince = 0;
  #waiting: MediaFrame | null = null;
  #closed = false;
  dropped = 0;

  constructor(onPicture: (picture: VideoFrame, frame: MediaFrame) => void, onFailed: () => void) {
    this.#onPicture = onPicture;
    this.#onFailed = onFailed;
  }

  behind(now: number): number {
    return this.#busy && this.#waiting ? now - this.#busySince : 0;
  }

  push(frame: MediaFrame): void {
    if (this.#closed) return;
    if (this.#busy) {
      if (this.#waiting && !this.#waiting.catchUp) this.dropped++;
      this.#waiting = frame;
      return;
    }
    this.#busy = true;
    void this.#decode(frame);
  }

  close(): void {
    this.#closed = true;
    this.#waiting = null;
  }

  async #decode(first: MediaFrame): Promise<void> {
    for (let frame: MediaFrame | null = first; frame && !this.#closed; ) {
      this.#busySince = steadyNow();
      try {
        const picture = await jpegPicture(frame.payload, Math.round(frame.mediaTimeUs));
        if (this.#closed) picture.close();
        else this.#onPicture(picture, frame);
      } catch {
        if (!this.#closed) this.#onFailed();
      }
      frame = this.#waiting;
      this.#waiting = null;
    }
    this.#busy = false;
  }
}
