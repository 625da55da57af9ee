import { type HubPlan, maxPlanRows, type PlanRow } from '../contract/hub-schemas.ts';
import type {
  BatchCamera,
  BatchDevice,
  BatchOutcome,
  BatchSite,
  Origin,
  Register,
  RegisterBatch,
  RegisterCamera,
  RowVerdict,
} from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import { redact } from '../std/log.ts';
import type { HubCamera } from './hub-adapter.types.ts';

/** The hub as the register knows it, and where cameras go that name no site. */
export interface SyncHub {
  readonly id: string;
  readonly name: string;
  readonly siteId: string | null;
  readonly province: string;
  readonly district: string;
}

export interface SyncRequest {
  readonly hub: SyncHub;
  readonly cameras: readonly HubCamera[];
  readonly register: Register;
  readonly who: string;
}

export function originOf(hubId: string): Origin {
  return `hub:${hubId}`;
}

/** Cameras of this hub in the register, by what the hub calls them. */
export function camerasOfHub(register: Register, hubId: string): Map<string, RegisterCamera> {
  const origin = originOf(hubId);
  const known = new Map<string, RegisterCamera>();
  for (const camera of register.cameras()) {
    if (camera.origin === origin) known.set(camera.originKey, camera);
  }
  return known;
}

/**
 * The hub's list as a batch for the register. What is left out stays as the register has it: a new
 * camera is not added, a changed one is not changed, a gone one is not marked.
 * @throws {Fault} `hub.empty`: the hub lists nothing while the register knows cameras of it, which is
 *   a hub that was set up anew far more often than one whose cameras were all taken down
 */
export function syncBatch(
  { hub, cameras, register, who }: SyncRequest,
  leaveOut: ReadonlySet<string> = new Set(),
): RegisterBatch {
  const known = camerasOfHub(register, hub.id);
  const present = [...known.values()].filter(({ gone }) => !gone);
  if (cameras.length === 0 && present.length > 0) {
    throw new Fault('hub.empty', 'the hub lists no camera', { count: present.length });
  }
  const sites = new Map<string, BatchSite>();
  const devices = new Map<string, BatchDevice>();
  const rows: BatchCamera[] = [];
  const listed = new Set<string>();
  for (const camera of cameras) {
    if (listed.has(camera.key)) continue;
    listed.add(camera.key);
    const before = known.get(camera.key);
    if (leaveOut.has(camera.key)) {
      if (before) rows.push(untouched(camera.key, before));
      continue;
    }
    const place = placeOf(hub, camera, before, register, sites);
    const deviceRef = deviceOf(camera, place, before, devices);
    rows.push({
      ref: camera.key,
      originKey: camera.key,
      ...(before ? { id: before.id } : {}),
      ...('siteRef' in place ? { siteRef: place.siteRef } : {}),
      ...(deviceRef === null ? {} : { deviceRef }),
      fields: {
        ...('siteId' in place ? { siteId: place.siteId } : {}),
        name: camera.name,
        url: camera.url,
        subUrl: camera.subUrl ?? '',
        // A hub that does not tell the way around it does not take away one that a person gave.
        ...(camera.directUrl === null ? {} : { directUrl: camera.directUrl }),
        ...(camera.directSubUrl === null ? {} : { directSubUrl: camera.directSubUrl }),
        ...(camera.device ? { brand: camera.device.vendor, model: camera.device.model } : {}),
      },
    });
  }
  for (const [key, before] of known) {
    if (!listed.has(key) && leaveOut.has(key)) rows.push(untouched(key, before));
  }
  return {
    origin: originOf(hub.id),
    who,
    subject: hub.name,
    sites: [...sites.values()],
    devices: [...devices.values()],
    cameras: rows,
    markMissing: true,
    onProblem: 'skip',
  };
}

function untouched(key: string, { id, gone }: RegisterCamera): BatchCamera {
  return { ref: key, id, originKey: key, gone, fields: {} };
}

type Place = { readonly siteRef: string } | { readonly siteId: string };

/** The site of a camera. One that a person renamed, or moved the camera to, stays its site. */
function placeOf(
  hub: SyncHub,
  camera: HubCamera,
  before: RegisterCamera | undefined,
  register: Register,
  sites: Map<string, BatchSite>,
): Place {
  if (camera.site === null && hub.siteId !== null && register.site(hub.siteId)) {
    return { siteId: before?.siteId ?? hub.siteId };
  }
  const ref = camera.site ? `site ${camera.site.province} ${camera.site.name}` : 'own site';
  const made = sites.get(ref);
  const old = before ? register.site(before.siteId) : null;
  if (old && (old.origin === originOf(hub.id) || made === undefined || made.id !== undefined)) {
    // Named by its id: its name in the register may be another by now.
    if (old.origin !== originOf(hub.id)) return { siteId: old.id };
    if (made === undefined) sites.set(ref, { ref, id: old.id, fields: {} });
    return made === undefined || made.id === old.id ? { siteRef: ref } : { siteId: old.id };
  }
  if (made === undefined) {
    sites.set(ref, {
      ref,
      fields: {
        name: camera.site?.name ?? hub.name,
        province: camera.site?.province || hub.province,
        district: camera.site ? '' : hub.district,
        hubId: hub.id,
      },
    });
  }
  return { siteRef: ref };
}

function deviceOf(
  { device }: HubCamera,
  place: Place,
  before: RegisterCamera | undefined,
  devices: Map<string, BatchDevice>,
): string | null {
  if (!device) return null;
  const at = 'siteRef' in place ? place.siteRef : place.siteId;
  const ref = `device ${at} ${device.serial || `${device.address}:${device.port}`}`;
  if (!devices.has(ref)) {
    devices.set(ref, {
      ref,
      ...(before?.deviceId ? { id: before.deviceId } : {}),
      ...('siteRef' in place ? { siteRef: place.siteRef } : {}),
      fields: { ...device, ...('siteId' in place ? { siteId: place.siteId } : {}) },
    });
  }
  return ref;
}

/** What a synchronisation would do, made by a dry run in the register. */
export async function planSync(
  request: SyncRequest,
  planId: string,
): Promise<{ plan: HubPlan; outcome: BatchOutcome }> {
  const { hub, cameras, register } = request;
  const known = camerasOfHub(register, hub.id);
  const outcome = await register.applyChanges({ ...syncBatch(request), dryRun: true });
  const listed = new Map(cameras.map((camera) => [camera.key, camera] as const));
  const lists = { added: [] as PlanRow[], changed: [] as PlanRow[], problems: [] as PlanRow[] };
  let unchanged = 0;
  for (const verdict of outcome.rows) {
    if (verdict.kind !== 'camera') continue;
    const camera = listed.get(verdict.ref);
    if (!camera) continue;
    const row = planRow(camera, hub, verdict, known.get(camera.key) ?? null, register);
    if (verdict.verdict === 'added') lists.added.push(row);
    else if (verdict.verdict === 'changed') lists.changed.push(row);
    else if (verdict.verdict === 'unchanged') unchanged++;
    else lists.problems.push(row);
  }
  const gone = [...known.values()]
    .filter((camera) => !camera.gone && !listed.has(camera.originKey))
    .map((camera) => goneRow(camera, register));
  const { added, changed, problems } = lists;
  return {
    outcome,
    plan: {
      planId,
      hubId: hub.id,
      counts: {
        added: added.length,
        changed: changed.length,
        gone: gone.length,
        unchanged,
        problems: problems.length,
      },
      added: added.slice(0, maxPlanRows),
      changed: changed.slice(0, maxPlanRows),
      gone: gone.slice(0, maxPlanRows),
      problems: problems.slice(0, maxPlanRows),
    },
  };
}

function planRow(
  camera: HubCamera,
  hub: SyncHub,
  { fields = [], cause }: RowVerdict,
  before: RegisterCamera | null,
  register: Register,
): PlanRow {
  const siteId = before?.siteId ?? (camera.site ? null : hub.siteId);
  const site = siteId === null ? null : register.site(siteId);
  return {
    key: camera.key.slice(0, 500),
    name: camera.name.slice(0, 200),
    siteName: (site?.name ?? camera.site?.name ?? hub.name).slice(0, 200),
    address: redact(camera.url).slice(0, 2000),
    hasSub: camera.subUrl !== null,
    cameraId: before?.id ?? null,
    fields: fields.slice(0, 40),
    cause: cause ? { code: cause.code, params: { ...cause.params } } : null,
  };
}

function goneRow(camera: RegisterCamera, register: Register): PlanRow {
  return {
    key: camera.originKey,
    name: camera.name,
    siteName: register.site(camera.siteId)?.name ?? '',
    address: redact(camera.url).slice(0, 2000),
    hasSub: camera.subUrl !== '',
    cameraId: camera.id,
    fields: [],
    cause: null,
  };
}
