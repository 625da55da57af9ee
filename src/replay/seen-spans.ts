/** Which stretches of the footage were shown. Pictures further apart than a group lie in two of them. */
export class SeenSpans {
  readonly #spans: { from: number; to: number }[] = [];

  /** @param at Unix ms of the footage */
  add(at: number): void {
    const spans = this.#spans;
    const near = spans.findIndex(
      (span) => at >= span.from - togetherMs && at <= span.to + togetherMs,
    );
    if (near < 0) {
      spans.push({ from: at, to: at });
      // Who leaps about endlessly is still seen in bounds: what is nearest in time is joined.
      if (spans.length > mostSpans) this.#joinNearest();
      return;
    }
    const span = spans[near]!;
    span.from = Math.min(span.from, at);
    span.to = Math.max(span.to, at);
  }

  /** Oldest first. */
  get list(): { from: number; to: number }[] {
    const sorted = this.#spans.map((span) => ({ ...span })).sort((a, b) => a.from - b.from);
    const joined: { from: number; to: number }[] = [];
    for (const span of sorted) {
      const last = joined.at(-1);
      if (last && span.from <= last.to + togetherMs) last.to = Math.max(last.to, span.to);
      else joined.push(span);
    }
    return joined;
  }

  #joinNearest(): void {
    const sorted = this.list;
    let at = 1;
    for (let i = 2; i < sorted.length; i++) {
      const gap = sorted[i]!.from - sorted[i - 1]!.to;
      if (gap < sorted[at]!.from - sorted[at - 1]!.to) at = i;
    }
    const [later] = sorted.length > 1 ? sorted.splice(at, 1) : [];
    if (later) sorted[at - 1]!.to = later.to;
    this.#spans.splice(0, this.#spans.length, ...sorted);
  }
}

const togetherMs = 10_000;
const mostSpans = 32;
