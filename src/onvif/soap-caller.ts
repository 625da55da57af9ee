import type { Credential } from '../rtsp/session.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { decodeAnswer } from './answer-text.ts';
import type { DeviceLogin, LoginSent } from './device-login.ts';
import type { HttpAnswer, HttpDoor } from './http-door.ts';
import type { OnvifTurn } from './onvif.types.ts';
import {
  faultCause,
  isClockFault,
  isLoginFault,
  OnvifFault,
  readSoapFault,
  type SoapFault,
} from './onvif-fault.ts';
import { find, parseXml, type XmlElement } from './xml.ts';
import { xmlLimits } from './xml-guard.ts';

export interface SoapRequest {
  readonly url: string;
  readonly namespace: string;
  readonly operation: string;
  /** Inside of the operation's element; everything in it escaped by the caller. */
  readonly body?: string;
  /** Where it is not `<namespace>/<operation>`. */
  readonly action?: string;
  /** Further SOAP headers, e.g. of WS-Addressing. */
  readonly headers?: string;
  /** Further attributes of the operation's element. */
  readonly attributes?: string;
  /** On top of the time of every request: how long the device may wait by intention. */
  readonly extraMs?: number;
  /** The standard lets strangers do this: it says nothing about the login (ONVIF Core, PRE_AUTH). */
  readonly preAuth?: boolean;
  /** Does not queue behind other requests to the device. */
  readonly urgent?: boolean;
}

export interface SoapAnswer {
  /** The element inside Body. */
  readonly body: XmlElement;
  /** The whole document. */
  readonly text: string;
  readonly date: number | null;
  readonly tookMs: number;
}

type Denied = Extract<Outcome, { readonly kind: 'denied' }>;

export interface SoapCallerOptions {
  readonly door: Pick<HttpDoor, 'post'>;
  readonly login: DeviceLogin;
  readonly timeoutMs: number;
  readonly log: Logger;
  readonly now: () => number;
  /** Device's clock minus ours in ms; 0 while unknown. */
  readonly offsetMs: () => number;
  /** Measures the clock again and returns the offset. Never logs in. */
  readonly remeasure: () => Promise<number>;
  /** Asked before a credential goes out that is not proven; see `OnvifOptions.enter`. */
  readonly enter?: ((credential: Credential) => Promise<OnvifTurn>) | null;
}

/** A clock that moved less than this was no reason to refuse a login. */
const movedMs = 3_000;

type Outcome =
  | { readonly kind: 'answer'; readonly answer: SoapAnswer }
  | { readonly kind: 'denied'; readonly http: HttpAnswer; readonly soap: SoapFault | null }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** Calls operations of one device: envelope, login, faults. */
export class SoapCaller {
  readonly #options: SoapCallerOptions;
  /** Until the login is proven only one request at a time may carry it. */
  #gate: Promise<void> = Promise.resolve();
  #lastTaken: SoapRequest | null = null;

  constructor(options: SoapCallerOptions) {
    this.#options = options;
  }

  /**
   * @throws {OnvifFault} the device's own Fault, `onvif.fault`, `onvif.unsupported`, `onvif.limit`,
   *   `onvif.gone`, `onvif.forbidden`
   * @throws {Fault} `net.*`, `tls.*`, `onvif.*`, `rtsp.credentials-needed`, `rtsp.unauthorized`
   */
  async call(request: SoapRequest): Promise<SoapAnswer> {
    const { login } = this.#options;
    let carried: LoginSent | null = null;
    let denied: Denied | null = null;
    const once = async () => {
      const record = { current: null as LoginSent | null };
      const outcome = await this.#once(request, record);
      carried = record.current;
      denied = outcome.kind === 'denied' ? outcome : null;
      return outcome;
    };
    const settled = () => login.proven || login.refused !== null || !login.hasCredential;
    if (settled() || login.used === 'none') {
      const outcome = await once();
      if (outcome.kind !== 'denied') return this.#finish(request, outcome, carried);
    }
    const strangerBefore = !settled();
    return this.#inTurn(async () => {
      // Somebody may have logged in while we waited; then this is asked again, with that login.
      if (denied === null || (strangerBefore && login.used !== 'none' && !login.refused)) {
        const outcome = await once();
        if (outcome.kind !== 'denied') return this.#finish(request, outcome, carried);
      }
      return this.#denied(request, denied as unknown as Denied, carried as unknown as LoginSent);
    });
  }

  /** Without login, whatever the device thinks of it. For the clock, and for asking what it wants. */
  async callAsStranger(request: SoapRequest): Promise<SoapAnswer> {
    const outcome = await this.#once(request, { current: null }, true);
    if (outcome.kind === 'denied') {
      throw this.#deniedFault('rtsp.credentials-needed', request, outcome);
    }
    return this.#finish(request, outcome, null);
  }

  /** Alone, and in the turn that those who watch over logins give. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { login, enter } = this.#options;
    return this.#alone(async () => {
      const { credential } = login;
      if (!enter || !credential || login.refused) return work();
      const wasProven = login.proven;
      let turn = wasProven ? null : await enter(credential);
      try {
        // Another credential may have come meanwhile.
        if (turn?.refusal && login.credential === credential) throw login.refuse('refused before');
        return await work();
      } finally {
        if (login.credential === credential && !turn?.refusal) {
          const refused = login.refused as Fault | null;
          if (refused?.code === 'rtsp.unauthorized') {
            turn ??= await enter(credential);
            if (!turn.refusal) turn.refused(refused.shown);
          } else if (login.proven) turn?.accepted();
        }
        turn?.end();
      }
    });
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#gate;
    let open: () => void = () => {};
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    await before;
    try {
      return await work();
    } finally {
      open();
    }
  }

  #finish(
    request: SoapRequest,
    outcome: Exclude<Outcome, { kind: 'denied' }>,
    sent: LoginSent | null,
  ): SoapAnswer {
    if (outcome.kind === 'fault') throw outcome.fault;
    if (!request.preAuth && sent !== null && sent.kind !== 'none') {
      this.#options.login.accepted(sent);
      if (request.operation.startsWith('Get')) this.#lastTaken = request;
    }
    return outcome.answer;
  }

  /** The device wants a login, or another one. */
  async #denied(request: SoapRequest, first: Denied, firstSent: LoginSent): Promise<SoapAnswer> {
    const { login, log } = this.#options;
    let outcome = first;
    let sent = firstSent;
    let turned = false;
    let remeasured = false;
    if (login.refused) throw login.refused;
    for (;;) {
      if (sent.kind === 'none') {
        login.begin(outcome.http.challenges);
      } else if (!turned && login.turnTo(sent, outcome.http.challenges)) {
        turned = true;
      } else if (sent.kind === 'wsse' && !remeasured) {
        remeasured = true;
        const offsetMs = await this.#options.remeasure();
        if (Math.abs(offsetMs - sent.offsetMs) < movedMs) break;
        log.info('the device clock moved, logging in once more', { offsetMs });
      } else break;
      const record = { current: null as LoginSent | null };
      const next = await this.#once(request, record);
      if (next.kind !== 'denied') {
        // Denied to a stranger a moment ago: even a Fault about the request proves the login.
        if (record.current) login.accepted(record.current);
        return this.#finish({ ...request, preAuth: false }, next, record.current);
      }
      // Without a login although there is one: refused meanwhile, or the credential was taken away.
      if (record.current?.kind === 'none' && login.refused) throw login.refused;
      outcome = next;
      sent = record.current as LoginSent;
    }
    if (login.refused) throw login.refused;
    if (login.proven && (await this.#stillTaken(request))) {
      throw this.#deniedFault('onvif.forbidden', request, outcome);
    }
    const clock = outcome.soap !== null && sent.kind === 'wsse' && isClockFault(outcome.soap);
    const why = `${request.operation}: HTTP ${outcome.http.status} to a ${sent.kind} login`;
    throw login.refuse(
      why,
      clock ? { seconds: Math.round(this.#options.offsetMs() / 1000) } : null,
    );
  }

  /** Whether something that was taken before still is: then only this, or this channel, is forbidden. */
  async #stillTaken(denied: SoapRequest): Promise<boolean> {
    const known = this.#lastTaken;
    const isSame =
      known?.url === denied.url &&
      known.operation === denied.operation &&
      known.body === denied.body;
    if (!known || isSame) return false;
    return (await this.#once(known, { current: null })).kind === 'answer';
  }

  #deniedFault(
    code: 'onvif.forbidden' | 'rtsp.credentials-needed',
    request: SoapRequest,
    { http, soap }: Denied,
  ): Fault {
    const said = soap ?? { code: '', subcodes: [], reason: '', details: [] };
    return new OnvifFault(code, request.operation, http.status, said);
  }

  /** One request and its answer. Network and XML faults are thrown. */
  async #once(
    request: SoapRequest,
    record: { current: LoginSent | null },
    stranger = false,
  ): Promise<Outcome> {
    const { door, login, timeoutMs, now, offsetMs } = this.#options;
    const inner = `<${request.operation} xmlns="${request.namespace}"${request.attributes ?? ''}>${request.body ?? ''}</${request.operation}>`;
    const { pathname, search } = new URL(request.url);
    const plain = envelope(request.headers ?? '', inner);
    const sent = stranger
      ? null
      : login.next({ method: 'POST', uri: pathname + search, body: plain }, offsetMs(), now());
    record.current = sent;
    const action = request.action ?? `${request.namespace}/${request.operation}`;
    const http = await door.post({
      url: request.url,
      timeoutMs: timeoutMs + (request.extraMs ?? 0),
      urgent: request.urgent ?? false,
      body: sent?.security ? envelope(sent.security + (request.headers ?? ''), inner) : plain,
      headers: {
        'Content-Type': `application/soap+xml; charset=utf-8; action="${action}"`,
        Accept: 'application/soap+xml, application/xml, text/xml',
        ...(sent?.authorization ? { Authorization: sent.authorization } : {}),
      },
    });
    return judge(request, http);
  }
}

function judge(request: SoapRequest, http: HttpAnswer): Outcome {
  const { status } = http;
  const text = decodeAnswer(http.body, http.contentType);
  let body: XmlElement | null = null;
  let broken: Fault | null = null;
  if (text.trim() !== '') {
    try {
      body = bodyOf(
        parseXml(text, { ...xmlLimits, length: Math.max(xmlLimits.length, text.length) }),
      );
    } catch (error) {
      broken = Fault.from(error, 'onvif.protocol');
    }
  }
  if (body?.name === 'Fault') {
    const soap = readSoapFault(body);
    if (status === 401 || isLoginFault(soap)) return { kind: 'denied', http, soap };
    const code = faultCause(soap, status, request.operation);
    return { kind: 'fault', fault: new OnvifFault(code, request.operation, status, soap) };
  }
  if (status === 401 || status === 403) return { kind: 'denied', http, soap: null };
  if (status >= 300 && status < 400) {
    return {
      kind: 'fault',
      fault: new Fault('onvif.not-onvif', `redirect to elsewhere, HTTP ${status}`, {
        location: http.location.slice(0, 300),
      }),
    };
  }
  if (status >= 200 && status < 300) {
    if (body)
      return { kind: 'answer', answer: { body, text, date: http.date, tookMs: http.tookMs } };
    return {
      kind: 'fault',
      fault:
        broken ?? new Fault('onvif.protocol', `${request.operation}: an answer without content`),
    };
  }
  if (broken?.code === 'onvif.overrun') return { kind: 'fault', fault: broken };
  const nothing: SoapFault = { code: '', subcodes: [], reason: '', details: [] };
  const code = status === 404 || status === 405 || status === 501 ? 'onvif.unsupported' : null;
  return {
    kind: 'fault',
    fault: new OnvifFault(
      code ?? faultCause(nothing, status, request.operation),
      request.operation,
      status,
      nothing,
    ),
  };
}

/** First element of Body. */
function bodyOf(root: XmlElement): XmlElement {
  if (root.name !== 'Envelope') {
    throw new Fault('onvif.not-onvif', 'the answer is XML but no SOAP');
  }
  const inner = find(root, 'Body')?.children[0];
  if (!inner) throw new Fault('onvif.protocol', 'the answer has an empty Body');
  return inner;
}

function envelope(headers: string, body: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsa="http://www.w3.org/2005/08/addressing">' +
    `${headers === '' ? '' : `<s:Header>${headers}</s:Header>`}<s:Body>${body}</s:Body></s:Envelope>`
  );
}
