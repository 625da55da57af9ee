import type { Dispose } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import { type Envelope, envelope, maxControlBytes } from './envelope.ts';
import {
  type CallName,
  type CallParams,
  type CallResult,
  calls,
  type EventName,
  type EventValue,
  events,
} from './schemas.ts';
import type { Wire } from './wire.ts';

/** The page's end of the control wire: typed calls out, typed events in, both validated. */
export interface Caller {
  /**
   * @throws {Fault} the cause that the core answered; `host.gone` where the wire closed before an
   *   answer came; `input.value` where the parameters do not fit the contract.
   */
  call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>>;
  /** Hears one kind of event until disposed. */
  onEvent<N extends EventName>(name: N, listener: (value: EventValue<N>) => void): Dispose;
  /** Once, when the wire closed; at once where it is closed already. */
  onClosed(listener: () => void): Dispose;
  readonly closed: boolean;
  close(): void;
}

export interface CallerOptions {
  /** What the other end sent and the contract does not know; it is dropped, the wire goes on. */
  readonly onStrange?: (what: string) => void;
}

interface Waiting {
  readonly name: CallName;
  readonly resolve: (value: never) => void;
  readonly reject: (fault: Fault) => void;
}

export function createCaller(wire: Wire, options: CallerOptions = {}): Caller {
  const strange = options.onStrange ?? (() => {});
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<EventName, Set<(value: never) => void>>();
  const closeListeners = new Set<() => void>();
  let nextId = 1;
  let closed = false;

  const onAnswer = (message: Exclude<Envelope, { t: 'call' } | { t: 'event' }>) => {
    const call = waiting.get(message.id);
    if (!call) return strange('an answer to no call');
    waiting.delete(message.id);
    if (message.t === 'failed') {
      call.reject(new Fault(message.cause.code, `${call.name} failed`, message.cause.params ?? {}));
      return;
    }
    const result = calls[call.name].result.safeParse(message.result);
    if (result.success) call.resolve(result.data as never);
    else call.reject(new Fault('internal', `${call.name} was answered in another shape`));
  };

  const onEventMessage = (name: string, value: unknown) => {
    if (!Object.hasOwn(events, name)) return strange('an unknown event');
    const known = name as EventName;
    const heard = listeners.get(known);
    if (!heard || heard.size === 0) return;
    const parsed = events[known].safeParse(value);
    if (!parsed.success) return strange(`${known} in another shape`);
    for (const listener of [...heard]) listener(parsed.data as never);
  };

  const offMessage = wire.onMessage((text) => {
    const message = readEnvelope(text);
    if (!message) return strange('not a control message');
    if (message.t === 'event') onEventMessage(message.name, message.value);
    else if (message.t === 'call') strange('a call towards the page');
    else onAnswer(message);
  });

  wire.onClose(() => {
    if (closed) return;
    closed = true;
    offMessage();
    const unanswered = [...waiting.values()];
    waiting.clear();
    for (const call of unanswered) call.reject(new Fault('host.gone', `${call.name}: wire closed`));
    listeners.clear();
    const told = [...closeListeners];
    closeListeners.clear();
    for (const listener of told) listener();
  });

  return {
    call(name, params) {
      if (closed) return Promise.reject(new Fault('host.gone', `${name}: wire is closed`));
      const valid = calls[name].params.safeParse(params);
      if (!valid.success) return Promise.reject(misfit(name, valid.error.issues));
      const id = nextId++;
      const text = writeEnvelope({ t: 'call', id, name, params: valid.data });
      if (text === null) return Promise.reject(new Fault('input.value', `${name} is too large`));
      return new Promise((resolve, reject) => {
        waiting.set(id, { name, resolve, reject });
        try {
          wire.send(text);
        } catch (error) {
          waiting.delete(id);
          reject(Fault.from(error, 'host.gone'));
        }
      });
    },
    onEvent(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      // A wrapper, so that the same function added twice is two subscriptions.
      const entry = (value: never) => listener(value);
      set.add(entry);
      return () => set.delete(entry);
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

/** The message as JSON text, or null where it is longer than the contract allows. */
export function writeEnvelope(message: Envelope): string | null {
  const text = JSON.stringify(message);
  return text.length > maxControlBytes ? null : text;
}

/** Null for bytes, for text that is too long, and for anything that is no control message. */
export function readEnvelope(message: string | Uint8Array): Envelope | null {
  if (typeof message !== 'string' || message.length > maxControlBytes) return null;
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return null;
  }
  const parsed = envelope.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Says which field does not fit, and never what was in it: it may be a password. */
export function misfit(
  name: string,
  issues: readonly { readonly path: readonly PropertyKey[] }[],
): Fault {
  const field = issues[0]?.path.map(String).join('.').slice(0, 200) ?? '';
  return new Fault('input.value', `${name}: ${field || 'parameters'} do not fit`, { field });
}
