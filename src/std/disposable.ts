/**
 * Everything that holds a resource returns a `Dispose`; calling it twice is harmless.
 */
export type Dispose = () => void;

/** A list of listeners of one event. A listener that throws does not keep the others from hearing. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #onListenerError: ((error: unknown) => void) | undefined;

  constructor(onListenerError?: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Adds a listener; the returned function removes it. */
  on(listener: (value: T) => void): Dispose {
    // A wrapper, so that the same function added twice is two subscriptions.
    const entry = (value: T) => listener(value);
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        if (this.#onListenerError) this.#onListenerError(error);
        else throw error;
      }
    }
  }

  /** How many listen: tests assert 0 after a close, so that nothing leaks. */
  get size(): number {
    return this.#listeners.size;
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** Collects what has to be undone and undoes it once, last first. */
export class DisposeBag {
  readonly #items: Dispose[] = [];
  #disposed = false;

  add(dispose: Dispose): void {
    if (this.#disposed) dispose();
    else this.#items.push(dispose);
  }

  dispose(): void {
    this.#disposed = true;
    for (let item = this.#items.pop(); item; item = this.#items.pop()) item();
  }

  get disposed(): boolean {
    return this.#disposed;
  }
}
