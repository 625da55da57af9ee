import type { AccessUnit, MediaFormat } from '../../src/codec/access-unit.ts';
import { openRtsp } from '../../src/rtsp/open-rtsp.ts';
import type { RtspOptions, RtspSession } from '../../src/rtsp/session.types.ts';
import { Fault } from '../../src/std/fault.ts';

/** A session and everything it gave. */
export interface Watched {
  readonly session: RtspSession;
  readonly units: AccessUnit[];
  readonly formats: MediaFormat[];
  readonly log: string[];
  /** Undefined while open; null when closed by us. */
  closed: Fault | null | undefined;
  video(): AccessUnit[];
  /** Waits for so many video units. */
  pictures(count: number): Promise<AccessUnit[]>;
  ended(): Promise<Fault | null>;
}

export async function watch(
  options: Partial<RtspOptions> & { readonly url: string },
): Promise<Watched> {
  const log: string[] = [];
  const session = await openRtsp({
    credential: null,
    transport: 'auto',
    wantAudio: false,
    onLog: (line) => log.push(line),
    ...options,
  });
  const units: AccessUnit[] = [];
  const formats: MediaFormat[] = [];
  const watched: Watched = {
    session,
    units,
    formats,
    log,
    closed: undefined,
    video: () => units.filter((unit) => unit.kind === 'video'),
    async pictures(count) {
      await until(() => watched.video().length >= count, `${count} pictures`);
      return watched.video();
    },
    async ended() {
      await until(() => watched.closed !== undefined, 'the end of the session');
      return watched.closed ?? null;
    },
  };
  session.onFormat((format) => formats.push(format));
  session.onAccessUnit((unit) => units.push(unit));
  session.onClosed((fault) => {
    if (watched.closed !== undefined) throw new Error('closed twice');
    watched.closed = fault;
  });
  return watched;
}

/** The fault that an opening ends with. */
export async function faultOf(
  options: Partial<RtspOptions> & { readonly url: string },
): Promise<Fault> {
  let watched: Watched;
  try {
    watched = await watch(options);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  await watched.session.close();
  throw new Error('the stream opened');
}

/** Waits for a condition; generous, because two cores serve everything. */
export async function until(
  condition: () => boolean,
  what: string,
  timeoutMs = 25_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
