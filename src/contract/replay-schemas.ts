import * as z from 'zod/mini';
import { cameraId, cause, quality, text, time, wholeNumber } from './shapes.ts';

/**
 * Instant replay and recordings. A page opens a session over some cameras (`replay.open`), then a
 * channel of the media wire for each of them (`open` with `replay`), and moves the one clock of the
 * session with `replay.seek`, `replay.rate` and `replay.step`. What it sees comes as frames with the
 * flag `replay` and their original times; `replay` notices and `replay.state` say where the clock is.
 *
 * All times are Unix ms of this workstation at the arrival of the pictures; of a recorder's footage
 * they are the recorder's times (UTC) less its measured clock offset.
 */

export const maxReplayCameras = 64;
/** Slowest to fastest, both ways; 0 is paused. */
export const maxReplayRate = 8;
/** A session that no channel shows is closed after this, in ms. */
export const replayIdleMs = 60_000;

/** Why there is nothing between two spans, or why a picture inside of one may be damaged. */
export const gapReasons = [
  /** Packets were lost: pictures are missing or damaged, the time goes on. */
  'packets-lost',
  /** The connection ended and came back. */
  'stream-lost',
  /** Size, codec or parameter sets changed: another decoder, another file of a clip. */
  'format-changed',
  /** The clock of this workstation or of the recorder was set. */
  'clock-changed',
  /** Nobody watched the stream, or its budget was used up. */
  'not-kept',
  /** The recorder says that it has nothing. */
  'not-recorded',
] as const;
const gapReason = z.enum(gapReasons);

export const replaySources = ['ring', 'recorder'] as const;
const replaySource = z.enum(replaySources);

export const replayGap = z.object({ from: time, to: time, reason: gapReason });
export const replaySpan = z.object({
  from: time,
  to: time,
  source: replaySource,
  /** Null where the recorder does not say. */
  quality: z.nullable(quality),
});

export const heldCamera = z.object({
  cameraId,
  /** The stream that is played; null where nothing is held. */
  quality: z.nullable(quality),
  spans: z.array(replaySpan),
  gaps: z.array(replayGap),
  /** The camera's clock minus ours in ms, where it told one. */
  clockOffsetMs: z.nullable(z.number()),
  /** Why nothing can be played, such as `replay.nothing`; else null. */
  cause: z.nullable(cause),
});

export const replayState = z.object({
  sessionId: text(64),
  /** Where the clock of the session is. */
  at: time,
  /** −8 … 8; negative backwards, 0 paused. */
  rate: z.number(),
  /** The clock stands at the oldest or the newest that is held. */
  ended: z.nullable(z.enum(['oldest', 'newest'])),
  /** Oldest and newest of all cameras of the session. */
  from: time,
  to: time,
});

/** What the ring of this workstation may hold; `on: false` keeps nothing and lets go of what was kept. */
export const replaySettings = z.object({
  on: z.boolean(),
  /** Of each stream, in memory. */
  seconds: wholeNumber(10, 600),
  /** Of all streams together. */
  memoryMiB: wholeNumber(64, 65_536),
  /** 0: nothing on disk. */
  diskGiB: wholeNumber(0, 4_096),
});

const replayKept = z.object({
  settings: replaySettings,
  held: z.object({
    streams: wholeNumber(0, 1_000_000),
    memoryBytes: z.number(),
    diskBytes: z.number(),
    /** Unix ms; null: nothing is held. */
    oldestAt: z.nullable(time),
    /** There is a data folder to keep it in. */
    canUseDisk: z.boolean(),
  }),
});

export const replayCalls = {
  /** What is held at this moment, and what may be. */
  'replay.settings': { params: z.object({}), result: replayKept },
  'replay.saveSettings': { params: replaySettings, result: replayKept },
  /**
   * `at`: where to begin, paused; out of what is held it is the nearest. Null: the newest 10 s.
   * `source`: `recorder` plays what the recorder of the camera holds (one session at a time).
   */
  'replay.open': {
    params: z.object({
      cameraIds: z.array(cameraId).check(z.minLength(1), z.maxLength(maxReplayCameras)),
      at: z.nullable(time),
      source: z.optional(replaySource),
    }),
    result: z.object({ state: replayState, cameras: z.array(heldCamera) }),
  },
  'replay.close': { params: z.object({ sessionId: text(64) }), result: z.object({}) },
  'replay.seek': { params: z.object({ sessionId: text(64), at: time }), result: replayState },
  'replay.rate': {
    params: z.object({
      sessionId: text(64),
      rate: z.number().check(z.gte(-maxReplayRate), z.lte(maxReplayRate)),
    }),
    result: replayState,
  },
  /** To the next (or previous) picture of one camera; the others follow the clock. Pauses. */
  'replay.step': {
    params: z.object({ sessionId: text(64), cameraId, frames: wholeNumber(-250, 250) }),
    result: replayState,
  },
  /** What ring and recorder hold between two times, for a time line. */
  'replay.timeline': {
    params: z.object({ cameraId, from: time, to: time }),
    result: z.object({
      spans: z.array(replaySpan),
      gaps: z.array(replayGap),
      /** The recorder was asked and failed, or there is none: `replay.no-recorder`. */
      recorder: z.nullable(cause),
    }),
  },
} as const;

export const replayEvents = {
  /** At most 5 a second while the clock runs, and at each change. */
  'replay.state': replayState,
} as const;

/** On the media wire, in `open`: this channel plays from a session instead of live. */
export const replayOfChannel = z.object({ sessionId: text(64) });

/** On the media wire: where the channel is. Never older than the frames behind it. */
export const replayNotice = z.object({
  type: z.literal('replay'),
  channel: z.number(),
  state: replayState,
  held: z.nullable(z.object({ from: time, to: time })),
});

export type ReplaySettings = z.infer<typeof replaySettings>;
export type ReplayKept = z.infer<typeof replayKept>;
export type GapReason = (typeof gapReasons)[number];
export type ReplayGap = z.infer<typeof replayGap>;
export type ReplaySpan = z.infer<typeof replaySpan>;
export type HeldCamera = z.infer<typeof heldCamera>;
export type ReplayState = z.infer<typeof replayState>;
