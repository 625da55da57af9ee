import type { DepacketizerSink } from '../rtp/depacketizer.ts';
import { parseRtspUrl, type RtspUrl, splitUrl } from '../rtsp-parse/url.ts';
import { fillLoginMarks } from '../rtsp-parse/url-login.ts';
import { Fault } from '../std/fault.ts';
import { dial } from './dial.ts';
import { openTunnel } from './http-tunnel.ts';
import { Login } from './login.ts';
import { MediaFeed } from './media-feed.ts';
import type { Pipe } from './pipe.ts';
import type { OpenRtsp, RtspOptions, RtspSession, TransportUsed } from './session.types.ts';
import { Redirected, startPlaying } from './start-playing.ts';
import { TransportPlan } from './transport-plan.ts';

const defaultTimeoutMs = 5000;
const maxRedirects = 5;

/** What one call of `openRtsp` keeps over the connections it may need. */
export interface Opening {
  readonly options: RtspOptions;
  readonly timeoutMs: number;
  readonly login: Login;
  readonly plan: TransportPlan;
  readonly timing: {
    connectMs: number | null;
    firstPacketMs: number | null;
    firstKeyframeMs: number | null;
  };
  /** Milliseconds since the call. */
  elapsed(): number;
  log(line: string): void;
}

/** One connection attempt, with the changes of transport and the redirects that belong to it. */
export const openRtsp: OpenRtsp = async (options) => {
  const startedAt = performance.now();
  const { url: given, credential } = splitUrl(options.url);
  let url = rtspForm(fillLoginMarks(given, options.credential ?? credential));
  const { scheme } = parseRtspUrl(given);
  const opening: Opening = {
    options,
    timeoutMs: options.requestTimeoutMs ?? defaultTimeoutMs,
    login: new Login(options.credential),
    plan: new TransportPlan({
      choice: forcedTransport[scheme] ?? options.transport,
      last: options.lastTransport ?? null,
      tls: scheme === 'rtsps',
    }),
    timing: { connectMs: null, firstPacketMs: null, firstKeyframeMs: null },
    elapsed: () => performance.now() - startedAt,
    log: (line) => options.onLog?.(line),
  };

  for (let redirects = 0; ; ) {
    const kind = opening.plan.current;
    try {
      return await attempt(opening, url, kind);
    } catch (error) {
      if (options.signal?.aborted) throw new Fault('net.closed', 'aborted');
      if (error instanceof Redirected) {
        redirects += 1;
        url = follow(opening, url, error, redirects);
        continue;
      }
      const fault = Fault.from(error);
      opening.log(`${kind}: ${fault.code} (${fault.message})`);
      if (!opening.plan.failed(fault)) throw opening.plan.firstFault ?? fault;
    }
  }
};

const forcedTransport: Readonly<Record<string, TransportUsed | undefined>> = {
  rtspt: 'tcp',
  rtspu: 'udp',
  rtsph: 'http',
};

/** `rtspt:` and its like are names for people; devices know `rtsp:` and `rtsps:`. */
function rtspForm(url: string): string {
  const { scheme, port } = parseRtspUrl(url);
  if (scheme === 'rtsp' || scheme === 'rtsps') return url;
  const rest = url.slice(scheme.length + 3);
  const authority = rest.split(/[/?]/)[0] as string;
  const withPort =
    scheme === 'rtsph' && !/:\d+$/.test(authority) ? `${authority}:${port}` : authority;
  return `rtsp://${withPort}${rest.slice(authority.length)}`;
}

async function attempt(opening: Opening, url: string, kind: TransportUsed): Promise<RtspSession> {
  const { options, login, timing } = opening;
  if (options.signal?.aborted) throw new Fault('net.closed', 'aborted');
  login.newConnection();
  const address = parseRtspUrl(url);
  const pipe = await connect(opening, address, kind);
  timing.connectMs ??= opening.elapsed();
  const feed = new MediaFeed(opening.log);
  const sink: DepacketizerSink = {
    onAccessUnit: (unit) => {
      if (timing.firstKeyframeMs === null && unit.kind === 'video' && unit.keyframe) {
        timing.firstKeyframeMs = opening.elapsed();
      }
      feed.unit(unit);
    },
    onFormat: (format) => feed.format(format),
    onProblem: (text) => opening.log(text),
  };
  const session = await startPlaying({ opening, url, pipe, kind, feed, sink });
  const { signal } = options;
  if (signal) {
    const abort = () => void session.close();
    signal.addEventListener('abort', abort, { once: true });
    session.onClosed(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  }
  return session;
}

async function connect(opening: Opening, address: RtspUrl, kind: TransportUsed): Promise<Pipe> {
  const { options, login } = opening;
  const dialOptions = {
    host: address.host,
    port: address.port,
    tls: address.scheme === 'rtsps',
    pinnedFingerprint: options.pinnedFingerprint ?? null,
    timeoutMs: opening.timeoutMs,
    signal: options.signal ?? null,
  };
  if (kind !== 'http') return dial(dialOptions);
  const tunnel = { ...dialOptions, path: address.path, login };
  if (address.port !== 554 && address.port !== 322) return openTunnel(tunnel);
  // The tunnel is there for firewalls that let web traffic pass: the web port first.
  try {
    return await openTunnel({ ...tunnel, port: tunnel.tls ? 443 : 80 });
  } catch (error) {
    const { code } = Fault.from(error);
    if (!code.startsWith('net.') && code !== 'rtsp.transport-refused') throw error;
    return openTunnel(tunnel);
  }
}

/**
 * Where a redirect leads. A device must not lead a login out of TLS, nor a plain-text password to
 * another host.
 */
function follow(opening: Opening, url: string, to: Redirected, count: number): string {
  if (count > maxRedirects) throw new Fault('rtsp.redirect', `more than ${maxRedirects} redirects`);
  let next: string;
  try {
    const { url: plain, credential } = splitUrl(to.location);
    next = fillLoginMarks(plain, credential);
  } catch {
    throw new Fault('rtsp.redirect', 'redirect without a usable address');
  }
  const before = parseRtspUrl(url);
  const after = parseRtspUrl(next);
  if (before.scheme === 'rtsps' && after.scheme !== 'rtsps') {
    throw new Fault('rtsp.redirect', 'redirect from TLS to plain text');
  }
  if (before.host.toLowerCase() !== after.host.toLowerCase()) opening.login.newHost();
  opening.log(`redirected (${to.status})`);
  return rtspForm(next);
}
