import type { z } from 'zod/mini';
import type { Cause } from '../contract/cause.ts';
import type {
  anyPlacement,
  cameraFields,
  cameraFilter,
  cameraSort,
  change,
  device,
  deviceFields,
  focalPoint,
  hold,
  hub,
  registerCamera,
  registerRow,
  registerTree,
  site,
  siteFields,
  siteFilter,
  siteNode,
  siteRow,
  siteSort,
} from '../contract/register-schemas.ts';
import type { Dispose } from '../std/disposable.ts';
import type { SiteCamera } from './site-camera.types.ts';

type Fields<F extends Record<string, z.ZodMiniType>> = { [K in keyof F]: z.infer<F[K]> };

export type Hub = z.infer<typeof hub>;
export type Site = z.infer<typeof site>;
export type SiteFields = Fields<typeof siteFields>;
export type Device = z.infer<typeof device>;
export type DeviceFields = Fields<typeof deviceFields>;
export type RegisterCamera = z.infer<typeof registerCamera>;
export type CameraFields = Fields<typeof cameraFields>;
export type AnyPlacement = z.infer<typeof anyPlacement>;
export type Hold = z.infer<typeof hold>;
export type FocalPoint = z.infer<typeof focalPoint>;
export type RegisterRow = z.infer<typeof registerRow>;
export type SiteRow = z.infer<typeof siteRow>;
export type SiteNode = z.infer<typeof siteNode>;
export type RegisterTree = z.infer<typeof registerTree>;
export type CameraFilter = z.infer<typeof cameraFilter>;
export type CameraSort = z.infer<typeof cameraSort>;
export type SiteFilter = z.infer<typeof siteFilter>;
export type SiteSort = z.infer<typeof siteSort>;
export type RegisterChange = z.infer<typeof change>;
/** `manual`, `import`, or `hub:<id of the hub>`. */
export type Origin = 'manual' | 'import' | `hub:${string}`;

export type RowKind = 'site' | 'device' | 'camera';

/** A row as an importer or a hub has it. Fields left out keep what the register has. */
interface BatchRow {
  /** The caller's own name of the row (`line 17`), given back with its verdict. */
  readonly ref: string;
  /** Known row. Without it the row is looked for by its stable keys, see each kind. */
  readonly id?: string;
  /** What the caller saw last; another one in the register is a conflict. */
  readonly revision?: number;
  /** The hub says it is back (`false`) or no longer there (`true`). */
  readonly gone?: boolean;
}

/** Stable keys: `id`, else `code` where not empty, else name with province and district. */
export interface BatchSite extends BatchRow {
  readonly fields: Partial<SiteFields>;
}

/** Stable keys: `id`, else serial with site, else address and port with site. */
export interface BatchDevice extends BatchRow {
  /** A site of this batch by its `ref`, instead of `fields.siteId`. */
  readonly siteRef?: string;
  readonly fields: Partial<DeviceFields>;
}

/**
 * Stable keys: `id`, else `originKey` within the batch's origin, else the main URL; of a file also the
 * serial number, or the name at its site, where one camera alone answers to it.
 */
export interface BatchCamera extends BatchRow {
  readonly siteRef?: string;
  /** A device of this batch by its `ref`, instead of `fields.deviceId`. */
  readonly deviceRef?: string;
  /** What the hub calls it: as stable as the hub makes it. */
  readonly originKey?: string;
  readonly fields: Partial<CameraFields>;
}

export interface RegisterBatch {
  /**
   * Who says so. What a person changed by hand on a row stands above what a hub says of that field:
   * a placement, a name or a note survives every synchronisation.
   */
  readonly origin: Origin;
  readonly who: string;
  /** Name of the file or hub, for the journal. */
  readonly subject: string;
  readonly sites?: readonly BatchSite[];
  readonly devices?: readonly BatchDevice[];
  readonly cameras?: readonly BatchCamera[];
  /** Rows of this origin that are not in the batch are marked `gone`: the list was complete. */
  readonly markMissing?: boolean;
  /** Verdicts only, nothing is written. */
  readonly dryRun?: boolean;
  /**
   * `all-or-nothing` (default): one conflict or invalid row, and nothing is written.
   * `skip`: those rows are left out, the others are written together.
   */
  readonly onProblem?: 'all-or-nothing' | 'skip';
  readonly signal?: AbortSignal;
  /** Rows looked at so far, of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface RowVerdict {
  readonly ref: string;
  readonly kind: RowKind;
  /** Null for an invalid row, and for one that a dry run would add. */
  readonly id: string | null;
  readonly verdict: 'added' | 'changed' | 'unchanged' | 'conflict' | 'invalid';
  /** Which fields change, for `changed`. */
  readonly fields?: readonly string[];
  /** `input.conflict`, `input.url`, `input.value` …, for `conflict` and `invalid`. */
  readonly cause?: Cause;
}

export interface BatchOutcome {
  /** False for a dry run, and where `all-or-nothing` met a problem. */
  readonly committed: boolean;
  readonly rows: readonly RowVerdict[];
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly problems: number;
  /** Rows marked as gone by `markMissing`. */
  readonly gone: number;
  readonly change: RegisterChange | null;
}

export interface Saving<F> {
  /** Null: a new row. */
  readonly id: string | null;
  /** What the editor saw; null only for a new row. */
  readonly revision: number | null;
  readonly fields: Partial<F>;
  readonly who: string;
}

export interface RegisterNews {
  readonly revision: number;
  /** Null: too many to name. */
  readonly siteIds: readonly string[] | null;
  readonly cameraIds: readonly string[] | null;
}

export interface Page<T> {
  readonly total: number;
  readonly rows: T[];
  readonly revision: number;
}

/**
 * The register of sites, devices and cameras. Every method that writes is one transaction: it is done
 * wholly or not at all, is entered in the journal, and throws a `Fault` (`input.conflict`,
 * `input.unknown`, `input.value`, `input.url`, `store.failed`).
 */
export interface Register {
  readonly revision: number;
  /** Told once per change, after it was written. */
  onChange(listener: (news: RegisterNews) => void): Dispose;

  tree(): RegisterTree;
  page(query: {
    filter: CameraFilter;
    sort?: CameraSort | undefined;
    offset: number;
    limit: number;
  }): Page<RegisterRow>;
  sitePage(query: {
    filter: SiteFilter;
    sort?: SiteSort | undefined;
    offset: number;
    limit: number;
  }): Page<SiteRow>;
  search(
    text: string,
    limit: number,
  ): {
    sites: SiteNode[];
    cameras: RegisterRow[];
    totalSites: number;
    totalCameras: number;
  };
  /** Ids of all that a filter finds, in the order of the tree: for bulk work and for the wall. */
  cameraIds(filter: CameraFilter): string[];

  site(id: string): Site | null;
  device(id: string): Device | null;
  camera(id: string): RegisterCamera | null;
  row(cameraId: string): RegisterRow | null;
  /** One after the other, without holding them all: exports and reports read everything. */
  sites(): IterableIterator<Site>;
  devices(siteId?: string): IterableIterator<Device>;
  cameras(siteId?: string): IterableIterator<RegisterCamera>;
  hubs(): Hub[];
  /** Cameras with a URL, as the wall takes them, of these ids or all. */
  wallCameras(cameraIds?: readonly string[]): IterableIterator<SiteCamera>;

  saveSite(saving: Saving<SiteFields>): Site;
  saveDevice(saving: Saving<DeviceFields>): Device;
  saveCamera(saving: Saving<CameraFields>): RegisterCamera;
  /** Not in the journal: a hub is a source of rows, not a row that people edit. */
  putHub(hub: Hub): void;
  /** Its sites and cameras stay, marked as gone. */
  removeHub(id: string, who: string): void;
  remove(kind: RowKind, ids: readonly string[], who: string): number;
  bulkEdit(
    ids: readonly string[],
    patch: Partial<CameraFields>,
    who: string,
  ): { changed: number; unchanged: number };
  bulkEditSites(
    ids: readonly string[],
    patch: Partial<SiteFields>,
    who: string,
  ): { changed: number; unchanged: number };
  /** For importers and hubs. Large batches are looked at in slices, so that the wall keeps playing. */
  applyChanges(batch: RegisterBatch): Promise<BatchOutcome>;

  undo(who: string, changeId?: number): RegisterChange;
  redo(who: string, changeId?: number): RegisterChange;
  journal(
    offset: number,
    limit: number,
  ): {
    total: number;
    changes: RegisterChange[];
    undo: RegisterChange | null;
    redo: RegisterChange | null;
  };
}
