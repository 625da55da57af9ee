import type { VideoFormat } from '../codec/access-unit.ts';
import type { Cause } from '../contract/cause.ts';
import type { StreamKey } from '../contract/stream-state.ts';
import type { SurveyStream } from '../contract/survey-schemas.ts';
import type {
  Credential,
  OpenRtsp,
  PeerCertificate,
  RtspSession,
  TransportChoice,
} from '../rtsp/session.types.ts';
import { Fault } from '../std/fault.ts';
import { round, StreamTally } from './stream-tally.ts';
import type { SharedStreams } from './survey.types.ts';

export interface Watching {
  readonly seconds: number;
  readonly maxSeconds: number;
  readonly signal: AbortSignal;
}

export interface MeasureOptions extends Watching {
  readonly open: OpenRtsp;
  /** Opening, login included, goes through here: logins of a device are made one at a time. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  readonly url: string;
  readonly credential: Credential | null;
  readonly transport: TransportChoice;
  readonly pinnedFingerprint: string | null;
  readonly timeoutMs: number;
  readonly onCertificate?: (certificate: PeerCertificate) => void;
}

export const unmeasured: SurveyStream = {
  token: null,
  name: '',
  uri: '',
  codec: null,
  profile: null,
  width: 0,
  height: 0,
  fps: 0,
  kbps: 0,
  gopSeconds: null,
  packets: 0,
  lost: 0,
  lossPercent: 0,
  jitterMs: 0,
  transport: null,
  auth: null,
  firstPictureMs: null,
  shared: false,
  clockOffsetMs: null,
  cause: null,
};

/** One connection, watched for some seconds. Rejects only when aborted; else `cause` says what failed. */
export async function measureStream(options: MeasureOptions): Promise<SurveyStream> {
  const { signal, url } = options;
  let session: RtspSession;
  try {
    session = await options.alone(() => {
      signal.throwIfAborted();
      return options.open({
        url,
        credential: options.credential,
        transport: options.transport,
        pinnedFingerprint: options.pinnedFingerprint,
        wantAudio: false,
        requestTimeoutMs: options.timeoutMs,
        signal,
      });
    });
  } catch (error) {
    signal.throwIfAborted();
    return { ...unmeasured, uri: url, cause: Fault.from(error).shown };
  }
  if (session.certificate) options.onCertificate?.(session.certificate);
  const tally = new StreamTally();
  let video: VideoFormat | null = null;
  try {
    const ended = await new Promise<Fault | null>((resolve) => {
      const stop = watch(tally, options, () => resolve(null));
      session.onAccessUnit((unit) => tally.add(unit));
      session.onFormat((format) => {
        if (format.kind === 'video') video = format;
      });
      session.onClosed((fault) => {
        stop();
        resolve(fault);
      });
    });
    signal.throwIfAborted();
    const { figures } = session;
    const format = video ?? session.video;
    return {
      ...unmeasured,
      ...formatOf(format),
      ...tallied(tally),
      ...losses(figures.packets, figures.lost),
      uri: url,
      jitterMs: round(figures.jitterMs, 1),
      transport: figures.transport,
      auth: figures.auth,
      firstPictureMs: whole(figures.timing.firstKeyframeMs),
      clockOffsetMs: whole(figures.clockOffsetMs),
      cause: tally.frames > 0 ? null : nothing(ended, format),
    };
  } finally {
    await session.close().catch(() => {});
  }
}

/** The same on a stream that the wall has open: no further connection, no login. */
export async function measureShared(
  shared: SharedStreams,
  key: StreamKey,
  options: Watching & Pick<MeasureOptions, 'onCertificate'>,
): Promise<SurveyStream> {
  const before = statsOf(shared, key);
  const reader = shared.read(key);
  if (reader.certificate) options.onCertificate?.(reader.certificate);
  const tally = new StreamTally();
  try {
    await new Promise<void>((resolve) => {
      const stop = watch(tally, options, resolve);
      // What was cached came before: it would count as a burst.
      reader.onAccessUnit((unit, cached) => {
        if (!cached) tally.add(unit);
      });
      reader.onState((state) => {
        if (state.phase === 'live' || state.phase === 'stalled') return;
        stop();
        resolve();
      });
    });
    options.signal.throwIfAborted();
    const after = statsOf(shared, key);
    const packets = (after?.packets ?? 0) - (before?.packets ?? 0);
    const lost = (after?.lost ?? 0) - (before?.lost ?? 0);
    const { state } = reader;
    return {
      ...unmeasured,
      ...formatOf(reader.video),
      ...tallied(tally),
      ...losses(Math.max(0, packets), Math.max(0, lost)),
      gopSeconds: tally.gopSeconds ?? after?.gopSeconds ?? null,
      jitterMs: round(after?.jitterMs ?? 0, 1),
      transport: after?.transport ?? null,
      shared: true,
      clockOffsetMs: whole(after?.clockOffsetMs ?? null),
      cause: tally.frames > 0 ? null : 'cause' in state && state.cause ? state.cause : stalled,
    };
  } finally {
    reader.close();
  }
}

const stalled: Cause = { code: 'media.stalled' };

/** Ends after `seconds`, or later, when a whole GOP was seen. Returns what gives up watching. */
function watch(tally: StreamTally, options: Watching, done: () => void): () => void {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const passed = (performance.now() - startedAt) / 1000;
    if (passed < options.seconds) return;
    const more = tally.frames > 0 && tally.gopSeconds === null && passed < options.maxSeconds;
    if (!more) finish();
  }, 100);
  const finish = () => {
    clearInterval(timer);
    options.signal.removeEventListener('abort', finish);
    done();
  };
  options.signal.addEventListener('abort', finish, { once: true });
  return () => {
    clearInterval(timer);
    options.signal.removeEventListener('abort', finish);
  };
}

function statsOf(shared: SharedStreams, key: StreamKey) {
  return shared
    .stats()
    .find((stats) => stats.key.cameraId === key.cameraId && stats.key.quality === key.quality);
}

function formatOf(format: VideoFormat | null) {
  return format
    ? { codec: format.codec, profile: format.profile, width: format.width, height: format.height }
    : {};
}

function tallied(tally: StreamTally) {
  return { fps: tally.fps, kbps: tally.kbps, gopSeconds: tally.gopSeconds };
}

function losses(packets: number, lost: number) {
  const all = packets + lost;
  return { packets, lost, lossPercent: all > 0 ? round((lost / all) * 100, 2) : 0 };
}

function nothing(ended: Fault | null, format: VideoFormat | null): Cause {
  return (ended ?? new Fault(format ? 'media.stalled' : 'media.no-video')).shown;
}

function whole(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
