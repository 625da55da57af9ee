import type { Dispose } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import { misfit, readEnvelope, writeEnvelope } from './call.ts';
import type { Cause } from './cause.ts';
import { maxControlBytes } from './envelope.ts';
import {
  type CallName,
  type CallParams,
  type CallResult,
  calls,
  type EventName,
  type EventValue,
} from './schemas.ts';
import type { Wire } from './wire.ts';

/** What the core does for each call. A thrown `Fault` is answered as its cause. */
export type CallHandlers = {
  readonly [N in CallName]: (params: CallParams<N>) => CallResult<N> | Promise<CallResult<N>>;
};

/** The core's end of one control wire. */
export interface ControlServer {
  /**
   * Sends an event. `latest: true` marks figures that the next event replaces: they are left out
   * while the page does not take off what it was sent.
   */
  emit<N extends EventName>(name: N, value: EventValue<N>, options?: { latest?: boolean }): void;
  onClosed(listener: () => void): Dispose;
  readonly closed: boolean;
  close(): void;
}

export interface ServeOptions {
  /** For the log: handlers that threw no Fault, results that break the contract, strange messages. */
  readonly onProblem?: (what: string, error?: unknown) => void;
  /** Calls under way at the same time; more are answered `host.busy`. Default 256. */
  readonly maxInFlight?: number;
}

/** Above this the page is behind: figures that are replaced anyway are not sent. */
const behindBytes = 1024 * 1024;
/** Messages that are no call before the wire is given up: a page of ours sends none. */
const maxStrange = 20;

/** Serves every call of the contract over `wire`: parameters and results are validated, both. */
export function serveCalls(
  wire: Wire,
  handlers: CallHandlers,
  options: ServeOptions = {},
): ControlServer {
  const problem = options.onProblem ?? (() => {});
  const maxInFlight = options.maxInFlight ?? 256;
  const closeListeners = new Set<() => void>();
  let inFlight = 0;
  let strange = 0;
  let closed = false;

  const send = (text: string) => {
    if (closed) return;
    // A page that takes nothing off is dead: it reconnects with an empty queue if it is not.
    if (wire.buffered > 2 * maxControlBytes) {
      problem('control wire is not read any more');
      wire.close();
      return;
    }
    wire.send(text);
  };

  const fail = (id: number, cause: Cause) => {
    const { code, params = {} } = cause;
    const text = writeEnvelope({ t: 'failed', id, cause: { code, params: bounded(params) } });
    if (text !== null) send(text);
  };

  const answer = async (id: number, name: string, params: unknown): Promise<void> => {
    if (!Object.hasOwn(calls, name)) return fail(id, { code: 'input.unknown' });
    const known = name as CallName;
    if (inFlight >= maxInFlight) return fail(id, { code: 'host.busy' });
    const valid = calls[known].params.safeParse(params);
    if (!valid.success) return fail(id, misfit(known, valid.error.issues).shown);
    inFlight++;
    try {
      const handler = handlers[known] as (params: unknown) => unknown;
      const result = calls[known].result.safeParse(await handler(valid.data));
      if (!result.success) {
        const where = result.error.issues[0]?.path.map(String).join('.') ?? '';
        problem(`result of ${known} breaks the contract at "${where}"`);
        return fail(id, { code: 'internal' });
      }
      const text = writeEnvelope({ t: 'ok', id, result: result.data });
      if (text !== null) return send(text);
      problem(`result of ${known} is too large`);
      fail(id, { code: 'internal' });
    } catch (error) {
      if (!(error instanceof Fault)) problem(`${known} threw`, error);
      // Only code and parameters leave: an unknown error's own text may hold anything.
      fail(id, error instanceof Fault ? error.shown : { code: 'internal' });
    } finally {
      inFlight--;
    }
  };

  const offMessage = wire.onMessage((text) => {
    const message = readEnvelope(text);
    if (message?.t === 'call') {
      void answer(message.id, message.name, message.params).catch((error) =>
        problem(`${message.name} could not be answered`, error),
      );
      return;
    }
    problem('not a call on the control wire');
    if (++strange >= maxStrange) wire.close();
  });

  wire.onClose(() => {
    if (closed) return;
    closed = true;
    offMessage();
    const told = [...closeListeners];
    closeListeners.clear();
    for (const listener of told) listener();
  });

  return {
    emit(name, value, { latest = false } = {}) {
      if (closed || (latest && wire.buffered > behindBytes)) return;
      const text = writeEnvelope({ t: 'event', name, value });
      if (text === null) return problem(`event ${name} is too large`);
      try {
        send(text);
      } catch (error) {
        problem(`event ${name} could not be sent`, error);
      }
    },
    onClosed(listener) {
      if (closed) {
        listener();
        return () => {};
      }
      const entry = () => listener();
      closeListeners.add(entry);
      return () => closeListeners.delete(entry);
    },
    get closed() {
      return closed;
    },
    close() {
      if (!closed) wire.close();
    },
  };
}

/** Causes carry words of devices and files: cut to what the schema of a cause allows. */
function bounded(params: NonNullable<Cause['params']>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params)
      .slice(0, 20)
      .map(([key, value]) => [
        key.slice(0, 64),
        typeof value === 'string' ? value.slice(0, 500) : value,
      ]),
  );
}
