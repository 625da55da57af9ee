import * as z from 'zod/mini';
import { cameraId, cause, day, placements, text, time, wholeNumber } from './shapes.ts';

/**
 * The register as it crosses the wire: hub → province → district → site → device → camera. Text
 * fields are never null, `''` means not known. Every row has a `revision`: saving with an older one is
 * refused with `input.conflict`, and nothing is lost.
 */
export const siteKinds = [
  'quarantine',
  'treatment',
  'barracks',
  'school',
  'hotel',
  'checkpoint',
  'command',
  'other',
] as const;
export const ownerships = ['province', 'military', 'district', 'central', 'private'] as const;
export const budgetLevels = ['central', 'province', 'military', 'district', 'private'] as const;
export const planKinds = ['direct', 'recorder', 'gateway', 'cloud'] as const;
export const deviceKinds = ['camera', 'recorder', 'gateway'] as const;
/** Where no camera may be: such a camera stays in the register and is never opened. */
export const forbiddenPlaces = ['inside-room', 'inside-toilet', 'inside-bathroom'] as const;
export const anyPlacement = z.enum([...placements, ...forbiddenPlaces]);
export const transportChoice = z.enum(['auto', 'tcp', 'udp', 'multicast', 'http']);
export const rowId = text(200);
/** `manual`, `import`, or `hub:<id of the hub>`. */
export const origin = z.string().check(z.regex(/^(manual|import|hub:[^\s]{1,190})$/));

/** Most rows of one page of a table, and most ids in one call. */
export const maxPageRows = 500;
export const maxBulkIds = 20_000;

export const hub = z.object({ id: rowId, name: text(200), kind: text(40), address: text(2000) });

export const hold = z.object({
  /** Nobody may watch: the streams of the site are never opened. */
  view: z.boolean(),
  /** Nothing may be exported as evidence. */
  export: z.boolean(),
  /** The authority that was asked. */
  authority: text(200),
  askedOn: z.nullable(day),
});

export const focalPoint = z.object({
  name: text(200),
  title: text(200),
  phone: text(60),
  email: text(200),
});

export const siteFields = {
  /** The centre's own code, unique where not empty. */
  code: text(60),
  name: text(200),
  province: text(200),
  district: text(200),
  address: text(500),
  hubId: z.nullable(rowId),
  kind: z.enum(siteKinds),
  ownership: z.nullable(z.enum(ownerships)),
  budgetLevel: z.nullable(z.enum(budgetLevels)),
  /** 1 is looked after first. */
  priority: wholeNumber(1, 3),
  hold: z.nullable(hold),
  survey: z.nullable(z.object({ done: z.boolean(), by: text(200), on: z.nullable(day) })),
  plan: z.nullable(z.object({ kind: z.enum(planKinds), deadline: z.nullable(day) })),
  focalPoints: z.array(focalPoint).check(z.maxLength(20)),
  purpose: text(500),
  notes: text(4000),
  dueInspectionOn: z.nullable(day),
};

/** What a hub no longer lists stays, with `gone`, until a person removes it. */
const rowFields = { id: rowId, origin, gone: z.boolean(), revision: z.number() };

export const site = z.object({ ...rowFields, ...siteFields });

export const deviceFields = {
  siteId: rowId,
  kind: z.enum(deviceKinds),
  name: text(200),
  /** Host name or address, without a port. */
  address: text(255),
  /** Of ONVIF. */
  port: z.nullable(wholeNumber(1, 65_535)),
  path: text(500),
  vendor: text(200),
  model: text(200),
  firmware: text(200),
  serial: text(200),
};

export const device = z.object({ ...rowFields, ...deviceFields });

export const cameraFields = {
  siteId: rowId,
  deviceId: z.nullable(rowId),
  name: text(200),
  placement: z.nullable(anyPlacement),
  purpose: text(500),
  brand: text(200),
  model: text(200),
  serial: text(200),
  /** `''`: not known yet; such a camera is in the register but not on the wall. */
  url: text(2000),
  subUrl: text(2000),
  /** The way around the hub, `''` where there is none. */
  directUrl: text(2000),
  directSubUrl: text(2000),
  transport: transportChoice,
  /** Never touched by a hub or an import. */
  localNotes: text(4000),
};

export const registerCamera = z.object({
  ...rowFields,
  ...cameraFields,
  /** What its hub calls it; `''` for others. */
  originKey: text(500),
});

/** A line of the table: the camera with the words of its site. Logins in URLs are struck out. */
export const registerRow = z.object({
  camera: registerCamera,
  siteName: text(200),
  siteCode: text(60),
  province: text(200),
  district: text(200),
  hubId: z.nullable(rowId),
  refusal: z.nullable(cause),
});

/** All that is given must hold. `text`: words, each the beginning of a word, without diacritics. */
export const cameraFilter = z.object({
  text: z.optional(text(200)),
  province: z.optional(text(200)),
  district: z.optional(text(200)),
  siteId: z.optional(rowId),
  hubId: z.optional(rowId),
  deviceId: z.optional(rowId),
  /** `none`: not placed yet; `forbidden`: any of the forbidden places. */
  placement: z.optional(z.union([anyPlacement, z.enum(['none', 'forbidden'])])),
  origin: z.optional(z.enum(['manual', 'import', 'hub'])),
  gone: z.optional(z.boolean()),
  /** Never opened, for whatever reason. */
  refused: z.optional(z.boolean()),
  /** Without a main URL. */
  noUrl: z.optional(z.boolean()),
  brand: z.optional(text(200)),
});

export const siteFilter = z.object({
  text: z.optional(text(200)),
  province: z.optional(text(200)),
  district: z.optional(text(200)),
  hubId: z.optional(rowId),
  kind: z.optional(z.enum(siteKinds)),
  ownership: z.optional(z.enum(ownerships)),
  priority: z.optional(z.number()),
  surveyed: z.optional(z.boolean()),
  held: z.optional(z.boolean()),
  planned: z.optional(z.boolean()),
  /** The connection plan's deadline, or the inspection, is before this day. */
  planDueBefore: z.optional(day),
  inspectionDueBefore: z.optional(day),
  gone: z.optional(z.boolean()),
});

const descending = z.optional(z.boolean());
export const cameraSort = z.object({
  by: z.enum(['name', 'site', 'province', 'placement', 'brand', 'address', 'changed']),
  descending,
});
export const siteSort = z.object({
  by: z.enum([
    'name',
    'code',
    'province',
    'priority',
    'cameras',
    'deadline',
    'inspection',
    'changed',
  ]),
  descending,
});
const paging = {
  offset: wholeNumber(0, 10_000_000),
  limit: wholeNumber(1, maxPageRows),
};

/** One site in the tree and in tables of sites. */
export const siteNode = z.object({
  id: rowId,
  code: text(60),
  name: text(200),
  province: text(200),
  district: text(200),
  hubId: z.nullable(rowId),
  priority: z.number(),
  cameras: z.number(),
  /** Of `cameras`: placed where none may be. */
  forbidden: z.number(),
  /** Of `cameras`: their hub no longer lists them. */
  goneCameras: z.number(),
  /** Under an approval hold that forbids viewing. */
  heldFromView: z.boolean(),
  gone: z.boolean(),
});

export const siteRow = z.object({ site, cameras: z.number(), forbidden: z.number() });

const treeCounts = {
  name: text(200),
  sites: z.number(),
  cameras: z.number(),
  forbidden: z.number(),
};

export const registerTree = z.object({
  hubs: z.array(hub),
  /** Sorted as Vietnamese sorts; `name` is `''` for sites without a province or district. */
  provinces: z.array(z.object({ ...treeCounts, districts: z.array(z.object(treeCounts)) })),
  sites: z.array(siteNode),
  cameras: z.number(),
  forbidden: z.number(),
  /** Grows with every change. */
  revision: z.number(),
});

export const change = z.object({
  id: z.number(),
  at: time,
  who: text(200),
  /** What was done; the words are `register:change.<what>`. */
  what: z.enum(['save', 'remove', 'bulk', 'import', 'sync', 'undo', 'redo']),
  /** Name of the one row, or of the file or hub. */
  subject: text(200),
  added: z.number(),
  changed: z.number(),
  removed: z.number(),
  undone: z.boolean(),
});

const identity = {
  /** Null: a new row. */
  id: z.nullable(rowId),
  /** What the editor saw; null only for a new row. */
  revision: z.nullable(z.number()),
};

export const sitePatch = z.partial(z.object(siteFields));
export const devicePatch = z.partial(z.object(deviceFields));
export const cameraPatch = z.partial(z.object(cameraFields));
const ids = z.array(rowId).check(z.minLength(1), z.maxLength(maxBulkIds));
const removed = z.object({ removed: z.number() });

export const registerCalls = {
  'register.tree': { params: z.object({}), result: registerTree },
  'register.page': {
    params: z.object({ filter: cameraFilter, sort: z.optional(cameraSort), ...paging }),
    result: z.object({ total: z.number(), rows: z.array(registerRow), revision: z.number() }),
  },
  'register.sites': {
    params: z.object({ filter: siteFilter, sort: z.optional(siteSort), ...paging }),
    result: z.object({ total: z.number(), rows: z.array(siteRow), revision: z.number() }),
  },
  'register.search': {
    params: z.object({ text: text(200), limit: wholeNumber(1, 100) }),
    result: z.object({
      sites: z.array(siteNode),
      cameras: z.array(registerRow),
      totalSites: z.number(),
      totalCameras: z.number(),
    }),
  },
  'register.site': {
    params: z.object({ siteId: rowId }),
    result: z.object({ site, devices: z.array(device), cameras: z.array(registerRow) }),
  },
  /** For the card of a failed tile: its site with the focal points. Null: not in the register. */
  'register.camera': {
    params: z.object({ cameraId }),
    result: z.nullable(z.object({ row: registerRow, site, device: z.nullable(device) })),
  },
  /** Fields left out keep their value; a new site needs at least a name. */
  'register.saveSite': {
    params: z.object({ ...identity, fields: sitePatch }),
    result: z.object({ site }),
  },
  'register.saveDevice': {
    params: z.object({ ...identity, fields: devicePatch }),
    result: z.object({ device }),
  },
  /** A login in the URL goes to the keychain and is never sent back. */
  'register.saveCamera': {
    params: z.object({ ...identity, fields: cameraPatch }),
    result: z.object({ row: registerRow }),
  },
  /** With their devices and cameras. */
  'register.removeSites': { params: z.object({ siteIds: ids }), result: removed },
  'register.removeDevices': { params: z.object({ deviceIds: ids }), result: removed },
  'register.removeCameras': { params: z.object({ cameraIds: ids }), result: removed },
  'register.bulkEdit': {
    params: z.object({ cameraIds: ids, patch: cameraPatch }),
    result: z.object({ changed: z.number(), unchanged: z.number() }),
  },
  'register.bulkEditSites': {
    params: z.object({ siteIds: ids, patch: sitePatch }),
    result: z.object({ changed: z.number(), unchanged: z.number() }),
  },
  /** `changeId`: undo only if that is still the change to be undone, as the page shows it. */
  'register.undo': {
    params: z.object({ changeId: z.optional(z.number()) }),
    result: z.object({ change }),
  },
  'register.redo': {
    params: z.object({ changeId: z.optional(z.number()) }),
    result: z.object({ change }),
  },
  'register.journal': {
    params: z.object(paging),
    result: z.object({
      total: z.number(),
      /** The newest first. */
      changes: z.array(change),
      undo: z.nullable(change),
      redo: z.nullable(change),
    }),
  },
  /** What to put on the wall for a node of the tree, in the order of the tree. */
  'register.toWall': {
    params: z.object({
      province: z.optional(text(200)),
      district: z.optional(text(200)),
      siteId: z.optional(rowId),
      hubId: z.optional(rowId),
    }),
    result: z.object({
      cameraIds: z.array(cameraId),
      /** Left out because they may not be watched. */
      refused: z.number(),
      /** Left out because no URL is known. */
      noUrl: z.number(),
    }),
  },
} as const;

export const registerEvents = {
  /** Several changes within a tenth of a second are one event. Null: too many to name, ask again. */
  'register.changed': z.object({
    revision: z.number(),
    siteIds: z.nullable(z.array(rowId).check(z.maxLength(200))),
    cameraIds: z.nullable(z.array(rowId).check(z.maxLength(200))),
    undo: z.nullable(change),
    redo: z.nullable(change),
  }),
} as const;

export type FocalPoint = z.infer<typeof focalPoint>;
