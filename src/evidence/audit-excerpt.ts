import type { AuditRecord } from '../audit/audit.types.ts';
import { openAuditForReading } from '../audit/audit-file.ts';
import { recordOf } from '../audit/stored-record.ts';
import { type AuditExcerpt, checkAuditChain } from '../evidence-format/audit-chain.ts';
import { formats } from '../evidence-format/manifest.ts';
import type { CaptureFacts } from './capture.types.ts';
import { nodePrimitives } from './node-primitives.ts';

/** Longer than any stretch that belongs to one package; the newest are kept. */
const maxRecords = 20_000;
/** Around the captures: who was watching when it happened. */
const aroundMs = 5 * 60_000;

/**
 * The stretch of the audit that belongs to these captures: what was done with their cameras when they
 * were taken, and with evidence of them since. What is between and is none of that is withheld, not left
 * out, so that the chain still holds. Null where there is nothing, or no audit that can be read.
 */
export function auditExcerptOf(
  dataDir: string,
  captures: readonly CaptureFacts[],
): AuditExcerpt | null {
  const cameras = new Set(captures.map(({ camera }) => camera.id));
  if (cameras.size === 0) return null;
  const from = Math.min(...captures.map(({ takenAt }) => takenAt)) - aroundMs;
  const until = Math.max(...captures.map((one) => one.takenUntil ?? one.takenAt)) + aroundMs;
  const database = (() => {
    try {
      return openAuditForReading(dataDir);
    } catch {
      return null;
    }
  })();
  if (!database) return null;
  try {
    const records: AuditRecord[] = [];
    const rows = database.prepare(
      'select * from audit_record where at >= ? order by seq desc limit ?',
    );
    for (const row of rows.iterate(from, maxRecords)) records.unshift(recordOf(row));
    const belongs = ({ camera, kind, at }: AuditRecord) =>
      camera !== null && cameras.has(camera) && (at <= until || kind.startsWith('evidence.'));
    const first = records.findIndex(belongs);
    if (first < 0) return null;
    const last = records.findLastIndex(belongs);
    const excerpt: AuditExcerpt = {
      format: formats.audit,
      records: records.slice(first, last + 1).map((record) => {
        if (belongs(record)) return record;
        const { seq, prev, hash } = record;
        return { seq, prev, hash, withheld: true as const };
      }),
    };
    return intactEnd(excerpt);
  } catch {
    return null;
  } finally {
    database.close();
  }
}

/** A log that somebody damaged still yields the records since then: the export goes on without the others. */
function intactEnd(excerpt: AuditExcerpt): AuditExcerpt | null {
  let { records } = excerpt;
  for (;;) {
    const { ok, at, reason } = checkAuditChain({ ...excerpt, records }, nodePrimitives);
    if (ok || at === null) return records.length > 0 ? { ...excerpt, records } : null;
    records = records.slice(reason === 'record-altered' ? at + 1 : at);
  }
}
