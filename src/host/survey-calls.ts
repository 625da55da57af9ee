import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Cause } from '../contract/cause.ts';
import type { EventValue, Language } from '../contract/schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import type { SurveyJob, SurveyRow, surveyCalls } from '../contract/survey-schemas.ts';
import type { Operators } from '../operators/operators.types.ts';
import { dateParts } from '../reports/dates.ts';
import { surveyWords } from '../reports/survey-words.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { Fault } from '../std/fault.ts';
import { rememberRefusals } from '../survey/refusals.ts';
import type { LoginGuard, SurveyParts } from '../survey/survey.types.ts';
import { groupByDevice } from '../survey/survey-groups.ts';
import { SurveyResults } from '../survey/survey-results.ts';
import { countRows, SurveyRun } from '../survey/survey-run.ts';
import { type SubjectSource, surveySubjects } from './survey-subjects.ts';

export type SurveyHandlers = Pick<CallHandlers, keyof typeof surveyCalls>;

export interface SurveyDeskOptions {
  readonly parts: SurveyParts;
  readonly database: DatabaseSync;
  readonly subjects: () => SubjectSource;
  readonly fingerprint: (endpoint: string) => string | null;
  /** Why this login may not be tried at a device (`host:port`) any more, or null. */
  readonly refusedOnWall?: (device: string, credential: Credential) => Cause | null;
  readonly operators: Pick<Operators, 'require' | 'may'>;
  readonly language: () => Language;
  readonly onProgress: (progress: EventValue<'survey.progress'>) => void;
  /** Cameras that were seen to turn. */
  readonly onSteerable?: (cameraIds: readonly string[]) => void;
}

/** The commissioning desk of the core, shared by all pages. */
export interface SurveyDesk extends SurveyHandlers {
  close(): void;
}

interface Job {
  readonly id: string;
  readonly run: SurveyRun;
  readonly startedAt: number;
  readonly stop: AbortController;
  endedAt: number | null;
}

const progressEveryMs = 250;
const maxRowsTold = 100;
const pieceBytes = 1024 * 1024;
const fileKeptMs = 5 * 60_000;
const maxFiles = 8;

export function createSurveyDesk(options: SurveyDeskOptions): SurveyDesk {
  const { parts } = options;
  const results = new SurveyResults(options.database, parts.log);
  const files = new Map<string, { bytes: Uint8Array; usedAt: number }>();
  const now = parts.now ?? Date.now;
  let job: Job | null = null;
  let changed = new Map<string, SurveyRow>();
  let timer: NodeJS.Timeout | undefined;

  const shown = (one: Job): SurveyJob => ({
    jobId: one.id,
    startedAt: one.startedAt,
    endedAt: one.endedAt,
    cancelled: one.stop.signal.aborted,
    counts: one.run.counts(),
  });

  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!job) return;
    const rows = [...changed.values()];
    changed = new Map();
    results.keep(rows);
    const steerable = rows.filter(({ ptz }) => ptz !== null).map(({ cameraId }) => cameraId);
    if (steerable.length > 0) options.onSteerable?.(steerable);
    options.onProgress({
      job: shown(job),
      rows: rows.slice(0, maxRowsTold),
      more: rows.length > maxRowsTold,
    });
  };

  const rowsOf = (jobId: string | null, siteId: string | null): SurveyRow[] => {
    if (jobId === null) return results.all(siteId);
    if (job?.id !== jobId) throw new Fault('input.unknown', 'no such survey');
    return job.run.rows().filter((row) => siteId === null || row.siteId === siteId);
  };

  const dropOldFiles = () => {
    for (const [id, { usedAt }] of files) if (now() - usedAt > fileKeptMs) files.delete(id);
    for (const id of files.keys()) {
      if (files.size < maxFiles) break;
      files.delete(id);
    }
  };

  return {
    'survey.start': (target) => {
      if (job?.endedAt === null) throw new Fault('host.busy', 'a survey is running');
      const asked = surveySubjects(target, options.subjects());
      // Everything means everything in one's own area; what was named was asked before.
      const mine =
        'all' in target && options.operators.require('survey.run').scope !== 'all'
          ? asked.filter(({ entry }) =>
              options.operators.may('survey.run', [{ cameraId: entry.camera.id }]),
            )
          : asked;
      const groups = groupByDevice(mine, options.fingerprint);
      if (groups.length === 0) throw new Fault('input.unknown', 'no such camera or site');
      const stop = new AbortController();
      const own = rememberRefusals();
      const logins: LoginGuard = {
        refusal: (device, credential) =>
          own.refusal(device, credential) ?? options.refusedOnWall?.(device, credential) ?? null,
        refused: own.refused,
      };
      const run = new SurveyRun(groups, {
        parts: { ...parts, logins },
        signal: stop.signal,
        onRow: (row) => {
          changed.set(row.cameraId, row);
          timer ??= setTimeout(tell, progressEveryMs);
        },
      });
      const started: Job = { id: randomUUID(), run, startedAt: now(), stop, endedAt: null };
      job = started;
      void run
        .run()
        .catch((error) => parts.log.error('a survey failed', { reason: String(error) }))
        .finally(() => {
          started.endedAt = now();
          tell();
        });
      return shown(started);
    },

    'survey.cancel': ({ jobId }) => {
      if (job?.id !== jobId) throw new Fault('input.unknown', 'no such survey');
      job.stop.abort(new Fault('input.cancelled', 'a person ended the survey'));
      return {};
    },

    'survey.state': () => job && shown(job),

    'survey.rows': ({ jobId, verdict, siteId, offset, limit }) => {
      const all = rowsOf(jobId, siteId);
      const rows = verdict === null ? all : all.filter((row) => row.verdict === verdict);
      return {
        total: rows.length,
        rows: rows.slice(offset, offset + limit),
        counts: countRows(all),
      };
    },

    'survey.export': async ({ jobId, siteId, format, letterhead }) => {
      const rows = allowedRows(
        rowsOf(jobId, siteId).filter((row) => row.at !== null),
        options.operators,
      );
      if (rows.length === 0) throw new Fault('input.unknown', 'nothing was surveyed yet');
      const words = surveyWords(options.language());
      const paper = { words, letterhead, at: now() };
      // What makes PDF and XLSX is large, and a wall that prints nothing does without.
      const makers = {
        xlsx: {
          name: 'table',
          end: 'xlsx',
          make: async () => (await import('../reports/survey-xlsx.ts')).surveyXlsx(rows, words),
        },
        'pdf-sheet': {
          name: 'sheet',
          end: 'pdf',
          make: async () => (await import('../reports/survey-sheet.ts')).surveySheets(rows, paper),
        },
        'pdf-rollup': {
          name: 'rollup',
          end: 'pdf',
          make: async () => (await import('../reports/survey-rollup.ts')).surveyRollup(rows, paper),
        },
      } as const;
      const { name, end, make } = makers[format];
      const bytes = await make();
      dropOldFiles();
      const exportId = randomUUID();
      files.set(exportId, { bytes, usedAt: now() });
      const { year, month, day } = dateParts(now());
      return {
        exportId,
        fileName: `${words.t(`file.${name}`)}-${year}${month}${day}.${end}`,
        mediaType:
          end === 'pdf'
            ? 'application/pdf'
            : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        size: bytes.length,
      };
    },

    'survey.download': ({ exportId, offset }) => {
      const file = files.get(exportId);
      if (!file || !Number.isInteger(offset) || offset < 0) {
        throw new Fault('input.unknown', 'no such file');
      }
      file.usedAt = now();
      const end = Math.min(file.bytes.length, offset + pieceBytes);
      return {
        base64: Buffer.from(file.bytes.subarray(offset, end)).toString('base64'),
        next: end < file.bytes.length ? end : null,
      };
    },

    close() {
      clearTimeout(timer);
      job?.stop.abort(new Fault('input.cancelled', 'the program ends'));
      job = null;
      files.clear();
    },
  };
}

/** Those of sites that may be exported; where that leaves nothing, why. */
function allowedRows(
  rows: readonly SurveyRow[],
  operators: Pick<Operators, 'require' | 'may'>,
): SurveyRow[] {
  const bySite = new Map<string, boolean>();
  const isAllowed = ({ siteId }: SurveyRow) => {
    const known = bySite.get(siteId) ?? operators.may('register.export', [{ siteId }]);
    bySite.set(siteId, known);
    return known;
  };
  const allowed = rows.filter(isAllowed);
  const [first] = rows;
  if (first && allowed.length === 0)
    operators.require('register.export', [{ siteId: first.siteId }]);
  return allowed;
}

/** The handlers of one connection: all pages share one desk. */
export function surveyHandlers(desk: SurveyDesk): SurveyHandlers {
  const { close: _, ...handlers } = desk;
  return handlers;
}
