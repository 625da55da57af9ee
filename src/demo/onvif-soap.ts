import { createHash, timingSafeEqual } from 'node:crypto';
import { escapeXml, find, parseXml, type XmlElement } from '../onvif/xml.ts';
import type { XmlLimits } from '../onvif/xml-guard.ts';
import type { Login } from './digest.ts';

/** A SOAP 1.2 Fault; subcodes with their prefix, the outermost first (ONVIF Core, "Faults"). */
export class SoapRefusal extends Error {
  readonly code: 'Sender' | 'Receiver';
  readonly subcodes: readonly string[];
  readonly status: number;

  constructor(
    code: 'Sender' | 'Receiver',
    subcodes: readonly string[],
    reason: string,
    status = code === 'Sender' ? 400 : 500,
  ) {
    super(reason);
    this.code = code;
    this.subcodes = subcodes;
    this.status = status;
  }
}

export interface SoapQuestion {
  readonly operation: string;
  /** The operation's element. */
  readonly body: XmlElement;
  readonly header: XmlElement | null;
}

/** What a client asks is small. */
const limits: XmlLimits = { length: 128 * 1024, depth: 32, elements: 2_000, content: 96 * 1024 };
export const maxRequestBytes = 128 * 1024;

/** @throws {SoapRefusal} for anything that is no request. */
export function readQuestion(text: string): SoapQuestion {
  let root: XmlElement;
  try {
    root = parseXml(text, limits);
  } catch {
    throw new SoapRefusal('Sender', ['ter:WellFormed'], 'The request is no XML that is taken');
  }
  const body = find(root, 'Body')?.children[0];
  if (root.name !== 'Envelope' || !body)
    throw new SoapRefusal('Sender', ['ter:WellFormed'], 'The request is no SOAP envelope');
  return { operation: body.name, body, header: find(root, 'Header') };
}

/** A token in the request; empty where there is none. */
export function textAt(element: XmlElement | null, ...path: readonly string[]): string {
  return find(element, ...path)?.text.trim() ?? '';
}

const toleranceMs = 5 * 60_000;

/** UsernameTokens of WS-Security in digest form (WSS UsernameToken Profile 1.0, section 3.1). */
export class TokenDoor {
  /** Taken nonces and when they may be forgotten, the oldest first. */
  readonly #taken = new Map<string, number>();

  /** Null: there is no token. */
  check(header: XmlElement | null, login: Login, now: number): 'ok' | 'wrong' | null {
    const token = find(header, 'Security', 'UsernameToken');
    if (!token) return null;
    const created = textAt(token, 'Created');
    const nonce = textAt(token, 'Nonce');
    const expected = createHash('sha1')
      .update(Buffer.from(nonce, 'base64'))
      .update(created)
      .update(login.password)
      .digest();
    const given = Buffer.from(textAt(token, 'Password'), 'base64');
    const right =
      given.length === expected.length &&
      timingSafeEqual(given, expected) &&
      textAt(token, 'Username') === login.user;
    const off = created.endsWith('Z') ? Math.abs(Date.parse(created) - now) : Number.NaN;
    if (!right || !(off <= toleranceMs)) return 'wrong';
    return this.#isNew(`${login.realm} ${nonce}`) ? 'ok' : 'wrong';
  }

  #isNew(nonce: string): boolean {
    const now = performance.now();
    for (const [old, until] of this.#taken) {
      if (until > now && this.#taken.size < 20_000) break;
      this.#taken.delete(old);
    }
    if (this.#taken.has(nonce)) return false;
    this.#taken.set(nonce, now + 2 * toleranceMs);
    return true;
  }
}

export function soapAnswer(body: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema"' +
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl"' +
    ' xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl" xmlns:timg="http://www.onvif.org/ver20/imaging/wsdl"' +
    ' xmlns:trp="http://www.onvif.org/ver10/replay/wsdl"' +
    ' xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" xmlns:tev="http://www.onvif.org/ver10/events/wsdl"' +
    ' xmlns:trc="http://www.onvif.org/ver10/recording/wsdl" xmlns:tse="http://www.onvif.org/ver10/search/wsdl"' +
    ' xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:wsrf-rw="http://docs.oasis-open.org/wsrf/rw-2"' +
    ' xmlns:wsa="http://www.w3.org/2005/08/addressing" xmlns:ter="http://www.onvif.org/ver10/error"' +
    ` xmlns:tns1="http://www.onvif.org/ver10/topics"><env:Body>${body}</env:Body></env:Envelope>\n`
  );
}

export function soapFault({ code, subcodes, message }: SoapRefusal): string {
  const nested = subcodes.reduceRight(
    (inner, one) => `<env:Subcode><env:Value>${one}</env:Value>${inner}</env:Subcode>`,
    '',
  );
  return soapAnswer(
    `<env:Fault><env:Code><env:Value>env:${code}</env:Value>${nested}</env:Code>` +
      `<env:Reason><env:Text xml:lang="en">${escapeXml(message)}</env:Text></env:Reason></env:Fault>`,
  );
}
