import type { OpenAuditLog } from '../audit/audit-log.ts';
import { AuditReader } from '../audit/audit-reader.ts';
import { everyRecord } from '../contract/audit-schemas.ts';
import type { AuditExcerpt } from '../evidence-format/audit-chain.ts';
import { formats } from '../evidence-format/manifest.ts';

/** A stretch longer than this is cut at its beginning: a week of a busy room. */
const maxRecords = 50_000;

/**
 * What the audit says of some cameras from `from` on, as one stretch of the chain: records of other
 * people's business keep their place in it and lose their content. Who watched and who took evidence is
 * in it, up to this very export.
 */
export function auditExcerptOf(
  audit: Pick<OpenAuditLog, 'flush' | 'database'>,
  cameraIds: ReadonlySet<string>,
  from: number,
): AuditExcerpt | null {
  audit.flush();
  if (!audit.database) return null;
  const reader = new AuditReader(audit.database);
  const last = reader.lastSeq();
  const firsts = [...cameraIds].flatMap((camera) => {
    const bounds = reader.bounds({ ...everyRecord, camera, from });
    return bounds ? [bounds.first] : [];
  });
  if (firsts.length === 0) return { format: formats.audit, records: [] };
  const first = Math.max(Math.min(...firsts), last - maxRecords + 1);
  const records: AuditExcerpt['records'] = [];
  for (const record of reader.range(first, last)) {
    const isTheirs = record.camera !== null && cameraIds.has(record.camera);
    if (isTheirs || record.kind.startsWith('clock.') || record.kind.startsWith('audit.')) {
      records.push({ ...record, details: { ...record.details } });
    } else {
      const { seq, prev, hash } = record;
      records.push({ seq, prev, hash, withheld: true });
    }
  }
  return { format: formats.audit, records };
}
