import type { CallParams, CallResult, EventValue } from '../../../src/contract/schemas.ts';

/** The register's shapes by the names that its screens use. */
export type Site = CallResult<'register.site'>['site'];
export type Device = CallResult<'register.site'>['devices'][number];
export type RegisterRow = CallResult<'register.page'>['rows'][number];
export type RegisterCamera = RegisterRow['camera'];
export type SiteRow = CallResult<'register.sites'>['rows'][number];
export type RegisterTree = CallResult<'register.tree'>;
export type SiteNode = RegisterTree['sites'][number];
export type CameraFilter = CallParams<'register.page'>['filter'];
export type SiteFilter = CallParams<'register.sites'>['filter'];
export type CameraSort = NonNullable<CallParams<'register.page'>['sort']>;
export type SiteSort = NonNullable<CallParams<'register.sites'>['sort']>;
export type RegisterChange = NonNullable<EventValue<'register.changed'>['undo']>;
export type FocalPoint = Site['focalPoints'][number];
export type SitePatch = CallParams<'register.saveSite'>['fields'];
export type CameraPatch = CallParams<'register.saveCamera'>['fields'];

/** Which part of the tree the table shows. */
export interface Scope {
  readonly province?: string;
  readonly district?: string;
  readonly siteId?: string;
}

/** The one-press filters above the table. */
export const cameraChips = ['noUrl', 'forbidden', 'refused', 'unplaced', 'gone'] as const;
export const siteChips = ['unsurveyed', 'held', 'unplanned', 'overdue', 'inspection'] as const;
export type CameraChip = (typeof cameraChips)[number];
export type SiteChip = (typeof siteChips)[number];

export function cameraChipFilter(chip: CameraChip): CameraFilter {
  switch (chip) {
    case 'noUrl':
      return { noUrl: true };
    case 'forbidden':
      return { placement: 'forbidden' };
    case 'refused':
      return { refused: true };
    case 'unplaced':
      return { placement: 'none' };
    case 'gone':
      return { gone: true };
  }
}

export function siteChipFilter(chip: SiteChip, today: string): SiteFilter {
  switch (chip) {
    case 'unsurveyed':
      return { surveyed: false };
    case 'held':
      return { held: true };
    case 'unplanned':
      return { planned: false };
    case 'overdue':
      return { planDueBefore: today };
    case 'inspection':
      return { inspectionDueBefore: today };
  }
}
