import { dial } from '../rtsp/dial.ts';
import { authorityText } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';

export interface OptionsAnswer {
  readonly status: number;
  /** As the server calls itself; `''` where it does not. */
  readonly server: string;
  readonly tookMs: number;
}

const maxHeadBytes = 8 * 1024;

/**
 * Asks an RTSP server for OPTIONS (RFC 2326 section 10.1) without any login: any answer, 401 too,
 * says that RTSP is spoken there. One connection, closed at once.
 * @throws {Fault} `net.*`, `tls.*`; `rtsp.protocol` where something else answers
 */
export async function askOptions(place: {
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean;
  readonly path?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly pinnedFingerprint?: string | null;
}): Promise<OptionsAnswer> {
  const {
    host,
    port,
    tls = false,
    path = '/',
    timeoutMs,
    signal = null,
    pinnedFingerprint = null,
  } = place;
  const started = performance.now();
  const pipe = await dial({ host, port, tls, pinnedFingerprint, timeoutMs, signal });
  try {
    const head = await new Promise<string>((resolve, reject) => {
      let text = '';
      const timer = setTimeout(
        () => reject(new Fault('net.timeout', 'no answer to OPTIONS', { host })),
        timeoutMs,
      );
      const end = (work: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
        work();
      };
      const aborted = () => end(() => reject(new Fault('net.closed', 'closed by us', { host })));
      signal?.addEventListener('abort', aborted, { once: true });
      pipe.start(
        (bytes) => {
          text += Buffer.from(bytes).toString('latin1');
          if (/\r?\n\r?\n/.test(text)) end(() => resolve(text));
          else if (text.length > maxHeadBytes || !'RTSP/'.startsWith(text.slice(0, 5))) {
            end(() =>
              reject(new Fault('rtsp.protocol', 'something else than RTSP answers', { host })),
            );
          }
        },
        (fault) =>
          end(() => reject(fault ?? new Fault('net.closed', 'closed before an answer', { host }))),
      );
      const authority = authorityText(host, port);
      pipe.write(
        Buffer.from(
          `OPTIONS rtsp://${authority}${path} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: VongGac\r\n\r\n`,
        ),
      );
    });
    const status = Number(/^RTSP\/\d\.\d (\d{3})/.exec(head)?.[1] ?? 0);
    if (status === 0)
      throw new Fault('rtsp.protocol', 'something else than RTSP answers', { host });
    const server = /^server:[ \t]*(.*)$/im.exec(head)?.[1]?.trim() ?? '';
    return {
      status,
      server: server.replace(/[^\x20-\x7e]/g, '').slice(0, 200),
      tookMs: performance.now() - started,
    };
  } finally {
    pipe.destroy();
  }
}
