import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { XmlElement } from '../onvif/xml.ts';
import type { Logger } from '../std/log.ts';
import { DigestDoor } from './digest.ts';
import { deviceOperations, openOperations } from './onvif-device.ts';
import { OnvifEvents } from './onvif-events.ts';
import { imagingOperations } from './onvif-imaging.ts';
import { media2Operations, mediaOperations } from './onvif-media.ts';
import { ptzOperations } from './onvif-ptz.ts';
import { OnvifRecordings } from './onvif-recordings.ts';
import {
  type OnvifContext,
  type OnvifFaults,
  type OnvifServiceName,
  type OnvifSite,
  serviceNames,
} from './onvif-site.ts';
import {
  maxRequestBytes,
  readQuestion,
  type SoapQuestion,
  SoapRefusal,
  soapAnswer,
  soapFault,
  TokenDoor,
} from './onvif-soap.ts';

const usualPath = /^\/onvif\/device_service$/;

/**
 * One HTTP server that stands for many recorders, each under its own path `/onvif/<site>/…`. It takes
 * its site's login as a UsernameToken of WS-Security or by HTTP Digest, and changes nothing on demand.
 */
export interface OnvifServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly rtspPort: number;
  readonly sites: readonly OnvifSite[];
  readonly faults?: OnvifFaults;
  readonly log: Logger;
}

export interface OnvifServer {
  readonly port: number;
  /** Of the device service. */
  url(siteId: string): string;
  readonly figures: OnvifServerFigures;
  close(): Promise<void>;
}

export interface OnvifServerFigures {
  readonly requests: number;
  /** Requests that carried a login that was refused. */
  readonly refusedLogins: number;
}

type Operation = (context: OnvifContext, body: XmlElement) => string | Promise<string>;

const nonceSeconds = 3600;

/** @throws {Error} where the port is taken. */
export async function startOnvifServer(options: OnvifServerOptions): Promise<OnvifServer> {
  const { host, rtspPort, log, faults = {} } = options;
  const sites = new Map(options.sites.map((site) => [site.id, site]));
  const first = options.sites[0]?.id ?? '';
  const digest = new DigestDoor(nonceSeconds);
  const tokens = new TokenDoor();
  const recordings = new OnvifRecordings();
  const events = new OnvifEvents();
  const figures = { requests: 0, refusedLogins: 0 };
  const off = new AbortController();

  const operationOf = (
    service: OnvifServiceName,
    operation: string,
    id: string,
  ): Operation | undefined => {
    const eventOperations: Readonly<Record<string, Operation>> = {
      CreatePullPointSubscription: (context, body) => events.create(context, body),
      PullMessages: (context, body) => events.pull(context, body, id),
      Renew: (context, body) => events.renew(context, body, id),
      Unsubscribe: (context) => events.unsubscribe(context, id),
    };
    const all: Readonly<Record<OnvifServiceName, Readonly<Record<string, Operation>>>> = {
      device_service: deviceOperations,
      media: mediaOperations,
      media2: media2Operations,
      ptz: ptzOperations,
      imaging: imagingOperations,
      events: eventOperations,
      recording: recordings.recording,
      search: recordings.search,
      replay: recordings.replay,
    };
    return Object.hasOwn(all[service], operation) ? all[service][operation] : undefined;
  };

  /** Null: let in. */
  const judge = (
    question: SoapQuestion,
    site: OnvifSite,
    authorization: string | undefined,
    now: number,
  ): { stale: boolean; challenge: boolean } | null => {
    if (openOperations.includes(question.operation)) return null;
    const byToken = tokens.check(question.header, site.login, now);
    if (byToken === 'ok') return null;
    if (byToken === 'wrong') {
      figures.refusedLogins += 1;
      // No challenge: a client would try the same password once more by it
      return { stale: false, challenge: false };
    }
    const verdict = digest.check(site.login, 'POST', authorization);
    if (verdict === 'ok') return null;
    if (verdict === 'wrong') figures.refusedLogins += 1;
    return { stale: verdict === 'stale', challenge: true };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    figures.requests += 1;
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    // Whoever sweeps a network knows this path only: it is the first recorder's.
    const asked = (url?.pathname ?? '').replace(usualPath, `/onvif/${first}/device_service`);
    const path = /^\/onvif\/([\w-]{1,40})\/(\w{1,40})$/.exec(asked);
    const [, id = '', service = ''] = path ?? [];
    const site = sites.get(id);
    const name = (site ? serviceNames(faults, site) : []).find((one) => one === service);
    if (!site || !name) return send(response, 404, '');
    if (request.method !== 'POST') return send(response, 405, '', { Allow: 'POST' });
    const text = await readText(request);
    if (text === null) return send(response, 413, '', { Connection: 'close' });
    const question = readQuestion(text);
    const now = Date.now() + (faults.clockOffsetMs ?? 0);
    const denied = judge(question, site, request.headers.authorization, now);
    if (denied) {
      const fault = new SoapRefusal('Sender', ['ter:NotAuthorized'], 'Sender not Authorized');
      const challenges = digest.challenges(site.login, denied.stale);
      if (denied.challenge)
        return send(response, 401, soapFault(fault), { 'WWW-Authenticate': challenges });
      return send(response, 400, soapFault(fault));
    }
    const operation = operationOf(name, question.operation, url?.searchParams.get('Idx') ?? '');
    if (!operation)
      throw new SoapRefusal(
        'Receiver',
        ['ter:ActionNotSupported'],
        `${question.operation.slice(0, 80)} is not supported`,
      );
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const local = localHost(request);
    const context: OnvifContext = {
      site,
      now,
      origin: faults.innerHost
        ? `http://${faults.innerHost}`
        : `http://${local}:${request.socket.localPort}`,
      rtspUrl: (path) => `rtsp://${faults.innerHost ?? local}:${rtspPort}${path}`,
      faults,
      signal: AbortSignal.any([off.signal, gone.signal]),
    };
    send(response, 200, soapAnswer(await operation(context, question.body)));
  };

  const server = createServer(
    { requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 20_000 },
    (request, response) => {
      response.on('error', () => {});
      serve(request, response).catch((error: unknown) => {
        if (off.signal.aborted || response.destroyed) return response.destroy();
        if (error instanceof SoapRefusal) return send(response, error.status, soapFault(error));
        log.warn('demo recorder failed', { error: String(error) });
        return send(
          response,
          500,
          soapFault(new SoapRefusal('Receiver', ['ter:Action'], 'Internal error')),
        );
      });
    },
  );
  server.maxConnections = 512;
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen(options.port, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const shownHost = host.includes(':') ? `[${host}]` : host;

  return {
    port,
    url(siteId) {
      if (!sites.has(siteId)) throw new Error('no such demo site');
      return `http://${shownHost}:${port}/onvif/${siteId}/device_service`;
    },
    get figures() {
      return { ...figures };
    },
    async close() {
      off.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string | string[]>> = {},
): void {
  if (response.headersSent) return;
  response.writeHead(status, {
    'Content-Type': 'application/soap+xml; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** Null: longer than anything a client has to say. */
async function readText(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > maxRequestBytes) return null;
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > maxRequestBytes) return null;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The address at which this client reached us: with 0.0.0.0 it differs by network card. */
function localHost({ socket }: IncomingMessage): string {
  const address = (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  return address.includes(':') ? `[${address}]` : address;
}
