import type { Host } from '../src/host/host.types.ts';
import type { Logger } from '../src/std/log.ts';
import { aliveEveryMs, type CoreSettings, type FromCore, type ToCore } from './core-messages.ts';
import { messagePortWire, type PortMain } from './message-port-wire.ts';

/** As much of a utility process's `process.parentPort` as the core needs. */
export interface ParentPortLike {
  on(
    event: 'message',
    listener: (event: { data: unknown; ports: readonly PortMain[] }) => void,
  ): unknown;
  postMessage(message: FromCore): void;
}

export interface ServeCoreOptions {
  readonly parent: ParentPortLike;
  /** Composes the core. Where it throws, the process ends and the shell starts another. */
  readonly start: (settings: CoreSettings) => Promise<Pick<Host, 'attachControl' | 'attachMedia' | 'close'>>;
  readonly log: Logger;
  readonly exit: (code: number) => void;
}

/** Starts the core when the shell says how, and connects each page that the shell introduces. */
export function serveCore({ parent, start, log, exit }: ServeCoreOptions): void {
  let host: ReturnType<ServeCoreOptions['start']> | null = null;
  let stopping = false;

  const failed = (error: unknown) => {
    if (stopping) return;
    stopping = true;
    log.error('core failed', { error: error instanceof Error ? error.message : String(error) });
    exit(1);
  };

  const stop = async () => {
    if (stopping) return;
    stopping = true;
    try {
      await (await host)?.close();
    } catch (error) {
      log.warn('core did not close cleanly', { error: String(error) });
    }
    exit(0);
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
      host.then(
        (running) => {
          running.attachControl(messagePortWire(control));
          running.attachMedia(messagePortWire(media));
        },
        () => {},
      );
    } else if (message.type === 'stop') {
      void stop();
    }
  });

  setInterval(() => parent.postMessage({ type: 'alive' }), aliveEveryMs);
}
