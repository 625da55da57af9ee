import type { AccessUnit, MediaFormat } from '../codec/access-unit.ts';
import type { RtspSession } from '../rtsp/session.types.ts';
import { Fault } from '../std/fault.ts';
import type { BitstreamPiece } from './replay.types.ts';

/**
 * The units of one RTSP session as pieces, from its first keyframe on. Ends when the signal says so
 * (without a fault) or the session ends: by us without one, else with the session's fault.
 */
export interface SessionPiecesOptions {
  readonly signal?: AbortSignal;
  /** Footage: units are timed by the sender's clock, which is when they were recorded. */
  readonly timedBySender?: boolean;
  /** The device ends the session when it has sent all: that is no fault. */
  readonly endsByItself?: boolean;
  /** A jump of the sender's clock beyond this is a gap, ms. */
  readonly gapMs?: number;
}

/** What may wait for a slow disk; a device that can be held back is, long before that. */
const maxWaitingBytes = 256 * 1024 * 1024;
const silentMs = 8_000;
const holdAboveBytes = 16 * 1024 * 1024;
const resumeBelowBytes = 4 * 1024 * 1024;

export async function* sessionPieces(
  session: RtspSession,
  options: SessionPiecesOptions = {},
): AsyncGenerator<BitstreamPiece> {
  const waiting: (AccessUnit | MediaFormat)[] = [];
  let waitingBytes = 0;
  let held = false;
  let ended: { fault: Fault | null } | null = null;
  let wake = () => {};
  const end = (fault: Fault | null) => {
    ended ??= { fault };
    wake();
  };
  const stop = () => end(null);
  const offs = [
    session.onFormat((format) => {
      waiting.push(format);
      wake();
    }),
    session.onAccessUnit((unit) => {
      waitingBytes += unit.data.length;
      if (waitingBytes > maxWaitingBytes) {
        end(new Fault('media.overrun', 'more came than could be taken'));
        return;
      }
      waiting.push(unit);
      if (!held && options.endsByItself && waitingBytes > holdAboveBytes) {
        held = true;
        session.hold?.(true);
      }
      wake();
    }),
    session.onClosed((fault) =>
      end(options.endsByItself && fault?.code === 'net.closed' ? null : fault),
    ),
  ];
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  let before: AccessUnit | null = null;
  const told: { video: MediaFormat | null; audio: MediaFormat | null } = {
    video: null,
    audio: null,
  };
  const tell = function* (format: MediaFormat | null): Generator<BitstreamPiece> {
    if (!format || JSON.stringify(told[format.kind]) === JSON.stringify(format)) return;
    told[format.kind] = format;
    yield { kind: 'format', format };
  };
  try {
    yield* tell(session.video);
    yield* tell(session.audio);
    for (;;) {
      const next = waiting.shift();
      if (!next) {
        const over = ended as { fault: Fault | null } | null;
        if (over) {
          if (over.fault) throw over.fault;
          return;
        }
        // Some recorders say nothing when they have sent all.
        const silence = options.endsByItself ? setTimeout(stop, silentMs) : null;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (silence) clearTimeout(silence);
        continue;
      }
      if (!('data' in next)) {
        yield* tell(next);
        continue;
      }
      waitingBytes -= next.data.length;
      if (held && waitingBytes < resumeBelowBytes) {
        held = false;
        session.hold?.(false);
      }
      const unit = timed(next, options.timedBySender === true);
      if (unit.kind === 'video') {
        if (!before && !unit.keyframe) continue;
        const gap = before && gapOf(before, unit, options.gapMs ?? Number.POSITIVE_INFINITY);
        if (gap) yield { kind: 'gap', gap };
        before = unit;
      } else if (!before) continue;
      yield { kind: 'unit', unit, cached: false };
    }
  } finally {
    for (const off of offs) off();
    options.signal?.removeEventListener('abort', stop);
  }
}

function timed(unit: AccessUnit, bySender: boolean): AccessUnit {
  return bySender && unit.senderTimeMs !== null
    ? { ...unit, receivedAtMs: unit.senderTimeMs }
    : unit;
}

function gapOf(before: AccessUnit, after: AccessUnit, gapMs: number) {
  const [from, to] = [before.receivedAtMs, after.receivedAtMs];
  if (to - from > gapMs) return { from, to, reason: 'not-recorded' as const };
  if (to < from - 1_000) return { from: to, to: from, reason: 'clock-changed' as const };
  return after.afterLoss ? { from, to, reason: 'packets-lost' as const } : null;
}
