import type { Host } from '../src/host/host.types.ts';
import { redact } from '../src/std/log.ts';
import {
  aliveEveryMs,
  type CoreSettings,
  coreExitCodes,
  type FromCore,
  type ToCore,
} from './core-messages.ts';
import { messagePortWire, type PortMain } from './message-port-wire.ts';

/** As much of a utility process's `process.parentPort` as the core needs. */
export interface ParentPortLike {
  on(
    event: 'message',
    listener: (event: { data: unknown; ports: readonly PortMain[] }) => void,
  ): unknown;
  postMessage(message: FromCore): void;
}

export type ServedHost = Pick<Host, 'attachControl' | 'attachMedia' | 'warn' | 'close'>;

export interface ServeCoreOptions {
  readonly parent: ParentPortLike;
  /** Composes the core. Where it throws, the process ends and the shell starts another. */
  readonly start: (settings: CoreSettings) => Promise<ServedHost>;
  readonly exit: (code: number) => void;
  /** For what `start` threw. */
  readonly exitCodeOf?: (error: unknown) => number;
}

/** Starts the core when the shell says how, and connects each page that the shell introduces. */
export function serveCore(options: ServeCoreOptions): void {
  const { parent, start, exit } = options;
  let host: Promise<ServedHost> | null = null;
  let stopping = false;

  const say = (what: string, error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${redact(`${what}: ${text}`)}\n`);
  };

  const failed = (error: unknown) => {
    if (stopping) return;
    stopping = true;
    say('core failed', error);
    exit(options.exitCodeOf?.(error) ?? coreExitCodes.failed);
  };

  const stop = async () => {
    if (stopping) return;
    stopping = true;
    try {
      await (await host)?.close();
    } catch (error) {
      say('core did not close cleanly', error);
    }
    exit(coreExitCodes.stopped);
  };

  parent.on('message', ({ data, ports }) => {
    const message = data as ToCore;
    if (message.type === 'start') {
      if (host) return;
      host = start(message.settings);
      host.catch(failed);
    } else if (message.type === 'page') {
      const [control, media] = ports;
      if (!control || !media || !host) return;
      // A page may come before the core is up: its ports keep what it says until then.
      withHost((running) => {
        running.attachControl(messagePortWire(control));
        running.attachMedia(messagePortWire(media));
      });
    } else if (message.type === 'warn') {
      withHost((running) => running.warn(message.key));
    } else if (message.type === 'stop') {
      void stop();
    }
  });

  function withHost(act: (running: ServedHost) => void): void {
    host?.then(
      (running) => {
        if (!stopping) act(running);
      },
      () => {},
    );
  }

  setInterval(() => parent.postMessage({ type: 'alive' }), aliveEveryMs);
  // Ctrl+C in a terminal reaches every process of the group; when to stop is the shell's to say.
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
}
