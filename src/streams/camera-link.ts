import type { Credential, OpenRtsp, RtspSession } from '../rtsp/session.types.ts';
import type { Fault } from '../std/fault.ts';
import { Fault as FaultError } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { ConnectGate } from './connect-gate.ts';
import type { LoginLedger, LoginTurn } from './login-ledger.ts';
import { failureClass } from './retry-rule.ts';
import type { StreamSource } from './supervisor.types.ts';

/**
 * One way to a camera stream, made once: ask for the credential, wait for the device's and the site's
 * turn, connect. Never retries.
 */
export interface LinkContext {
  readonly open: OpenRtsp;
  readonly gate: ConnectGate;
  readonly ledger: LoginLedger;
  readonly log: Logger;
}

export interface LinkRequest {
  readonly source: StreamSource;
  readonly wantAudio: boolean;
  /** Steady time at which a person asked for this attempt, or null. */
  readonly askedAt: number | null;
  readonly signal: AbortSignal;
  /** The device's turn is there: the attempt is really made now. */
  readonly onStart: () => void;
}

export interface CameraLink {
  readonly session: RtspSession;
  readonly credential: Credential | null;
  readonly turn: LoginTurn;
  /** The device was not known to take this login. */
  readonly goodNews: boolean;
  readonly withAudio: boolean;
}

const requestTimeoutMs = 5_000;
/** Longer than any fallback between transports may take; a client that hangs costs its stream only. */
const attemptTimeoutMs = 30_000;

/** @throws {Fault} of the client, or the refusal that the device gave this login before. */
export async function connectCamera(
  context: LinkContext,
  request: LinkRequest,
): Promise<CameraLink> {
  const { source, signal } = request;
  const credential = await source.credential();
  signal.throwIfAborted();
  const device = deviceAddress(source.url);
  const turn = await context.ledger.enter({
    device,
    credential,
    path: source.url,
    askedAt: request.askedAt,
    signal,
  });
  try {
    if (turn.refusal) {
      throw new FaultError(
        turn.refusal.code,
        'refused before, not asked again',
        turn.refusal.params ?? {},
      );
    }
    const leave = await context.gate.enter(source.siteId, request.askedAt !== null, signal);
    try {
      request.onStart();
      const session = await openInTime(context, request, credential);
      const goodNews = turn.accepted();
      source.rememberTransport(session.figures.transport);
      return { session, credential, turn, goodNews, withAudio: request.wantAudio };
    } finally {
      leave();
    }
  } catch (error) {
    const fault = FaultError.from(error);
    if (!turn.refusal && !signal.aborted && isLoginRefusal(fault)) turn.refused(fault.shown);
    throw fault;
  } finally {
    turn.end();
  }
}

async function openInTime(
  context: LinkContext,
  request: LinkRequest,
  credential: Credential | null,
): Promise<RtspSession> {
  const { source, signal } = request;
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new FaultError('rtsp.timeout', 'the attempt as a whole took too long')),
    attemptTimeoutMs,
  );
  try {
    const both = AbortSignal.any([signal, limit.signal]);
    const opening = context.open({
      url: source.url,
      credential,
      transport: source.transport,
      lastTransport: source.lastTransport(),
      pinnedFingerprint: source.pinnedFingerprint(),
      wantAudio: request.wantAudio,
      requestTimeoutMs,
      signal: both,
      onLog: (line) => context.log.debug(line),
    });
    // Whoever aborts no longer waits; a session that comes late is closed, not leaked.
    const session = await Promise.race([opening, rejectOnAbort(both, opening)]);
    return session;
  } finally {
    clearTimeout(timer);
  }
}

function rejectOnAbort(signal: AbortSignal, opening: Promise<RtspSession>): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => {
      opening.then(
        (session) => session.close(),
        () => {},
      );
      reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      const forget = () => signal.removeEventListener('abort', onAbort);
      opening.then(forget, forget);
    }
  });
}

export function isLoginRefusal(fault: Fault): boolean {
  return fault.code === 'rtsp.unauthorized' || fault.code === 'rtsp.forbidden';
}

export function isRefusal(fault: Fault): boolean {
  return failureClass(fault.code) === 'refused';
}

/** `host:port` in lower case: what counts bad logins is a device, not a path. */
export function deviceAddress(url: string): string {
  const match = /^([a-z]+):\/\/(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?/i.exec(url);
  if (!match) return url;
  const port = match[3] ?? (match[1]!.toLowerCase() === 'rtsps' ? '322' : '554');
  return `${match[2]!.toLowerCase()}:${port}`;
}
