import type { DirectPtzFacts } from '../onvif/direct-ptz.ts';

/** One JSON text a line, towards the watchman on its standard input, back on its standard output. */
export type ToWatchman =
  /** This camera is about to move. `facts` hold a login: it lives in the watchman's memory only. */
  | {
      readonly t: 'guard';
      readonly id: string;
      readonly facts: DirectPtzFacts;
      readonly profile: string;
    }
  /** It was seen standing: whatever was known of it is forgotten. */
  | { readonly t: 'release'; readonly id: string }
  /** Ordinary end: nothing moves. */
  | { readonly t: 'end' }
  | { readonly t: 'beat' };

export type FromWatchman =
  | { readonly t: 'ready' }
  /** No heartbeat came in time although the pipe is open: this camera was stopped. */
  | { readonly t: 'stopped'; readonly id: string };

/** Heartbeats while something is guarded, ms. */
export const beatEveryMs = 100;
/** Without one for this long everything guarded is stopped. */
export const beatMissingMs = 350;
/** How long it goes on trying to stop what cannot be reached, once nobody is above it. */
export const orphanMs = 60_000;
/** Longest line taken. */
export const maxLine = 64 * 1024;
