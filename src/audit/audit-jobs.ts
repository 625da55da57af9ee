import type { AuditFilter, ViewSpan } from '../contract/audit-schemas.ts';
import type { AuditVerdict } from './audit.types.ts';
import { type ExportDone, type ExportOptions, writeExport } from './audit-export.ts';
import type { AuditReader, CoverageQuery, FoundPage, VerifyOptions } from './audit-reader.ts';

/** What is asked of the thread that reads, and what it answers. */
export type AuditJob =
  | {
      readonly job: 'page';
      readonly filter: AuditFilter;
      readonly upTo: number | null;
      readonly offset: number;
      readonly limit: number;
    }
  | { readonly job: 'people' }
  | ({ readonly job: 'coverage' } & CoverageQuery)
  | ({ readonly job: 'verify' } & VerifyOptions)
  | ({ readonly job: 'export' } & ExportOptions);

export interface AuditAnswers {
  readonly page: FoundPage;
  readonly people: { id: string; name: string }[];
  readonly coverage: { spans: ViewSpan[]; more: boolean };
  readonly verify: AuditVerdict;
  readonly export: ExportDone;
}

export type AnswerTo<J extends AuditJob> = AuditAnswers[J['job']];

export function doAuditJob(reader: AuditReader, job: AuditJob): AuditAnswers[AuditJob['job']] {
  switch (job.job) {
    case 'page':
      return reader.page(job.filter, job.upTo, job.offset, job.limit);
    case 'people':
      return reader.people();
    case 'coverage':
      return reader.coverage(job);
    case 'verify':
      return reader.verify(job);
    case 'export':
      return writeExport(reader, job);
  }
}
