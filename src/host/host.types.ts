import type { Language, LayoutName, TileReport } from '../contract/schemas.ts';
import type { Wire } from '../contract/wire.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import type { Logger } from '../std/log.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';

/** The core, composed: the seam between `src/host` and the two shells, and the command line. */
export interface HostOptions {
  /** Folder of the database and the log; null keeps nothing (a transient wall). */
  readonly dataDir: string | null;
  readonly shell: 'kiosk' | 'electron';
  readonly language: Language | null;
  /** Cameras given from outside (inventory file, `--source`, demonstration), beside saved ones. */
  readonly cameras: readonly SiteCamera[];
  readonly demo: boolean;
  /** `vonggac wall`: this wall, and nothing saved or loaded. */
  readonly wall: { readonly layout: LayoutName } | null;
  readonly screens: number;
  /** Keys of `shell.json`, such as `warning.no-sandbox`. */
  readonly warnings: readonly string[];
  readonly log: Logger;
}

export interface Host {
  /** Serves calls and events to one page. */
  attachControl(wire: Wire): void;
  /** Serves the media of one page's decode worker. */
  attachMedia(wire: Wire): void;
  readonly supervisor: StreamSupervisor;
  /** Names processes below this one that are not the core: the browser that a shell started. */
  leaveOutOfLoad(pids: () => readonly number[]): void;
  /** A shell learned something the operator should know: one more key of `shell.json`. */
  warn(key: string): void;
  /** The latest report of each screen's tiles, by screen. */
  reports(): ReadonlyMap<number, { presenter: string; tiles: readonly TileReport[] }>;
  onReport(listener: (screen: number) => void): () => void;
  close(): Promise<void>;
}

export type CreateHost = (options: HostOptions) => Promise<Host>;
