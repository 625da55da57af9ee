import type { ImportField, ImportReason } from '../contract/import-schemas.ts';
import type { Credential } from '../rtsp/session.types.ts';
import type {
  BatchCamera,
  BatchDevice,
  DeviceFields,
  FocalPoint,
  SiteFields,
} from '../sites/register.types.ts';

/** What a file says, row by row, before the register is asked. */
export interface Records {
  readonly rows: ImportRecord[];
  readonly sites: SiteDraft[];
  readonly devices: DeviceDraft[];
}

export interface RowProblem {
  readonly reason: ImportReason;
  readonly field: ImportField | null;
  readonly value: string | null;
  readonly otherLine: number | null;
}

export interface ImportRecord {
  readonly line: number;
  readonly siteName: string;
  readonly name: string;
  /** Into `Records.sites` and `Records.devices`. */
  readonly siteRef: string | null;
  readonly deviceRef: string | null;
  /** Null where the row has no camera, or where it is wrong. */
  readonly camera: BatchCamera | null;
  /** For the vault, never for the register. */
  readonly login: Credential | null;
  readonly problems: RowProblem[];
  readonly wrong: boolean;
}

/** A site as all its rows together say; what is not said stays as the register has it. */
export interface SiteDraft {
  readonly ref: string;
  /** The row that spoke of it first. */
  readonly line: number;
  id?: string;
  revision?: number;
  readonly fields: Partial<SiteFields>;
  /** Parts of what the register keeps as one value. */
  readonly parts: SiteParts;
}

export interface SiteParts {
  hold?: {
    kind?: 'none' | 'view' | 'export' | 'view+export' | null;
    authority?: string;
    askedOn?: string | null;
  };
  survey?: { done?: boolean | null; by?: string; on?: string | null };
  plan?: {
    kind?: NonNullable<SiteFields['plan']>['kind'] | null;
    deadline?: string | null;
  };
  /** The first three, by place. */
  focal: (Partial<FocalPoint> | undefined)[];
  moreFocal?: FocalPoint[];
}

export interface DeviceDraft {
  readonly ref: string;
  readonly line: number;
  readonly siteRef: string;
  id?: string;
  revision?: number;
  readonly fields: Partial<DeviceFields>;
  /** Cameras of the file behind it. */
  cameras: number;
}

export type BatchRowOf = { readonly device: BatchDevice; readonly camera: BatchCamera };
