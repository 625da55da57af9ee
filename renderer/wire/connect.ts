import { createStore } from 'zustand/vanilla';
import { type Caller, createCaller } from '../../src/contract/call.ts';
import { type EventName, events } from '../../src/contract/schemas.ts';
import type { Wire } from '../../src/contract/wire.ts';
import { Emitter } from '../../src/std/disposable.ts';
import { Fault } from '../../src/std/fault.ts';
import { backOffMs } from './back-off.ts';
import type { Core, CoreConnection, MediaSource } from './core.types.ts';
import { openSocketWire, portWire } from './page-wires.ts';

/**
 * The page's way to the core, whichever shell it is in: Electron's preload hands over ports, and new
 * ones after the core was started again; the kiosk answers WebSockets on the page's own origin, and
 * the page opens them again.
 */
export interface ConnectOptions {
  /** The page's window and place; tests bring their own. */
  readonly window?: Window;
  /** How long a call waits for a core that is away, ms. */
  readonly patienceMs?: number;
  /** A core that says nothing for this long is asked something, and after twice as long it is gone. */
  readonly silenceMs?: number;
}

/** As written in `electron/channels.ts`, which the page may not import. */
const portsMessage = 'vonggac-ports';
const portsWantedMessage = 'vonggac-ports-wanted';
/** A core takes about this long to start again. */
const askAgainMs = 2000;

export function connectCore(options: ConnectOptions = {}): Core {
  const page = options.window ?? window;
  const isWeb = page.location.protocol === 'http:' || page.location.protocol === 'https:';
  const line = new Line(options.patienceMs ?? 10_000, options.silenceMs ?? 4000);
  const stop = isWeb ? connectSockets(line, page.location) : connectPorts(line, page);
  return {
    connection: line.connection,
    call: (name, params) => line.caller().then((caller) => caller.call(name, params)),
    on: (name, listener) => line.on(name, listener as (value: never) => void),
    onMediaSource: (take) => line.onMediaSource(take),
    close() {
      stop();
      line.close();
    },
  };
}

/** What stays the same while wires come and go: listeners, waiting calls, the state. */
class Line {
  readonly connection = createStore<CoreConnection>(() => ({
    phase: 'connecting',
    since: performance.now(),
    attempt: 0,
  }));
  readonly #patienceMs: number;
  readonly #silenceMs: number;
  readonly #listeners = new Map<EventName, Emitter<never>>();
  readonly #mediaTakers = new Emitter<MediaSource>();
  readonly #arrivals = new Emitter<Caller | null>();
  #media: MediaSource | null = null;
  #caller: Caller | null = null;
  #closed = false;

  constructor(patienceMs: number, silenceMs: number) {
    this.#patienceMs = patienceMs;
    this.#silenceMs = silenceMs;
  }

  /** Takes a new control wire; `onGone` is called once when it ended by itself. */
  use(wire: Wire, onGone: () => void): void {
    this.#caller?.close();
    const caller = createCaller(wire);
    this.#caller = caller;
    for (const name of Object.keys(events) as EventName[]) {
      caller.onEvent(name, (value) => this.#listeners.get(name)?.emit(value as never));
    }
    this.connection.setState({ phase: 'open', since: performance.now(), attempt: 0 });
    this.#arrivals.emit(caller);
    const stopWatching = this.#watch(wire, caller);
    wire.onClose(() => {
      stopWatching();
      if (this.#caller !== caller || this.#closed) return;
      this.#caller = null;
      this.connection.setState({ phase: 'gone', since: performance.now() });
      onGone();
    });
  }

  /**
   * A port says nothing when the process at its other end is gone (Electron adds a `close` event,
   * Chromium alone has none), and a core that hangs keeps its socket: both are found by silence.
   */
  #watch(wire: Wire, caller: Caller): () => void {
    const every = this.#silenceMs / 4;
    let lastHeard = performance.now();
    let lastLook = lastHeard;
    let asked = false;
    const offMessage = wire.onMessage(() => {
      lastHeard = performance.now();
      asked = false;
    });
    const timer = setInterval(() => {
      const now = performance.now();
      // The page itself was held up: that the core was silent meanwhile says nothing.
      if (now - lastLook > every * 3) lastHeard = now;
      lastLook = now;
      if (now - lastHeard > 2 * this.#silenceMs) wire.close();
      else if (now - lastHeard > this.#silenceMs && !asked) {
        asked = true;
        caller.call('streams.list', {}).catch(() => {});
      }
    }, every);
    return () => {
      offMessage();
      clearInterval(timer);
    };
  }

  tried(attempt: number): void {
    const { phase, since } = this.connection.getState();
    // The core is on this machine: when it does not answer twice, it is gone.
    const next = phase === 'connecting' && attempt >= 2 ? 'gone' : phase;
    this.connection.setState({
      phase: next,
      since: next === phase ? since : performance.now(),
      attempt,
    });
  }

  setMedia(source: MediaSource): void {
    this.#media = source;
    if (this.#mediaTakers.size > 0) this.#giveMedia(this.#mediaTakers);
  }

  onMediaSource(take: (source: MediaSource) => void) {
    const off = this.#mediaTakers.on(take);
    this.#giveMedia({ emit: take });
    return off;
  }

  #giveMedia(taker: { emit(source: MediaSource): void }): void {
    const source = this.#media;
    // A port goes to one taker, once.
    if (source?.kind === 'port') this.#media = null;
    if (source) taker.emit(source);
  }

  on(name: EventName, listener: (value: never) => void) {
    const emitter = this.#listeners.get(name) ?? new Emitter<never>();
    this.#listeners.set(name, emitter);
    return emitter.on(listener);
  }

  caller(): Promise<Caller> {
    if (this.#caller) return Promise.resolve(this.#caller);
    if (this.#closed) return Promise.reject(new Fault('host.gone'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        off();
        reject(new Fault('host.gone', 'the core did not come back in time'));
      }, this.#patienceMs);
      const off = this.#arrivals.on((caller) => {
        off();
        clearTimeout(timer);
        if (caller) resolve(caller);
        else reject(new Fault('host.gone'));
      });
    });
  }

  close(): void {
    this.#closed = true;
    this.#caller?.close();
    this.#caller = null;
    this.#arrivals.emit(null);
    this.#arrivals.clear();
    this.#mediaTakers.clear();
    this.#listeners.clear();
  }
}

function connectSockets(line: Line, location: Location): () => void {
  const base = `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let stopped = false;
  const again = () => {
    if (stopped) return;
    line.tried(attempt);
    timer = setTimeout(connect, backOffMs(attempt++));
  };
  const connect = () => {
    openSocketWire(`${base}/wire/control`).then((wire) => {
      if (stopped) {
        wire.close();
        return;
      }
      attempt = 0;
      line.use(wire, again);
    }, again);
  };
  line.setMedia({ kind: 'url', url: `${base}/wire/media` });
  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function connectPorts(line: Line, page: Window): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  // After a restart of the core the shell brings new ports by itself; asking covers what else failed.
  const ask = () => {
    page.postMessage({ type: portsWantedMessage }, page.location.origin);
    line.tried(attempt);
    timer = setTimeout(ask, askAgainMs + backOffMs(attempt++));
  };
  const onMessage = (event: MessageEvent) => {
    if (event.source !== page || event.data?.type !== portsMessage) return;
    const [control, media] = event.ports;
    if (!control || !media) return;
    clearTimeout(timer);
    attempt = 0;
    line.use(portWire(control), () => {
      timer = setTimeout(ask, askAgainMs);
    });
    line.setMedia({ kind: 'port', port: media });
  };
  page.addEventListener('message', onMessage);
  ask();
  return () => {
    clearTimeout(timer);
    page.removeEventListener('message', onMessage);
  };
}
