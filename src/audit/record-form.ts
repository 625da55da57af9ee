import { createHash } from 'node:crypto';
import { type AuditOutcome, auditOutcomes } from '../contract/audit-kinds.ts';
import { redact } from '../std/log.ts';
import type { AuditDetails, AuditEntry, AuditHead, AuditRecord } from './audit.types.ts';

/**
 * The bytes that are hashed: JSON by RFC 8785 of a fixed set of members, see docs/audit.md. Strings are
 * NFC, numbers are whole or have at most four decimals, so that every JSON writer spells them alike.
 */
export type RecordContent = Omit<AuditRecord, 'hash'>;

export const formVersion = 1;
export const noHash = '0'.repeat(64);
export const hashPattern = /^[0-9a-f]{64}$/;

const maxText = 500;
const maxDetails = 64;
const maxDetailsText = 4000;

/** The canonical form as text; its UTF-8 bytes are what is hashed. */
export function canonicalText(record: RecordContent): string {
  const { at, camera, cause, details, kind, operator, outcome, prev, screen } = record;
  const { seq, site, station, steady } = record;
  // In the order of RFC 8785, 3.2.3: member names sorted by UTF-16 code units.
  return JSON.stringify({
    at,
    camera,
    cause,
    details: sorted(details),
    kind,
    operator: operator && { id: operator.id, name: operator.name },
    outcome,
    prev,
    screen,
    seq,
    site,
    station,
    steady,
    v: formVersion,
  });
}

export function hashText(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

export function hashOf(record: RecordContent): string {
  return hashText(canonicalText(record));
}

/** What an anchor's signature is over: text, so that anybody can write it down again. */
export function anchorBytes(head: AuditHead & { readonly at: number }): Uint8Array {
  return new TextEncoder().encode(
    `vonggac-audit-anchor-1\n${head.seq}\n${head.hash}\n${head.at}\n`,
  );
}

export function detailsText(details: AuditDetails): string {
  return JSON.stringify(sorted(details));
}

function sorted(details: AuditDetails): AuditDetails {
  const names = Object.keys(details);
  if (names.length < 2) return details;
  return Object.fromEntries(names.sort().map((name) => [name, details[name]!]));
}

/** A text as it may be hashed: NFC, no half characters, no control characters, no secrets, not too long. */
export function cleanText(text: string, max = maxText): string {
  const plain = redact(String(text))
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ');
  const whole = plain.normalize('NFC');
  return whole.length <= max ? whole : `${whole.slice(0, max - 1).toWellFormed()}…`;
}

/** A number that JSON writers of all languages spell alike; what is none becomes text. */
export function cleanNumber(value: number): number | string {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (!Number.isFinite(value) || Math.abs(value) >= 1e11) return String(value);
  const rounded = Math.round(value * 10_000) / 10_000;
  return rounded === 0 ? 0 : rounded;
}

/** The parts of an entry as they are kept. Whatever a caller gave, it never throws. */
export interface CleanEntry extends Omit<RecordContent, 'seq' | 'prev'> {}

export function cleanEntry(
  entry: AuditEntry,
  stamp: { readonly at: number; readonly steady: number; readonly station: string },
): CleanEntry {
  const optional = (text: string | null | undefined) =>
    text === null || text === undefined || text === '' ? null : cleanText(text);
  const { operator, screen, outcome } = entry;
  return {
    at: Math.round(stamp.at),
    steady: Math.round(stamp.steady),
    station: cleanText(stamp.station),
    operator: operator ? { id: cleanText(operator.id), name: cleanText(operator.name) } : null,
    kind: cleanText(entry.kind, 64),
    camera: optional(entry.camera),
    site: optional(entry.site),
    screen: typeof screen === 'number' && Number.isSafeInteger(screen) ? screen : null,
    outcome: auditOutcomes.includes(outcome as AuditOutcome) ? (outcome as AuditOutcome) : 'done',
    cause: optional(entry.cause),
    details: cleanDetails(entry.details ?? {}),
  };
}

function cleanDetails(details: AuditDetails): AuditDetails {
  const kept: [string, string | number | boolean][] = [];
  let length = 0;
  for (const [given, value] of Object.entries(details).slice(0, maxDetails)) {
    // A name that begins with a digit would be put first by JavaScript, whatever the order says.
    const name = /^\d/.test(given) ? `_${cleanText(given, 63)}` : cleanText(given, 64);
    const clean =
      typeof value === 'number'
        ? cleanNumber(value)
        : typeof value === 'boolean'
          ? value
          : value === null || value === undefined
            ? null
            : cleanText(value);
    if (clean === null) continue;
    length += name.length + String(clean).length;
    if (length > maxDetailsText) break;
    kept.push([name, clean]);
  }
  return Object.fromEntries(kept);
}
