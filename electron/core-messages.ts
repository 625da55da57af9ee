import type { Language } from '../src/contract/schemas.ts';

/** What the core must know to start. It goes by message: argv and environment can be read by others. */
export interface CoreSettings {
  /** Folder of the database and the log. */
  readonly dataDir: string;
  readonly language: Language | null;
  readonly screens: number;
  /** `always`: the simulated centre. `empty`: only while nobody has added a source. */
  readonly demo: 'always' | 'empty' | 'never';
  /** Keys of `shell.json`. */
  readonly warnings: readonly string[];
}

/** Main → core. */
export type ToCore =
  | { readonly type: 'start'; readonly settings: CoreSettings }
  /** Comes with two ports, control and media, of one page. */
  | { readonly type: 'page'; readonly screen: number }
  /** The operator should know: one more key of `shell.json`. */
  | { readonly type: 'warn'; readonly key: string }
  | { readonly type: 'stop' };

/** Core → main: it runs and its event loop turns. A core that falls silent is restarted. */
export interface FromCore {
  readonly type: 'alive';
}

/** How often the core says so. */
export const aliveEveryMs = 2000;

export const coreExitCodes = {
  stopped: 0,
  failed: 1,
  /** Another program holds the data folder: starting again would not help. */
  alreadyRunning: 10,
} as const;
