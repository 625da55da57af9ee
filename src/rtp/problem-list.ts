/** Tells each problem of a track once, and only the first few kinds: a broken camera must not fill the log. */
export class ProblemList {
  readonly #sink: { onProblem(text: string): void };
  readonly #told = new Set<string>();

  constructor(sink: { onProblem(text: string): void }) {
    this.#sink = sink;
  }

  tell(text: string): void {
    if (this.#told.size >= 16 || this.#told.has(text)) return;
    this.#told.add(text);
    this.#sink.onProblem(text);
  }
}
