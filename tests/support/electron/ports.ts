import { EventEmitter } from 'node:events';

/** Where the messages of one end of a channel go once somebody takes them. */
export interface PortSink {
  deliver(data: unknown): void;
  closed(): void;
}

/** One end of a channel, wherever it lives: it keeps what comes until it has a sink. */
export class PortEnd {
  peer!: PortEnd;
  #sink: PortSink | null = null;
  #queue: unknown[] = [];
  #closed = false;

  static pair(): [PortEnd, PortEnd] {
    const [one, two] = [new PortEnd(), new PortEnd()];
    one.peer = two;
    two.peer = one;
    return [one, two];
  }

  /** Sends to the other end. Copied, as between processes. */
  post(data: unknown): void {
    const copy = structuredClone(data);
    setImmediate(() => this.peer.#receive(copy));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink = null;
    setImmediate(() => this.peer.#peerClosed());
  }

  flow(sink: PortSink): void {
    this.#sink = sink;
    for (const data of this.#queue) sink.deliver(data);
    this.#queue = [];
    if (this.#closed) sink.closed();
  }

  #receive(data: unknown): void {
    if (this.#closed) return;
    if (this.#sink) this.#sink.deliver(data);
    else this.#queue.push(data);
  }

  #peerClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink?.closed();
  }
}

/** Electron's `MessagePortMain`, as far as it is used: no ports inside messages over a port. */
export class MessagePortMain extends EventEmitter {
  #end: PortEnd | null;

  constructor(end: PortEnd) {
    super();
    this.#end = end;
  }

  postMessage(message: unknown, transfer: readonly MessagePortMain[] = []): void {
    if (transfer.length > 0) throw new Error('the stand-in sends no ports over ports');
    this.#end?.post(message);
  }

  start(): void {
    this.#end?.flow({
      deliver: (data) => this.emit('message', { data, ports: [] }),
      closed: () => this.emit('close'),
    });
  }

  close(): void {
    this.#end?.close();
    this.#end = null;
  }

  /** Transferred: from now on it is another process's, and dead here. */
  take(): PortEnd {
    const end = this.#end;
    if (!end) throw new Error('port is closed or was transferred before');
    this.#end = null;
    return end;
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;

  constructor() {
    const [one, two] = PortEnd.pair();
    this.port1 = new MessagePortMain(one);
    this.port2 = new MessagePortMain(two);
  }
}

/** What goes over the channel between two processes that carry ports for each other. */
export type Carried =
  | { readonly kind: 'message'; readonly data: unknown; readonly ports: readonly number[] }
  | { readonly kind: 'data'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'close'; readonly port: number };

/** The ends of channels whose other end is in another process or page. */
export class Carrier {
  readonly #ends = new Map<number, PortEnd>();
  readonly #send: (message: Carried) => void;
  static #nextPort = 1;

  constructor(send: (message: Carried) => void) {
    this.#send = send;
  }

  /** Moves ports over; what is said on their other ends here is said there. */
  transfer(ports: readonly MessagePortMain[]): number[] {
    return ports.map((port) => {
      const id = Carrier.#nextPort++;
      const end = port.take();
      this.#ends.set(id, end);
      return id;
    });
  }

  /** Begins to carry, once the other side knows the ports. */
  begin(ids: readonly number[]): void {
    for (const id of ids) {
      this.#ends.get(id)?.flow({
        deliver: (data) => this.#send({ kind: 'data', port: id, data }),
        closed: () => {
          this.#ends.delete(id);
          this.#send({ kind: 'close', port: id });
        },
      });
    }
  }

  take(message: Carried): void {
    if (message.kind === 'data') this.#ends.get(message.port)?.post(message.data);
    if (message.kind !== 'close') return;
    this.#ends.get(message.port)?.close();
    this.#ends.delete(message.port);
  }

  /** The other process or page is gone, and all its ends with it. */
  lose(): void {
    for (const end of this.#ends.values()) end.close();
    this.#ends.clear();
  }
}
