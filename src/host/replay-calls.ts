import type { DatabaseSync } from 'node:sqlite';
import type { AuditLog } from '../audit/audit.types.ts';
import type {
  ReplayKept,
  ReplaySettings,
  ReplayState,
  replayCalls,
} from '../contract/replay-schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import type { StreamQuality } from '../contract/stream-state.ts';
import type { Operators } from '../operators/operators.types.ts';
import type { BitstreamPiece, Ring } from '../replay/replay.types.ts';
import { createReplayDesk, type ReplayDesk } from '../replay/replay-desk.ts';
import { recorderSource, ringSource } from '../replay/replay-source.ts';
import { createRing } from '../replay/ring.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';
import type { RecorderBook } from './recorder-book.ts';
import { heldOf, ReplayBudget } from './replay-budget.ts';
import { ReplayWatch } from './replay-watch.ts';

export type ReplayHandlers = Pick<CallHandlers, keyof typeof replayCalls>;

export interface ReplayRoom {
  readonly ring: Ring;
  readonly desk: ReplayDesk;
  readonly recorders: RecorderBook;
  /** What may be held, and what is. */
  kept(): ReplayKept;
  /** @throws {Fault} `store.failed` */
  keep(settings: ReplaySettings): Promise<void>;
  /** Notes who opened a session: it ends with their right to it. */
  opened(sessionId: string): void;
  /**
   * What is held of a camera between two times, to be written to a file.
   * @throws {Fault} `replay.nothing`, `replay.no-recorder`
   */
  footage(
    cameraId: string,
    from: number,
    to: number,
    asked: { source: 'ring' | 'recorder'; quality: StreamQuality | null },
    signal: AbortSignal,
  ): Promise<Footage>;
  close(): Promise<void>;
}

export interface Footage {
  readonly pieces: AsyncIterable<BitstreamPiece>;
  readonly quality: StreamQuality;
  /** The camera's clock minus ours, ms, or null. */
  readonly clockOffsetMs: number | null;
}

export interface ReplayRoomOptions {
  /** Null: the ring stays in memory. */
  readonly dataDir: string | null;
  readonly supervisor: StreamSupervisor;
  readonly recorders: RecorderBook;
  readonly log: Logger;
  onState(state: ReplayState): void;
  readonly operators: Pick<Operators, 'current' | 'require' | 'onChange'>;
  readonly audit: Pick<AuditLog, 'write'>;
  readonly siteOf: (cameraId: string) => string | null;
  /** Where the settings are kept. */
  readonly database: DatabaseSync;
}

/** The ring of this workstation and the sessions that are played from it. */
export function createReplayRoom(options: ReplayRoomOptions): ReplayRoom {
  const { log, dataDir } = options;
  const kept = new ReplayBudget(options.database);
  const ring = createRing({ dataDir, log, ...kept.bounds });
  const stop = options.supervisor.tap(ring);
  const watch = new ReplayWatch(options);
  const desk = createReplayDesk({
    source: async (cameraId, at, from) => {
      if (from === 'ring') return ringSource(ring, cameraId, at);
      return recorderSource(await options.recorders.footage(cameraId), cameraId, at);
    },
    onState: options.onState,
    onEnded: watch.ended,
    log,
  });
  watch.desk = desk;
  return {
    ring,
    desk,
    recorders: options.recorders,
    opened: (sessionId) => watch.opened(sessionId),
    kept: () => ({
      settings: kept.settings,
      held: heldOf(ring.figures, dataDir !== null),
    }),
    async keep(settings) {
      kept.save(settings);
      await ring.setBounds(kept.bounds);
    },
    async footage(cameraId, from, to, { source, quality: wanted }, signal) {
      if (source === 'recorder') {
        const recorder = await options.recorders.footage(cameraId);
        return { pieces: recorder.read(from, to, signal), quality: 'main', clockOffsetMs: null };
      }
      const quality = wanted ?? ring.qualityWithin(cameraId, from, to);
      const held = ring.spans(cameraId, quality).some((s) => s.to >= from && s.from <= to);
      if (!held) throw new Fault('replay.nothing', 'nothing is held');
      return {
        pieces: ring.read(cameraId, quality, from, to),
        quality,
        clockOffsetMs: ring.clockOffsetMs(cameraId, quality, from),
      };
    },
    async close() {
      stop();
      desk.close();
      watch.close();
      options.recorders.close();
      await ring.close();
    },
  };
}

/** Replay of one connection. A page that goes leaves its sessions to their idle end. */
export function replayHandlers(room: ReplayRoom): ReplayHandlers {
  const { ring, desk, recorders, opened } = room;
  return {
    'replay.settings': () => room.kept(),
    'replay.saveSettings': async (settings) => {
      await room.keep(settings);
      return room.kept();
    },
    'replay.open': async ({ cameraIds, at, source }) => {
      const answer = await desk.open(cameraIds, at, source ?? 'ring');
      opened(answer.state.sessionId);
      // Who asked may have gone while the recorder was asked.
      desk.session(answer.state.sessionId);
      return answer;
    },
    'replay.close': ({ sessionId }) => {
      desk.end(sessionId);
      return {};
    },
    'replay.seek': ({ sessionId, at }) => {
      const session = desk.session(sessionId);
      session.seek(at);
      return session.state;
    },
    'replay.rate': ({ sessionId, rate }) => {
      const session = desk.session(sessionId);
      session.setRate(rate);
      return session.state;
    },
    'replay.step': async ({ sessionId, cameraId, frames }) => {
      const session = desk.session(sessionId);
      await session.step(cameraId, frames);
      return session.state;
    },
    'replay.timeline': async ({ cameraId, from, to }) => {
      const within = <T extends { from: number; to: number }>(all: T[]) =>
        all.filter((one) => one.to >= from && one.from <= to);
      const held = { spans: within(ring.spans(cameraId)), gaps: within(ring.gaps(cameraId)) };
      try {
        const footage = await recorders.footage(cameraId);
        const { spans, gaps } = await footage.timeline(from, to);
        return {
          spans: [...held.spans, ...spans],
          gaps: [...held.gaps, ...gaps],
          recorder: null,
        };
      } catch (error) {
        return { ...held, recorder: Fault.from(error).shown };
      }
    },
  };
}
