import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TestCertificate } from './gst-server.ts';

/**
 * A device that answers SOAP as a test scripts it: by default a good one, with the operations that a
 * connection needs; each test replaces the answers it wants to be bad. Checks logins by its own means
 * (node:crypto), not by the code under test.
 */
export interface SoapCall {
  readonly operation: string;
  readonly path: string;
  /** The whole envelope. */
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
  /** The UsernameToken it carried; null where none. */
  readonly token: {
    readonly user: string;
    readonly created: string;
    readonly right: boolean;
  } | null;
  /** An Authorization header came with it. */
  readonly digest: boolean;
}

export interface SoapReply {
  readonly status?: number;
  /** Inside of Body. */
  readonly body?: string;
  /** The whole answer, where it is no proper envelope. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly delayMs?: number;
  /** Say nothing at all. */
  readonly silent?: boolean;
  /** Cut the connection. */
  readonly hangUp?: boolean;
}

export type SoapHandler = (call: SoapCall, peer: SoapPeer) => SoapReply | string;

export interface SoapPeerOptions {
  /** What it asks for; `either` answers strangers with a challenge and takes both. */
  readonly login?: 'none' | 'wsse' | 'digest' | 'either';
  readonly user?: string;
  readonly password?: string;
  /** Of the device's clock, ms. */
  readonly clockOffsetMs?: number;
  /** How far a token may be off the device's clock, ms. */
  readonly toleranceMs?: number;
  /** `scheme://host:port` that it believes to be reached at; default: the truth. */
  readonly advertised?: string;
  readonly tls?: TestCertificate;
}

/** What the standard lets strangers ask (ONVIF Core, access class PRE_AUTH). */
const preAuth = ['GetSystemDateAndTime', 'GetServices', 'GetCapabilities', 'GetHostname'];
const realm = 'Máy ghi "cổng, 1"';

export class SoapPeer {
  readonly calls: SoapCall[] = [];
  readonly options: SoapPeerOptions;
  handlers: Record<string, SoapHandler>;
  clockOffsetMs: number;
  password: string;
  /** Answers before logins are looked at; null: as usual. */
  front: (call: SoapCall) => SoapReply | null = () => null;
  /** Requests that carried a login that was refused. */
  badLogins = 0;
  connections = 0;
  nonce = 1;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: SoapPeerOptions = {}) {
    this.options = options;
    this.clockOffsetMs = options.clockOffsetMs ?? 0;
    this.password = options.password ?? 'Mật-khẩu:@/#%1';
    this.handlers = { ...goodDevice };
    const onRequest = (request: IncomingMessage, response: ServerResponse) => {
      void this.#serve(request, response);
    };
    this.#server = options.tls
      ? createTlsServer(
          {
            key: readFileSync(options.tls.key),
            cert: readFileSync(options.tls.certificate),
          },
          onRequest,
        )
      : createServer(onRequest);
    this.#server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `${this.options.tls ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  get advertised(): string {
    return this.options.advertised ?? this.origin;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  get credential() {
    return { user: this.options.user ?? 'quản trị', password: this.password };
  }

  /** Replaces what it answers to an operation. */
  on(operation: string, handler: SoapHandler): this {
    this.handlers[operation] = handler;
    return this;
  }

  asked(operation: string): SoapCall[] {
    return this.calls.filter((call) => call.operation === operation);
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.dropConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString('utf8');
    const call: SoapCall = {
      operation: /<s:Body><([\w.-]+)/.exec(body)?.[1] ?? '',
      path: request.url ?? '',
      body,
      headers: request.headers,
      token: this.#tokenOf(body),
      digest: request.headers.authorization !== undefined,
    };
    this.calls.push(call);
    const reply = this.front(call) ?? this.#judge(call, request) ?? this.#handle(call);
    if (reply.delayMs) await new Promise((resolve) => setTimeout(resolve, reply.delayMs));
    if (reply.silent) return;
    if (reply.hangUp) {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status ?? 200, {
      'Content-Type': 'application/soap+xml; charset=utf-8',
      ...reply.headers,
    });
    response.end(reply.raw ?? envelope(reply.body ?? ''));
  }

  #handle(call: SoapCall): SoapReply {
    const handler = this.handlers[call.operation];
    if (!handler)
      return fault('ActionNotSupported', 'Optional Action Not Implemented', { status: 500 });
    const reply = handler(call, this);
    return typeof reply === 'string' ? { body: reply } : reply;
  }

  /** Null: let in. */
  #judge(call: SoapCall, request: IncomingMessage): SoapReply | null {
    const { login = 'none' } = this.options;
    if (login === 'none' || preAuth.includes(call.operation)) return null;
    if (call.token && login !== 'digest') {
      if (call.token.right) return null;
      this.badLogins += 1;
      return fault('NotAuthorized', 'Sender not Authorized', { status: 400 });
    }
    const header = request.headers.authorization;
    if (header !== undefined && login !== 'wsse') {
      if (this.#digestRight(header, request.method ?? '', request.url ?? '')) return null;
      this.badLogins += 1;
    }
    if (login === 'wsse') return fault('NotAuthorized', 'Sender not Authorized', { status: 400 });
    const challenge = `Digest realm="${realm.replace(/"/g, '\\"')}", nonce="n${this.nonce}", qop="auth", algorithm=MD5`;
    return {
      status: 401,
      raw: '',
      headers: { 'WWW-Authenticate': [Buffer.from(challenge, 'utf8').toString('latin1')] },
    };
  }

  #tokenOf(body: string): SoapCall['token'] {
    const user = plainOf(/<wsse:Username>([^<]*)</.exec(body)?.[1]);
    if (user === null) return null;
    const created = /<wsu:Created>([^<]*)</.exec(body)?.[1] ?? '';
    const told = /<wsse:Password[^>]*>([^<]*)</.exec(body)?.[1] ?? '';
    const nonce = Buffer.from(/<wsse:Nonce[^>]*>([^<]*)</.exec(body)?.[1] ?? '', 'base64');
    const expected = createHash('sha1')
      .update(Buffer.concat([nonce, Buffer.from(created), Buffer.from(this.password, 'utf8')]))
      .digest('base64');
    const off = Math.abs(Date.parse(created) - (Date.now() + this.clockOffsetMs));
    const right =
      told === expected &&
      user === this.credential.user &&
      created.endsWith('Z') &&
      off <= (this.options.toleranceMs ?? 5_000);
    return { user, created, right };
  }

  #digestRight(header: string, method: string, path: string): boolean {
    const wire = Buffer.from(header, 'latin1');
    const field = (name: string) =>
      new RegExp(`[ ,]${name}="?((?:[^"\\\\,]|\\\\.)*)`).exec(wire.toString('utf8'))?.[1] ?? '';
    const md5 = (text: string) => createHash('md5').update(text, 'utf8').digest('hex');
    const ha1 = md5(`${this.credential.user}:${realm}:${this.password}`);
    const ha2 = md5(`${method}:${path}`);
    const expected = md5(
      [ha1, `n${this.nonce}`, field('nc'), field('cnonce'), 'auth', ha2].join(':'),
    );
    return field('nonce') === `n${this.nonce}` && field('response') === expected;
  }
}

export function envelope(body: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" ' +
    'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" ' +
    'xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" ' +
    'xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:wsa5="http://www.w3.org/2005/08/addressing" ' +
    `xmlns:ter="http://www.onvif.org/ver10/error">\n <SOAP-ENV:Body>\n  ${body}\n </SOAP-ENV:Body>\n</SOAP-ENV:Envelope>\n`
  );
}

/** A Fault of SOAP 1.2 as gSOAP writes it. */
export function fault(
  subcode: string,
  reason: string,
  rest: SoapReply & { inner?: string } = {},
): SoapReply {
  const { inner, ...reply } = rest;
  const nested = inner
    ? `<SOAP-ENV:Subcode><SOAP-ENV:Value>ter:${inner}</SOAP-ENV:Value></SOAP-ENV:Subcode>`
    : '';
  const sub = subcode
    ? `<SOAP-ENV:Subcode><SOAP-ENV:Value>ter:${subcode}</SOAP-ENV:Value>${nested}</SOAP-ENV:Subcode>`
    : '';
  return {
    status: 400,
    ...reply,
    body:
      `<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value>${sub}</SOAP-ENV:Code>` +
      `<SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">${reason}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>`,
  };
}

/** `<tds:UTCDateTime>` of a moment. */
export function utcDateTime(ms: number): string {
  const at = new Date(ms);
  return (
    `<tt:UTCDateTime><tt:Time><tt:Hour>${at.getUTCHours()}</tt:Hour><tt:Minute>${at.getUTCMinutes()}</tt:Minute>` +
    `<tt:Second>${at.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${at.getUTCFullYear()}</tt:Year>` +
    `<tt:Month>${at.getUTCMonth() + 1}</tt:Month><tt:Day>${at.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime>`
  );
}

/** Service paths by the last part of their namespace. */
export const servicePaths: Readonly<Record<string, string>> = {
  'ver10/device': '/onvif/device_service',
  'ver10/media': '/onvif/media',
  'ver20/media': '/onvif/media2',
  'ver20/ptz': '/onvif/ptz',
  'ver20/imaging': '/onvif/imaging',
  'ver10/events': '/onvif/events?Idx=6',
  'ver10/recording': '/onvif/recording',
  'ver10/search': '/onvif/search',
  'ver10/replay': '/onvif/replay',
  'ver10/deviceIO': '/onvif/deviceio',
};

export function servicesAnswer(
  origin: string,
  names: readonly string[] = Object.keys(servicePaths),
): string {
  const list = names.map(
    (name) =>
      `<tds:Service><tds:Namespace>http://www.onvif.org/${name}/wsdl</tds:Namespace><tds:XAddr>${origin}${servicePaths[name]}</tds:XAddr>` +
      '<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>',
  );
  return `<tds:GetServicesResponse>${list.join('')}</tds:GetServicesResponse>`;
}

const goodDevice: Readonly<Record<string, SoapHandler>> = {
  GetSystemDateAndTime: (_call, peer) =>
    '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>' +
    '<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>ICT-7</tt:TZ></tt:TimeZone>' +
    `${utcDateTime(Date.now() + peer.clockOffsetMs)}</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`,
  GetServices: (_call, peer) => servicesAnswer(peer.advertised),
  GetDeviceInformation: () =>
    '<tds:GetDeviceInformationResponse><tds:Manufacturer>Trúc Xanh</tds:Manufacturer><tds:Model>TX-16</tds:Model>' +
    '<tds:FirmwareVersion>5.10</tds:FirmwareVersion><tds:SerialNumber>404705923918060213</tds:SerialNumber>' +
    '<tds:HardwareId>0007</tds:HardwareId></tds:GetDeviceInformationResponse>',
};

function plainOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_all, name: string) => names[name] ?? '');
}
