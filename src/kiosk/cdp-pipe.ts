import type { Readable, Writable } from 'node:stream';
import type { Dispose } from '../std/disposable.ts';

/**
 * The Chrome DevTools Protocol over `--remote-debugging-pipe`: JSON messages, each ended by a zero
 * byte, on file descriptors 3 (to the browser) and 4 (from it). No port is opened, so nobody else on
 * this machine can steer the browser, and it ends when the pipe closes.
 */
export interface Cdp {
  /** @throws {CdpError} what the browser answered, or that it is gone, or took too long. */
  send(method: string, params?: object, target?: CdpTarget): Promise<CdpResult>;
  on(method: string, listener: (params: CdpResult, sessionId: string | undefined) => void): Dispose;
  close(): void;
}

export type CdpResult = Readonly<Record<string, unknown>>;

export interface CdpTarget {
  readonly sessionId?: string;
  /** Default 10 s. */
  readonly timeoutMs?: number;
}

export class CdpError extends Error {
  override readonly name = 'CdpError';
}

/** A screenshot of the largest screens, as base64. */
const maxMessageBytes = 256 * 1024 * 1024;

interface Waiting {
  readonly method: string;
  readonly resolve: (result: CdpResult) => void;
  readonly reject: (error: CdpError) => void;
  readonly timer: NodeJS.Timeout;
}

export function connectPipe(toBrowser: Writable, fromBrowser: Readable): Cdp {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, Set<(params: CdpResult, sessionId?: string) => void>>();
  let nextId = 1;
  let closed = false;
  let parts: Buffer[] = [];
  let partBytes = 0;

  const close = () => {
    if (closed) return;
    closed = true;
    for (const { method, reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(new CdpError(`${method}: the browser is gone`));
    }
    waiting.clear();
    listeners.clear();
    toBrowser.destroy();
    fromBrowser.destroy();
  };

  const take = (text: string) => {
    const message = JSON.parse(text) as {
      id?: number;
      method?: string;
      params?: CdpResult;
      result?: CdpResult;
      error?: { message?: string };
      sessionId?: string;
    };
    if (message.id === undefined) {
      for (const listener of [...(listeners.get(message.method ?? '') ?? [])]) {
        listener(message.params ?? {}, message.sessionId);
      }
      return;
    }
    const call = waiting.get(message.id);
    if (!call) return;
    waiting.delete(message.id);
    clearTimeout(call.timer);
    if (message.error) call.reject(new CdpError(`${call.method}: ${message.error.message}`));
    else call.resolve(message.result ?? {});
  };

  fromBrowser.on('data', (chunk: Buffer) => {
    let rest = chunk;
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      const text = Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8');
      parts = [];
      partBytes = 0;
      rest = rest.subarray(end + 1);
      try {
        take(text);
      } catch {
        return close();
      }
    }
    if (rest.length === 0) return;
    parts.push(rest);
    partBytes += rest.length;
    if (partBytes > maxMessageBytes) close();
  });
  for (const stream of [toBrowser, fromBrowser]) {
    stream.on('error', close);
    stream.on('close', close);
  }
  fromBrowser.on('end', close);

  return {
    send(method, params = {}, { sessionId, timeoutMs = 10_000 } = {}) {
      if (closed) return Promise.reject(new CdpError(`${method}: the browser is gone`));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new CdpError(`${method}: no answer in ${timeoutMs} ms`));
        }, timeoutMs);
        waiting.set(id, { method, resolve, reject, timer });
        toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      });
    },
    on(method, listener) {
      const set = listeners.get(method) ?? new Set();
      listeners.set(method, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    close,
  };
}
