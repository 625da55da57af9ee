import type { TLSSocket } from 'node:tls';
import { Fault } from '../std/fault.ts';

/**
 * A pinned certificate is all that counts: neither its issuer nor its name matters. Without a pin the
 * system's trust decides. Null where the certificate may be trusted.
 */
export function judgeCertificate(socket: TLSSocket, pinned: string | null): Fault | null {
  const fingerprint = socket.getPeerCertificate().fingerprint256 ?? '';
  if (pinned !== null) {
    return sameFingerprint(pinned, fingerprint)
      ? null
      : new Fault('tls.changed', 'not the pinned certificate', { fingerprint });
  }
  if (socket.authorized) return null;
  const why = String(socket.authorizationError ?? 'untrusted').slice(0, 200);
  return new Fault('tls.untrusted', `certificate: ${why}`, { fingerprint });
}

function sameFingerprint(one: string, other: string): boolean {
  const digits = (text: string) => text.replace(/[^0-9a-f]/gi, '').toLowerCase();
  return digits(one).length === 64 && digits(one) === digits(other);
}
