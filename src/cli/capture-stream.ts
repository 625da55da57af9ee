import { hostname } from 'node:os';
import type { CaptureFacts } from '../evidence/capture.types.ts';
import { personHere } from '../host/save-source.ts';
import type { BitstreamPiece } from '../replay/replay.types.ts';
import { sessionPieces } from '../replay/session-pieces.ts';
import { openRtsp } from '../rtsp/open-rtsp.ts';
import type { Credential, RtspSession, TransportChoice } from '../rtsp/session.types.ts';
import { authorityText, parseRtspUrl, splitUrl } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';

/** What `vonggac snapshot` and `vonggac clip` share: one stream, read for a while. */
export interface CaptureSource {
  readonly url: string;
  readonly credential: Credential | null;
  readonly transport: TransportChoice;
  readonly audio: boolean;
}

const firstPictureMs = 45_000;

/** @throws {Fault} of the client; what `use` throws. The session is closed in the end. */
export async function withStream<T>(
  source: CaptureSource,
  signal: AbortSignal,
  use: (session: RtspSession) => Promise<T>,
): Promise<T> {
  const split = splitUrl(source.url);
  const session = await openRtsp({
    url: split.url,
    credential: source.credential ?? split.credential,
    transport: source.transport,
    wantAudio: source.audio,
    signal,
  });
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** Everything from the first keyframe on for `seconds`, by the sender's clock where it ticks. */
export async function* liveFor(
  session: RtspSession,
  seconds: number,
  signal: AbortSignal,
): AsyncGenerator<BitstreamPiece> {
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  const waiting = setTimeout(onAbort, firstPictureMs);
  let firstAt: number | null = null;
  try {
    for await (const piece of sessionPieces(session, { signal: stop.signal })) {
      if (piece.kind === 'unit' && piece.unit.kind === 'video') {
        if (firstAt === null) {
          firstAt = piece.unit.receivedAtMs;
          clearTimeout(waiting);
          // A stream that falls silent ends the clip too.
          setTimeout(onAbort, seconds * 1000 + 5_000).unref();
        }
        if (piece.unit.receivedAtMs - firstAt >= seconds * 1000) return;
      }
      yield piece;
    }
    if (firstAt === null && !signal.aborted) throw new Fault('media.no-video', 'no picture came');
  } finally {
    clearTimeout(waiting);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Facts of a capture from a plain address; what only the register knows is null. */
export function factsOf(
  url: string,
  taken: {
    readonly takenAt: number;
    readonly takenUntil: number | null;
    readonly senderTimeMs: number | null;
    readonly rtpTicks: number;
    readonly codec: string;
    readonly width: number;
    readonly height: number;
    readonly clockOffsetMs: number | null;
    readonly ageMs: number | null;
  },
): CaptureFacts {
  const shown = splitUrl(url).url;
  const { host, port } = parseRtspUrl(shown);
  const user = personHere();
  const { senderTimeMs, takenAt, clockOffsetMs } = taken;
  const offsetMs = clockOffsetMs ?? (senderTimeMs === null ? null : senderTimeMs - takenAt);
  const whole = (ms: number | null) => (ms === null ? null : Math.round(ms));
  return {
    camera: {
      id: shown.slice(0, 200),
      name: authorityText(host, port),
      site: null,
      province: null,
    },
    takenAt: Math.round(takenAt),
    takenUntil: whole(taken.takenUntil),
    cameraTime: whole(senderTimeMs),
    offsetMs: whole(offsetMs),
    // As it was sent: 32 bits.
    rtpTime: ((taken.rtpTicks % 2 ** 32) + 2 ** 32) % 2 ** 32,
    ntpTime: senderTimeMs,
    quality: 'main',
    codec: taken.codec,
    width: taken.width,
    height: taken.height,
    ageMs: whole(taken.ageMs),
    operator: { id: `cli:${user}`, name: user },
    workstation: { id: hostname(), name: hostname() },
    reason: null,
    recipient: null,
    legalBasis: null,
    hold: null,
  };
}
