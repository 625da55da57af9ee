import type { Credential } from '../rtsp/session.types.ts';
import type {
  BatchCamera,
  BatchDevice,
  Register,
  RegisterChange,
  RowKind,
  RowVerdict,
} from '../sites/register.types.ts';
import { type ImportPlan, key, type PlannedBatch, tryBatch } from './plan.ts';
import { sheetFault } from './sheet-fault.ts';

export interface RunOptions {
  readonly plan: ImportPlan;
  readonly register: Register;
  readonly who: string;
  /** Name of the file. */
  readonly subject: string;
  readonly leaveOutErrors: boolean;
  /** Keeps a login where no file and no database ever sees it; says where. */
  readonly keepLogin: (cameraId: string, login: Credential) => Promise<string>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export type RunOutcome =
  | {
      readonly outcome: 'done';
      readonly change: RegisterChange | null;
      /** What `keepLogin` said last; null where there was no login. */
      readonly loginsKept: string | null;
    }
  /** The register was changed since the plan was made: nothing was written. Indexes of `plan.rows`. */
  | { readonly outcome: 'conflict'; readonly rows: readonly number[] };

/**
 * Writes what a plan says, in one transaction of the register, or nothing.
 * @throws {Fault} `input.sheet` where rows are wrong and may not be left out, `input.cancelled`,
 *   `store.failed`.
 */
export async function runImport(options: RunOptions): Promise<RunOutcome> {
  const { plan, register, who, subject, leaveOutErrors, signal, onProgress } = options;
  const errors = plan.counts.error;
  if (errors > 0 && !leaveOutErrors) throw sheetFault('rows-with-errors', subject, { errors });
  const batch = errors > 0 ? withoutErrors(plan) : plan.batch;
  if (register.revision !== plan.revision) {
    const now = await tryBatch(batch, options);
    const others = now.rows.filter((row) => isOther(plan, row));
    if (others.length > 0) return conflictOf(plan, others);
  }
  const outcome = await register.applyChanges({
    ...batch,
    origin: 'import',
    who,
    subject,
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
  });
  if (!outcome.committed)
    return conflictOf(
      plan,
      outcome.rows.filter((row) => isOther(plan, row)),
    );
  let loginsKept: string | null = null;
  for (const { kind, ref, id, verdict } of outcome.rows) {
    const login = kind === 'camera' && id !== null ? plan.logins.get(ref) : undefined;
    if (!login || id === null || verdict === 'conflict' || verdict === 'invalid') continue;
    loginsKept = await options.keepLogin(id, login);
  }
  return { outcome: 'done', change: outcome.change, loginsKept };
}

/** Whether the register's answer is another than when a person looked at it. */
function isOther(plan: ImportPlan, row: RowVerdict): boolean {
  return plan.verdicts.get(key(row.kind, row.ref))?.verdict !== row.verdict;
}

function conflictOf(plan: ImportPlan, rows: readonly RowVerdict[]): RunOutcome {
  const at = rows.map((row) => plan.rowOf.get(key(row.kind, row.ref)) ?? -1);
  return {
    outcome: 'conflict',
    rows: [...new Set(at)].filter((index) => index >= 0).sort((a, b) => a - b),
  };
}

/** What may be written although some rows may not; rows below a site that stays as it is stay its. */
function withoutErrors({ batch, verdicts, rows, rowOf }: ImportPlan): PlannedBatch {
  const taken = (kind: RowKind, ref: string): boolean => {
    const verdict = verdicts.get(key(kind, ref))?.verdict;
    return verdict !== 'conflict' && verdict !== 'invalid';
  };
  const placed = <T extends BatchDevice | BatchCamera>(row: T): T => {
    if (row.siteRef === undefined || taken('site', row.siteRef)) return row;
    const { siteRef: _, ...rest } = row;
    const siteId = verdicts.get(key('site', row.siteRef))?.id;
    return { ...rest, fields: { ...row.fields, ...(siteId ? { siteId } : {}) } } as T;
  };
  return {
    sites: batch.sites.filter(({ ref }) => taken('site', ref)),
    devices: batch.devices.filter(({ ref }) => taken('device', ref)).map(placed),
    cameras: batch.cameras
      .filter(({ ref }) => taken('camera', ref))
      .filter(({ ref }) => rows[rowOf.get(key('camera', ref)) ?? -1]?.verdict !== 'error')
      .map(placed)
      .map((row) => {
        if (row.deviceRef === undefined || taken('device', row.deviceRef)) return row;
        const { deviceRef: _, ...rest } = row;
        return rest;
      }),
  };
}
