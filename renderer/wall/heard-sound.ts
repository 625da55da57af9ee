/** The sound of one tile: a generated track in an `<audio>` element of its own, never in the DOM. */
export class HeardSound {
  readonly #track: MediaStreamAudioTrackGenerator;
  readonly #element: HTMLAudioElement;

  constructor() {
    this.#track = new MediaStreamTrackGenerator({ kind: 'audio' });
    this.#element = new Audio();
    this.#element.autoplay = true;
    this.#element.srcObject = new MediaStream([this.#track]);
    // Without a gesture a browser may refuse; the shells start theirs so that it does not.
    this.#element.play().catch(() => {});
  }

  /** To be transferred to the decode worker, once. */
  takeOutput(): WritableStream<AudioData> {
    return this.#track.writable;
  }

  get track(): MediaStreamTrack {
    return this.#track;
  }

  close(): void {
    this.#track.stop();
    this.#element.pause();
    this.#element.srcObject = null;
  }
}
