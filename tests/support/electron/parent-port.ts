/** Loaded into each utility process of the stand-in before its own module: gives `process.parentPort`. */
import { EventEmitter } from 'node:events';
import type { Carried } from './ports.ts';

const ends = new Map<number, RemotePort>();
const send = (message: Carried) => {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
};

class RemotePort extends EventEmitter {
  readonly #id: number;
  #queue: (() => void)[] | null = [];

  constructor(id: number) {
    super();
    this.#id = id;
    ends.set(id, this);
  }

  postMessage(data: unknown): void {
    if (ends.has(this.#id)) send({ kind: 'data', port: this.#id, data });
  }

  start(): void {
    const kept = this.#queue ?? [];
    this.#queue = null;
    for (const happened of kept) happened();
  }

  close(): void {
    if (ends.delete(this.#id)) send({ kind: 'close', port: this.#id });
  }

  happened(what: () => void): void {
    if (this.#queue) this.#queue.push(what);
    else what();
  }
}

class ParentPort extends EventEmitter {
  postMessage(data: unknown): void {
    send({ kind: 'message', data, ports: [] });
  }
}

const parentPort = new ParentPort();
Object.defineProperty(process, 'parentPort', { value: parentPort });

// As in Electron, what comes before the first listener is kept.
let early: { data: unknown; ports: RemotePort[] }[] | null = [];
parentPort.on('newListener', (name) => {
  if (name !== 'message') return;
  setImmediate(() => {
    const kept = early ?? [];
    early = null;
    for (const event of kept) parentPort.emit('message', event);
  });
});

process.on('message', (message: Carried) => {
  if (message.kind === 'message') {
    const event = { data: message.data, ports: message.ports.map((id) => new RemotePort(id)) };
    if (early) early.push(event);
    else parentPort.emit('message', event);
    return;
  }
  const port = ends.get(message.port);
  if (message.kind === 'data') {
    port?.happened(() => port.emit('message', { data: message.data, ports: [] }));
  } else {
    ends.delete(message.port);
    port?.happened(() => port.emit('close'));
  }
});
// The shell is gone: in Electron the browser process takes its children along.
process.on('disconnect', () => process.exit(1));
