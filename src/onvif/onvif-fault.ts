import type { CauseCode } from '../contract/cause.ts';
import { Fault } from '../std/fault.ts';
import { deviceWords } from './device-text.ts';
import { find, type XmlElement } from './xml.ts';

/** What a SOAP Fault says (SOAP 1.2 section 5.4; ONVIF Core, "SOAP error handling"); SOAP 1.1 as well. */
export interface SoapFault {
  /** `Sender`, `Receiver` …, without prefix. */
  readonly code: string;
  /** Outermost first, without prefixes: `NotAuthorized`, or `InvalidArgVal`, `NoProfile`. */
  readonly subcodes: readonly string[];
  readonly reason: string;
  /** Names of what stands in Detail: `UnableToCreatePullPointFault`. */
  readonly details: readonly string[];
}

/** The device understood the request and answered with a Fault. */
export class OnvifFault extends Fault {
  readonly operation: string;
  /** HTTP status: devices send Faults with 200 as well. */
  readonly status: number;
  readonly soap: SoapFault;

  constructor(code: CauseCode, operation: string, status: number, soap: SoapFault) {
    const said =
      soap.reason || soap.subcodes.at(-1) || soap.details[0] || soap.code || `HTTP ${status}`;
    super(
      code,
      `${operation}: HTTP ${status}, ${[soap.code, ...soap.subcodes].join('/')}: ${soap.reason}`,
      {
        operation,
        reason: said,
      },
    );
    this.operation = operation;
    this.status = status;
    this.soap = soap;
  }

  has(subcode: string): boolean {
    return this.soap.subcodes.includes(subcode) || this.soap.details.includes(subcode);
  }
}

/** Reads the Fault element of a Body. */
export function readSoapFault(fault: XmlElement): SoapFault {
  const subcodes: string[] = [];
  let level = find(fault, 'Code', 'Subcode');
  while (level && subcodes.length < 8) {
    const value = localName(find(level, 'Value')?.text);
    if (value) subcodes.push(value);
    level = find(level, 'Subcode');
  }
  const old = localName(find(fault, 'faultcode')?.text);
  // SOAP 1.1 joins subcodes with dots: `Client.NotAuthorized`.
  const [oldCode = '', ...oldSubcodes] = old.split('.').filter((part) => part !== '');
  const reason =
    find(fault, 'Reason', 'Text')?.text ??
    find(fault, 'faultstring')?.text ??
    find(fault, 'Reason')?.text;
  const detail = find(fault, 'Detail') ?? find(fault, 'detail');
  return {
    code: localName(find(fault, 'Code', 'Value')?.text) || oldCode,
    subcodes: [...subcodes, ...oldSubcodes].slice(0, 8),
    reason: deviceWords(reason),
    details: (detail?.children ?? []).slice(0, 8).map((child) => deviceWords(child.name, 80)),
  };
}

function localName(text: string | undefined): string {
  return deviceWords(text, 120).replace(/^.*:/, '');
}

const denied =
  /^(?:NotAuthorized|FailedAuthentication|OperationProhibited|SenderNotAuthorized|InvalidSecurity\w*|Unauthorized)$/i;
const deniedWords =
  /not auth|unauthori[sz]ed|authenti[ck]at|security token|invalid (?:user|username|password)|wrong password/i;
const stale = /MessageExpired|InvalidTimestamp/i;
const staleWords = /time\s?stamp|expired|clock|not within|stale|created/i;

/** The Fault is about the login, not about the request. */
export function isLoginFault(soap: SoapFault): boolean {
  if ([...soap.subcodes, ...soap.details].some((code) => denied.test(code) || stale.test(code)))
    return true;
  // A subcode that says something else decides; words only where there is none.
  return soap.subcodes.length === 0 && (deniedWords.test(soap.reason) || denied.test(soap.code));
}

/** The login was refused for its time, not for its password. */
export function isClockFault(soap: SoapFault): boolean {
  return (
    [...soap.subcodes, ...soap.details].some((code) => stale.test(code)) ||
    (isLoginFault(soap) && staleWords.test(soap.reason))
  );
}

const unsupported =
  /^(?:ActionNotSupported|OptionalActionNotImplemented|NotSupported|UnknownAction|PTZNotSupported|NoPTZProfile|NoHomePosition|NoSuchService|SetPositionNotSupported|NoSnapshot\w*)$/i;
const unsupportedWords =
  /not (?:yet )?(?:supported|implemented|recogni[sz]ed)|unsupported|unknown (?:action|method|operation)|method not found/i;
const limit =
  /Max\w*|Too\w*Many\w*|OutOfMemory|ResourceLimit\w*|UnableToCreatePullPoint\w*|SubscribeCreationFailed\w*/;
const limitWords = /too many|maximum|limit|no (?:more )?resources?|busy/i;
const gone =
  /ResourceUnknown\w*|UnableToDestroySubscription\w*|NoSubscription|InvalidSubscription\w*/;

/** The cause code that a person can do something with. */
export function faultCause(soap: SoapFault, status: number, operation: string): CauseCode {
  const codes = [...soap.subcodes, ...soap.details];
  if (codes.some((code) => unsupported.test(code))) return 'onvif.unsupported';
  if (codes.some((code) => gone.test(code))) return 'onvif.gone';
  if (operation === 'CreatePullPointSubscription' || operation.startsWith('Find')) {
    if (codes.some((code) => limit.test(code)) || limitWords.test(soap.reason) || status === 503) {
      return 'onvif.limit';
    }
  }
  if (codes.length === 0 || soap.code === 'MustUnderstand') {
    if (unsupportedWords.test(soap.reason)) return 'onvif.unsupported';
  }
  return 'onvif.fault';
}
