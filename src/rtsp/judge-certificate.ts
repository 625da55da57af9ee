import type { TLSSocket } from 'node:tls';
import { Fault } from '../std/fault.ts';
import type { PeerCertificate } from './session.types.ts';

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

/** What a device says of itself there is cleaned and bounded. Null where it showed nothing. */
export function describeCertificate(socket: TLSSocket): PeerCertificate | null {
  const { fingerprint256, subject, valid_from, valid_to } = socket.getPeerCertificate();
  if (!fingerprint256) return null;
  const name = subject?.CN ?? subject?.O ?? '';
  const words = Array.isArray(name) ? name.join(' ') : String(name);
  return {
    fingerprint: fingerprint256,
    subject: words
      .normalize('NFC')
      .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
      .trim()
      .slice(0, 200),
    validFrom: timeOf(valid_from),
    validUntil: timeOf(valid_to),
    trusted: socket.authorized,
  };
}

function timeOf(text: string | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isFinite(time) ? time : null;
}

function sameFingerprint(one: string, other: string): boolean {
  const digits = (text: string) => text.replace(/[^0-9a-f]/gi, '').toLowerCase();
  return digits(one).length === 64 && digits(one) === digits(other);
}
