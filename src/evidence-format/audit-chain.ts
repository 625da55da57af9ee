import * as z from 'zod/mini';
import { hex, utf8 } from './bytes.ts';
import type { AuditPart } from './check.types.ts';
import { formats } from './manifest.ts';
import type { Primitives } from './primitives.ts';

const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const link = { seq: z.int().check(z.minimum(1)), prev: digest, hash: digest };

/** One record of the audit log, as docs/audit.md has it. */
const auditRecord = z.strictObject({
  ...link,
  at: z.int(),
  steady: z.number(),
  station: z.string(),
  operator: z.nullable(z.strictObject({ id: z.string(), name: z.string() })),
  kind: z.string(),
  camera: z.nullable(z.string()),
  site: z.nullable(z.string()),
  screen: z.nullable(z.int()),
  outcome: z.string(),
  cause: z.nullable(z.string()),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type ExcerptRecord = z.infer<typeof auditRecord>;

/** A record of other people's business: its place in the chain is shown, its content is not. */
const withheldRecord = z.strictObject({ ...link, withheld: z.literal(true) });
export type WithheldRecord = z.infer<typeof withheldRecord>;

/**
 * A stretch of the audit log that can be checked by itself: each record names the digest of the one
 * before it, without a gap. Records may be withheld, but not left out.
 */
export const auditExcerpt = z.object({
  format: z.literal(formats.audit),
  records: z.array(z.union([auditRecord, withheldRecord])).check(z.maxLength(100_000)),
});
export type AuditExcerpt = z.infer<typeof auditExcerpt>;

export function isWithheld(record: ExcerptRecord | WithheldRecord): record is WithheldRecord {
  return 'withheld' in record;
}

/** The bytes that are hashed: RFC 8785 of the record without `hash`, with `v: 1`. */
export function auditRecordBytes(record: ExcerptRecord): Uint8Array<ArrayBuffer> {
  const { hash: _, ...content } = record;
  return utf8(sortedJson({ ...content, v: 1 }));
}

/** JSON as of RFC 8785, section 3.2.3, for values that hold no numbers spelled in exponents. */
function sortedJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${sortedJson(one)}`);
  return `{${members.join(',')}}`;
}

export function checkAuditChain(excerpt: AuditExcerpt, primitives: Primitives): AuditPart {
  const { records } = excerpt;
  for (const [at, record] of records.entries()) {
    const before = records[at - 1];
    if (before && (record.prev !== before.hash || record.seq !== before.seq + 1)) {
      return { ok: false, reason: 'chain-broken', at, records: records.length };
    }
    if (isWithheld(record)) continue;
    const hasher = primitives.sha256();
    hasher.update(auditRecordBytes(record));
    if (hex(hasher.digest()) !== record.hash) {
      return { ok: false, reason: 'record-altered', at, records: records.length };
    }
  }
  return { ok: true, reason: null, at: null, records: records.length };
}
