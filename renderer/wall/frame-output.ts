/**
 * Hands pictures to the presenter without ever queueing: one on its way, and the newest one that
 * waits for it. What comes while one waits replaces it, so that a presenter that is behind shows
 * fewer pictures, not older ones.
 */
export class FrameOutput {
  readonly #writer: WritableStreamDefaultWriter<VideoFrame>;
  readonly #onWritten: (timestampUs: number) => void;
  readonly #onGone: () => void;
  #onItsWay = false;
  #waiting: VideoFrame | null = null;
  #closed = false;
  /** Pictures that were replaced before they could be handed on. */
  dropped = 0;

  constructor(
    output: WritableStream<VideoFrame>,
    onWritten: (timestampUs: number) => void,
    onGone: () => void,
  ) {
    this.#writer = output.getWriter();
    this.#onWritten = onWritten;
    this.#onGone = onGone;
    // Errors are noticed at the write; this keeps the promise from being reported as unhandled.
    this.#writer.closed.catch(() => {});
  }

  /** Takes ownership of `frame`. */
  write(frame: VideoFrame): void {
    if (this.#closed) {
      frame.close();
      return;
    }
    if (this.#onItsWay) {
      if (this.#waiting) {
        this.#waiting.close();
        this.dropped++;
      }
      this.#waiting = frame;
      return;
    }
    this.#send(frame);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting?.close();
    this.#waiting = null;
    this.#writer.close().catch(() => {});
  }

  #send(frame: VideoFrame): void {
    this.#onItsWay = true;
    const timestamp = frame.timestamp;
    this.#writer.write(frame).then(
      () => {
        this.#onItsWay = false;
        if (!this.#closed) this.#onWritten(timestamp);
        const next = this.#waiting;
        this.#waiting = null;
        if (next) this.#send(next);
      },
      () => {
        this.#onItsWay = false;
        frame.close();
        const wasClosed = this.#closed;
        this.close();
        if (!wasClosed) this.#onGone();
      },
    );
  }
}
