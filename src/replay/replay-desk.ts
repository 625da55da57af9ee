import type { Cause } from '../contract/cause.ts';
import { type HeldCamera, type ReplayState, replayIdleMs } from '../contract/replay-schemas.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { ReplayDoor } from '../streams/replay-door.ts';
import { ReplaySession, type SeenFootage } from './replay-session.ts';
import type { ReplaySource } from './replay-source.ts';

/** The sessions of replay of this workstation. One that nobody shows any more is closed. */
export interface ReplayDeskOptions {
  /** What a camera is played from; null: nothing is held. */
  source(
    cameraId: string,
    at: number | null,
    from: 'ring' | 'recorder',
  ): Promise<ReplaySource | null>;
  onState(state: ReplayState): void;
  /** What was shown of a session that is over. */
  onEnded?(ended: { sessionId: string; seen: readonly SeenFootage[] }): void;
  readonly log: Logger;
}

export interface ReplayDesk extends ReplayDoor {
  open(
    cameraIds: readonly string[],
    at: number | null,
    from: 'ring' | 'recorder',
  ): Promise<{ state: ReplayState; cameras: HeldCamera[] }>;
  /** @throws {Fault} `replay.nothing` where the session is over */
  session(sessionId: string): ReplaySession;
  /** @param why told to those who show it */
  end(sessionId: string, why?: Cause): void;
  /** All that are open: their cameras. */
  list(): { sessionId: string; cameraIds: string[] }[];
  readonly sessions: number;
  close(): void;
}

const maxSessions = 32;
const lookEveryMs = 5_000;

export function createReplayDesk(options: ReplayDeskOptions): ReplayDesk {
  const sessions = new Map<string, ReplaySession>();
  const timer = setInterval(() => {
    const now = performance.now();
    for (const [id, { idleSince }] of sessions) {
      if (idleSince !== null && now - idleSince > replayIdleMs) desk.end(id);
    }
  }, lookEveryMs);
  timer.unref();

  const desk: ReplayDesk = {
    async open(cameraIds, at, from) {
      const asked = await Promise.all(
        [...new Set(cameraIds)].map(async (cameraId) => {
          try {
            const source = await options.source(cameraId, at, from);
            return { cameraId, source, cause: source ? null : { code: 'replay.nothing' as const } };
          } catch (error) {
            return { cameraId, source: null, cause: Fault.from(error).shown };
          }
        }),
      );
      const sources = asked.flatMap(({ source }) => source ?? []);
      if (sources.length === 0) {
        const cause: Cause = asked[0]?.cause ?? { code: 'replay.nothing' };
        throw new Fault(cause.code, 'nothing is held of any of them', cause.params ?? {});
      }
      if (sessions.size >= maxSessions) {
        const unseen = [...sessions.values()].find(({ idleSince }) => idleSince !== null);
        if (!unseen) throw new Fault('host.busy', 'too many replay sessions');
        desk.end(unseen.id);
      }
      const session = new ReplaySession({ sources, at, log: options.log });
      sessions.set(session.id, session);
      session.onState(options.onState);
      const held = session.cameras;
      const cameras = asked.map(
        ({ cameraId, cause }): HeldCamera =>
          held.find((one) => one.cameraId === cameraId) ?? {
            cameraId,
            quality: null,
            spans: [],
            gaps: [],
            clockOffsetMs: null,
            cause,
          },
      );
      return { state: session.state, cameras };
    },
    session(sessionId) {
      const session = sessions.get(sessionId);
      if (!session) throw new Fault('replay.nothing', 'the session is over');
      return session;
    },
    join: (sessionId, cameraId) => desk.session(sessionId).view(cameraId),
    end(sessionId, why) {
      const session = sessions.get(sessionId);
      if (!session) return;
      sessions.delete(sessionId);
      const { seen } = session;
      session.close(why);
      options.onEnded?.({ sessionId, seen });
    },
    list: () =>
      [...sessions.values()].map((session) => ({
        sessionId: session.id,
        cameraIds: session.cameraIds,
      })),
    get sessions() {
      return sessions.size;
    },
    close() {
      clearInterval(timer);
      for (const id of [...sessions.keys()]) desk.end(id);
    },
  };
  return desk;
}
