import type { Credential } from '../rtsp/session.types.ts';
import { endpointOf } from '../sites/camera-url.ts';
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

/** Whose login it is: that of a device (`host:port`, lower case), or of one camera. */
export interface LoginOwner {
  readonly scope: 'device' | 'camera';
  readonly id: string;
  /** The cameras of the file that named it. */
  readonly cameraIds: readonly string[];
}

export type KeepLogin = (owner: LoginOwner, login: Credential) => Promise<string>;

export interface RunOptions {
  readonly plan: ImportPlan;
  readonly register: Register;
  readonly who: string;
  /** Name of the file. */
  readonly subject: string;
  readonly leaveOutErrors: boolean;
  /** Keeps a login where no file and no database ever sees it; says where. */
  readonly keepLogin: KeepLogin;
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
  for (const { owner, login } of loginsOf(outcome.rows, plan, register)) {
    loginsKept = await options.keepLogin(owner, login);
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

/** One login for each device where all its cameras in the file name the same; else each camera's own. */
function loginsOf(
  rows: readonly RowVerdict[],
  plan: ImportPlan,
  register: Register,
): { owner: LoginOwner; login: Credential }[] {
  const devices = new Map<string, { cameraId: string; login: Credential }[]>();
  for (const { kind, ref, id } of rows) {
    const login = kind === 'camera' && id !== null ? plan.logins.get(ref) : undefined;
    if (!login || id === null) continue;
    const url = register.camera(id)?.url ?? '';
    const device = url === '' ? `camera ${id}` : endpointOf(url);
    const list = devices.get(device) ?? [];
    list.push({ cameraId: id, login });
    devices.set(device, list);
  }
  return [...devices].flatMap(([device, cameras]): { owner: LoginOwner; login: Credential }[] => {
    const [first] = cameras;
    const same = cameras.every(
      ({ login }) => login.user === first?.login.user && login.password === first.login.password,
    );
    if (first && same && !device.startsWith('camera ')) {
      const cameraIds = cameras.map(({ cameraId }) => cameraId);
      return [{ owner: { scope: 'device', id: device, cameraIds }, login: first.login }];
    }
    return cameras.map(({ cameraId, login }) => ({
      owner: { scope: 'camera', id: cameraId, cameraIds: [cameraId] },
      login,
    }));
  });
}
