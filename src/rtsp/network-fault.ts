import type { CauseCode } from '../contract/cause.ts';
import { Fault } from '../std/fault.ts';

const codes: Readonly<Record<string, CauseCode>> = {
  ENOTFOUND: 'net.dns',
  EAI_AGAIN: 'net.dns',
  EAI_FAIL: 'net.dns',
  EAI_NODATA: 'net.dns',
  ECONNREFUSED: 'net.refused',
  EHOSTUNREACH: 'net.unreachable',
  ENETUNREACH: 'net.unreachable',
  EHOSTDOWN: 'net.unreachable',
  ENETDOWN: 'net.unreachable',
  EADDRNOTAVAIL: 'net.unreachable',
  ETIMEDOUT: 'net.timeout',
  ECONNRESET: 'net.closed',
  ECONNABORTED: 'net.closed',
  EPIPE: 'net.closed',
};

/** What a socket's error means. `host` names the device in the words shown. */
export function networkFault(error: unknown, host: string): Fault {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  const cause = codes[code] ?? (/^(ERR_SSL|ERR_TLS|EPROTO|CERT_)/.test(code) ? 'tls.failed' : null);
  return new Fault(cause ?? 'net.closed', `socket: ${code || 'closed'}`, { host });
}

function codeOf(error: unknown): string {
  // Several addresses were tried: the first failure speaks for them.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
