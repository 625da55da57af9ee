import type { MessageChannelMain, MessagePortMain, UtilityProcess } from 'electron';
import { type Dispose, Emitter } from '../src/std/disposable.ts';
import type { Logger } from '../src/std/log.ts';
import { BackOff } from './back-off.ts';
import { aliveEveryMs, type CoreSettings, coreExitCodes, type ToCore } from './core-messages.ts';

export interface CoreProcessOptions {
  readonly fork: () => UtilityProcess;
  readonly createChannel: () => MessageChannelMain;
  readonly settings: () => CoreSettings;
  /** The data folder is another program's: there will be no core. */
  readonly onAlreadyRunning: () => void;
  readonly log: Logger;
}

/** Silence after which a core counts as hung, in its own intervals. */
const silentTicks = 10;
const stopWithinMs = 5000;

/**
 * Keeps one core running in a utility process: what crashes or falls silent is started again, sooner
 * the first time than the fifth, and whoever listens is told, so that pages get new ports.
 */
export class CoreProcess {
  readonly #options: CoreProcessOptions;
  readonly #started = new Emitter<void>();
  readonly #backOff = new BackOff({ firstMs: 250, mostMs: 10_000, calmMs: 60_000 });
  #child: UtilityProcess | null = null;
  #restart: NodeJS.Timeout | null = null;
  #stopping: Promise<void> | null = null;

  constructor(options: CoreProcessOptions) {
    this.#options = options;
  }

  /** Each time a core was started, the first time included. */
  onStarted(listener: () => void): Dispose {
    return this.#started.on(listener);
  }

  start(): void {
    const { fork, settings, onAlreadyRunning, log } = this.#options;
    const child = fork();
    this.#child = child;
    this.#post({ type: 'start', settings: settings() });

    // Counted in ticks of our own, not by the clock: sleep and clock changes stop or move both.
    let quiet = 0;
    const watch = setInterval(() => {
      if (++quiet < silentTicks) return;
      log.error('core is silent, ending it');
      end(child);
      quiet = 0;
    }, aliveEveryMs);
    child.on('message', () => {
      quiet = 0;
    });
    child.once('exit', (code) => {
      clearInterval(watch);
      this.#child = null;
      if (this.#stopping) return;
      if (code === coreExitCodes.alreadyRunning) {
        onAlreadyRunning();
        return;
      }
      const waitMs = this.#backOff.next(performance.now());
      log.error('core ended, starting another', { code, waitMs });
      this.#restart = setTimeout(() => this.start(), waitMs);
    });
    this.#started.emit();
  }

  /**
   * Introduces a page to the core.
   * @returns the page's ends, control and media; null while there is no core: ports follow when there
   *   is one again.
   */
  connect(screen: number): [MessagePortMain, MessagePortMain] | null {
    if (!this.#child || this.#stopping) return null;
    const control = this.#options.createChannel();
    const media = this.#options.createChannel();
    this.#post({ type: 'page', screen }, [control.port1, media.port1]);
    return [control.port2, media.port2];
  }

  warn(key: string): void {
    this.#post({ type: 'warn', key });
  }

  /** Asks the core to close what it holds, and ends it if it does not in time. */
  stop(): Promise<void> {
    this.#stopping ??= new Promise((resolve) => {
      if (this.#restart) clearTimeout(this.#restart);
      const child = this.#child;
      if (!child) return resolve();
      const late = setTimeout(() => end(child), stopWithinMs);
      child.once('exit', () => {
        clearTimeout(late);
        resolve();
      });
      this.#post({ type: 'stop' });
    });
    return this.#stopping;
  }

  #post(message: ToCore, ports: MessagePortMain[] = []): void {
    this.#child?.postMessage(message, ports);
  }
}

/** Asks with SIGTERM as Electron does, and does not ask twice. */
function end(child: UtilityProcess): void {
  const { pid } = child;
  child.kill();
  const late = setTimeout(() => {
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended in the meantime.
    }
  }, 2000);
  child.once('exit', () => clearTimeout(late));
}
