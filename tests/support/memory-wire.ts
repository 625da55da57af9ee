import type { Wire } from '../../src/contract/wire.ts';

/** Two ends of one wire in this process: messages arrive in a later microtask, in order. */
export function memoryWires(): [Wire & MemoryEnd, Wire & MemoryEnd] {
  const left = new End();
  const right = new End();
  left.peer = right;
  right.peer = left;
  return [left, right];
}

export interface MemoryEnd {
  /** Pretend bytes that the carrier still holds. */
  buffered: number;
  /** Listeners left: 0 after a close, or something leaks. */
  readonly listeners: number;
  readonly sent: (string | Uint8Array)[];
}

class End implements Wire, MemoryEnd {
  peer!: End;
  buffered = 0;
  readonly sent: (string | Uint8Array)[] = [];
  readonly #messages = new Set<(message: string | Uint8Array) => void>();
  readonly #closes = new Set<() => void>();
  #closed = false;

  send(message: string | Uint8Array): void {
    if (this.#closed) throw new Error('wire is closed');
    this.sent.push(message);
    queueMicrotask(() => this.peer.#take(message));
  }

  onMessage(listener: (message: string | Uint8Array) => void): () => void {
    this.#messages.add(listener);
    return () => this.#messages.delete(listener);
  }

  onClose(listener: () => void): () => void {
    this.#closes.add(listener);
    return () => this.#closes.delete(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#end();
    queueMicrotask(() => this.peer.#end());
  }

  get listeners(): number {
    return this.#messages.size;
  }

  #take(message: string | Uint8Array): void {
    if (this.#closed) return;
    for (const listener of [...this.#messages]) listener(message);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    const told = [...this.#closes];
    this.#closes.clear();
    for (const listener of told) listener();
  }
}
